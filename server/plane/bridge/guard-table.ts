/**
 * The nft table that lets only bound addresses in from the ports of VMs (nft(8); RFC 7039 says why).
 *
 * A port is guarded while its VM has a link-layer address in the configuration. From there come frames
 * with that address and a bound network address, DHCP of the client, and what a host has to send before it has
 * an address; ARP and neighbour discovery may speak of bound addresses only. Everything else is dropped.
 */
import { parseAddress } from '../kit/netlink/address.ts';
import type { Launcher } from '../kit/launcher.ts';
import { ToolError } from '../kit/launcher.ts';
import { elementsOf, listed, NftTool } from '../kit/nft-tool.ts';
import type { NftJson } from '../kit/nft-tool.ts';
import { bindingFrom } from './bindings.ts';
import type { Binding } from './bindings.ts';

/** A VM's place on the bridge. */
export interface Station {
  readonly port: string;
  /** The port is not guarded when the configuration has none. */
  readonly mac: string | undefined;
  readonly frozen: boolean;
}

export interface GuardOptions {
  /** Bindings of each address family that fit. */
  readonly limit: number;
  /** Whether source addresses are checked; frozen ports are closed in any case. */
  readonly bindings: boolean;
}

/** Before whatever else is hooked in. */
const PRIORITY = -400;

export class GuardTable {
  /** In family "bridge". */
  readonly name: string;
  readonly #nft: NftTool;
  readonly #options: GuardOptions;
  /** The elements of targets6 as they were written last. */
  #targets = '';

  constructor(launcher: Launcher, device: string, options: GuardOptions) {
    this.#nft = new NftTool(launcher);
    this.name = `sami-${device}`;
    this.#options = options;
  }

  /** Puts the table there, with the bindings that were in it, in one transaction. */
  async open(stations: readonly Station[]): Promise<void> {
    const bindings = await this.read();
    const table = `table bridge ${this.name}`;
    const text = [
      `add ${table}\ndelete ${table}\n${table} {`,
      this.#sets(),
      this.#chains(),
      '}\n',
      ...stations.map((station) => this.addStation(station)),
      ...bindings.map((binding) => this.put(binding)),
    ];
    await this.run(text.join('\n'));
    this.#targets = '';
    await this.putTargets(stations, bindings);
  }

  /** All bindings, of all VMs and of none; none when there is no table. */
  async read(): Promise<readonly Binding[]> {
    return listed(await this.#list(), 'set')
      .filter(({ name }) => /^bindings[46]$/.test(String(name)))
      .flatMap((set) => elementsOf(set).map(bindingFrom));
  }

  async #list(): Promise<readonly NftJson[]> {
    try {
      return await this.#nft.list(['table', 'bridge', this.name]);
    } catch (error) {
      if (error instanceof ToolError && error.message.includes('No such file')) return [];
      throw error;
    }
  }

  /** Carries out what the methods below wrote, all or nothing. Throws {@link ToolError}. */
  async run(text: string): Promise<void> {
    if (text !== '') await this.#nft.commit(text);
  }

  /** Makes the binding, or what there is into it. */
  put(binding: Binding): string {
    const { port, mac, address, remaining, comment } = binding;
    const timeout = remaining === undefined ? '' : ` timeout ${remaining}s`;
    const note = comment === '' ? '' : ` comment "${comment}"`;
    const element = `"${port}" . ${mac} . ${address}${timeout}${note}`;
    return this.remove(binding) + this.#add(setFor(address), element);
  }

  /** No error when it has run out meanwhile: it is added first, which does nothing when it is there. */
  remove({ port, mac, address }: Pick<Binding, 'port' | 'mac' | 'address'>): string {
    return this.#drop(setFor(address), `"${port}" . ${mac} . ${address}`);
  }

