/** One transaction in the language of nft(8), put together from what several tables have to change. */
import type { Branch } from '../../../src/data/index.ts';

export class Script {
  readonly table: string;
  /** What the transaction does in the table of objects that count. */
  readonly counts: Script;
  readonly #lines: string[] = [];
  /** Elements by set; those to delete go first and those to add last, when what they refer to is there. */
  readonly #deleted = new Map<string, Set<string>>();
  readonly #added = new Map<string, string[]>();
  readonly #afterwards: (() => void)[] = [];

  /** Families and names of our tables. */
  constructor(table: string, counts?: string) {
    this.table = table;
    this.counts = counts === undefined ? this : new Script(counts);
  }

  get text(): string {
    const deleted = [...this.#deleted].map(([set, keys]) => this.#elements('delete', set, keys));
    const added = [...this.#added].map(([set, elements]) => this.#elements('add', set, elements));
    const own = [...deleted, ...this.#lines, ...added].map((line) => `${line}\n`).join('');
    return this.counts === this ? own : own + this.counts.text;
  }

  get empty(): boolean {
    if (this.counts !== this && !this.counts.empty) return false;
    return this.#lines.length + this.#deleted.size + this.#added.size === 0;
  }

  /** `add('chain', 'x')` and `add('element', 's', '{ 5 }')`. */
  add(what: string, name: string, content = ''): void {
    this.#command('add', what, name, content);
  }

  /** The thing must be there. */
  delete(what: string, name: string, content = ''): void {
    this.#command('delete', what, name, content);
  }

  /** Makes it so that the thing is not there, whether or not it was. Not for what rules refer to. */
  remove(what: string, name: string, content: string, key = content): void {
    this.add(what, name, content);
    this.delete(what, name, key);
  }

  /** A chain with these rules and no others. */
  chain(name: string, rules: readonly string[], head = ''): void {
    this.add('chain', name, head);
    this.#command('flush', 'chain', name, '');
    for (const rule of rules) this.append(name, rule);
  }

  append(chain: string, rule: string): void {
    this.#lines.push(`add rule ${this.table} ${chain} ${rule}`);
  }

  addElements(set: string, elements: readonly string[]): void {
    const list = this.#added.get(set) ?? [];
    if (elements.length > 0) this.#added.set(set, list);
    for (const element of elements) list.push(element);
  }

  /** They must be there, when the transaction begins. */
  deleteElements(set: string, keys: readonly string[]): void {
    const list = this.#deleted.get(set) ?? new Set();
    if (keys.length > 0) this.#deleted.set(set, list);
    for (const key of keys) list.add(key);
  }

  /** `change` is made to what the driver remembers once the kernel has made the rest. */
  afterwards(change: () => void): void {
    this.#afterwards.push(change);
  }

  done(): void {
    for (const change of this.#afterwards) change();
    if (this.counts !== this) this.counts.done();
  }

  /** In one command, which is much faster than one for each. */
  #elements(command: string, set: string, elements: Iterable<string>): string {
    return `${command} element ${this.table} ${set} { ${[...elements].join(', ')} }`;
  }

  #command(command: string, what: string, name: string, content: string): void {
    this.#lines.push(
      `${command} ${what} ${this.table} ${name}${content === '' ? '' : ` ${content}`}`,
    );
  }
}

/** Time of an element: nothing for one that stays. A time of 0 would mean just that. */
export function expiry(seconds: number | undefined): string {
  if (seconds === undefined) return '';
  return ` timeout ${duration(Math.max(1, Math.floor(seconds)))}`;
}

/** Whole seconds as nft reads them: it takes eight digits for each unit. */
export function duration(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  return days < 1_000 ? `${seconds}s` : `${days}d${seconds % 86_400}s`;
}

/** As leaves of 64 bits have it: a number where a number can hold it. */
export function toLeaf(value: bigint): number | bigint {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** What an edit adds to a sum: what is there counts on while the transaction is being made. */
export function difference(
  slotOf: (row: Branch) => unknown,
  before: Branch | undefined,
  after: Branch,
): bigint {
  return sumOf(slotOf(after)) - (before ? sumOf(slotOf(before)) : 0n);
}

export function sumOf(value: unknown): bigint {
  return typeof value === 'number' || typeof value === 'bigint' ? BigInt(value) : 0n;
}
