/**
 * Whatever the kind, the simulated plane takes entries of the VM itself only (X3): each row is an entry of
 * the VM, and the same with one value that makes it somebody else's.
 */
import assert from 'node:assert/strict';
import { RpcErrorException } from '../../../src/error/index.ts';
import { kindsOf } from '../../../src/sami/index.ts';
import type { Plain } from '../../support/plain-data.ts';
import { SimulatedDevice, vmNode } from '../../support/simulated-device.ts';

const OWN = '10.0.0.5';
const FOREIGN = '10.0.0.9';
const MAC = '02:00:00:00:00:05';
const VM = { id: 'vm1', address: [OWN], 'mac-address': MAC, 'vlan-id': [7] };

interface Row {
  readonly kind: string;
  readonly container: string;
  readonly list: string;
  /** An entry; with an address, a MAC address and a VLAN that are the VM's or somebody else's. */
  readonly entry: (identity: typeof MINE) => Plain;
  /** What of them the entry names. */
  readonly names: readonly (keyof typeof MINE)[];
}

const MINE = { address: OWN, mac: MAC, vlan: 7 };
const THEIRS: typeof MINE = { address: FOREIGN, mac: '02:00:00:00:00:09', vlan: 9 };

function ace({ address }: typeof MINE): Plain {
  return {
    name: 'x',
    matches: { ipv4: { 'source-ipv4-network': `${address}/32` } },
    actions: { forwarding: 'accept' },
  };
}

function leg(local: string, remote: string): Plain {
  const ends = { 'local-address': local, 'local-port': 1, 'remote-address': remote };
  const numbers = { 'send-next': 1, 'send-unacknowledged': 1, 'receive-next': 1 };
  return { ...ends, 'remote-port': 1, state: 'established', ...numbers };
}

