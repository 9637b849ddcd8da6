/** Default values in use and the empty tree (RFC 7950, sections 7.5.1, 7.6.1, 7.7.2 and 7.9.3). */
import type {
  BranchSchemaNode,
  ChoiceNode,
  DataSchemaNode,
  SchemaContext,
} from '../../yang/index.ts';
import { Branch } from '../node.ts';
import { layoutOf } from './layout.ts';
import type { CaseMembership } from './layout.ts';

const empties = new WeakMap<BranchSchemaNode, Branch>();

/** The tree without data. */
export function emptyRoot(context: SchemaContext): Branch {
  return emptyBranch(context.root);
}

/** An instance without content: one object per schema node. */
export function emptyBranch(schema: BranchSchemaNode): Branch {
  let empty = empties.get(schema);
  if (!empty) empties.set(schema, (empty = new Branch(schema, [])));
  return empty;
}

/**
 * Whether the cases that `node` lies in allow what is implied, defaults and non-presence containers: each
 * case is the one with data, or the default case when no case has any. `when` is not looked at.
 */
export function casesAllow(branch: Branch, node: DataSchemaNode): boolean {
  const memberships = layoutOf(branch.schema).cases[node.slot];
  return memberships === undefined || memberships.every((item) => caseIsActive(branch, item));
}

function caseIsActive(branch: Branch, { choice, case: own }: CaseMembership): boolean {
  const active = activeCase(branch, choice);
  if (active !== undefined) return active === own;
  return choice.defaultCase !== undefined && isSameCase(choice.defaultCase, own);
}

/** A shorthand case may be named by its one data node. */
function isSameCase(a: CaseMembership['case'], b: CaseMembership['case']): boolean {
  return a === b || (a.kind === 'case' && a.children.length === 1 && a.children[0] === b);
}

/** The case of `choice` that has data in `branch`. */
export function activeCase(branch: Branch, choice: ChoiceNode): CaseMembership['case'] | undefined {
  const { cases } = layoutOf(branch.schema);
  for (let slot = 0; slot < branch.slots.length; slot += 1) {
    const memberships = cases[slot];
    if (memberships === undefined || branch.slots[slot] === undefined) continue;
    const found = memberships.find((membership) => membership.choice === choice);
    if (found) return found.case;
  }
  return undefined;
}
