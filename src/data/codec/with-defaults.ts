/** Which data is default data, for the encoders (RFC 6243, sections 2 and 3). */
import type { BranchSchemaNode, LeafListNode, LeafNode, LeafValue } from '../../yang/index.ts';
import { sameValue } from '../list/compare.ts';
import { isNonPresence, schemaDefault } from '../tree/implied.ts';

/** RFC 6243, section 3. */
export type WithDefaults = 'explicit' | 'report-all' | 'trim' | 'report-all-tagged';

/** Whether a leaf has the value that it would have anyway. */
export function isDefaultOf(node: LeafNode, value: LeafValue): boolean {
  const { defaultValue } = node;
  return defaultValue !== undefined && sameValue(defaultValue, value) && !node.isKey;
}

/** Whether a leaf-list has exactly its default values (RFC 7950, section 7.7.2); in their order where it matters. */
export function areDefaultsOf(node: LeafListNode, values: readonly LeafValue[]): boolean {
  const { defaultValues, orderedBy } = node;
  if (defaultValues.length === 0 || defaultValues.length !== values.length) return false;
  return values.every((value, index) =>
    orderedBy === 'user'
      ? sameValue(defaultValues[index] as LeafValue, value)
      : defaultValues.some((it) => sameValue(it, value)),
  );
}

const implying = new WeakMap<BranchSchemaNode, boolean>();

/** Whether an empty container of this schema may still have defaults in it. */
export function impliesContent(schema: BranchSchemaNode): boolean {
  let implies = implying.get(schema);
  if (implies === undefined) {
    implies = schema.dataChildren.some(
      (child) =>
        schemaDefault(child) !== undefined || (isNonPresence(child) && impliesContent(child)),
    );
    implying.set(schema, implies);
  }
  return implies;
}
