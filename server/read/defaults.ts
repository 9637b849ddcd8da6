/**
 * Defaults before the filter is asked (RFC 6243, section 4.5.1: filtering of defaults is done first, so that filters
 * match what is reported).
 */

import {
  Branch,
  areDefaultsOf,
  impliedValues,
  impliesContent,
  isDefaultOf,
} from '../../src/data/index.ts';
import type { NodeRef, Slot, WithDefaults } from '../../src/data/index.ts';
import type { DataSchemaNode, LeafValue } from '../../src/yang/index.ts';

/** A branch as a mode of reporting defaults shows it. */
export interface Shown {
  readonly branch: Branch;
  /** Slots of leaves and leaf-lists that are to be tagged, or have the origin `default`. */
  readonly defaults: ReadonlySet<number>;
}

const NONE: ReadonlySet<number> = new Set();

/** What `trim` leaves: no leaf that has its default value. */
export function trimmed(branch: Branch): Branch {
  let shown = branch;
  for (const child of branch.schema.dataChildren) {
    const value = branch.slots[child.slot];
    if (value !== undefined && hasDefaultValue(child, value)) shown = shown.with(child, undefined);
  }
  return shown;
}

export function hasDefaultValue(child: DataSchemaNode, value: Slot): boolean {
  if (child.kind === 'leaf') return isDefaultOf(child, value as LeafValue);
  return child.kind === 'leaf-list' && areDefaultsOf(child, value as readonly LeafValue[]);
}

/** With the defaults that are in use: leaves, leaf-lists, and containers that have such inside. */
export function completed(branch: Branch, ref: NodeRef): Shown {
  const { schema } = branch;
  if (!impliesContent(schema)) return { branch, defaults: NONE };
  const slots: Slot[] = [...branch.slots];
  const defaults = new Set<number>();
  for (const child of schema.dataChildren) {
    if (branch.slots[child.slot] !== undefined) continue;
    if (child.kind === 'list' || (child.kind === 'container' && !impliesContent(child))) continue;
    // What cannot be told is left out: data that is printed need not be valid.
    const values = impliedValues(ref, child, () => undefined);
    const [first] = values;
    if (first === undefined) continue;
    while (slots.length < child.slot) slots.push(undefined);
    slots[child.slot] = child.kind === 'leaf-list' ? (values as readonly LeafValue[]) : first;
    if (!(first instanceof Branch)) defaults.add(child.slot);
  }
  return { branch: new Branch(schema, slots), defaults };
}

/** The mode adds what is in use and not there. */
export function reportsAll(mode: WithDefaults): boolean {
  return mode === 'report-all' || mode === 'report-all-tagged';
}
