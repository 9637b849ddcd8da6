/** One change of running on all participants: everybody prepares, then everybody applies, or nobody does. */
import { RpcErrorException, describeRpcError, operationFailed } from '../../src/error/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import type { Logger } from '../logger.ts';
import type { PreparedChange } from '../plane/plane.ts';
import type { ConfigurationChange, ConfigurationParticipant } from './participant.ts';

interface Prepared {
  readonly participant: ConfigurationParticipant;
  readonly change: PreparedChange;
}

/** Participants prepare and apply in the order in which they were given. Taking back goes the other way round. */
export class ParticipantTransaction {
  readonly #prepared: readonly Prepared[];
  readonly #change: ConfigurationChange;
  readonly #logger: Logger;

  private constructor(prepared: readonly Prepared[], change: ConfigurationChange, logger: Logger) {
    this.#prepared = prepared;
    this.#change = change;
    this.#logger = logger;
  }

  /**
   * Asks every participant, also after one has refused. Refusals come back as errors, and then those that had
   * accepted have been told to abort.
   */
  static async prepare(
    participants: readonly ConfigurationParticipant[],
    change: ConfigurationChange,
    logger: Logger,
  ): Promise<ParticipantTransaction | readonly RpcError[]> {
    const prepared: Prepared[] = [];
    const errors: RpcError[] = [];
    for (const participant of change.before === change.after ? [] : participants) {
      try {
        prepared.push({ participant, change: await participant.prepare(change) });
      } catch (error) {
        errors.push(...refusalsOf(participant, error, logger));
      }
    }
    const transaction = new ParticipantTransaction(prepared, change, logger);
    if (errors.length === 0) return transaction;
    await transaction.abort();
    return errors;
  }

  /** For what has to happen: a participant that refuses is left out and reported in the log. */
  static async prepareWilling(
    participants: readonly ConfigurationParticipant[],
    change: ConfigurationChange,
    logger: Logger,
  ): Promise<ParticipantTransaction> {
    const prepared: Prepared[] = [];
    for (const participant of change.before === change.after ? [] : participants) {
      try {
        prepared.push({ participant, change: await participant.prepare(change) });
      } catch (error) {
        const { name } = participant;
        logger.log('error', 'participant-refused-rollback', {
          participant: name,
          error: explain(error),
        });
      }
    }
    return new ParticipantTransaction(prepared, change, logger);
  }

  /** When one breaks its word, those before it are taken back, those after it abort, and it throws. */
  async apply(): Promise<void> {
    for (const [index, { participant, change }] of this.#prepared.entries()) {
      try {
        await change.apply();
      } catch (cause) {
        const { name } = participant;
        this.#logger.log('error', 'participant-apply-failed', { participant: name, error: cause });
        await this.#abort(this.#prepared.slice(index + 1));
        await this.#undo(this.#prepared.slice(0, index));
        const failed = `"${name}" failed to apply the change`;
        throw new RpcErrorException(operationFailed(failed, { type: 'application' }), { cause });
      }
    }
  }

  /** For what has to happen: a participant that fails is reported in the log, and the others go on. */
  async applyRegardless(): Promise<void> {
    for (const { participant, change } of this.#prepared) {
      try {
        await change.apply();
      } catch (error) {
        const { name } = participant;
        this.#logger.log('error', 'participant-apply-failed', { participant: name, error });
      }
    }
  }

  async abort(): Promise<void> {
    await this.#abort(this.#prepared);
  }

  /** Takes back what {@link apply} did. */
  async undo(): Promise<void> {
    await this.#undo(this.#prepared);
  }

  async #abort(prepared: readonly Prepared[]): Promise<void> {
    for (const { participant, change } of prepared.toReversed()) {
      try {
        await change.abort();
      } catch (error) {
        const { name } = participant;
        this.#logger.log('error', 'participant-abort-failed', { participant: name, error });
      }
    }
  }

  async #undo(applied: readonly Prepared[]): Promise<void> {
    const { before, after } = this.#change;
    for (const { participant } of applied.toReversed()) {
      try {
        await (await participant.prepare({ before: after, after: before })).apply();
      } catch (error) {
        const { name } = participant;
        this.#logger.log('error', 'participant-undo-failed', {
          participant: name,
          error: explain(error),
        });
      }
    }
  }
}

/** A participant that breaks down while it is asked has not accepted, and must not hide what others have to say. */
function refusalsOf(
  { name }: ConfigurationParticipant,
  error: unknown,
  logger: Logger,
): readonly RpcError[] {
  if (error instanceof RpcErrorException) return error.errors;
  logger.log('error', 'participant-failed', { participant: name, error });
  return [operationFailed(`"${name}" failed to check the change`, { type: 'application' })];
}

function explain(error: unknown): unknown {
  return error instanceof RpcErrorException ? error.errors.map(describeRpcError).join('; ') : error;
}
