/**
 * Data that is read piece by piece: a branch at hand, and parts of it that come from elsewhere once somebody wants
 * them. Trees of datastores are sources without parts.
 */
import { Branch } from '../../src/data/index.ts';
import type { DataList, ListSelection, Selection } from '../../src/data/index.ts';
import type { DataSchemaNode } from '../../src/yang/index.ts';

/** RFC 8342, section 5.3.4: the identities of ietf-origin. */
export type Origin = 'intended' | 'dynamic' | 'system' | 'learned' | 'default' | 'unknown';

export interface Source {
  /** What is at hand. It has nothing in the slots of its parts. */
  readonly branch: Branch;
  readonly parts?: ReadonlyMap<DataSchemaNode, Part>;
  /** Where all configuration in it comes from, when that is known and other than that around it. */
  readonly origin?: Origin;
  /** The same branch in intended: what configuration is there has that origin, the rest is the system's own. */
  readonly configured?: Branch | undefined;
}

export type Part = ContainerPart | ListPart;

export interface ContainerPart {
  readonly kind: 'container';
  /** `wanted` is what is asked for in it; undefined for everything. */
  read(wanted: Selection | undefined): Promise<Source | undefined>;
}

export interface ListPart {
  readonly kind: 'list';
  /** Entries as they come; when `wanted` names them by their keys, those are enough. */
  read(wanted: ListSelection | undefined): AsyncIterable<readonly Row[]>;
}

/** An entry that is at hand, or one with parts. */
export type Row = Branch | Source;

export function rowBranch(row: Row): Branch {
  return row instanceof Branch ? row : row.branch;
}

/** The entries that can be selected: those that the filter names, or all. */
export function candidates(list: DataList, selection: ListSelection | undefined): Iterable<Branch> {
  if (!selection?.keys) return list;
  return selection.keys.flatMap((keys) => list.find(keys) ?? []);
}
