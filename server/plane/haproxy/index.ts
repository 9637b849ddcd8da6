/** The data plane of HAProxy. */
export { haproxyFactory } from './factory.ts';
export { HaproxyDriver } from './haproxy-driver.ts';
export type { HaproxyDriverOptions } from './haproxy-driver.ts';
