/** Access lists, security counters and accounts on nftables. */
export { nftablesFactory } from './factory.ts';
export { NFTABLES_KINDS, NftablesDriver } from './nftables-driver.ts';
export type { NftablesOptions } from './options.ts';
