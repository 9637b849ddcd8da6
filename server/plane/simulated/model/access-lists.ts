/**
 * Access control (K4, K5): holds a packet that opens a session against the dynamic rules and the static
 * lists of a VM. The first entry that matches decides (RFC 8519).
 */
import { DataList } from '../../../../src/data/index.ts';
import type { Branch } from '../../../../src/data/index.ts';
import type { Catalog, TableSchema } from '../../kit/catalog.ts';
import { fieldsOf } from '../../kit/fields.ts';
import { ICMP, ICMPV6, SCTP, TCP, UDP, hasFlag, lengthOf } from './packet.ts';
import type { Packet, TcpFlag } from './packet.ts';
import { contains, parsePrefix } from './prefix.ts';
import type { VmState } from '../tables/vm-state.ts';

export type AclDecision = 'accept' | 'drop' | 'reject';

type Matcher = (packet: Packet) => boolean;

interface Rule {
  readonly row: Branch;
  readonly matches: Matcher;
  readonly decision: AclDecision;
}

export class AccessLists {
  readonly #dynamic: TableSchema | undefined;
  readonly #static: TableSchema | undefined;
  readonly #rules = new WeakMap<DataList, readonly Rule[]>();

  constructor(catalog: Catalog) {
    this.#dynamic = catalog.find('acl-dynamic', 'ace');
    this.#static = catalog.find('acl-static', 'acl');
  }

  /** What the VM's entries say of a packet; undefined when none matches. */
  decide(vm: VmState, packet: Packet): AclDecision | undefined {
    return this.#decideDynamic(vm, packet) ?? this.#decideStatic(vm, packet);
  }

  #decideDynamic(vm: VmState, packet: Packet): AclDecision | undefined {
    const schema = this.#dynamic;
    if (!schema) return undefined;
    const { rows } = vm.table(schema);
    const rule = this.#rulesOf(rows, dynamicRules).find(({ matches }) => matches(packet));
    if (!rule) return undefined;
    // The list may have been re-made with new counters since the rules were sorted.
    const row = rows.get(rule.row) ?? rule.row;
    const { fields } = schema;
    vm.set(
      schema,
      fields.change(vm.table(schema).present(row), {
        'matched-packets': (fields.number(row, 'matched-packets') ?? 0) + 1,
        'matched-octets': (fields.number(row, 'matched-octets') ?? 0) + lengthOf(packet),
        'idle-time': 0,
      }),
    );
    return rule.decision;
  }

  #decideStatic(vm: VmState, packet: Packet): AclDecision | undefined {
    if (!this.#static) return undefined;
    const rules = this.#rulesOf(vm.table(this.#static).rows, staticRules);
    return rules.find(({ matches }) => matches(packet))?.decision;
  }

  #rulesOf(rows: DataList, make: (rows: DataList) => readonly Rule[]): readonly Rule[] {
    let rules = this.#rules.get(rows);
    if (!rules) {
      rules = make(rows);
      this.#rules.set(rows, rules);
    }
    return rules;
  }
}

function dynamicRules(rows: DataList): readonly Rule[] {
  const precedence = (row: Branch): number =>
    Number(fieldsOf(row.schema).leaf(row, 'precedence') ?? 0);
  return [...rows]
    .map(makeRule)
    .sort(
      (left, right) =>
        precedence(left.row) - precedence(right.row) ||
        Number(left.decision === 'accept') - Number(right.decision === 'accept'),
    );
}

function staticRules(rows: DataList): readonly Rule[] {
  return [...rows].flatMap((acl) => {
    const aces = fieldsOf(acl.schema).branch(acl, 'aces');
    const list = aces && fieldsOf(aces.schema).get(aces, 'ace');
    return list instanceof DataList ? [...list].map(makeRule) : [];
  });
}

const compiled = new WeakMap<Branch, Matcher>();

function makeRule(row: Branch): Rule {
  const fields = fieldsOf(row.schema);
  const actions = fields.branch(row, 'actions');
  const decision = actions && fieldsOf(actions.schema).text(actions, 'forwarding');
  const branch = fields.branch(row, 'matches');
  const matches: Matcher = !branch
    ? () => true
    : (packet) => {
        let matcher = compiled.get(branch);
        if (!matcher) {
          matcher = compileMatches(branch);
          compiled.set(branch, matcher);
        }
        return matcher(packet);
      };
  return { row, matches, decision: (decision ?? 'drop') as AclDecision };
}

