/** Access control entries (RFC 8519, section 4) as rules of nft(8). */
import type { Branch } from '../../../../src/data/index.ts';
import { fieldsOf } from '../../kit/fields.ts';
import type { Family } from '../options.ts';

/** Why the family of our table has no rule for an entry, and the leaf that says so. */
export interface Obstacle {
  /** Names from the entry down to the leaf. */
  readonly path: readonly string[];
  readonly message: string;
}

export interface Translation {
  /** Conditions of the rules; an entry that holds for both versions of ICMP needs two. */
  readonly matches: readonly string[];
  /** Logging and verdict. */
  readonly actions: string;
  readonly obstacles: readonly Obstacle[];
}

/** `label` names the entry in the log. */
export function translate(ace: Branch, family: Family, label: string): Translation {
  return new Translator(ace, family).translate(label);
}

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
const PROTOCOLS: Readonly<Record<string, number>> = { tcp: 6, udp: 17, sctp: 132 };
const OPERATORS: Readonly<Record<string, string>> = { lte: '<= ', gte: '>= ', eq: '', neq: '!= ' };
/** Longest name of an interface (IFNAMSIZ). A star at the end would mean any name that begins so. */
const INTERFACE = /^[A-Za-z0-9_.:@-]{1,15}$/;

class Translator {
  readonly #ace: Branch;
  readonly #matches: Branch | undefined;
  readonly #family: Family;
  readonly #conditions: string[] = [];
  readonly #obstacles: Obstacle[] = [];

  constructor(ace: Branch, family: Family) {
    this.#ace = ace;
    this.#matches = fieldsOf(ace.schema).branch(ace, 'matches');
    this.#family = family;
  }

  translate(label: string): Translation {
    this.#ethernet();
    const version = this.#network();
    const variants = this.#transport(version);
    this.#interfaces();
    const common = this.#conditions.join(' ');
    return {
      matches: variants.map((variant) => [common, variant].filter(Boolean).join(' ')),
      actions: this.#actions(label),
      obstacles: this.#obstacles,
    };
  }

