/** Choices as unions: which ones, and what their cases need. */
import { casesOf, contentOf, isRequired } from '../data/index.ts';
import type { Content } from '../data/index.ts';
import type { CaseNode, ChoiceNode, DataSchemaNode, SchemaNode } from '../yang/index.ts';

/** Combinations of cases in one type: a compiler expands all of them. */
const MAX_COMBINATIONS = 200;

export interface SplitChoices {
  /** Those that become unions. */
  readonly exclusive: readonly ChoiceNode[];
  /** Those that would make too many combinations: nodes of all their cases become optional properties. */
  readonly loose: readonly ChoiceNode[];
}

/** Sorts the choices among the children of one type. */
export function splitChoices(nodes: readonly SchemaNode[], content: Content): SplitChoices {
  const exclusive: ChoiceNode[] = [];
  const loose: ChoiceNode[] = [];
  let combinations = 1;
  for (const node of nodes) {
    if (node.kind !== 'choice') continue;
    const more = combinations * combinationsOf(node, content);
    if (more > MAX_COMBINATIONS) loose.push(node);
    else {
      exclusive.push(node);
      combinations = more;
    }
  }
  return { exclusive, loose };
}

/** Members of the union that stands for a choice, the one for no case included. */
function combinationsOf(choice: ChoiceNode, content: Content): number {
  let sum = 1;
  for (const it of casesOf(choice, content)) {
    const { exclusive } = splitChoices(contentOf(it, content), content);
    sum += exclusive.reduce((product, inner) => product * combinationsOf(inner, content), 1);
  }
  return sum;
}

/** All data nodes in a choice. */
export function dataIn(node: SchemaNode, content: Content): readonly DataSchemaNode[] {
  if (node.kind === 'choice' || node.kind === 'case') {
    return contentOf(node, content).flatMap((child) => dataIn(child, content));
  }
  return isData(node) ? [node] : [];
}

/** Narrows what {@link contentOf} gives outside of choices. */
export function isData(node: SchemaNode): node is DataSchemaNode {
  return 'slot' in node;
}

/**
 * The node that is there whenever the case is: the only one of a case of a mandatory choice. Of several
 * that are optional any one will do, which a type cannot say.
 */
export function soleNode(it: CaseNode, content: Content): SchemaNode | undefined {
  const [only, ...more] = contentOf(it, content);
  return more.length === 0 ? only : undefined;
}

/** Whether the type of a case has a property that has to be there. */
export function caseNeeds(it: CaseNode, content: Content): boolean {
  return contentOf(it, content).some((child) => isRequired(child, content));
}
