/**
 * Whether an entry concerns an address of the VM it is filed under.
 *
 * The modules say the same in `must` statements, which guard the datastore. The plane looks again,
 * because it must not depend on who sits above it: after a move, spoofing must not have become easier.
 */
import { DataList } from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import { childValue } from '../../../src/data/index.ts';
import type { TableSchema } from './catalog.ts';
import { fieldsOf } from './fields.ts';

type Owner = (row: Branch, addresses: ReadonlySet<string>, vm: Branch) => boolean;

/** Leaves of which one has to be an address of the VM, by kind and list. */
const ADDRESS_LEAVES: Readonly<Record<string, readonly string[]>> = {
  'session/session': [
    'source-address',
    'destination-address',
    'reply-source-address',
    'reply-destination-address',
  ],
  'nat/mapping-entry': ['internal-src-address'],
  'cumulative-security/half-open': ['address'],
  'cumulative-security/syn-rate': ['client-address', 'server-address'],
  'cumulative-security/blocked-client': ['client-address', 'server-address'],
  'cumulative-accounting/account': ['address'],
};

/** A check for the entries of a table; undefined for tables that name no address we know of. */
export function ownershipCheck(table: TableSchema): Owner | undefined {
  const name = `${table.kind.name}/${table.list.name}`;
  const leaves = ADDRESS_LEAVES[name];
  if (leaves) {
    const slots = leaves.map((leaf) => table.fields.slot(leaf));
    return (row, addresses) => slots.some((slot) => addresses.has(row.slots[slot] as string));
  }
  switch (name) {
    case 'acl-static/acl':
      return (row, addresses, vm) =>
        rowsOf(row, 'aces', 'ace').every((ace) => aceConcerns(ace, addresses, vm));
    case 'acl-dynamic/ace':
      return aceConcerns;
    case 'sticky-group/group':
      return groupConcerns;
    case 'sticky/sticky-connection':
      return stickyConcerns;
    default:
      return undefined;
  }
}

function rowsOf(row: Branch, container: string, list: string): readonly Branch[] {
  const branch = fieldsOf(row.schema).branch(row, container);
  const rows = branch && fieldsOf(branch.schema).get(branch, list);
  return rows instanceof DataList ? [...rows] : [];
}

function aceConcerns(ace: Branch, addresses: ReadonlySet<string>, vm: Branch): boolean {
  const matches = fieldsOf(ace.schema).branch(ace, 'matches');
  if (!matches) return false;
  const within = (container: string, ...leaves: string[]): readonly unknown[] => {
    const branch = fieldsOf(matches.schema).branch(matches, container);
    return branch ? leaves.map((leaf) => fieldsOf(branch.schema).get(branch, leaf)) : [];
  };
  const networks = [
    ...within('ipv4', 'source-ipv4-network', 'destination-ipv4-network'),
    ...within('ipv6', 'source-ipv6-network', 'destination-ipv6-network'),
  ];
  const mac = childValue(vm, 'mac-address');
  return (
    networks.some((network) => typeof network === 'string' && isHostOf(network, addresses)) ||
    (mac !== undefined &&
      within('eth', 'source-mac-address', 'destination-mac-address').includes(mac))
  );
}

function isHostOf(network: string, addresses: ReadonlySet<string>): boolean {
  const slash = network.indexOf('/');
  const address = network.slice(0, slash);
  const whole = address.includes(':') ? '/128' : '/32';
  return network.slice(slash) === whole && addresses.has(address);
}

function groupConcerns(group: Branch, addresses: ReadonlySet<string>): boolean {
  const fields = fieldsOf(group.schema);
  if (addresses.has(fields.text(group, 'virtual-address') ?? '')) return true;
  const servers = fields.get(group, 'real-server');
  if (!(servers instanceof DataList)) return false;
  return [...servers].some((server) =>
    addresses.has(fieldsOf(server.schema).text(server, 'address') ?? ''),
  );
}

function stickyConcerns(row: Branch, addresses: ReadonlySet<string>, vm: Branch): boolean {
  const fields = fieldsOf(row.schema);
  if (addresses.has(fields.text(row, 'real-server-address') ?? '')) return true;
  const groups = fieldsOf(vm.schema).has('sticky-groups')
    ? fieldsOf(vm.schema).branch(vm, 'sticky-groups')
    : undefined;
  const list = groups && fieldsOf(groups.schema).get(groups, 'group');
  const group = list instanceof DataList ? list.find([fields.text(row, 'group') ?? '']) : undefined;
  return (
    group !== undefined &&
    addresses.has(fieldsOf(group.schema).text(group, 'virtual-address') ?? '')
  );
}
