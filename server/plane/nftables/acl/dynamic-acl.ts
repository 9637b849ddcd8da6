/**
 * Rules that the device made (kind 'acl-dynamic').
 *
 * Each entry has a number. Its rule matches only while the number is in the set 'ace', where it has the
 * time that remains to the entry and counts the packets that it decides on; entries with an idle time-out
 * have it in 'ace-idle' too, and each packet renews it there. So entries run out in the kernel by itself.
 */
import type { Branch } from '../../../../src/data/index.ts';
import type { RpcError } from '../../../../src/error/index.ts';
import type { ListNode } from '../../../../src/yang/index.ts';
import type { TableSchema } from '../../kit/catalog.ts';
import type { RowEdit, TableEdit, VmEdit } from '../../kit/driver.ts';
import { fieldsOf } from '../../kit/fields.ts';
import { rowPath } from '../../kit/paths.ts';
import { comment, vmToken } from '../names.ts';
import type { NftElement } from '../../kit/nft-tool.ts';
import type { Family } from '../options.ts';
import { identityOf } from '../part.ts';
import type { Part, View } from '../part.ts';
import { difference, duration, expiry, toLeaf } from '../script.ts';
import type { Script } from '../script.ts';
import { checkAce } from './check.ts';
import { dynamicChain } from './dispatch.ts';
import { fromPieces, toPieces } from './entry-text.ts';
import { translate } from './translate.ts';

interface Entry {
  readonly name: string;
  readonly number: number;
  /** Without what the kernel counts. */
  readonly row: Branch;
  readonly pieces: readonly number[];
}

/** By name. */
type Entries = ReadonlyMap<string, Entry>;

const NONE: Entries = new Map();
const COUNTED = {
  lifetime: undefined,
  'idle-time': undefined,
  'matched-packets': undefined,
  'matched-octets': undefined,
};

export class DynamicAcl implements Part {
  readonly lists = ['acl-dynamic/ace'];
  readonly #family: Family;
  /** By VM. What has run out stays until the VM is edited next; its rules match nothing. */
  readonly #entries = new Map<string, Entries>();
  #nextNumber = 1;
  #nextPiece = 1;

  constructor(family: Family) {
    this.#family = family;
  }

