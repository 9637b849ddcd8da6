/**
 * A data plane in another process as a device with tables: {@link ../kit/table-plane.ts} keeps modes,
 * combining, capacity and digests, and the process gets entries to set and to remove.
 */
import type { Branch } from '../../../src/data/index.ts';
import { keyTextOf, rowFromJson } from '../../../src/plane-protocol/index.ts';
import type { KindAnswer } from '../../../src/plane-protocol/index.ts';
import { ProtocolError } from '../../../src/plane-protocol/index.ts';
import type { RpcError } from '../../../src/error/index.ts';
import { vmId } from '../../../src/sami/index.ts';
import type { LeafValue, SchemaContext } from '../../../src/yang/index.ts';
import { Catalog } from '../kit/catalog.ts';
import type { TableSchema } from '../kit/catalog.ts';
import type { TableDriver, VmEdit } from '../kit/driver.ts';
import type { KindSupport, TableChange, Watch } from '../plane.ts';
import { PlaneConnection } from './connection.ts';
import type { ConnectionOptions } from './connection.ts';
import { PlaneErrors } from './errors.ts';
import { ExpectedState } from './expected-state.ts';
import { PlaneLink } from './link.ts';
import type { WatchLine } from './link.ts';
import { PlaneLostError } from './call-errors.ts';
import { editLines, tableName } from './prepare-lines.ts';

export interface SocketDriverOptions extends ConnectionOptions {
  readonly context: SchemaContext;
  /** Serve only these of the kinds that the plane has. */
  readonly kinds?: readonly string[] | undefined;
}

/** Entries of one table of one VM that are taken from a plane which states no limit. */
const MOST_ENTRIES = 4_000_000;
/** More than that no Map of JavaScript holds. */
const LARGEST_MAP = 16_000_000;

/** Where a change that the plane has accepted waits. */
interface Prepared {
  readonly link: PlaneLink;
  readonly id: number;
}

interface Watching {
  readonly vm: string;
  readonly report: (change: TableChange) => void;
  cancel: () => void;
}

export class SocketDriver implements TableDriver {
  readonly name = 'socket';
  readonly kinds: readonly string[];
  readonly #catalog: Catalog;
  readonly #tables: ReadonlyMap<string, TableSchema>;
  readonly #connection: PlaneConnection;
  readonly #expected: ExpectedState;
  readonly #errors: PlaneErrors;
  readonly #prepared = new WeakMap<readonly VmEdit[], Prepared>();
  readonly #watching = new Set<Watching>();
  #support: readonly KindAnswer[];
  #bootId: string;

  private constructor(
    link: PlaneLink,
    options: SocketDriverOptions,
    kinds: readonly string[],
    support: readonly KindAnswer[],
  ) {
    this.kinds = kinds;
    this.#catalog = new Catalog(options.context, kinds);
    this.#tables = new Map(this.#catalog.tables.map((table) => [tableName(table), table]));
    this.#expected = new ExpectedState(this.#catalog);
    this.#errors = new PlaneErrors(this.#catalog, `"${link.hello.name}" at ${options.path}`);
    this.#support = support;
    this.#bootId = link.hello.bootId;
    this.#connection = new PlaneConnection(link, options, (next) => this.#restore(next));
  }

