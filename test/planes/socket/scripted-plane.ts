/**
 * A small plane in this process that keeps to the protocol, but for one fault that a test asks for. It is the
 * control of every check of the conformance kit, and does on demand what a crash needs.
 */
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { once } from 'node:events';
import { freshSocket } from './c-plane.ts';

interface Json {
  readonly [name: string]: unknown;
}
interface KeyedRow {
  readonly key: string;
  readonly row: Json;
}
type Tables = Map<string, Map<string, Json>>;

interface Stream {
  readonly id: number;
  readonly vm: string;
  credit: number;
  readonly initial: number;
  /** Entries that a read has still to send; undefined for a watch. */
  rows: [string, Json][] | undefined;
  readonly table: string;
  lost: boolean;
}

interface Prepare {
  readonly id: number;
  readonly lines: Json[];
  complete: boolean;
  left: number;
}

/** Names of the faults; each breaks one rule. */
export type Fault =
  | 'no-boot-id'
  | 'first-version-only'
  | 'any-version'
  | 'no-hello-needed'
  | 'odd-features'
  | 'used-stuck'
  | 'new-boot-id'
  | 'silent-unknown-call'
  | 'strict-members'
  | 'open-after-malformed'
  | 'id-optional'
  | 'any-length'
  | 'strict-ids'
  | 'drops-member'
  | 'eager'
  | 'abort-applies'
  | 'abort-strict'
  | 'abort-stuck'
  | 'apply-anything'
  | 'apply-again'
  | 'applies-aborted'
  | 'refusal-half'
  | 'second-wins'
  | 'merges'
  | 'no-remove'
  | 'remove-strict'
  | 'no-clear'
  | 'sets-last'
  | 'keeps-deleted'
  | 'mixes-vms'
  | 'mode-empties'
  | 'ages'
  | 'credit-once'
  | 'early-ok'
  | 'no-read-credit'
  | 'long-lines'
  | 'ignores-key'
  | 'read-missing-refused'
  | 'reads-anything'
  | 'one-at-a-time'
  | 'cancel-ignored'
  | 'index-cursor'
  | 'late-changes'
  | 'reversed'
  | 'delta'
  | 'all-vms'
  | 'silent-delete'
  | 'no-watch-credit'
  | 'silent-loss'
  | 'watch-uncancelled'
  | 'hello-empties'
  | 'line-kept'
  | 'prepare-stays'
  | 'prepared-applied'
  | 'read-breaks'
  | 'watch-breaks'
  | 'apply-half'
  | 'forgets-many'
  | 'overfull'
  | 'abort-breaks';

export interface ScriptedOptions {
  readonly fault?: Fault;
  readonly kinds?: readonly string[];
}

const MAX_LINE = 65_536;
const WINDOW = 8;
/** The kind that has a limit, where it is served. */
const LIMITED = { kind: 'dhcp-binding', limit: 20 };

export class ScriptedPlane implements AsyncDisposable {
  readonly socket = freshSocket();
  readonly #fault: Fault | undefined;
  readonly #kinds: readonly string[];
  readonly #vms = new Map<string, Tables>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Called with each call before it is answered; false: it is not answered at all. */
  onCall: (call: string, message: Json) => boolean = () => true;
  bootId = 'boot-1';
  #used: number | undefined;
  #boots = 0;

