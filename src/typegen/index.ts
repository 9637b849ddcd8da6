/** TypeScript types from YANG modules. */
export { generateTypes } from './generate.ts';
export type { GenerateOptions } from './generate.ts';
export { compareTypes } from './compare.ts';
