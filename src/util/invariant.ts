/** Checks for faults of our own: what they throw is a bug, never the user's input. */

/** Throws when `condition` does not hold. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant violated: ${message}`);
}
