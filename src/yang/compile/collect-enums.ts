/**
 * The names and numbers of enumeration and bits types (RFC 7950, sections 9.6.4 and 9.7.4). A number
 * that is not stated is one more than the highest so far, or 0 for the first; a derived type keeps those
 * of its base.
 */
import type { Statement } from '../syntax/statement.ts';
import type { Compilation } from './compilation.ts';
import type { TypeChain } from './type-chain.ts';

export interface EnumEntry {
  readonly value: number;
  /** The statement of each type of the chain that has the name, the base first. */
  readonly statements: readonly Statement[];
}

interface NumberSpace {
  readonly keyword: 'enum' | 'bit';
  /** Substatement that states the number. */
  readonly property: 'value' | 'position';
  readonly min: number;
  readonly max: number;
}

const SPACES: Readonly<Record<'enum' | 'bit', NumberSpace>> = {
  enum: { keyword: 'enum', property: 'value', min: -(2 ** 31), max: 2 ** 31 - 1 },
  bit: { keyword: 'bit', property: 'position', min: 0, max: 2 ** 32 - 1 },
};

export function collectEnums(
  compilation: Compilation,
  chain: TypeChain,
  keyword: 'enum' | 'bit',
): ReadonlyMap<string, EnumEntry> {
  const space = SPACES[keyword];
  let entries: ReadonlyMap<string, EnumEntry> = new Map();
  let isBase = true;
  for (const type of chain.types.toReversed()) {
    const statements = type.all(keyword);
    if (statements.length === 0) continue;
    entries = isBase
      ? defineEntries(compilation, statements, space)
      : restrictEntries(compilation, statements, space, entries);
    isBase = false;
  }
  return entries;
}

function defineEntries(
  compilation: Compilation,
  statements: readonly Statement[],
  space: NumberSpace,
): ReadonlyMap<string, EnumEntry> {
  const entries = new Map<string, EnumEntry>();
  const taken = new Set<number>();
  let highest: number | undefined;
  for (const statement of statements) {
    const stated = statement.argumentOf(space.property);
    // Adding 0 makes 0 of -0.
    const value = stated === undefined ? (highest ?? -1) + 1 : Number(stated) + 0;
    if (!checkEntry(compilation, statement, space, { value, entries, taken })) continue;
    entries.set(statement.text, { value, statements: [statement] });
    taken.add(value);
    highest = Math.max(highest ?? value, value);
  }
  return entries;
}

function checkEntry(
  compilation: Compilation,
  statement: Statement,
  space: NumberSpace,
  state: { value: number; entries: ReadonlyMap<string, EnumEntry>; taken: ReadonlySet<number> },
): boolean {
  const { sink } = compilation;
  const { keyword, property, min, max } = space;
  const { value, entries, taken } = state;
  const stated = statement.find(property);
  const at = stated?.argumentAt ?? statement.argumentAt;
  if (entries.has(statement.text)) {
    const message = `${keyword} "${statement.text}" is there twice`;
    sink.report('duplicate-enum', statement.argumentAt, message);
    return false;
  }
  // A malformed number has been reported by the grammar check.
  if (stated && !(min < 0 ? /^-?\d+$/ : /^\d+$/).test(stated.text)) return false;
  if (!(value >= min && value <= max)) {
    const message = stated
      ? `${property} ${String(value)} is not within ${String(min)}..${String(max)}`
      : `${keyword} "${statement.text}" needs a ${property}: ${String(max)} has been taken`;
    sink.report('invalid-enum', at, message);
    return false;
  }
  if (taken.has(value)) {
    sink.report('duplicate-enum', at, `${property} ${String(value)} is taken`);
    return false;
  }
  return true;
}

function restrictEntries(
  compilation: Compilation,
  statements: readonly Statement[],
  space: NumberSpace,
  base: ReadonlyMap<string, EnumEntry>,
): ReadonlyMap<string, EnumEntry> {
  const kept = new Map<string, EnumEntry>();
  for (const statement of statements) {
    const known = base.get(statement.text);
    const stated = statement.argumentOf(space.property);
    if (!known) {
      const message = `the base type has no ${space.keyword} "${statement.text}"`;
      compilation.sink.report('invalid-enum', statement.argumentAt, message);
    } else if (stated !== undefined && Number(stated) !== known.value) {
      const message = `${space.property} is ${String(known.value)} in the base type`;
      compilation.sink.report('invalid-enum', statement.argumentAt, message);
    } else if (kept.has(statement.text)) {
      const message = `${space.keyword} "${statement.text}" is there twice`;
      compilation.sink.report('duplicate-enum', statement.argumentAt, message);
    } else {
      kept.set(statement.text, {
        value: known.value,
        statements: [...known.statements, statement],
      });
    }
  }
  return kept;
}