  /** Routed packets carry the link-layer addresses of the last hop, and VLANs end at the interface. */
  #ethernet(): void {
    const eth = this.#part('eth');
    if (!eth) return;
    const bridge = this.#family === 'bridge';
    const elsewhere = 'only a table of family bridge can match it';
    const [source, destination, vlan] = [
      'source-mac-address',
      'destination-mac-address',
      'vlan-id',
    ].map((leaf) => this.#value(eth, leaf));
    if (source !== undefined) this.#conditions.push(`ether saddr ${source}`);
    if (destination !== undefined && bridge) this.#conditions.push(`ether daddr ${destination}`);
    else if (destination !== undefined) {
      this.#refuse(
        `routed frames are addressed to this device: ${elsewhere}`,
        'eth',
        'destination-mac-address',
      );
    }
    if (vlan !== undefined && bridge) this.#conditions.push(`vlan id ${vlan}`);
    else if (vlan !== undefined) {
      this.#refuse(`routed packets have no VLAN tag: ${elsewhere}`, 'eth', 'vlan-id');
    }
    this.#ethertype(Number(this.#value(eth, 'ethertype') ?? -1));
  }

  #ethertype(type: number): void {
    if (type < 0) return;
    const ip = type === ETHERTYPE_IPV4 || type === ETHERTYPE_IPV6;
    const given = this.#part('ipv4') ? ETHERTYPE_IPV4 : this.#part('ipv6') ? ETHERTYPE_IPV6 : type;
    if (given !== type) {
      this.#refuse('contradicts the network layer of this entry', 'eth', 'ethertype');
    } else if (this.#family === 'bridge') this.#conditions.push(`meta protocol ${type}`);
    else if (ip) this.#conditions.push(nfproto(type === ETHERTYPE_IPV4 ? 'ipv4' : 'ipv6'));
    else this.#refuse('only IPv4 (2048) and IPv6 (34525) are routed', 'eth', 'ethertype');
  }

  #network(): 'ipv4' | 'ipv6' | undefined {
    const name = this.#part('ipv4') ? 'ipv4' : 'ipv6';
    const part = this.#part(name);
    if (!part) return undefined;
    const ip = name === 'ipv4' ? 'ip' : 'ip6';
    this.#conditions.push(this.#family === 'bridge' ? `meta protocol ${ip}` : nfproto(name));
    const dscp = this.#value(part, 'dscp');
    if (dscp !== undefined) this.#conditions.push(`${ip} dscp ${dscp}`);
    this.#protocol(part, name);
    for (const [leaf, field] of [
      [`source-${name}-network`, 'saddr'],
      [`destination-${name}-network`, 'daddr'],
    ] as const) {
      const network = this.#value(part, leaf);
      if (network !== undefined && !network.endsWith('/0')) {
        this.#conditions.push(`${ip} ${field} ${network}`);
      }
    }
    const label = name === 'ipv6' ? this.#value(part, 'flow-label') : undefined;
    if (label !== undefined) this.#conditions.push(`ip6 flowlabel ${label}`);
    return name;
  }

  #protocol(part: Branch, name: 'ipv4' | 'ipv6'): void {
    const value = this.#value(part, 'protocol');
    if (value === undefined) return;
    const transport = Object.keys(PROTOCOLS).find((it) => this.#part(it) !== undefined);
    const expected = transport
      ? PROTOCOLS[transport]
      : this.#part('icmp')
        ? icmpOf(name)
        : undefined;
    if (expected === undefined) this.#conditions.push(`meta l4proto ${value}`);
    else if (expected !== Number(value)) {
      this.#refuse('contradicts the transport layer of this entry', name, 'protocol');
    }
  }

  #transport(version: 'ipv4' | 'ipv6' | undefined): readonly string[] {
    if (this.#part('icmp')) {
      const versions = version ? [version] : (['ipv4', 'ipv6'] as const);
      return versions.map((it) => this.#icmp(it));
    }
    const name = Object.keys(PROTOCOLS).find((it) => this.#part(it) !== undefined);
    const part = name === undefined ? undefined : this.#part(name);
    if (name === undefined || !part) return [''];
    const flags = name === 'tcp' ? flagsText(this.#value(part, 'flags')) : '';
    return [
      [
        `meta l4proto ${name}`,
        flags,
        this.#port(part, name, 'source'),
        this.#port(part, name, 'destination'),
      ]
        .filter(Boolean)
        .join(' '),
    ];
  }

  #icmp(version: 'ipv4' | 'ipv6'): string {
    const part = this.#part('icmp');
    const name = version === 'ipv4' ? 'icmp' : 'icmpv6';
    const conditions = [`meta l4proto ${name}`];
    for (const leaf of ['type', 'code']) {
      const value = part && this.#value(part, leaf);
      if (value !== undefined) conditions.push(`${name} ${leaf} ${value}`);
    }
    return conditions.join(' ');
  }

  #port(part: Branch, protocol: string, side: 'source' | 'destination'): string {
    const port = fieldsOf(part.schema).branch(part, `${side}-port`);
    if (!port) return '';
    const field = `${protocol} ${side === 'source' ? 'sport' : 'dport'}`;
    const [lower, upper, one] = ['lower-port', 'upper-port', 'port'].map((it) =>
      this.#value(port, it),
    );
    if (lower !== undefined && upper !== undefined) {
      return lower === upper ? `${field} ${lower}` : `${field} ${lower}-${upper}`;
    }
    if (one === undefined) return '';
    return `${field} ${OPERATORS[this.#value(port, 'operator') ?? 'eq'] ?? ''}${one}`;
  }

  #interfaces(): void {
    if (!this.#matches) return;
    for (const [leaf, field] of [
      ['ingress-interface', 'iifname'],
      ['egress-interface', 'oifname'],
    ] as const) {
      const name = this.#value(this.#matches, leaf);
      if (name === undefined) continue;
      if (INTERFACE.test(name)) this.#conditions.push(`${field} "${name}"`);
      else this.#refuse('is no name of an interface of Linux', leaf);
    }
  }

  #actions(label: string): string {
    const actions = fieldsOf(this.#ace.schema).branch(this.#ace, 'actions');
    const forwarding = actions && this.#value(actions, 'forwarding');
    const logged = actions && this.#value(actions, 'logging') === 'log-syslog';
    const log = logged ? `log prefix "${logPrefix(label)}" ` : '';
    if (forwarding === 'reject' && this.#family === 'bridge') {
      this.#obstacles.push({
        path: ['actions', 'forwarding'],
        message: 'a bridge cannot tell the sender of a frame that it forwards',
      });
    }
    if (forwarding !== 'reject') return log + (forwarding ?? 'drop');
    return log + (this.#part('tcp') ? 'reject with tcp reset' : 'reject');
  }

  /** A container of `matches` that says something. */
  #part(name: string): Branch | undefined {
    const part = this.#matches && fieldsOf(this.#matches.schema).branch(this.#matches, name);
    if (!part) return undefined;
    const presence = part.schema.kind === 'container' && part.schema.presence;
    return presence || part.slots.some((slot) => slot !== undefined) ? part : undefined;
  }

  #value(branch: Branch, leaf: string): string | undefined {
    const value = fieldsOf(branch.schema).get(branch, leaf);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  }

  #refuse(message: string, ...path: readonly string[]): void {
    this.#obstacles.push({ path: ['matches', ...path], message });
  }
}

function nfproto(version: 'ipv4' | 'ipv6'): string {
  return `meta nfproto ${version}`;
}

function icmpOf(version: 'ipv4' | 'ipv6'): number {
  return version === 'ipv4' ? 1 : 58;
}

/** All of them must be set; others may be. nft calls ECE 'ecn'. */
function flagsText(flags: string | undefined): string {
  if (flags === undefined || flags === '') return '';
  const names = flags.split(' ').map((flag) => (flag === 'ece' ? 'ecn' : flag));
  const mask = `(${names.join(' | ')})`;
  return `tcp flags & ${mask} == ${mask}`;
}

function logPrefix(label: string): string {
  return `sami ${label.replace(/[^\w ./:-]/g, '?').slice(0, 100)}: `;
}
