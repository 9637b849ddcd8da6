/** `samid --plane bridge,…`: snooping tables on a bridge of the Linux kernel. */
import { kindsOf, limitsOf, optionValue } from '../factory.ts';
import type { PlaneFactory, PlaneOption, PlaneOptionValues } from '../factory.ts';
import { PlaneUsageError } from '../plane-argument.ts';
import { TablePlane } from '../kit/table-plane.ts';
import { BRIDGE_KINDS, BridgeDriver } from './bridge-driver.ts';

const OPTIONS: readonly PlaneOption[] = [
  { name: 'device', description: 'name of the bridge', required: true },
  { name: 'netns', description: 'network namespace to work in; that of the process when absent' },
  {
    name: 'kind',
    description: `serve this kind of state only: ${BRIDGE_KINDS.join(' or ')}`,
    repeatable: true,
  },
  { name: 'limit.KIND', description: 'for dhcp-binding: bindings that fit (65536 when absent)' },
];

export const bridgeFactory: PlaneFactory = {
  name: 'bridge',
  kinds: BRIDGE_KINDS,
  options: OPTIONS,
  open(values, { context, clock, logger }) {
    const device = optionValue(values, 'device') ?? '';
    // A name that ends up in a ruleset: the kernel allows more than is wise (ip-link(8)).
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/.test(device)) {
      throw new PlaneUsageError(`device: "${device}" is not the name of a bridge`);
    }
    const driver = new BridgeDriver({
      clock,
      device,
      netns: optionValue(values, 'netns'),
      kinds: kindsOf(values, BRIDGE_KINDS),
      bindingLimit: bindingLimit(values),
      onFailure: (error) => {
        logger.log('error', 'plane-failed', { plane: 'bridge', error });
      },
    });
    return Promise.resolve({ plane: new TablePlane(driver, { context, clock, logger }) });
  },
};

function bindingLimit(values: PlaneOptionValues): number | undefined {
  const { 'dhcp-binding': limit, ...others } = limitsOf(values);
  const [other] = Object.keys(others);
  if (other !== undefined) {
    throw new PlaneUsageError(
      `limit.${other}: only dhcp-binding can be limited here (for groups, set mcast_hash_max of the bridge)`,
    );
  }
  if (limit === 0) throw new PlaneUsageError('limit.dhcp-binding: expected a number above 0');
  return limit;
}
