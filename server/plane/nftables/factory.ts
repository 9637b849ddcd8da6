/** `samid --plane nftables,…`: access lists, security counters and accounts of the kernel. */
import type { PlaneFactory } from '../factory.ts';
import { TablePlane } from '../kit/table-plane.ts';
import { NFTABLES_KINDS, NftablesDriver } from './nftables-driver.ts';
import { readOptions } from './options.ts';

export const nftablesFactory: PlaneFactory = {
  name: 'nftables',
  kinds: NFTABLES_KINDS,
  options: [
    { name: 'netns', description: 'network namespace to work in' },
    { name: 'kind', description: 'kind to serve; all when absent', repeatable: true },
    { name: 'limit.KIND', description: 'entries of a kind that fit' },
    { name: 'family', description: 'inet (routed packets; the default) or bridge (frames)' },
    { name: 'table', description: 'name of the table; sami-policy when absent' },
    { name: 'priority', description: 'priority of our chains at the hook forward; 0 when absent' },
    { name: 'policy', description: 'accept (the default) or drop what no access list decides on' },
    {
      name: 'established',
      description: 'accept (the default) packets of known sessions without access lists, or check',
    },
    { name: 'half-open-threshold', description: 'half-open connections for an address of a VM' },
    { name: 'half-open-timeout', description: 'seconds until one is given up; 120 when absent' },
    {
      name: 'syn-rate',
      description: 'REQUESTS/SECONDS of one client to one server, before it is blocked',
    },
    { name: 'block-time', description: 'seconds that a client stays blocked; 300 when absent' },
    { name: 'connection-limit', description: 'connections from an address of a VM in all' },
    { name: 'octet-limit', description: 'bytes that an account allows in all' },
    { name: 'committed-rate', description: 'bytes per second that an account allows' },
    { name: 'committed-burst', description: 'bytes that an account allows at once' },
    {
      name: 'in-flight',
      description: 'elsewhere: another plane forwards packets of frozen VMs that ask for it',
    },
  ],
  open(values, { context, clock, logger }) {
    const driver = new NftablesDriver(context, readOptions(values));
    return Promise.resolve({ plane: new TablePlane(driver, { context, clock, logger }) });
  },
};