function compileMatches(matches: Branch): Matcher {
  const tests: Matcher[] = [];
  const fields = fieldsOf(matches.schema);
  for (const [name, compile] of Object.entries(COMPILERS)) {
    const branch = fields.branch(matches, name);
    if (branch) tests.push(...compile(branch));
  }
  const ingress = fields.text(matches, 'ingress-interface');
  if (ingress !== undefined) tests.push((packet) => packet.interface === ingress);
  const egress = fields.text(matches, 'egress-interface');
  if (egress !== undefined) tests.push((packet) => packet.outInterface === egress);
  return (packet) => tests.every((test) => test(packet));
}

const COMPILERS: Readonly<Record<string, (branch: Branch) => readonly Matcher[]>> = {
  eth: compileEth,
  ipv4: (branch) => compileIp(branch, 4),
  ipv6: (branch) => compileIp(branch, 6),
  tcp: compileTcp,
  udp: (branch) => [isProtocol(UDP), ...compilePorts(branch)],
  sctp: (branch) => [isProtocol(SCTP), ...compilePorts(branch)],
  icmp: compileIcmp,
};

function isProtocol(...protocols: readonly number[]): Matcher {
  return (packet) => protocols.includes(packet.protocol);
}

function equals<T>(
  wanted: T | undefined,
  read: (packet: Packet) => T | undefined,
): readonly Matcher[] {
  return wanted === undefined ? [] : [(packet) => read(packet) === wanted];
}

function compileEth(branch: Branch): readonly Matcher[] {
  const fields = fieldsOf(branch.schema);
  return [
    ...equals(fields.text(branch, 'source-mac-address'), (packet) => packet.sourceMac),
    ...equals(fields.text(branch, 'destination-mac-address'), (packet) => packet.destinationMac),
    ...equals(fields.number(branch, 'ethertype'), etherType),
    ...equals(fields.number(branch, 'vlan-id'), (packet) => packet.vlanId),
  ];
}

function etherType({ sourceAddress }: Packet): number {
  return sourceAddress.includes(':') ? 0x86dd : 0x0800;
}

function compileIp(branch: Branch, version: 4 | 6): readonly Matcher[] {
  const fields = fieldsOf(branch.schema);
  const network = (name: string, read: (packet: Packet) => string): readonly Matcher[] => {
    const text = fields.text(branch, name);
    if (text === undefined) return [];
    const prefix = parsePrefix(text);
    return [(packet) => contains(prefix, read(packet))];
  };
  return [
    (packet) => packet.sourceAddress.includes(':') === (version === 6),
    ...equals(fields.number(branch, 'dscp'), (packet) => packet.dscp ?? 0),
    ...equals(fields.number(branch, 'protocol'), (packet) => packet.protocol),
    ...network(`source-ipv${version}-network`, (packet) => packet.sourceAddress),
    ...network(`destination-ipv${version}-network`, (packet) => packet.destinationAddress),
  ];
}

function compileTcp(branch: Branch): readonly Matcher[] {
  const flags = (fieldsOf(branch.schema).text(branch, 'flags') ?? '').split(' ').filter(Boolean);
  return [
    isProtocol(TCP),
    (packet) => flags.every((flag) => hasFlag(packet, flag as TcpFlag)),
    ...compilePorts(branch),
  ];
}

function compileIcmp(branch: Branch): readonly Matcher[] {
  const fields = fieldsOf(branch.schema);
  return [
    isProtocol(ICMP, ICMPV6),
    ...equals(fields.number(branch, 'type'), (packet) => packet.icmp?.type),
    ...equals(fields.number(branch, 'code'), (packet) => packet.icmp?.code ?? 0),
  ];
}

function compilePorts(branch: Branch): readonly Matcher[] {
  const fields = fieldsOf(branch.schema);
  return [
    ...compilePort(fields.branch(branch, 'source-port'), (packet) => packet.sourcePort ?? 0),
    ...compilePort(
      fields.branch(branch, 'destination-port'),
      (packet) => packet.destinationPort ?? 0,
    ),
  ];
}

function compilePort(
  branch: Branch | undefined,
  read: (packet: Packet) => number,
): readonly Matcher[] {
  if (!branch) return [];
  const fields = fieldsOf(branch.schema);
  const lower = fields.number(branch, 'lower-port');
  const upper = fields.number(branch, 'upper-port') ?? lower;
  if (lower !== undefined && upper !== undefined) {
    return [(packet) => read(packet) >= lower && read(packet) <= upper];
  }
  const port = fields.number(branch, 'port');
  if (port === undefined) return [];
  switch (fields.leaf(branch, 'operator')) {
    case 'lte':
      return [(packet) => read(packet) <= port];
    case 'gte':
      return [(packet) => read(packet) >= port];
    case 'neq':
      return [(packet) => read(packet) !== port];
    default:
      return [(packet) => read(packet) === port];
  }
}
