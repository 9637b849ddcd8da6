/** `samid --plane openvswitch,…`: VLANs and profiles on Open vSwitch. */
import { kindsOf, optionValue } from '../factory.ts';
import type { PlaneFactory, PlaneOption } from '../factory.ts';
import { TablePlane } from '../kit/table-plane.ts';
import { OPENVSWITCH_KINDS, OpenVSwitchDriver } from './openvswitch-driver.ts';

const OPTIONS: readonly PlaneOption[] = [
  {
    name: 'socket',
    description:
      'path of the UNIX socket of ovsdb-server; /var/run/openvswitch/db.sock when absent',
  },
  { name: 'device', description: 'name of the bridge', required: true },
  {
    name: 'netns',
    description: 'network namespace that ovs-vswitchd runs in; that of the process when absent',
  },
  {
    name: 'kind',
    description: `serve this kind of state only: ${OPENVSWITCH_KINDS.join(' or ')}`,
    repeatable: true,
  },
];

const SOCKET = '/var/run/openvswitch/db.sock';

export const openvswitchFactory: PlaneFactory = {
  name: 'openvswitch',
  kinds: OPENVSWITCH_KINDS,
  options: OPTIONS,
  open(values, { context, clock, logger }) {
    const driver = new OpenVSwitchDriver({
      context,
      clock,
      // As tools of Open vSwitch write it.
      socket: (optionValue(values, 'socket') ?? SOCKET).replace(/^unix:/, ''),
      bridge: optionValue(values, 'device') ?? '',
      netns: optionValue(values, 'netns'),
      kinds: kindsOf(values, OPENVSWITCH_KINDS),
      onFailure: (error) => {
        logger.log('error', 'plane-failed', { plane: 'openvswitch', error });
      },
    });
    return Promise.resolve({ plane: new TablePlane(driver, { context, clock, logger }) });
  },
};