  private constructor({ fault, kinds = ['cumulative-security', LIMITED.kind] }: ScriptedOptions) {
    this.#fault = fault;
    this.#kinds = kinds;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      new Conversation(this, socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(options: ScriptedOptions = {}): Promise<ScriptedPlane> {
    const plane = new ScriptedPlane(options);
    plane.#server.listen(plane.socket);
    await once(plane.#server, 'listening');
    return plane;
  }

  has(fault: Fault): boolean {
    return this.#fault === fault;
  }

  /** What a connection left behind that should have gone with it. */
  leftover = '';
  /** What the next prepare is refused with at its first line about a table. */
  refusal: Json | undefined;
  /** As its hello says. */
  maxLine: number | undefined;
  /** Does what it is told and says nothing. */
  silent = false;
  /** Lines of all prepares, in order. */
  readonly staged: Json[] = [];
  stuckPrepare = false;
  stuckRead = false;

  /** Entries of a kind, of all VMs. */
  used(kind: string): number {
    return [...this.#vms.values()]
      .flatMap((tables) => [...tables])
      .filter(([table]) => table.startsWith(`${kind}/`))
      .reduce((sum, [, rows]) => sum + rows.size, 0);
  }

  kinds(): Json {
    const used = (kind: string): number => {
      const now = this.used(kind);
      this.#used ??= now;
      return this.has('used-stuck') ? this.#used : now;
    };
    const list = this.#kinds.map((kind) => ({
      kind,
      used: used(kind),
      ...(kind === LIMITED.kind ? { limit: LIMITED.limit } : {}),
      ...(this.has('odd-features') ? { features: 'tcp' } : {}),
    }));
    return { kinds: list };
  }

  nextBoot(): string {
    this.#boots += 1;
    return this.has('new-boot-id') ? `boot-${this.#boots}` : this.bootId;
  }

  serves(table: string): boolean {
    return this.#kinds.includes(table.split('/')[0] ?? '');
  }

  table(vm: string, name: string): Map<string, Json> {
    const id = this.has('mixes-vms') ? vm.replace(/-b$/, '') : vm;
    const tables: Tables = this.#vms.get(id) ?? new Map<string, Map<string, Json>>();
    this.#vms.set(id, tables);
    const table = tables.get(name) ?? new Map<string, Json>();
    tables.set(name, table);
    return table;
  }

  tables(vm: string): Tables {
    const id = this.has('mixes-vms') ? vm.replace(/-b$/, '') : vm;
    return this.#vms.get(id) ?? new Map<string, Map<string, Json>>();
  }

  forget(): void {
    this.#vms.clear();
  }

  /** Ends all connections, as a crash would. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

class Conversation {
  readonly #plane: ScriptedPlane;
  readonly #socket: Socket;
  readonly #streams = new Map<number, Stream>();
  #prepare: Prepare | undefined;
  #aborted: Prepare | undefined;
  #last: Prepare | undefined;
  #greeted = false;
  #over = false;
  #maxLine = MAX_LINE;
  #text = '';
  #calls = 0;
  #lastCall = '';

  constructor(plane: ScriptedPlane, socket: Socket) {
    this.#plane = plane;
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      this.#take(String(chunk));
    });
    socket.on('close', () => {
      this.#cut();
    });
  }

  #has(fault: Fault): boolean {
    return this.#plane.has(fault);
  }

  /** What faults make of a connection that ends. */
  #cut(): void {
    const busy = [...this.#streams.values()];
    if (this.#has('hello-empties') && this.#calls === 1 && this.#greeted && this.#text === '') {
      this.#plane.forget();
    }
    if (this.#has('line-kept')) this.#plane.leftover = this.#text;
    const open = this.#prepare && !this.#prepare.complete;
    if (this.#has('prepare-stays') && open === true) this.#plane.stuckPrepare = true;
    if (this.#has('prepared-applied') && this.#prepare?.complete) this.#apply(this.#prepare);
    if (this.#has('read-breaks') && busy.some(({ rows }) => rows)) this.#plane.stuckRead = true;
    // After hello and prepare.
    if (this.#has('abort-breaks') && this.#calls === 3 && this.#lastCall === 'abort') {
      this.#plane.stuckPrepare = true;
    }
    if (this.#has('watch-breaks') && busy.some(({ rows, credit }) => !rows && credit === 1)) {
      this.#plane.stuckPrepare = true;
    }
  }

  #say(message: Json): void {
    if (!this.#over && !this.#plane.silent) this.#socket.write(`${JSON.stringify(message)}\n`);
  }

  #refuse(id: number, tag: string): void {
    this.#say({ id, error: [{ tag, message: 'no' }] });
  }

  #take(chunk: string): void {
    if (this.#over) return;
    this.#text += this.#plane.leftover + chunk;
    this.#plane.leftover = '';
    for (
      let end = this.#text.indexOf('\n');
      end >= 0 && !this.#isOver();
      end = this.#text.indexOf('\n')
    ) {
      const line = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 1);
      if (line.length >= MAX_LINE && !this.#has('any-length')) this.#hangUp('too-big');
      else this.#line(line);
    }
    if (this.#text.length >= MAX_LINE && !this.#has('any-length')) this.#hangUp('too-big');
  }

  #isOver(): boolean {
    return this.#over;
  }

  #hangUp(tag: string): void {
    this.#text = '';
    this.#refuse(0, tag);
    this.#over = true;
    this.#socket.end();
  }

  #line(line: string): void {
    let message: Json;
    try {
      message = JSON.parse(line) as Json;
    } catch {
      if (this.#has('open-after-malformed')) this.#refuse(0, 'malformed-message');
      else this.#hangUp('malformed-message');
      return;
    }
    const { id, call, credit } = message;
    if (typeof id !== 'number') {
      if (this.#has('id-optional')) this.#refuse(0, 'malformed-message');
      else this.#hangUp('malformed-message');
      return;
    }
    const stream = this.#streams.get(id);
    if (typeof call === 'string') {
      if (!this.#plane.onCall(call, message)) return;
      this.#call(id, call, message);
    } else if (this.#prepare?.id === id) this.#stage(this.#prepare, message);
    else if (stream && typeof credit === 'number') stream.credit += credit;
    else if (this.#has('strict-ids') && id === 4_001) this.#hangUp('malformed-message');
    this.#pump();
  }

  #call(id: number, call: string, message: Json): void {
    this.#calls += 1;
    this.#lastCall = call;
    if (call !== 'hello' && !this.#greeted && !this.#has('no-hello-needed')) {
      this.#refuse(id, 'operation-failed');
      return;
    }
    if (this.#has('strict-members') && message['no-such-member'] !== undefined) {
      this.#refuse(id, 'malformed-message');
      return;
    }
    const reading = [...this.#streams.values()].some(({ rows }) => rows);
    if (this.#has('one-at-a-time') && call === 'read' && reading) return;
    if (this.#has('early-ok') && call === 'kinds' && this.#prepare?.lines.length === 1) {
      this.#say({ id: this.#prepare.id, ok: {} });
    }
    switch (call) {
      case 'hello':
        this.#hello(id, message);
        break;
      case 'kinds':
        this.#say({ id, ok: this.#plane.kinds() });
        break;
      case 'prepare':
        this.#begin(id);
        break;
      case 'apply':
      case 'abort':
        this.#end(id, call, message['prepare']);
        break;
      case 'read':
      case 'watch':
        this.#open(id, call, message);
        break;
      case 'cancel':
        if (!this.#isKept(message['cancel'])) this.#streams.delete(message['cancel'] as number);
        this.#say({ id, ok: {} });
        break;
      default:
        if (!this.#has('silent-unknown-call')) this.#refuse(id, 'operation-not-supported');
    }
  }

  #isKept(id: unknown): boolean {
    const stream = this.#streams.get(id as number);
    return stream?.rows ? this.#has('cancel-ignored') : this.#has('watch-uncancelled');
  }

  #hello(id: number, { versions, 'max-line': maxLine }: Json): void {
    const offered = versions as readonly number[];
    const known = this.#has('first-version-only') ? offered[0] === 1 : offered.includes(1);
    if (!known && !this.#has('any-version')) {
      this.#refuse(id, 'operation-not-supported');
      return;
    }
    this.#greeted = true;
    if (typeof maxLine === 'number') this.#maxLine = maxLine;
    const { maxLine: most } = this.#plane;
    const length = most === undefined ? {} : { 'max-line': most };
    const boot = this.#has('no-boot-id') ? {} : { 'boot-id': this.#plane.nextBoot() };
    this.#say({ id, ok: { version: 1, name: 'scripted', ...boot, ...length } });
  }

  #begin(id: number): void {
    const { stuckPrepare } = this.#plane;
    this.#plane.stuckPrepare = false;
    if (stuckPrepare || (this.#prepare && !this.#has('second-wins'))) {
      this.#refuse(id, 'in-use');
      return;
    }
    this.#prepare = { id, lines: [], complete: false, left: WINDOW };
    this.#say({ id, credit: WINDOW });
  }

  #stage(prepare: Prepare, message: Json): void {
    const { table, end, op } = message;
    prepare.left -= 1;
    this.#plane.staged.push(message);
    const { refusal } = this.#plane;
    if (typeof table === 'string' && refusal) {
      this.#plane.refusal = undefined;
      this.#prepare = undefined;
      this.#say({ id: prepare.id, error: [refusal] });
      return;
    }
    if (typeof table === 'string' && !this.#plane.serves(table)) {
      if (this.#has('refusal-half')) this.#apply(prepare);
      this.#prepare = undefined;
      this.#refuse(prepare.id, 'operation-not-supported');
      return;
    }
    if (this.#has('remove-strict') && op === 'remove' && !this.#allThere(prepare, message)) {
      this.#prepare = undefined;
      this.#refuse(prepare.id, 'data-missing');
      return;
    }
    if (end === true && this.#isTooMuch(prepare)) {
      this.#prepare = undefined;
      this.#refuse(prepare.id, 'resource-denied');
      return;
    }
    if (end === true) {
      prepare.complete = true;
      if (this.#has('eager') && this.#replaces(prepare)) {
        this.#apply(prepare);
        prepare.lines.length = 0;
      }
      this.#say({ id: prepare.id, ok: {} });
      return;
    }
    prepare.lines.push(message);
    if (prepare.left > 0 || (this.#has('credit-once') && prepare.lines.length > 100)) return;
    prepare.left = WINDOW;
    this.#say({ id: prepare.id, credit: WINDOW });
  }

  /** Counts every entry that is set as a new one. */
  #isTooMuch({ lines }: Prepare): boolean {
    if (this.#has('overfull')) return false;
    const { kind, limit } = LIMITED;
    const sets = lines.filter(({ op, table }) => op === 'set' && String(table).startsWith(kind));
    const more = sets.flatMap(({ rows }) => rows as readonly KeyedRow[]).length;
    return more > 0 && this.#plane.used(kind) + more > limit;
  }

  /** Whether an entry that is there is set. */
  #replaces({ lines }: Prepare): boolean {
    const vm = lines.find((line) => line['vm'] !== undefined)?.['vm'] as string;
    return lines.some(
      ({ op, table, rows }) =>
        op === 'set' &&
        (rows as readonly KeyedRow[]).some(({ key }) =>
          this.#plane.table(vm, table as string).has(key),
        ),
    );
  }

  #allThere({ lines }: Prepare, { table, rows }: Json): boolean {
    const vm = lines.find((line) => line['vm'] !== undefined)?.['vm'] as string;
    const keys = [table, ...(rows as readonly KeyedRow[]).map(({ key }) => key)];
    const set = lines.flatMap((line) => (line['op'] === 'set' ? (line['rows'] as KeyedRow[]) : []));
    const present = this.#plane.table(vm, keys.shift() as string);
    return keys.every((key) => present.has(key as string) || set.some((it) => it.key === key));
  }

  #end(id: number, call: string, which: unknown): void {
    const prepare = this.#prepare?.id === which ? this.#prepare : undefined;
    const again = this.#has('apply-again') && this.#last?.id === which ? this.#last : undefined;
    const aborted =
      this.#has('applies-aborted') && this.#aborted?.id === which ? this.#aborted : undefined;
    const found = prepare ?? again ?? aborted;
    if (call === 'apply' && !found?.complete && !(this.#has('apply-anything') && which === 4_000)) {
      this.#refuse(id, 'operation-failed');
      return;
    }
    if (call === 'abort' && !prepare && this.#has('abort-strict')) {
      this.#refuse(id, 'data-missing');
      return;
    }
    if (call === 'abort' && prepare && !prepare.complete && this.#has('abort-stuck')) {
      this.#refuse(id, 'operation-failed');
      return;
    }
    if (prepare && call === 'abort') this.#aborted = prepare;
    // Unless nothing but hello and prepare came before.
    const applies = this.#has('abort-applies') && this.#calls > 3;
    if (prepare && call === 'abort' && prepare.complete && applies) this.#apply(prepare);
    const late = this.#has('late-changes');
    if (late) this.#say({ id, ok: {} });
    if (found && call === 'apply') {
      this.#last = found;
      this.#apply(found);
    }
    if (prepare) this.#prepare = undefined;
    if (!late) this.#say({ id, ok: {} });
  }

  #apply({ lines }: Prepare): void {
    let vm = '';
    const steps = this.#has('sets-last')
      ? lines.toSorted((a, b) => Number(a['op'] === 'set') - Number(b['op'] === 'set'))
      : lines;
    const changes: (() => void)[] = [];
    for (const [index, line] of steps.entries()) {
      if (this.#has('apply-half') && index > 1 && isTriple(lines)) break;
      if (typeof line['vm'] === 'string') {
        vm = line['vm'];
        this.#vm(vm, line['config'] as Json | null, changes);
      } else this.#edit(vm, line, changes, lines.length);
    }
    if (this.#has('reversed')) changes.reverse();
    for (const tell of changes) tell();
  }

  #vm(vm: string, config: Json | null, changes: (() => void)[]): void {
    const tables = this.#plane.tables(vm);
    if (config === null) {
      for (const [name, rows] of tables) {
        for (const row of rows.values()) {
          if (!this.#has('silent-delete'))
            changes.push(() => {
              this.#tell(vm, 'remove', name, row);
            });
        }
        if (!this.#has('keeps-deleted')) rows.clear();
      }
    }
    if (config?.['mode'] === 'frozen' && this.#has('mode-empties'))
      for (const rows of tables.values()) rows.clear();
  }

  #edit(vm: string, line: Json, changes: (() => void)[], lines: number): void {
    const { op, table, rows = [] } = line;
    const name = table as string;
    const present = this.#plane.table(vm, name);
    if (op === 'clear' && !this.#has('no-clear')) present.clear();
    for (const { key, row } of rows as readonly KeyedRow[]) {
      const before = present.get(key);
      if (op === 'set') {
        if (this.#has('forgets-many') && present.size >= 500) continue;
        const after = this.#stored(row);
        present.set(key, this.#has('merges') && before ? { ...row, ...before } : after);
        const told = this.#has('delta') && before ? keysOf(after) : after;
        changes.push(() => {
          this.#tell(vm, 'set', name, told);
        });
      } else if (op === 'remove' && before) {
        if (this.#has('no-remove') && lines === 2) continue;
        present.delete(key);
        changes.push(() => {
          this.#tell(vm, 'remove', name, before);
        });
      }
    }
  }

  #stored(row: Json): Json {
    if (!this.#has('drops-member')) return row;
    return Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'times-blocked'));
  }

  #tell(vm: string, op: string, table: string, row: Json): void {
    for (const stream of this.#streams.values()) {
      if (stream.rows || (stream.vm !== vm && !this.#has('all-vms'))) continue;
      if (stream.credit <= 0 && !this.#has('no-watch-credit')) stream.lost = true;
      else if (!stream.lost) {
        stream.credit -= 1;
        this.#say({ id: stream.id, op, table, rows: [row] });
      }
    }
  }

  #open(id: number, call: string, message: Json): void {
    const { vm, table = '', credit, key } = message as Record<string, string>;
    if (call === 'watch') {
      this.#streams.set(id, {
        id,
        vm: vm ?? '',
        credit: Number(credit),
        initial: Number(credit),
        rows: undefined,
        table: '',
        lost: false,
      });
      this.#say({ id, ok: {} });
      return;
    }
    const known = this.#plane.serves(table);
    const { stuckRead } = this.#plane;
    this.#plane.stuckRead = false;
    if (stuckRead) return;
    if (!known && !this.#has('reads-anything')) {
      this.#refuse(id, 'operation-not-supported');
      return;
    }
    const there = this.#plane.tables(vm ?? '').has(table);
    if (this.#has('read-missing-refused') && !there) {
      this.#refuse(id, 'data-missing');
      return;
    }
    let rows = known ? [...this.#plane.table(vm ?? '', table)] : [];
    if (key !== undefined && !this.#has('ignores-key'))
      rows = rows.filter(([each]) => each === key);
    if (this.#has('ages') && rows.length === 1) rows = rows.map(([each, row]) => [each, aged(row)]);
    this.#streams.set(id, {
      id,
      vm: vm ?? '',
      credit: Number(credit),
      initial: Number(credit),
      rows,
      table,
      lost: false,
    });
  }

  #pump(): void {
    for (const stream of this.#streams.values()) {
      if (stream.rows) this.#sendRows(stream, stream.rows);
      else if (stream.lost && stream.credit > 0) {
        stream.lost = false;
        if (this.#has('silent-loss')) continue;
        stream.credit -= 1;
        this.#say({ id: stream.id, op: 'lost' });
      }
    }
  }

  #sendRows(stream: Stream, rows: [string, Json][]): void {
    const { id } = stream;
    const most = this.#has('long-lines') ? 8 * this.#maxLine : this.#maxLine;
    while (
      rows.length > 0 &&
      (stream.credit > 0 || (this.#has('no-read-credit') && stream.initial === 2))
    ) {
      const line: Json[] = [];
      let length = 64;
      for (let first = rows[0]; first; first = rows[0]) {
        const size = JSON.stringify(first[1]).length + 1;
        if (length + size > most) break;
        length += size;
        rows.shift();
        // What has gone meanwhile is not sent; a cursor that counts then skips an entry for each.
        if (!this.#plane.table(stream.vm, stream.table).has(first[0])) {
          if (this.#has('index-cursor')) rows.shift();
          continue;
        }
        line.push(first[1]);
      }
      if (line.length === 0) break;
      stream.credit -= 1;
      this.#say({ id, rows: line });
    }
    if (rows.length > 0) return;
    this.#streams.delete(id);
    this.#say({ id, ok: {} });
  }
}

function keysOf({ 'client-address': client, 'server-address': server, address }: Json): Json {
  return address === undefined
    ? { 'client-address': client, 'server-address': server }
    : { address };
}

function aged(row: Json): Json {
  const { 'remaining-time': left, ...rest } = row;
  return left === 1 ? rest : row;
}

/** Three lines that set one entry each, in one table. */
function isTriple(lines: readonly Json[]): boolean {
  const sets = lines.filter(
    ({ op, rows }) => op === 'set' && (rows as readonly Json[]).length === 1,
  );
  return lines.length === 4 && sets.length === 3;
}