  async open(view: View, tables: readonly TableSchema[]): Promise<void> {
    const [table] = tables;
    if (!table) return;
    for (const stored of fromPieces(await view.elements('ace-text'), table.list)) {
      const { number, vm, row, pieces } = stored;
      const name = nameOf(row);
      const entries = new Map(this.#entries.get(vm) ?? NONE);
      entries.set(name, { name, number, row, pieces });
      this.#entries.set(vm, entries);
      this.#nextNumber = Math.max(this.#nextNumber, number + 1);
      this.#nextPiece = Math.max(this.#nextPiece, ...pieces.map((piece) => piece + 1));
    }
  }

  async follow(script: Script, { before, after }: VmEdit, view: View): Promise<void> {
    if (after || !before) return;
    const { id } = identityOf(before);
    const [live, idle] = [await view.byKey('ace'), await view.byKey('ace-idle')];
    for (const entry of (this.#entries.get(id) ?? NONE).values()) forget(script, entry, live, idle);
    script.afterwards(() => this.#entries.delete(id));
  }

  check({ after }: VmEdit, { set }: TableEdit): readonly RpcError[] {
    if (!after) return [];
    return set.flatMap(({ after: row }) => checkAce(row, this.#family, rowPath(after, row)));
  }

  async edit(script: Script, edit: VmEdit, { set, remove }: TableEdit, view: View): Promise<void> {
    // With the VM all its entries go.
    if (!edit.after) return;
    const live = await view.byKey('ace');
    const idle = await view.byKey('ace-idle');
    const old = this.#entries.get(edit.id) ?? NONE;
    const entries = new Map<string, Entry>();
    const gone = new Set(remove.map(nameOf));
    const kept = new Set(set.map(({ after }) => nameOf(after)));
    for (const entry of old.values()) {
      const runOut = !isLive(entry, live, idle) && !kept.has(entry.name);
      if (gone.has(entry.name) || runOut) forget(script, entry, live, idle);
      else entries.set(entry.name, entry);
    }
    const ageing = edit.mode !== 'standby';
    for (const row of set) {
      const entry = this.#put(script, edit.id, entries.get(nameOf(row.after)), row.after);
      entries.set(entry.name, entry);
      load(
        script,
        entry,
        row,
        { ageing, woken: ageing && edit.modeBefore === 'standby' },
        live,
        idle,
      );
    }
    this.#fill(script, edit.id, old, entries);
    script.afterwards(() => this.#entries.set(edit.id, entries));
  }

  async read(vm: Branch, table: TableSchema, view: View): Promise<readonly Branch[]> {
    const entries = this.#entries.get(identityOf(vm).id) ?? NONE;
    if (entries.size === 0) return [];
    const [live, idle] = [await view.byKey('ace'), await view.byKey('ace-idle')];
    return [...entries.values()].flatMap((entry) => {
      const element = live.get(String(entry.number));
      if (!element || !isLive(entry, live, idle)) return [];
      const { fields } = table;
      const timeout = fields.number(entry.row, 'idle-timeout');
      const left = idle.get(String(entry.number))?.expires;
      return [
        fields.change(entry.row, {
          lifetime: element.expires,
          'idle-time': timeout === undefined || left === undefined ? undefined : timeout - left,
          'matched-packets': toLeaf(element.packets),
          'matched-octets': toLeaf(element.octets),
        }),
      ];
    });
  }

  /** What is said of an entry beside its rule. */
  #put(script: Script, vm: string, old: Entry | undefined, after: Branch): Entry {
    const row = fieldsOf(after.schema).change(after, COUNTED);
    const number = old?.number ?? this.#nextNumber++;
    const texts = toPieces(number, vm, row);
    if (old && toPieces(number, vm, old.row).join() === texts.join()) return old;
    if (old) script.deleteElements('ace-text', old.pieces.map(String));
    const pieces = texts.map(() => this.#nextPiece++);
    script.addElements(
      'ace-text',
      texts.map((text, index) => `${String(pieces[index])} comment "${text}"`),
    );
    return { name: nameOf(row), number, row, pieces };
  }

  /** Appends rules where that is enough; else fills the chain anew, which is as good and takes longer. */
  #fill(script: Script, vm: string, old: Entries, now: Entries): void {
    const before = [...old.values()].sort(inOrder);
    const after = [...now.values()].sort(inOrder);
    const chain = dynamicChain(vmToken(vm));
    const rules = (entries: readonly Entry[]): readonly string[] =>
      entries.flatMap((entry) => this.#rules(entry));
    if (before.every((entry, index) => entry === after[index])) {
      for (const rule of rules(after.slice(before.length))) script.append(chain, rule);
    } else script.chain(chain, rules(after));
  }

  #rules({ name, number, row }: Entry): readonly string[] {
    const { matches, actions } = translate(row, this.#family, name);
    const constant = `numgen inc mod 1 offset ${number}`;
    const timeout = fieldsOf(row.schema).number(row, 'idle-timeout');
    const [idle, renew] =
      timeout === undefined
        ? ['', '']
        : [
            `${constant} @ace-idle `,
            `update @ace-idle { ${constant} timeout ${duration(timeout)} } `,
          ];
    return matches.map(
      (match) => `${match} ${idle}${constant} @ace ${renew}${actions} ${comment(name)}`,
    );
  }
}

interface Ageing {
  readonly ageing: boolean;
  /** Leaves standby, so that its times begin to run down. */
  readonly woken: boolean;
}

type Numbered = ReadonlyMap<string, NftElement>;

/** Elements are replaced in the transaction, so that at every instant there is exactly one. */
function load(
  script: Script,
  { number }: Entry,
  { before, after }: RowEdit,
  { ageing, woken }: Ageing,
  live: Numbered,
  idle: Numbered,
): void {
  const fields = fieldsOf(after.schema);
  const key = String(number);
  const element = live.get(key);
  const sum = (leaf: string, now: bigint | undefined): bigint => {
    const base = element ? before : undefined;
    const value = (now ?? 0n) + difference((row) => fields.get(row, leaf), base, after);
    return value < 0n ? 0n : value;
  };
  const given = fields.number(after, 'lifetime');
  const same = before && element && !woken && fields.number(before, 'lifetime') === given;
  const lifetime = same ? element.expires : given;
  const counted = before && element ? element : undefined;
  if (element) script.deleteElements('ace', [key]);
  script.addElements('ace', [
    `${key} counter packets ${sum('matched-packets', counted?.packets)}` +
      ` bytes ${sum('matched-octets', counted?.octets)}${expiry(ageing ? lifetime : undefined)}`,
  ]);
  if (idle.has(key)) script.deleteElements('ace-idle', [key]);
  const timeout = fields.number(after, 'idle-timeout');
  if (timeout === undefined) return;
  const left = Math.max(1, timeout - (fields.number(after, 'idle-time') ?? 0));
  script.addElements('ace-idle', [`${key}${expiry(ageing ? left : undefined)}`]);
}

function forget(script: Script, { number, pieces }: Entry, live: Numbered, idle: Numbered): void {
  const key = String(number);
  if (live.has(key)) script.deleteElements('ace', [key]);
  if (idle.has(key)) script.deleteElements('ace-idle', [key]);
  script.deleteElements('ace-text', pieces.map(String));
}

function isLive({ number, row }: Entry, live: Numbered, idle: Numbered): boolean {
  const key = String(number);
  const hasIdle = fieldsOf(row.schema).number(row, 'idle-timeout') !== undefined;
  return live.has(key) && (!hasIdle || idle.has(key));
}

function nameOf(row: Branch): string {
  return row.get((row.schema as ListNode).keys[0] as never) as string;
}

/** Lowest precedence first; of equal ones those that drop, then by name. */
function inOrder(left: Entry, right: Entry): number {
  const [a, b] = [left, right].map(({ row }) => {
    const fields = fieldsOf(row.schema);
    const actions = fields.branch(row, 'actions');
    const accepts = actions && fieldsOf(actions.schema).text(actions, 'forwarding') === 'accept';
    return { precedence: Number(fields.leaf(row, 'precedence') ?? 0), accepts: accepts ? 1 : 0 };
  }) as [Place, Place];
  return a.precedence - b.precedence || a.accepts - b.accepts || (left.name < right.name ? -1 : 1);
}

interface Place {
  readonly precedence: number;
  readonly accepts: number;
}