  /** Connects. Throws an Error for the operator when there is no plane, or none with a kind to serve. */
  static async connect(options: SocketDriverOptions): Promise<SocketDriver> {
    const { path, context, kinds: wanted, logger } = options;
    const link = await PlaneLink.open(options).catch((cause: unknown) => {
      throw new Error(`no plane answers on socket "${path}": ${messageOf(cause)}`, { cause });
    });
    const support = await link.kinds().catch((cause: unknown) => {
      link.fail('it does not say what it serves');
      const message = `the plane on socket "${path}" does not say what it serves: ${messageOf(cause)}`;
      throw new Error(message, { cause });
    });
    const known = new Catalog(context).kinds.map(({ name }) => name);
    const offered = support.map(({ kind }) => kind);
    const unknown = offered.filter((kind) => !known.includes(kind));
    if (unknown.length > 0) {
      logger.log('warning', 'plane-kinds-unknown', { socket: path, kinds: unknown });
    }
    const absent = wanted?.find((kind) => !offered.includes(kind));
    const kinds = offered.filter(
      (kind) => known.includes(kind) && (wanted?.includes(kind) ?? true),
    );
    if (absent !== undefined || kinds.length === 0) {
      link.fail('it has no kind to serve');
      const missing = absent === undefined ? 'none that the modules have' : `not "${absent}"`;
      throw new Error(
        `the plane on socket "${path}" serves ${offered.join(', ') || 'no kind'}: ${missing}`,
      );
    }
    return new SocketDriver(link, options, kinds, support);
  }

  async open(edits: readonly VmEdit[]): Promise<void> {
    this.#expected.applied(edits);
    try {
      await this.#give(this.#connection.link, true);
    } catch (error) {
      throw this.#errors.exception(error, this.#vm(edits));
    }
  }

  async support(): Promise<readonly KindSupport[]> {
    await this.#ask().catch(() => undefined);
    return this.#support
      .filter(({ kind }) => this.kinds.includes(kind))
      .map(({ kind, limit, features }) => ({ kind, limit, features }));
  }

  async used(): Promise<ReadonlyMap<string, number>> {
    try {
      await this.#ask();
    } catch (error) {
      throw this.#errors.exception(error, () => undefined);
    }
    return new Map(this.#support.map(({ kind, used }) => [kind, used]));
  }

  async *read(vm: Branch, table: TableSchema): AsyncIterable<readonly Branch[]> {
    yield* this.#read(vm, table, {});
  }

  async readOne(
    vm: Branch,
    table: TableSchema,
    keys: readonly LeafValue[],
  ): Promise<Branch | undefined> {
    for await (const [row] of this.#read(vm, table, { key: keyTextOf(table.list, keys) })) {
      return row;
    }
    return undefined;
  }

  async check(edits: readonly VmEdit[]): Promise<readonly RpcError[]> {
    try {
      await this.#prepare(edits);
      return [];
    } catch (error) {
      return this.#errors.explain(error, this.#vm(edits));
    }
  }

  async apply(edits: readonly VmEdit[]): Promise<void> {
    let { link, id } = this.#prepared.get(edits) ?? {};
    this.#prepared.delete(edits);
    try {
      // The plane forgets what it had accepted when the connection is lost: it is asked again.
      if (!link || link.isOver || id === undefined) ({ link, id } = await this.#prepare(edits));
      this.#prepared.delete(edits);
    } catch (error) {
      throw this.#errors.exception(error, this.#vm(edits));
    }
    try {
      await link.call('apply', { prepare: id });
    } catch (error) {
      this.#expected.doubt(edits);
      // A plane that fails in an apply is in a state that nobody knows: it is set right on reconnection.
      link.fail(`apply failed: ${messageOf(error)}`);
      throw this.#errors.exception(error, this.#vm(edits));
    }
    this.#expected.applied(edits);
  }

  async abort(edits: readonly VmEdit[]): Promise<void> {
    const prepared = this.#prepared.get(edits);
    this.#prepared.delete(edits);
    if (!prepared || prepared.link.isOver) return;
    try {
      await prepared.link.call('abort', { prepare: prepared.id });
    } catch (error) {
      // What is lost with the connection is aborted as well.
      if (!(error instanceof PlaneLostError)) prepared.link.fail(`abort: ${messageOf(error)}`);
    }
  }

  settle(vms: readonly Branch[]): Promise<void> {
    this.#expected.settled(vms);
    return Promise.resolve();
  }

  async watch(vm: Branch, report: (change: TableChange) => void): Promise<Watch> {
    const watching: Watching = { vm: vmId(vm), report, cancel: () => undefined };
    try {
      await this.#watchOn(this.#connection.link, watching);
    } catch (error) {
      throw this.#errors.exception(error, () => vm);
    }
    this.#watching.add(watching);
    return {
      close: () => {
        this.#watching.delete(watching);
        watching.cancel();
        return Promise.resolve();
      },
    };
  }

  close(): Promise<void> {
    this.#connection.close();
    return Promise.resolve();
  }

  async #prepare(edits: readonly VmEdit[]): Promise<Prepared> {
    const { link } = this.#connection;
    const prepared = { link, id: await link.prepare(editLines(edits, link.maxLine)) };
    this.#prepared.set(edits, prepared);
    return prepared;
  }

  async #ask(): Promise<void> {
    this.#support = await this.#connection.link.kinds();
  }

