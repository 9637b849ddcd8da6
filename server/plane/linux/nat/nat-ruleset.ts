/**
 * The nftables tables of explicit NAT mappings, `ip sami-nat` and `ip6 sami-nat`, as `nft -f` reads them
 * and as `nft -j` prints them.
 *
 * Each mapping is an element of one dnat map, which tells its type in the comment. The snat maps follow
 * from these: the packets of one internal address and port can leave with one external one only, so of
 * several mappings the first in order has the element.
 */
import { listed, pairsOf } from '../../kit/nft-tool.ts';
import type { NftJson } from '../../kit/nft-tool.ts';
import { mappingKey } from './mapping.ts';
import type { Mapping, MappingType } from './mapping.ts';

export const NAT_TABLE = 'sami-nat';
export type NatFamily = 'ip' | 'ip6';
export const NAT_FAMILIES: readonly NatFamily[] = ['ip', 'ip6'];

/** An element of a map: its key and value as texts of nft. */
export interface MapElement {
  readonly map: string;
  readonly key: string;
  readonly value: string;
  readonly comment: string | undefined;
  /** Seconds left; undefined for one that stays. */
  readonly expires: number | undefined;
}

/** Before the rules of the operator, so that a mapping is not hidden by a pool (dstnat is -100, srcnat 100). */
const PREROUTING = -110;
const POSTROUTING = 90;
const PORTED = 'meta l4proto { tcp, udp, dccp, sctp, udplite }';

export function familyOf({ internal }: Mapping): NatFamily {
  return internal.includes(':') ? 'ip6' : 'ip';
}

/** The table with empty maps. */
export function emptyTable(family: NatFamily): string {
  const address = family === 'ip' ? 'ipv4_addr' : 'ipv6_addr';
  const maps = ['dnat', 'snat'].flatMap((way) => [
    `map ${way}-ports { type inet_proto . ${address} . inet_service : ${address} . inet_service; flags timeout; }`,
    `map ${way}-protocols { type inet_proto . ${address} : ${address}; flags timeout; }`,
    `map ${way}-hosts { type ${address} : ${address}; flags timeout; }`,
  ]);
  return [
    `table ${family} ${NAT_TABLE} {`,
    ...maps,
    chain('prerouting', PREROUTING, family, 'dnat', 'daddr', 'dport'),
    chain('postrouting', POSTROUTING, family, 'snat', 'saddr', 'sport'),
    '}\n',
  ].join('\n');
}

function chain(
  hook: string,
  priority: number,
  family: NatFamily,
  way: string,
  address: string,
  port: string,
): string {
  return [
    `chain ${hook} { type nat hook ${hook} priority ${String(priority)}; policy accept;`,
    `${PORTED} ${way} ${family} to meta l4proto . ${family} ${address} . th ${port} map @${way}-ports`,
    `${way} ${family} to meta l4proto . ${family} ${address} map @${way}-protocols`,
    `${way} ${family} to ${family} ${address} map @${way}-hosts`,
    '}',
  ].join('\n');
}

export function destinationElement(mapping: Mapping): MapElement {
  const { internal, internalPort, external, externalPort, type } = mapping;
  return element('dnat', mapping, [external, externalPort], [internal, internalPort], type);
}

/** The elements of the snat maps that belong to a set of mappings, each with the mapping it is of. */
export function sourceElements(
  mappings: readonly Mapping[],
): readonly (readonly [MapElement, Mapping])[] {
  const elements = new Map<string, readonly [MapElement, Mapping]>();
  const inOrder = [...mappings].sort((a, b) => (mappingKey(a) < mappingKey(b) ? -1 : 1));
  for (const mapping of inOrder) {
    const { internal, internalPort, external, externalPort } = mapping;
    const made = element('snat', mapping, [internal, internalPort], [external, externalPort]);
    const name = elementName(made);
    if (!elements.has(name)) elements.set(name, [made, mapping]);
  }
  return [...elements.values()];
}

export function elementName({ map, key }: MapElement): string {
  return `${map} ${key}`;
}

function element(
  way: 'dnat' | 'snat',
  { protocol, lifetime }: Mapping,
  [from, fromPort]: readonly [string, number],
  [to, toPort]: readonly [string, number],
  comment?: string,
): MapElement {
  const rest = { comment, expires: lifetime };
  if (protocol === 0) return { map: `${way}-hosts`, key: from, value: to, ...rest };
  const key = `${String(protocol)} . ${from}`;
  if (fromPort === 0) return { map: `${way}-protocols`, key, value: to, ...rest };
  return {
    map: `${way}-ports`,
    key: `${key} . ${String(fromPort)}`,
    value: `${to} . ${String(toPort)}`,
    ...rest,
  };
}

export function deleteElement(family: NatFamily, { map, key }: MapElement): string {
  return `delete element ${family} ${NAT_TABLE} ${map} { ${key} }\n`;
}

export function addElement(family: NatFamily, made: MapElement): string {
  const { map, key, value, comment, expires } = made;
  const timeout = expires === undefined ? '' : ` timeout ${String(Math.max(1, expires))}s`;
  const text = comment === undefined ? '' : ` comment "${comment}"`;
  return `add element ${family} ${NAT_TABLE} ${map} { ${key}${timeout}${text} : ${value} }\n`;
}

/** The maps in what `nft -n list table` prints. */
export function readMaps(objects: readonly NftJson[]): readonly MapElement[] {
  return listed(objects, 'map').flatMap((map) =>
    pairsOf(map).map(([{ key, comment, expires }, value]) => ({
      map: String(map['name']),
      key: key.join(' . '),
      value: value.join(' . '),
      comment,
      expires,
    })),
  );
}

/** The mapping of an element of a dnat map; undefined for elements of the snat maps. */
export function mappingOf({ map, key, value, comment, expires }: MapElement): Mapping | undefined {
  if (!map.startsWith('dnat-')) return undefined;
  const parts = key.split(' . ');
  const [internal = '', internalPort] = value.split(' . ');
  const hosts = map === 'dnat-hosts';
  return {
    protocol: hosts ? 0 : Number(parts[0]),
    internal,
    internalPort: Number(internalPort ?? 0),
    external: parts[hosts ? 0 : 1] ?? '',
    externalPort: Number(parts[2] ?? 0),
    type: typeOf(comment, expires),
    lifetime: expires,
  };
}

/** Somebody may have made the element by hand, without our comment. */
function typeOf(comment: string | undefined, expires: number | undefined): MappingType {
  if (comment === 'static' || comment === 'dynamic-explicit') return comment;
  return expires === undefined ? 'static' : 'dynamic-explicit';
}
