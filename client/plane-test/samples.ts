/** Entries of any list, made up from its schema: as many as wanted, each with another key. */
import { Branch } from '../../src/data/index.ts';
import type { Slot } from '../../src/data/index.ts';
import { keyText, rowToJson } from '../../src/plane-protocol/index.ts';
import type { JsonObject, KeyedRow } from '../../src/plane-protocol/index.ts';
import { kindsOf } from '../../src/sami/index.ts';
import type { Kind } from '../../src/sami/index.ts';
import { InvalidValueError } from '../../src/yang/index.ts';
import type {
  LeafListNode,
  LeafNode,
  LeafValue,
  ListNode,
  YangType,
} from '../../src/yang/index.ts';

type Values = (n: number) => string;

const octets = (n: number): string => `${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
const pairs = (n: number): string =>
  [n >> 24, n >> 16, n >> 8, n].map((it) => (it & 255).toString(16).padStart(2, '0')).join(':');

/** What a leaf may take, the ones with another value for each number first. */
const DISTINCT: readonly Values[] = [
  (n) => `10.${octets(n)}`,
  (n) => `239.${octets(n)}`,
  (n) => `10.${octets(n)}/32`,
  (n) => `02:00:${pairs(n)}`,
  (n) => String(n + 1),
  // Small numbers are often reserved, such as those of an SPI.
  (n) => String(n + 1_024),
  (n) => `sample-${n}`,
  (n) => n.toString(16).padStart(8, '0'),
];
const FEW: readonly Values[] = [
  (n) => String((n % 250) + 1),
  (n) => (n % 2 === 0 ? 'true' : 'false'),
  () => '2026-11-20T12:00:00Z',
  () => '1.0',
  () => '',
];

/** More than any test asks for, to see that values do not run out. */
const MANY = 4_000_000;

export class SampleTable {
  readonly kind: Kind;
  readonly list: ListNode;
  /** As in the protocol. */
  readonly name: string;
  /** How many different keys can be made. */
  readonly most: number;
  readonly #leaves: readonly (readonly [leaf: LeafNode, values: Values])[];
  readonly #keyCount: number;

  private constructor(
    kind: Kind,
    list: ListNode,
    leaves: readonly (readonly [LeafNode, Values])[],
    most: number,
  ) {
    this.kind = kind;
    this.list = list;
    this.name = `${kind.name}/${list.name}`;
    this.most = most;
    this.#leaves = leaves;
    this.#keyCount = list.keys.length;
  }

  /** Undefined when no keys can be made up for the list. */
  static of(kind: Kind, list: ListNode): SampleTable | undefined {
    const leaves: (readonly [LeafNode, Values])[] = [];
    let most = 1;
    for (const key of list.keys) {
      const distinct = DISTINCT.find((values) => takes(key, values, [0, 1, 255, 65_536, MANY]));
      const values = distinct ?? fewFor(key);
      if (!values) return undefined;
      leaves.push([key, values]);
      if (distinct) most = MANY;
      else if (most < MANY) most = Math.max(most, countDistinct(values));
    }
    for (const node of list.dataChildren) {
      if (node.kind !== 'leaf' || !node.config || list.keys.includes(node)) continue;
      const values = DISTINCT.find((it) => takes(node, it, [0, 1, 255])) ?? fewFor(node);
      if (values) leaves.push([node, values]);
    }
    return new SampleTable(kind, list, leaves, most);
  }

  /** Entry `n` with only its key and the first other leaves. `version` changes what is not key. */
  row(n: number, version = 0, leaves = this.#keyCount + 4): Branch {
    const slots: Slot[] = [];
    for (const [index, [leaf, values]] of this.#leaves.slice(0, leaves).entries()) {
      while (slots.length <= leaf.slot) slots.push(undefined);
      slots[leaf.slot] = parse(leaf, values(index < this.#keyCount ? n : (n + version) % 200));
    }
    return new Branch(this.list, slots);
  }

  /** With every leaf that a value could be made up for. */
  wideRow(n: number): Branch {
    return this.row(n, 0, this.#leaves.length);
  }

  /** Whether entries have anything but their key. */
  get hasVersions(): boolean {
    return this.#leaves.length > this.#keyCount;
  }

  /** With this leaf at a value. */
  rowWith(n: number, leaf: LeafNode, text: string): Branch {
    return this.row(n).with(leaf, parse(leaf, text));
  }

  static keyed(row: Branch): KeyedRow {
    return { key: keyText(row), row: rowToJson(row) };
  }

  static keys(row: Branch): { readonly key: string; readonly row: JsonObject } {
    const { keys } = row.schema as ListNode;
    const slots = row.slots.map((value, slot) =>
      keys.some((key) => key.slot === slot) ? value : undefined,
    );
    return { key: keyText(row), row: rowToJson(new Branch(row.schema, slots)) };
  }
}

/** The tables of the kinds that are named, and the names of those that no entries can be made up for. */
export function sampleTables(
  vm: ListNode,
  kinds: readonly string[],
): { readonly tables: readonly SampleTable[]; readonly without: readonly string[] } {
  const tables: SampleTable[] = [];
  const without: string[] = [];
  for (const kind of kindsOf(vm).filter(({ name }) => kinds.includes(name))) {
    for (const list of kind.lists) {
      const table = SampleTable.of(kind, list);
      if (table) tables.push(table);
      else without.push(`${kind.name}/${list.name}`);
    }
  }
  return { tables, without };
}

function fewFor(leaf: LeafNode): Values | undefined {
  const { type } = leaf;
  if (type.base === 'enumeration') {
    const names = [
      ...(type as YangType & { readonly enums: ReadonlyMap<string, number> }).enums.keys(),
    ];
    return (n) => names[n % names.length] ?? '';
  }
  return FEW.find((values) => takes(leaf, values, [0, 1, 255]));
}

function countDistinct(values: Values): number {
  return new Set(Array.from({ length: 250 }, (_, n) => values(n))).size;
}

function takes(leaf: LeafNode, values: Values, numbers: readonly number[]): boolean {
  try {
    const parsed = numbers.map((n) => leaf.type.canonical(parse(leaf, values(n))));
    return new Set(parsed).size === new Set(numbers.map(values)).size;
  } catch (error) {
    if (error instanceof InvalidValueError) return false;
    throw error;
  }
}

function parse({ type, module }: LeafNode | LeafListNode, text: string): LeafValue {
  return type.parse(text, (prefix) => (prefix === '' ? module.namespace : undefined));
}
