/** How a call to a plane in another process fails. */
import type { PlaneError } from '../../../src/plane-protocol/index.ts';

/** The plane has gone, hangs, or does not keep to the protocol. */
export class PlaneLostError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PlaneLostError';
  }
}

/** The plane has said no. */
export class PlaneRefusalError extends Error {
  readonly errors: readonly PlaneError[];

  constructor(errors: readonly PlaneError[]) {
    super(errors.map(({ tag, message = '' }) => `${message} [${tag}]`).join('; '));
    this.name = 'PlaneRefusalError';
    this.errors = errors;
  }
}
