/** What a commit changes, as the lines of a prepare: made one at a time, none longer than the plane takes. */
import { Branch } from '../../../src/data/index.ts';
import { RpcErrorException, resourceDenied } from '../../../src/error/index.ts';
import type { RpcError } from '../../../src/error/index.ts';
import { entriesOf, kindsOf, modeOf } from '../../../src/sami/index.ts';
import type { ListNode } from '../../../src/yang/index.ts';
import { keyText, printMessage, rowToJson } from '../../../src/plane-protocol/index.ts';
import type { JsonObject, KeyedRow } from '../../../src/plane-protocol/index.ts';
import type { TableSchema } from '../kit/catalog.ts';
import type { RowEdit, VmEdit } from '../kit/driver.ts';
import { rowPath } from '../kit/paths.ts';

/** Name of a list in the protocol. */
export function tableName({ kind, list }: TableSchema): string {
  return `${kind.name}/${list.name}`;
}

/** Lines of one change, without ids. Throws RpcErrorException for an entry that is too long for a line. */
export function* editLines(edits: readonly VmEdit[], maxLine: number): Iterable<string> {
  for (const { id, before, after, tables } of edits) {
    yield vmLine(id, after);
    if (!after) continue;
    for (const { table, set, remove } of tables) {
      const of = before ?? after;
      yield* batches('remove', table, keysOnly(remove), of, maxLine);
      yield* batches('set', table, changedRows(set), after, maxLine);
    }
  }
}

/** Lines that make tables what they have to be, whatever the plane has. */
export function* restoreLines(
  vm: Branch,
  tables: readonly TableSchema[],
  maxLine: number,
): Iterable<string> {
  for (const table of tables) {
    yield `"op":"clear","table":"${tableName(table)}"`;
    const rows = entriesOf(vm, table.kind, table.list) ?? [];
    yield* batches('set', table, keyedRows(rows), vm, maxLine);
  }
}

/** Begins the lines of a VM: what is configured for it, without its tables. */
export function vmLine(id: string, vm: Branch | undefined): string {
  return `"vm":${JSON.stringify(id)},"config":${vm ? printMessage(vmConfig(vm)) : 'null'}`;
}

function vmConfig(vm: Branch): JsonObject {
  const list = vm.schema as ListNode;
  let facts = vm;
  for (const { container } of kindsOf(list)) facts = facts.with(container, undefined);
  for (const node of list.dataChildren) {
    if (node.kind === 'list' || !node.config) facts = facts.with(node, undefined);
  }
  return { ...rowToJson(facts), mode: modeOf(vm) };
}

/** Entries that stay as they are need no telling: the mode says what is to become of them. */
function* changedRows(set: readonly RowEdit[]): Iterable<[Branch, KeyedRow]> {
  for (const { before, after } of set) {
    if (before === after) continue;
    const keyed = { key: keyText(after), row: rowToJson(after) };
    yield [after, before ? { ...keyed, before: rowToJson(before) } : keyed];
  }
}

function* keyedRows(rows: Iterable<Branch>): Iterable<[Branch, KeyedRow]> {
  for (const row of rows) yield [row, { key: keyText(row), row: rowToJson(row) }];
}

function* keysOnly(rows: Iterable<Branch>): Iterable<[Branch, KeyedRow]> {
  for (const row of rows) {
    const { keys } = row.schema as ListNode;
    const slots = row.slots.map((value, slot) =>
      keys.some((key) => key.slot === slot) ? value : undefined,
    );
    yield [row, { key: keyText(row), row: rowToJson(new Branch(row.schema, slots)) }];
  }
}

/** Room for what stands around the entries: id, names, brackets. */
const AROUND = 200;
/** Shorter than permitted, so that a line costs neither side much at once. */
const TARGET = 32_768;

function* batches(
  op: 'set' | 'remove',
  schema: TableSchema,
  rows: Iterable<readonly [Branch, KeyedRow]>,
  vm: Branch,
  maxLine: number,
): Iterable<string> {
  const head = `"op":"${op}","table":"${tableName(schema)}","rows":[`;
  let batch: string[] = [];
  let length = 0;
  for (const [row, keyed] of rows) {
    const text = printMessage(keyed);
    const size = text.length + 1;
    if (size + AROUND > maxLine) throw new RpcErrorException(tooLong(vm, row, size, maxLine));
    if (length + size + AROUND > Math.min(TARGET, maxLine) && batch.length > 0) {
      yield `${head}${batch.join(',')}]`;
      batch = [];
      length = 0;
    }
    batch.push(text);
    length += size;
  }
  if (batch.length > 0) yield `${head}${batch.join(',')}]`;
}

function tooLong(vm: Branch, row: Branch, size: number, maxLine: number): RpcError {
  const message = `the entry takes ${size} bytes, and the data plane takes lines of ${maxLine}`;
  return resourceDenied(message, { path: rowPath(vm, row), appTag: 'entry-too-long' });
}
