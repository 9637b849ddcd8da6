/** How much an evaluation may do: expressions and data may come from strangers. */
import { XPathError } from './error.ts';

/** Nodes that may still be visited. Several evaluations may share one budget. */
export class VisitBudget {
  left: number;

  /** Without a number there is no limit. */
  constructor(maxVisits = Infinity) {
    this.left = maxVisits;
  }

  get isSpent(): boolean {
    return this.left < 0;
  }

  /** Throws {@link XPathError} when there is nothing left. */
  spend(visits: number): void {
    this.left -= visits;
    if (this.left < 0) throw new XPathError('the evaluation visits too many nodes', 0);
  }
}