  addStation(station: Station): string {
    return placesOf(station)
      .map(([set, element]) => this.#add(set, element))
      .join('');
  }

  removeStation(station: Station): string {
    return placesOf(station)
      .map(([set, element]) => this.#drop(set, element))
      .join('');
  }

  /**
   * Lets neighbour advertisements speak of the addresses that are bound now. This nft cannot look up their
   * target in the set of bindings, since it takes it for a number, so there is a set of numbers beside it.
   */
  async putTargets(stations: readonly Station[], bindings: readonly Binding[]): Promise<void> {
    const places = [
      ...stations.flatMap(({ port, mac }) =>
        mac === undefined ? [] : [{ port, address: linkLocalAddress(mac) }],
      ),
      ...bindings.filter(({ address }) => setFor(address) === 'bindings6'),
    ];
    const elements = places.map(({ port, address }) => target(port, address)).sort();
    const text = [...new Set(elements)].join(', ');
    if (text === this.#targets) return;
    const flush = `flush set bridge ${this.name} targets6\n`;
    await this.run(flush + (text === '' ? '' : this.#add('targets6', text)));
    this.#targets = text;
  }

  #add(set: string, element: string): string {
    return `add element bridge ${this.name} ${set} { ${element} }\n`;
  }

  #drop(set: string, element: string): string {
    return `${this.#add(set, element)}delete element bridge ${this.name} ${set} { ${element} }\n`;
  }

  #sets(): string {
    const size = `size ${this.#options.limit};`;
    return `
      set guarded { type ifname; }
      set frozen { type ifname; }
      set stations { type ifname . ether_addr; }
      set bindings4 { type ifname . ether_addr . ipv4_addr; flags timeout; ${size} }
      set bindings6 { type ifname . ether_addr . ipv6_addr; flags timeout; ${size} }
      set own6 { type ifname . ether_addr . ipv6_addr; }
      set targets6 { typeof iifname . @th,64,128; }`;
  }

  #chains(): string {
    const guard = this.#options.bindings ? 'iifname @guarded jump guard' : '';
    return `
      chain in {
        type filter hook prerouting priority ${PRIORITY}; policy accept;
        iifname @frozen drop
        ${guard}
      }
      chain out {
        type filter hook postrouting priority ${PRIORITY}; policy accept;
        oifname @frozen drop
      }
      ${GUARD}`;
  }
}

/**
 * EtherType 0x8035 is RARP: hypervisors announce a VM that has arrived with it. DHCP servers are not found
 * behind the ports of VMs. The target of a neighbour advertisement starts at byte 8 of ICMPv6.
 */
const GUARD = `
      chain guard {
        iifname . ether saddr != @stations drop
        ether type 0x8035 accept
        ether type ip udp sport 67 udp dport 68 drop
        ether type ip ip saddr 0.0.0.0 udp sport 68 udp dport 67 accept
        ether type ip ip saddr 0.0.0.0 ip protocol igmp accept
        ether type ip iifname . ether saddr . ip saddr @bindings4 accept
        ether type arp iifname . arp saddr ether != @stations drop
        ether type arp arp saddr ip 0.0.0.0 accept
        ether type arp iifname . arp saddr ether . arp saddr ip @bindings4 accept
        ether type ip6 udp sport 547 udp dport 546 drop
        ether type ip6 icmpv6 type nd-neighbor-advert iifname . @th,64,128 != @targets6 drop
        ether type ip6 ip6 saddr :: icmpv6 type { nd-neighbor-solicit, nd-router-solicit, mld-listener-report, mld2-listener-report } accept
        ether type ip6 iifname . ether saddr . ip6 saddr @bindings6 accept
        ether type ip6 iifname . ether saddr . ip6 saddr @own6 accept
        ether type ip6 ip6 saddr fe80::/10 udp sport 546 udp dport 547 accept
        ether type ip6 ip6 saddr fe80::/10 icmpv6 type { nd-router-solicit, mld-listener-report, mld-listener-done, mld2-listener-report } accept
        drop
      }`;

/** The elements that a station has, by set. */
function placesOf({ port, mac, frozen }: Station): readonly (readonly [string, string])[] {
  const name = `"${port}"`;
  return [
    ...(frozen ? [['frozen', name] as const] : []),
    ...(mac === undefined
      ? []
      : ([
          ['guarded', name],
          ['stations', `${name} . ${mac}`],
          ['own6', `${name} . ${mac} . ${linkLocalAddress(mac)}`],
        ] as const)),
  ];
}

function setFor(address: string): 'bindings4' | 'bindings6' {
  return address.includes(':') ? 'bindings6' : 'bindings4';
}

function target(port: string, address: string): string {
  return `"${port}" . 0x${Buffer.from(parseAddress(address)).toString('hex')}`;
}

/** The address that a host makes of its link-layer address (RFC 4291, appendix A). */
function linkLocalAddress(mac: string): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = mac
    .split(':')
    .map((part) => Number.parseInt(part, 16));
  const groups = [((a ^ 2) << 8) | b, (c << 8) | 0xff, 0xfe00 | d, (e << 8) | f];
  return `fe80::${groups.map((group) => group.toString(16)).join(':')}`;
}