  async *#read(vm: Branch, table: TableSchema, more: object): AsyncIterable<readonly Branch[]> {
    try {
      const { link } = this.#connection;
      const wanted = { vm: vmId(vm), table: tableName(table), ...more };
      const most = this.#mostEntries(table);
      let count = 0;
      for await (const rows of link.read(wanted)) {
        try {
          count += rows.length;
          if (count > most) throw new ProtocolError(`the plane sends more than ${most}`);
          yield rows.map((row) => rowFromJson(table.list, row));
        } catch (error) {
          if (error instanceof ProtocolError)
            link.fail(`an entry of "${wanted.table}" is none: ${error.message}`);
          throw error;
        }
      }
    } catch (error) {
      const known = error instanceof ProtocolError ? new PlaneLostError(error.message) : error;
      throw this.#errors.exception(known, () => vm);
    }
  }

  /** What a table may have at most, so that a plane which never stops does not take all memory. */
  #mostEntries({ kind }: TableSchema): number {
    const limit = this.#support.find((it) => it.kind === kind.name)?.limit;
    return Math.min(Number(limit ?? MOST_ENTRIES), LARGEST_MAP);
  }

  /** After the connection was lost: the plane gets what it has to have, and tells of changes again. */
  async #restore(link: PlaneLink): Promise<void> {
    const support = await link.kinds();
    const gone = this.kinds.find((kind) => !support.some((it) => it.kind === kind));
    if (gone !== undefined) throw new PlaneLostError(`it does not serve "${gone}" any more`);
    this.#support = support;
    await this.#give(link, link.hello.bootId === this.#bootId);
    this.#bootId = link.hello.bootId;
    for (const watching of this.#watching) {
      await this.#watchOn(link, watching);
      if (this.#watching.has(watching)) watching.report({ kind: 'lost' });
      else watching.cancel();
    }
  }

  async #give(link: PlaneLink, kept: boolean): Promise<void> {
    const lines = this.#expected.lines(kept, link.maxLine);
    const id = await link.prepare(lines, { start: true });
    await link.call('apply', { prepare: id });
    this.#expected.restored();
  }

  async #watchOn(link: PlaneLink, watching: Watching): Promise<void> {
    watching.cancel = await link.watch({ vm: watching.vm }, (line) => {
      this.#tell(line, watching.report);
    });
  }

  /** Throws ProtocolError for what is no entry, which ends the connection. */
  #tell(line: WatchLine, report: (change: TableChange) => void): void {
    if (line.op === 'lost') {
      report({ kind: 'lost' });
      return;
    }
    const table = this.#tables.get(line.table);
    // Kinds that are left to another plane.
    if (!table) return;
    for (const json of line.rows) {
      report({ kind: line.op, list: table.list, row: rowFromJson(table.list, json) });
    }
  }

  #vm(edits: readonly VmEdit[]): (id: string) => Branch | undefined {
    return (id) => {
      const edit = edits.find((it) => it.id === id);
      return edit?.after ?? edit?.before ?? this.#expected.vm(id);
    };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
