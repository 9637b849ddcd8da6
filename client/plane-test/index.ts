/** Tells whether a data plane in another process keeps to docs/plane-protocol.md. */
export { CHECKS, testPlane } from './suite.ts';
export type { CheckResult, PlaneTestOptions, PlaneTestReport } from './suite.ts';
