/**
 * One change of running on everything that has to agree to it: the participants, which see the whole
 * configuration, and the data planes, which see VMs.
 *
 * All are asked before any applies, and all refusals are reported together. Participants apply first: what they
 * do costs little to take back, and a plane may have to load large tables.
 */
import { RpcErrorException } from '../../src/error/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import type { Logger } from '../logger.ts';
import type { DataPlane, VmChange } from '../plane/plane.ts';
import type { ConfigurationChange, ConfigurationParticipant } from './participant.ts';
import { ParticipantTransaction } from './participant-transaction.ts';
import { PlaneTransaction } from './plane-transaction.ts';

export interface ChangeSurroundings {
  readonly planes: readonly DataPlane[];
  readonly participants: readonly ConfigurationParticipant[];
  readonly logger: Logger;
}

export interface RunningChange extends ConfigurationChange {
  readonly vms: readonly VmChange[];
}

/** A change that all have accepted. One of `apply`, `applyRegardless` and `abort` is called, once. */
export class ChangeTransaction {
  readonly #participants: ParticipantTransaction;
  readonly #planes: PlaneTransaction;

  private constructor(participants: ParticipantTransaction, planes: PlaneTransaction) {
    this.#participants = participants;
    this.#planes = planes;
  }

  /** Throws all that participants and planes have against the change; nobody holds it ready then. */
  static async prepare(
    change: RunningChange,
    { planes, participants, logger }: ChangeSurroundings,
  ): Promise<ChangeTransaction> {
    const asked = await ParticipantTransaction.prepare(participants, change, logger);
    const refusals: RpcError[] = asked instanceof ParticipantTransaction ? [] : [...asked];
    let prepared: PlaneTransaction | undefined;
    try {
      prepared = await PlaneTransaction.prepare(planes, change.vms, logger);
    } catch (error) {
      if (asked instanceof ParticipantTransaction) await asked.abort();
      if (!(error instanceof RpcErrorException)) throw error;
      refusals.push(...error.errors);
    }
    if (asked instanceof ParticipantTransaction && prepared) {
      return new ChangeTransaction(asked, prepared);
    }
    await prepared?.abort();
    throw new RpcErrorException(refusals);
  }

  /** For what has to happen, such as a rollback: whoever refuses is left out and reported in the log. */
  static async prepareWilling(
    change: RunningChange,
    { planes, participants, logger }: ChangeSurroundings,
  ): Promise<ChangeTransaction> {
    return new ChangeTransaction(
      await ParticipantTransaction.prepareWilling(participants, change, logger),
      await PlaneTransaction.prepareWilling(planes, change.vms, logger),
    );
  }

  /** Applies everywhere. When somebody breaks their word, what has been applied is taken back and it throws. */
  async apply(): Promise<void> {
    try {
      await this.#participants.apply();
    } catch (error) {
      await this.#planes.abort();
      throw error;
    }
    try {
      await this.#planes.apply();
    } catch (error) {
      await this.#participants.undo();
      throw error;
    }
  }

  /** For what has to happen: whoever fails is reported in the log, and the others go on. */
  async applyRegardless(): Promise<void> {
    await this.#participants.applyRegardless();
    await this.#planes.applyRegardless();
  }

  async abort(): Promise<void> {
    await this.#planes.abort();
    await this.#participants.abort();
  }

  /** Takes back what {@link apply} did. */
  async undo(): Promise<void> {
    await this.#planes.undo();
    await this.#participants.undo();
  }
}
