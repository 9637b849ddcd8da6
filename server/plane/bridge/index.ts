/** Data plane: DHCP bindings and multicast memberships on a bridge of the Linux kernel. */
export { bridgeFactory } from './factory.ts';
export { BridgeDriver } from './bridge-driver.ts';
export type { BridgeKind, BridgeOptions } from './bridge-driver.ts';
