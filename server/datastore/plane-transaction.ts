/**
 * One change on all data planes: everybody prepares, then everybody applies, or nobody does.
 *
 * Planes prepare, and freeze, in the order in which they were given; every other change is applied the
 * other way round. So a plane that comes first, such as one that keeps packets out, is closed before the
 * others stand still and opened after they have begun to work.
 */
import { describeRpcError, RpcErrorException, operationFailed } from '../../src/error/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import type { Branch } from '../../src/data/index.ts';
import { modeOf } from '../../src/sami/index.ts';
import type { Logger } from '../logger.ts';
import { PlaneFailure } from '../plane/plane-failure.ts';
import type { DataPlane, PreparedChange, VmChange } from '../plane/plane.ts';
import { withTables } from './kept-tables.ts';

interface Prepared {
  readonly plane: DataPlane;
  readonly change: PreparedChange;
}

/** Changes that all planes have accepted. One of the two methods is called, once. */
export class PlaneTransaction {
  readonly #prepared: readonly Prepared[];
  readonly #changes: readonly VmChange[];
  readonly #logger: Logger;
  /** What {@link #undo} restores, by VM: deleted ones with the tables that they had. */
  #restored: ReadonlyMap<string, Branch> = new Map();

  private constructor(prepared: readonly Prepared[], changes: readonly VmChange[], logger: Logger) {
    this.#prepared = changes.some(freezes) ? prepared : prepared.toReversed();
    this.#changes = changes;
    this.#logger = logger;
  }

  /**
   * Asks every plane, also after one has refused, and throws all that they say; those that had accepted
   * have been told to abort.
   */
  static async prepare(
    planes: readonly DataPlane[],
    changes: readonly VmChange[],
    logger: Logger,
  ): Promise<PlaneTransaction> {
    const prepared: Prepared[] = [];
    const errors: RpcError[] = [];
    for (const plane of changes.length > 0 ? planes : []) {
      try {
        prepared.push({ plane, change: await plane.prepare(changes) });
      } catch (error) {
        errors.push(...refusalsOf(plane, error, logger));
      }
    }
    if (errors.length === 0) return new PlaneTransaction(prepared, changes, logger);
    await abortAll(prepared, logger);
    throw new RpcErrorException(errors);
  }

  /**
   * For what has to happen, such as a rollback: a plane that refuses is left out and reported in the log.
   */
  static async prepareWilling(
    planes: readonly DataPlane[],
    changes: readonly VmChange[],
    logger: Logger,
  ): Promise<PlaneTransaction> {
    const prepared: Prepared[] = [];
    for (const plane of changes.length > 0 ? planes : []) {
      try {
        prepared.push({ plane, change: await plane.prepare(changes) });
      } catch (error) {
        logger.log('error', 'plane-refused-rollback', { plane: plane.name, error: explain(error) });
      }
    }
    return new PlaneTransaction(prepared, changes, logger);
  }

  /** Applies on every plane. When one breaks its word, those before it are taken back and it throws. */
  async apply(): Promise<void> {
    this.#restored = await this.#keepDeleted();
    for (const [index, { plane, change }] of this.#prepared.entries()) {
      try {
        await change.apply();
      } catch (error) {
        this.#logger.log('error', 'plane-apply-failed', { plane: plane.name, error });
        await abortAll(this.#prepared.slice(index + 1), this.#logger);
        await this.#undo(this.#prepared.slice(0, index));
        throw applyFailure(plane, error);
      }
    }
  }

  /** For what has to happen: a plane that fails is reported in the log, and the others go on. */
  async applyRegardless(): Promise<void> {
    for (const { plane, change } of this.#prepared) {
      await change.apply().catch((error: unknown) => {
        this.#logger.log('error', 'plane-apply-failed', { plane: plane.name, error });
      });
    }
  }

  async abort(): Promise<void> {
    await abortAll(this.#prepared, this.#logger);
  }

  /** Takes back what {@link apply} did. */
  async undo(): Promise<void> {
    await this.#undo(this.#prepared);
  }

  /**
   * VMs that go, with the tables that only their planes have. One plane alone undoes itself, and its tables may be
   * too large to be held twice. A plane that cannot be read stands in the way of no deletion: what it had is lost
   * if that is undone.
   */
  async #keepDeleted(): Promise<ReadonlyMap<string, Branch>> {
    const kept = new Map<string, Branch>();
    if (this.#prepared.length < 2) return kept;
    for (const { id, before, after } of this.#changes) {
      if (!before || after || modeOf(before) === 'standby') continue;
      let full = before;
      for (const { plane } of this.#prepared) {
        try {
          full = await withTables(full, before, [plane]);
        } catch (error) {
          this.#logger.log('warning', 'plane-tables-not-kept', {
            plane: plane.name,
            vm: id,
            error,
          });
        }
      }
      kept.set(id, full);
    }
    return kept;
  }

  async #undo(applied: readonly Prepared[]): Promise<void> {
    const inverse = this.#changes.map(({ id, before, after }) => ({
      id,
      before: after,
      after: this.#restored.get(id) ?? before,
    }));
    const owners = this.#changes.flatMap(({ id, before }) =>
      before && this.#restored.has(id) ? [before] : [],
    );
    for (const { plane } of applied.toReversed()) {
      try {
        await (await plane.prepare(inverse)).apply();
        if (owners.length > 0) await plane.settle(owners);
      } catch (error) {
        this.#logger.log('error', 'plane-undo-failed', {
          plane: plane.name,
          error: explain(error),
        });
      }
    }
  }
}

function freezes({ after }: VmChange): boolean {
  return after !== undefined && modeOf(after) === 'frozen';
}

/** A plane that breaks down while it is asked has not accepted, and must not hide what others have to say. */
function refusalsOf(plane: DataPlane, error: unknown, logger: Logger): readonly RpcError[] {
  if (error instanceof RpcErrorException) return error.errors;
  logger.log('error', 'plane-failed', { plane: plane.name, error });
  return new PlaneFailure(plane, error).errors;
}

/** What the plane itself says as an rpc-error keeps its tags and paths. */
function applyFailure({ name }: DataPlane, cause: unknown): RpcErrorException {
  const failed = `data plane "${name}" failed to apply the change`;
  const errors =
    cause instanceof RpcErrorException
      ? cause.errors.map((error) => ({
          ...error,
          message: `${failed}: ${error.message ?? error.tag}`,
        }))
      : operationFailed(failed, { type: 'application' });
  return new RpcErrorException(errors, { cause });
}

async function abortAll(prepared: readonly Prepared[], logger: Logger): Promise<void> {
  for (const { plane, change } of prepared.toReversed()) {
    try {
      await change.abort();
    } catch (error) {
      logger.log('error', 'plane-abort-failed', { plane: plane.name, error });
    }
  }
}

function explain(error: unknown): unknown {
  return error instanceof RpcErrorException ? error.errors.map(describeRpcError).join('; ') : error;
}
