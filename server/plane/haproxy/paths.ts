/** Steps of error paths to leaves of entries. */
import { pathStep } from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import type { PathStep } from '../../../src/error/index.ts';
import { fieldsOf } from '../kit/fields.ts';

export function childStep(row: Branch, leaf: string): PathStep {
  return pathStep(fieldsOf(row.schema).node(leaf));
}
