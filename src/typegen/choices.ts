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

/**
 * Sorts the choices among the children of one type. State counts even where it is left out: what fits all of
 * the content has to fit its configuration too.
 */
export function splitChoices(children: readonly SchemaNode[], content: Content): SplitChoices {
  const exclusive: ChoiceNode[] = [];
  const loose: ChoiceNode[] = [];
  let product = 1;
  for (const node of children) {
    if (node.kind !== 'choice') continue;
    const more = product * combinationsOf(node);
    if (more > MAX_COMBINATIONS) loose.push(node);
    else {
      exclusive.push(node);
      product = more;
    }
  }
  const has = (choice: ChoiceNode): boolean => casesOf(choice, content).length > 0;
  return { exclusive: exclusive.filter(has), loose: loose.filter(has) };
}

/** Kept, because choices within choices are asked for at each level around them. */
const combinations = new WeakMap<ChoiceNode, number>();

/** Members of the union that stands for a choice, the one for no case included. */
function combinationsOf(choice: ChoiceNode): number {
  const known = combinations.get(choice);
  if (known !== undefined) return known;
  let sum = 1;
  for (const { children } of casesOf(choice, 'all')) {
    const { exclusive } = splitChoices(children, 'all');
    sum += exclusive.reduce((product, inner) => product * combinationsOf(inner), 1);
  }
  combinations.set(choice, sum);
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
export function soleNode(it: CaseNode): SchemaNode | undefined {
  const [only, ...more] = contentOf(it, 'all');
  return more.length === 0 ? only : undefined;
}

/** Whether the type of a case has a property that has to be there. */
export function caseNeeds(it: CaseNode, content: Content): boolean {
  return contentOf(it, content).some((child) => isRequired(child, content));
}
