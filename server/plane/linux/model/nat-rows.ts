/**
 * NAT mappings as rows of `sami-nat:nat/mapping-entry`, and the implicit ones as a projection of translated
 * sessions: the kernel keeps no such mappings of its own, each session carries its translation.
 */
import { Branch } from '../../../../src/data/index.ts';
import type { Slot } from '../../../../src/data/index.ts';
import type { LeafValue, ListNode } from '../../../../src/yang/index.ts';
import { isIcmp } from '../conntrack/constants.ts';
import { isTranslated } from '../conntrack/entry.ts';
import type { Entry } from '../conntrack/entry.ts';
import { mappingKey } from '../nat/mapping.ts';
import type { Mapping, MappingType } from '../nat/mapping.ts';

/** The type of the mappings that sessions make: because a packet needed it. */
const IMPLICIT = 'dynamic-implicit';

/** The mappings of `owns`' addresses that a session uses: none, one, or two when it meets itself. */
export function mappingsOf(entry: Entry, owns: (address: string) => boolean): readonly Mapping[] {
  if (!isTranslated(entry)) return [];
  const { protocol, original, reply, timeout: lifetime } = entry;
  const mappings: Mapping[] = [];
  const sourcePort = isIcmp(protocol) ? reply.sourcePort : reply.destinationPort;
  if (
    owns(original.source) &&
    (reply.destination !== original.source || sourcePort !== original.sourcePort)
  ) {
    mappings.push({
      protocol,
      internal: original.source,
      internalPort: original.sourcePort,
      external: reply.destination,
      externalPort: sourcePort,
      type: IMPLICIT,
      lifetime,
    });
  }
  const ported = !isIcmp(protocol);
  if (
    owns(reply.source) &&
    (reply.source !== original.destination ||
      (ported && reply.sourcePort !== original.destinationPort))
  ) {
    mappings.push({
      protocol,
      internal: reply.source,
      internalPort: ported ? reply.sourcePort : 0,
      external: original.destination,
      externalPort: ported ? original.destinationPort : 0,
      type: IMPLICIT,
      lifetime,
    });
  }
  return mappings;
}

/** Counts how many sessions use each mapping. */
export class MappingUse {
  readonly #uses = new Map<string, { mapping: Mapping; sessions: number }>();

  /** True when the mapping is new. */
  add(mapping: Mapping): boolean {
    const key = mappingKey(mapping);
    const use = this.#uses.get(key);
    if (!use) {
      this.#uses.set(key, { mapping, sessions: 1 });
      return true;
    }
    use.sessions += 1;
    if ((mapping.lifetime ?? 0) > (use.mapping.lifetime ?? 0)) use.mapping = mapping;
    return false;
  }

  /** True when no session uses the mapping any more. */
  remove(mapping: Mapping): boolean {
    const key = mappingKey(mapping);
    const use = this.#uses.get(key);
    if (!use) return false;
    use.sessions -= 1;
    if (use.sessions > 0) return false;
    this.#uses.delete(key);
    return true;
  }

  has(mapping: Mapping): boolean {
    return this.#uses.has(mappingKey(mapping));
  }

  /** The implicit mapping with this key, if a session uses it. */
  get(key: string): Mapping | undefined {
    return this.#uses.get(key)?.mapping;
  }

  *mappings(): Iterable<Mapping> {
    for (const { mapping } of this.#uses.values()) yield mapping;
  }
}

export class NatRows {
  readonly list: ListNode;
  readonly #slot: (name: string) => number;

  constructor(list: ListNode) {
    this.list = list;
    const slots = new Map(list.dataChildren.map((child) => [child.name, child.slot]));
    this.#slot = (name) => {
      const slot = slots.get(name);
      if (slot === undefined) throw new Error(`list ${list.name} has no leaf "${name}"`);
      return slot;
    };
  }

  toRow(mapping: Mapping): Branch {
    const slots: Slot[] = this.list.dataChildren.map(() => undefined);
    slots[this.#slot('transport-protocol')] = mapping.protocol;
    slots[this.#slot('internal-src-address')] = mapping.internal;
    slots[this.#slot('internal-src-port')] = mapping.internalPort;
    slots[this.#slot('external-src-address')] = mapping.external;
    slots[this.#slot('external-src-port')] = mapping.externalPort;
    slots[this.#slot('type')] = mapping.type;
    slots[this.#slot('lifetime')] = mapping.lifetime;
    let length = slots.length;
    while (length > 0 && slots[length - 1] === undefined) length -= 1;
    return new Branch(this.list, slots.slice(0, length));
  }

  toMapping(row: Branch): Mapping {
    const value = (name: string): Slot => row.slots[this.#slot(name)];
    return {
      protocol: value('transport-protocol') as number,
      internal: value('internal-src-address') as string,
      internalPort: value('internal-src-port') as number,
      external: value('external-src-address') as string,
      externalPort: value('external-src-port') as number,
      type: (value('type') as MappingType | undefined) ?? IMPLICIT,
      lifetime: value('lifetime') as number | undefined,
    };
  }

  /** `keys` in the order of the schema. */
  mappingFrom(keys: readonly LeafValue[]): Mapping {
    const slots: Slot[] = this.list.dataChildren.map(() => undefined);
    this.list.keys.forEach((key, index) => {
      slots[key.slot] = keys[index];
    });
    return this.toMapping(new Branch(this.list, slots));
  }

  /** Leaves that this plane has no means for, if the row has one of them. */
  unsupportedLeaf(row: Branch): string | undefined {
    return DESTINATION_LEAVES.find((name) => row.slots[this.#slot(name)] !== undefined);
  }
}

const DESTINATION_LEAVES = [
  'internal-dst-address',
  'internal-dst-port',
  'external-dst-address',
  'external-dst-port',
] as const;
