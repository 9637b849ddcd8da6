/** A branch of the data tree to a typed value. */
import type { RpcError } from '../../error/index.ts';
import type { LeafValue } from '../../yang/index.ts';
import { DataList } from '../list.ts';
import { Branch } from '../node.ts';
import type { Slot } from '../node.ts';
import type { BranchFields, Field } from './fields.ts';
import { lacksSome, missing, missingField } from './missing.ts';
import type { Place } from './place.ts';

/** Receives what is missing; undefined when anything may be. */
export type ReportMissing = ((error: RpcError) => void) | undefined;

export function toPlain(
  fields: BranchFields,
  branch: Branch,
  report: ReportMissing,
  parent?: Place,
): object {
  const { slots } = branch;
  const place = { parent, schema: fields.schema, slots };
  const plain: Record<string, unknown> = {};
  for (const field of fields.all) {
    const value = slots[field.node.slot];
    if (value !== undefined) plain[field.property] = toProperty(field, value, report, place);
  }
  if (report && lacksSome(fields, slots)) {
    for (const error of missing(fields, slots, place)) report(error);
  }
  return plain;
}

/** One property; undefined when it is not there. */
export function propertyOf(
  fields: BranchFields,
  field: Field,
  { slots }: Branch,
  report: ReportMissing,
): unknown {
  const value = slots[field.node.slot];
  const place = { parent: undefined, schema: fields.schema, slots };
  if (value !== undefined) return toProperty(field, value, report, place);
  for (const error of missingField(field, place)) report?.(error);
  return undefined;
}

function toProperty(
  field: Field,
  value: Exclude<Slot, undefined>,
  report: ReportMissing,
  place: Place,
): unknown {
  switch (field.kind) {
    case 'leaf':
      return field.leaf.same ? value : field.leaf.toPlain(value as LeafValue);
    case 'leaf-list': {
      if (field.leaf.same) return value;
      return (value as readonly LeafValue[]).map((item) => field.leaf.toPlain(item));
    }
    case 'container':
    case 'list':
      if (value instanceof Branch) return toPlain(field.inner, value, report, place);
      if (!(value instanceof DataList)) return undefined;
      return Array.from(value, (row) => toPlain(field.inner, row, report, place));
    default:
      return value;
  }
}
