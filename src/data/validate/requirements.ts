/** What must be there, and how often (RFC 7950, sections 7.6.5, 7.7.5, 7.7.6, 7.9.4 and 8.3.3). */
import {
  missingChoice,
  missingMandatory,
  tooFewElements,
  tooManyElements,
} from '../../error/index.ts';
import type { RpcError } from '../../error/index.ts';
import type { ChoiceNode, DataSchemaNode, LeafListNode, ListNode } from '../../yang/index.ts';
import { DataList } from '../list.ts';
import type { Branch } from '../node.ts';
import type { Slot } from '../node.ts';
import { activeCase, emptyBranch } from '../tree/defaults.ts';
import { schemaDefault } from '../tree/implied.ts';
import { layoutOf } from '../tree/layout.ts';
import { pathStep } from '../tree/path.ts';

import { NodeRef, refInTree } from '../tree/node-ref.ts';
import { instancePath } from '../tree/tree-model.ts';
import { whenHolds } from '../tree/when.ts';
import type { BranchPlan, ValidationPlan } from './plan.ts';

/** Checks the children of one branch, and those of containers in it that are implied only. */
export function checkRequired(
  validation: ValidationPlan,
  plan: BranchPlan,
  ref: NodeRef,
  report: (error: RpcError) => void,
): void {
  const branch = ref.value as Branch;
  for (const node of plan.mandatory) {
    if (branch.slots[node.slot] !== undefined || !isDemanded(ref, branch, node)) continue;
    report(missingMandatory([...instancePath(ref), pathStep(node)], node.name));
  }
  for (const node of plan.counted) checkCount(node, ref, branch, report);
  for (const choice of plan.choices) checkChoice(choice, ref, branch, report);
  for (const node of plan.demanding) {
    if (branch.slots[node.slot] !== undefined || !isDemanded(ref, branch, node)) continue;
    checkRequired(
      validation,
      validation.branch(node),
      new NodeRef(node, emptyBranch(node), ref),
      report,
    );
  }
}

/** In a case, nodes are demanded only when the case has data; under a `when`, only when that holds. */
function isDemanded(ref: NodeRef, branch: Branch, node: DataSchemaNode): boolean {
  const memberships = layoutOf(branch.schema).cases[node.slot];
  if (memberships?.some(({ choice, case: own }) => activeCase(branch, choice) !== own) === true) {
    return false;
  }
  return whenHolds(ref, node);
}

function checkCount(
  node: ListNode | LeafListNode,
  ref: NodeRef,
  branch: Branch,
  report: (error: RpcError) => void,
): void {
  const value = branch.slots[node.slot];
  const count = countOf(node, value);
  const path = (): ReturnType<typeof instancePath> => [...instancePath(ref), pathStep(node)];
  if (count > node.maxElements) report(tooManyElements(path(), node.maxElements));
  else if (count < node.minElements && (value !== undefined || isDemanded(ref, branch, node))) {
    report(tooFewElements(path(), node.minElements));
  }
}

function countOf(node: ListNode | LeafListNode, value: Slot): number {
  if (value instanceof DataList) return value.size;
  const values = value ?? schemaDefault(node);
  return Array.isArray(values) ? values.length : 0;
}

function checkChoice(
  choice: ChoiceNode,
  ref: NodeRef,
  branch: Branch,
  report: (error: RpcError) => void,
): void {
  if (activeCase(branch, choice) !== undefined) return;
  const member = layoutOf(branch.schema).cases.find((memberships) =>
    memberships?.some((membership) => membership.choice === choice),
  );
  for (const { choice: outer, case: own } of member ?? []) {
    if (outer === choice) break;
    if (activeCase(branch, outer) !== own) return;
  }
  const tree = choice.config ? ref.tree.config : ref.tree.full;
  const { model, budget } = tree;
  const parent = refInTree(ref, tree);
  if (choice.when.some(({ expression }) => !expression.boolean(model, parent, { budget }))) return;
  report(missingChoice(instancePath(ref), choice.name));
}
