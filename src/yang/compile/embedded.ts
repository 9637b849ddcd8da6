/**
 * Extensions whose uses contain YANG statements: structures (RFC 8791, section 4), templates (RFC 8040, section 8)
 * and annotations (RFC 7952, section 3).
 */
import { substatementsOf, type SubstatementTable } from '../syntax/grammar.ts';

export type EmbeddedKind = 'annotation' | 'augment-structure' | 'structure' | 'yang-data';

const KINDS: Readonly<Record<string, Readonly<Record<string, EmbeddedKind>>>> = {
  'ietf-restconf': { 'yang-data': 'yang-data' },
  'ietf-yang-metadata': { annotation: 'annotation' },
  'ietf-yang-structure-ext': { 'augment-structure': 'augment-structure', structure: 'structure' },
};

/** What the extension `name` of a module is; undefined for every other one. */
export function embeddedKind(module: string, name: string): EmbeddedKind | undefined {
  const kinds = KINDS[module];
  return kinds && Object.hasOwn(kinds, name) ? kinds[name] : undefined;
}

/** Whether a module defines such an extension. */
export function definesEmbedded(module: string): boolean {
  return Object.hasOwn(KINDS, module);
}

const DATA = ['anydata', 'anyxml', 'choice', 'container', 'leaf', 'leaf-list', 'list', 'uses'];
const DOCUMENTATION = ['description', 'reference', 'status'];

/** The same as in core statements, so their tables say how often each may be there. */
const TABLES: Readonly<Record<EmbeddedKind, SubstatementTable>> = {
  annotation: pick('leaf', [...DOCUMENTATION, 'if-feature', 'type', 'units']),
  'augment-structure': pick('augment', [...DATA, ...DOCUMENTATION, 'case']),
  structure: pick('container', [...DATA, ...DOCUMENTATION, 'grouping', 'must', 'typedef']),
  'yang-data': pick('container', DATA),
};

function pick(keyword: string, substatements: readonly string[]): SubstatementTable {
  const table = substatementsOf(keyword);
  return new Map([...(table ?? [])].filter(([name]) => substatements.includes(name)));
}

/** Which substatements a use may have. */
export function embeddedTable(kind: EmbeddedKind): SubstatementTable {
  return TABLES[kind];
}