const ROWS: readonly Row[] = [
  {
    kind: 'session',
    container: 'sessions',
    list: 'session',
    names: ['address'],
    entry: ({ address }) => ({
      protocol: 17,
      'source-address': '198.51.100.7',
      'destination-address': address,
      'source-port': 1,
      'destination-port': 1,
      zone: 0,
    }),
  },
  {
    kind: 'nat',
    container: 'nat',
    list: 'mapping-entry',
    names: ['address'],
    entry: ({ address }) => ({
      'transport-protocol': 17,
      'internal-src-address': address,
      'internal-src-port': 1,
      'external-src-address': '203.0.113.1',
      'external-src-port': 1,
      type: 'static',
    }),
  },
  {
    kind: 'acl-static',
    container: 'acl-static',
    list: 'acl',
    names: ['address'],
    entry: (identity) => ({ name: 'a', aces: { ace: [ace(identity)] } }),
  },
  { kind: 'acl-dynamic', container: 'acl-dynamic', list: 'ace', names: ['address'], entry: ace },
  {
    kind: 'cumulative-security',
    container: 'cumulative-security',
    list: 'half-open',
    names: ['address'],
    entry: ({ address }) => ({ address, count: 1 }),
  },
  ...(['syn-rate', 'blocked-client'] as const).map((list): Row => ({
    kind: 'cumulative-security',
    container: 'cumulative-security',
    list,
    names: ['address'],
    entry: ({ address }) => ({
      'client-address': '198.51.100.7',
      'server-address': address,
      ...(list === 'syn-rate' ? { count: 1 } : {}),
    }),
  })),
  {
    kind: 'cumulative-accounting',
    container: 'cumulative-accounting',
    list: 'account',
    names: ['address'],
    entry: ({ address }) => ({ address, direction: 'to-vm', 'traffic-class': 'default' }),
  },
  {
    kind: 'vlan',
    container: 'vlans',
    list: 'vlan',
    names: ['vlan'],
    entry: ({ vlan }) => ({ 'vlan-id': vlan }),
  },
  {
    kind: 'dhcp-binding',
    container: 'dhcp-bindings',
    list: 'binding',
    names: ['address', 'mac', 'vlan'],
    entry: ({ address, mac, vlan }) => ({ 'vlan-id': vlan, 'mac-address': mac, address }),
  },
  {
    kind: 'multicast-membership',
    container: 'multicast-memberships',
    list: 'membership',
    names: ['address', 'mac', 'vlan'],
    entry: ({ address, mac, vlan }) => ({
      'vlan-id': vlan,
      group: '239.1.1.1',
      'host-mac-address': mac,
      'last-reporter': address,
    }),
  },
  {
    kind: 'proxied-connection',
    container: 'proxied-connections',
    list: 'connection',
    names: ['address'],
    entry: ({ address }) => ({
      'client-address': '198.51.100.7',
      'client-port': 1,
      'server-address': address,
      'server-port': 1,
      'client-leg': leg(address, '198.51.100.7'),
      'server-leg': leg('198.51.100.7', address),
    }),
  },
  {
    kind: 'balancer-connection',
    container: 'balancer-connections',
    list: 'connection',
    names: ['address'],
    entry: ({ address }) => ({
      protocol: 6,
      'client-address': '198.51.100.7',
      'client-port': 1,
      'virtual-address': '192.0.2.80',
      'virtual-port': 80,
      'real-server-address': address,
    }),
  },
  {
    kind: 'sticky-group',
    container: 'sticky-groups',
    list: 'group',
    names: ['address'],
    entry: ({ address }) => ({
      name: 'web',
      type: 'client-address',
      'virtual-address': '192.0.2.80',
      'server-farm': 'farm',
      'real-server': [{ 'server-farm': 'farm', address, port: 80 }],
    }),
  },
  {
    kind: 'sticky',
    container: 'sticky',
    list: 'sticky-connection',
    names: ['address'],
    entry: ({ address }) => ({
      group: 'web',
      client: '198.51.100.7',
      'real-server-address': address,
    }),
  },
  {
    kind: 'profile',
    container: 'profiles',
    list: 'profile',
    names: ['mac', 'vlan'],
    entry: ({ mac, vlan }) => ({ name: 'gold', 'mac-address': mac, 'vlan-id': vlan }),
  },
];

describe('entries of a VM and of others, whatever the kind (X3)', () => {
  it('there is a row for each list of each kind', () => {
    const lists = kindsOf(vmNode()).flatMap((kind) =>
      kind.lists.map((list) => `${kind.name}/${list.name}`),
    );
    assert.deepEqual(ROWS.map(({ kind, list }) => `${kind}/${list}`).sort(), lists.sort());
  });

  for (const { kind, container, list, entry, names } of ROWS) {
    for (const name of names) {
      for (const mode of ['standby', 'learning'] as const) {
        it(`refuses ${kind}/${list} with the ${name} of another VM in mode ${mode}`, async () => {
          const device = await SimulatedDevice.start();
          const vm = (identity: typeof MINE): Plain => ({
            ...VM,
            mode,
            [container]: { [list]: [entry(identity)] },
          });
          const foreign = vm({ ...MINE, [name]: THEIRS[name] });
          const tag = name === 'vlan' ? 'vlan-not-owned' : 'address-not-owned';
          assert.deepEqual(await refusal(device.commit(foreign)), [`invalid-value ${tag}`]);
          assert.equal((await device.plane.use()).filter(({ used }) => used > 0n).length, 0);
          await device.commit(vm(MINE));
          assert.notDeepEqual(await device.rows('vm1', `${kind}/${list}`), [], 'control: its own');
        });
      }
    }
  }
});

async function refusal(work: Promise<unknown>): Promise<readonly string[]> {
  try {
    await work;
    return [];
  } catch (error) {
    if (!(error instanceof RpcErrorException)) throw error;
    return error.errors.map(({ tag, appTag }) => `${tag} ${appTag ?? '-'}`);
  }
}
