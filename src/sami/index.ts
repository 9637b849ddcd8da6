/** The project's own model, seen from code: kinds of state, modes, digests. */
export * from './digest.ts';
export * from './kinds.ts';
