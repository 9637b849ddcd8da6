/** What an instance cannot be without and does not have (RFC 7950, sections 8.3.1 and 8.3.3). */
import { missingKey, missingMandatory } from '../../error/index.ts';
import type { RpcError } from '../../error/index.ts';
import type { BranchFields, Field } from './fields.ts';
import { placePath } from './place.ts';
import type { Place } from './place.ts';

/** Whether {@link missing} has anything to say; this is quicker. */
export function lacksSome({ required }: BranchFields, slots: readonly unknown[]): boolean {
  for (const { node } of required) if (slots[node.slot] === undefined) return true;
  return false;
}

/** What the branch cannot be without and does not have. */
export function* missing(
  fields: BranchFields,
  slots: readonly unknown[],
  place: Place,
  except?: ReadonlySet<Field>,
): Iterable<RpcError> {
  for (const field of fields.required) {
    if (slots[field.node.slot] !== undefined || except?.has(field) === true) continue;
    yield* missingField(field, place);
  }
}

/** What is wrong with a field being absent. */
export function* missingField(field: Field, place: Place): Iterable<RpcError> {
  const { node, required } = field;
  if (!required) return;
  if (node.kind === 'leaf' && node.isKey) yield missingKey(placePath(place), node.name);
  else if (field.kind === 'container') {
    yield* missing(field.inner, [], { parent: place, schema: field.inner.schema, slots: [] });
  } else yield missingMandatory(placePath(place, node), node.name);
}
