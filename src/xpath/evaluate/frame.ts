/** The context of an evaluation (XPath 1.0, section 1). */
import type { VisitBudget } from '../budget.ts';
import type { XPathValue } from '../compiled.ts';
import type { NodeModel, PrefixOf } from '../model.ts';

/** Compiled code knows nothing of nodes but that the model of the evaluation understands them. */
export type Node = unknown;
export type Model = NodeModel<Node>;
export type Value = XPathValue<Node>;
export type Visit = (node: Node) => boolean;

/** What stays the same during an evaluation. */
export interface Environment {
  readonly current: Node;
  readonly variables: Readonly<Record<string, Value>> | undefined;
  readonly prefixOf: PrefixOf | undefined;
  readonly budget: VisitBudget;
}

/** The context node with position and size. A predicate changes these from node to node. */
export interface Frame {
  readonly model: Model;
  readonly environment: Environment;
  node: Node;
  position: number;
  size: number;
}

/** Texts of this length cost as much as a visit. */
const LONG_TEXT = 256;

export function stringValue(frame: Frame, node: Node): string {
  const { budget, prefixOf } = frame.environment;
  const text = frame.model.stringValue(node, prefixOf);
  if (text.length >= LONG_TEXT) budget.spend(text.length / LONG_TEXT);
  return text;
}

/** Accounts for a visited node. Throws {@link XPathError} when there have been too many. */
export function countVisit(environment: Environment): void {
  environment.budget.spend(1);
}
