/** Small things without domain words that every layer may use. */
export { AsyncQueue } from './async-queue.ts';
export type { AsyncQueueOptions } from './async-queue.ts';
export type { Clock, Timer } from './clock.ts';
export { createDeferred } from './deferred.ts';
export type { Deferred } from './deferred.ts';
export { invariant } from './invariant.ts';
export { visibleText } from './visible-text.ts';
