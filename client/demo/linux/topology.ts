/**
 * Two stateful firewalls between a correspondent and a VM, each a network namespace of this machine:
 *
 *     correspondent --- old firewall --- VM
 *            \--------- new firewall ---/
 *
 * Both firewalls drop what they have no session for. They admit new TCP connections to the VM's service
 * and whatever the VM itself begins, and translate the service's public address.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { processExists } from '../../../src/node/process-identity.ts';
import { run } from '../process.ts';
import type { Place } from '../world.ts';

export const VM_ADDRESSES = ['10.1.1.1', '2001:db8:1::1'] as const;
export const CORRESPONDENT_ADDRESSES = ['203.0.113.9', '2001:db8:9::9'] as const;
/** Translated to the VM by either firewall. */
export const PUBLIC_ADDRESS = '192.0.2.80';
export const SERVICE_PORT = 5000;
export const CORRESPONDENT_PORT = 6000;

const NAME_PREFIX = 'sami-demo-';
const ROLES = ['correspondent', 'old', 'new', 'vm'] as const;
type Role = (typeof ROLES)[number];

interface Link {
  readonly side: 'correspondent' | 'vm';
  readonly firewall: 'old' | 'new';
  /** Network part; the firewall is .1 and ::1, the other end .2 and ::2. */
  readonly network4: string;
  readonly network6: string;
}

const LINKS: readonly Link[] = [
  { side: 'correspondent', firewall: 'old', network4: '198.51.100', network6: '2001:db8:a:' },
  { side: 'correspondent', firewall: 'new', network4: '198.51.101', network6: '2001:db8:b:' },
  { side: 'vm', firewall: 'old', network4: '10.2.0', network6: '2001:db8:c:' },
  { side: 'vm', firewall: 'new', network4: '10.3.0', network6: '2001:db8:d:' },
];

const RULES = `
table inet firewall {
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    ct state invalid drop
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
    ip daddr ${VM_ADDRESSES[0]} tcp dport ${SERVICE_PORT} tcp flags & (syn | ack | rst | fin) == syn ct state new accept
    ip6 daddr ${VM_ADDRESSES[1]} tcp dport ${SERVICE_PORT} tcp flags & (syn | ack | rst | fin) == syn ct state new accept
    ip saddr ${VM_ADDRESSES[0]} ct state new accept
    ip6 saddr ${VM_ADDRESSES[1]} ct state new accept
  }
}
table ip translation {
  chain prerouting {
    type nat hook prerouting priority dstnat;
    ip daddr ${PUBLIC_ADDRESS} tcp dport ${SERVICE_PORT} dnat to ${VM_ADDRESSES[0]}
  }
}
`;

export class Topology {
  readonly #id: string;

  private constructor(id: string) {
    this.#id = id;
  }

  /** Makes the namespaces. Whoever gets the topology has to call {@link remove}. */
  static async create(): Promise<Topology> {
    removeAbandoned();
    const topology = new Topology(`${NAME_PREFIX}${process.pid}-`);
    try {
      await topology.#build();
    } catch (error) {
      topology.remove();
      throw error;
    }
    return topology;
  }

  namespace(role: Role): string {
    return this.#id + role;
  }

  /** Runs a program inside a namespace. */
  exec(role: Role, command: string, args: readonly string[], input?: string): Promise<string> {
    return run('ip', ['netns', 'exec', this.namespace(role), command, ...args], input);
  }

