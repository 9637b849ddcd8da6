/** The project's own model, seen from code: kinds of state, modes, digests, what travels and how. */
export * from './combine.ts';
export * from './combine-memory.ts';
export * from './digest.ts';
export * from './entry-hash.ts';
export * from './kinds.ts';
export * from './portable.ts';
export * from './travel.ts';