  /** Leads the VM's traffic through one firewall, or nowhere. */
  async plumb(place: Place): Promise<void> {
    const via = (side: Link['side'], family: 4 | 6): string[] => {
      const link = LINKS.find((each) => each.side === side && each.firewall === place);
      if (!link) return [];
      return ['via', family === 4 ? `${link.network4}.1` : `${link.network6}:1`];
    };
    const [vm4, vm6] = VM_ADDRESSES;
    const [peer4, peer6] = CORRESPONDENT_ADDRESSES;
    const lines = (side: Link['side'], family: 4 | 6, target: string, source: string): string =>
      place === 'nowhere'
        ? `route replace blackhole ${target} metric 1\n`
        : [
            `route replace ${target} ${via(side, family).join(' ')} src ${source} metric 2\n`,
            `route del blackhole ${target} metric 1\n`,
          ].join('');
    await Promise.all([
      this.#batch(
        'correspondent',
        lines('correspondent', 4, `${vm4}/32`, peer4) +
          lines('correspondent', 4, `${PUBLIC_ADDRESS}/32`, peer4) +
          lines('correspondent', 6, `${vm6}/128`, peer6),
      ),
      this.#batch('vm', lines('vm', 4, `${peer4}/32`, vm4) + lines('vm', 6, `${peer6}/128`, vm6)),
    ]);
  }

  /** Removes the namespaces with all that is in them. Synchronous, so that an exiting process can call it. */
  remove(): void {
    for (const role of ROLES) removeNamespace(this.namespace(role));
  }

  async #build(): Promise<void> {
    for (const role of ROLES) {
      await run('ip', ['netns', 'add', this.namespace(role)]);
      await this.#batch(role, 'link set lo up\n');
      await this.exec(role, 'sysctl', [
        '-qw',
        'net.ipv4.ip_forward=1',
        'net.ipv4.conf.all.rp_filter=0',
        'net.ipv4.conf.default.rp_filter=0',
        'net.ipv6.conf.all.forwarding=1',
        'net.ipv6.conf.default.accept_dad=0',
        'net.ipv6.conf.all.accept_dad=0',
      ]);
    }
    for (const link of LINKS) await this.#connect(link);
    await this.#batch('vm', VM_ADDRESSES.map((address) => addressOnLoopback(address)).join(''));
    await this.#batch(
      'correspondent',
      CORRESPONDENT_ADDRESSES.map((address) => addressOnLoopback(address)).join(''),
    );
    for (const firewall of ['old', 'new'] as const) await this.#makeFirewall(firewall);
    await this.plumb('old');
  }

  async #connect(link: Link): Promise<void> {
    const inner = `to-${link.firewall}`;
    const outer = `to-${link.side === 'vm' ? 'vm' : 'peer'}`;
    const [side, firewall] = [this.namespace(link.side), this.namespace(link.firewall)];
    await run(
      'ip',
      `link add ${inner} netns ${side} type veth peer name ${outer} netns ${firewall}`.split(' '),
    );
    const end = (device: string, host: number): string =>
      `addr add ${link.network4}.${host}/24 dev ${device}\n` +
      `addr add ${link.network6}:${host}/64 dev ${device} nodad\n` +
      `link set ${device} up\n`;
    await this.#batch(link.side, end(inner, 2));
    await this.#batch(link.firewall, end(outer, 1));
  }

  async #makeFirewall(firewall: 'old' | 'new'): Promise<void> {
    await this.exec(firewall, 'nft', ['-f', '-'], RULES);
    await this.exec(firewall, 'sysctl', [
      '-qw',
      'net.netfilter.nf_conntrack_tcp_loose=0',
      'net.netfilter.nf_conntrack_acct=1',
    ]);
    const routes = LINKS.filter((link) => link.firewall === firewall).map((link) => {
      const [target4, target6] = link.side === 'vm' ? VM_ADDRESSES : CORRESPONDENT_ADDRESSES;
      return (
        `route add ${target4}/32 via ${link.network4}.2\n` +
        `route add ${target6}/128 via ${link.network6}:2\n`
      );
    });
    await this.#batch(firewall, routes.join(''));
  }

  /** Several `ip` commands in one process, going on after one that has nothing to delete. */
  async #batch(role: Role, commands: string): Promise<void> {
    const [required, optional] = [[], []] as [string[], string[]];
    for (const line of commands.split('\n').filter(Boolean)) {
      (line.startsWith('route del') ? optional : required).push(line);
    }
    const inNamespace = ['-n', this.namespace(role)];
    if (required.length) await run('ip', [...inNamespace, '-b', '-'], required.join('\n') + '\n');
    if (optional.length) {
      const quiet = run('ip', [...inNamespace, '-force', '-b', '-'], optional.join('\n') + '\n');
      await quiet.catch(() => undefined);
    }
  }
}

function addressOnLoopback(address: string): string {
  return address.includes(':')
    ? `addr add ${address}/128 dev lo nodad\n`
    : `addr add ${address}/32 dev lo\n`;
}

function removeNamespace(name: string): void {
  spawnSync('ip', ['netns', 'del', name], { stdio: 'ignore' });
}

/** Namespaces of an earlier demonstration that was killed before it could clean up. */
function removeAbandoned(): void {
  for (const name of namespaces()) {
    const pid = Number(/^sami-demo-(\d+)-/.exec(name)?.[1]);
    if (pid && !processExists(pid)) removeNamespace(name);
  }
}

function namespaces(): string[] {
  try {
    return readdirSync('/run/netns');
  } catch {
    return [];
  }
}
