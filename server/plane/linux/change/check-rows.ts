/** Finds rows that the kernel could not hold as they are, before anything is changed. */
import type { Branch } from '../../../../src/data/index.ts';
import {
  invalidValue,
  missingElement,
  operationNotSupported,
} from '../../../../src/error/index.ts';
import type { RpcError } from '../../../../src/error/index.ts';
import { hasState, isIcmp, PROTOCOL, stateNumber } from '../conntrack/constants.ts';
import { concerns, icmpAnswer, isIpv6 } from '../conntrack/entry.ts';
import type { Entry } from '../conntrack/entry.ts';
import { mappingsOf } from '../model/nat-rows.ts';
import type { NatRows } from '../model/nat-rows.ts';
import type { SessionRows } from '../model/session-rows.ts';
import { isExplicit, MAPPED_PORTS } from '../nat/mapping.ts';
import type { Mapping } from '../nat/mapping.ts';
import { rowPath } from '../../kit/paths.ts';

/** Protocols whose ports the kernel tells apart: TCP, UDP, DCCP, GRE (keys), SCTP, UDP-Lite. */
const PORTED: ReadonlySet<number> = new Set([
  PROTOCOL.tcp,
  PROTOCOL.udp,
  33,
  PROTOCOL.gre,
  PROTOCOL.sctp,
  136,
]);

/** The first thing that is wrong with a session, if anything is. `entry` is what `row` says. */
export function checkSession(
  vm: Branch,
  owns: (address: string) => boolean,
  ownerOf: (address: string) => string | undefined,
  rows: SessionRows,
  row: Branch,
  entry: Entry,
): RpcError | undefined {
  if (!concerns(entry, owns)) {
    const message = 'the session has no end at an address of the VM';
    return invalidValue(message, { path: rowPath(vm, row), appTag: 'address-not-owned' });
  }
  return (
    checkOutside(vm, owns, ownerOf, row, entry) ??
    checkAddresses(vm, row, entry) ??
    checkPorts(vm, row, entry) ??
    checkState(vm, row, entry, rows)
  );
}

/** The first thing that is wrong with a mapping. `ownerOf` names the VM of this device that has an address. */
export function checkMapping(
  vm: Branch,
  owns: (address: string) => boolean,
  ownerOf: (address: string) => string | undefined,
  rows: NatRows,
  row: Branch,
): RpcError | undefined {
  const mapping = rows.toMapping(row);
  if (!owns(mapping.internal)) {
    const message = 'the internal address of the mapping is no address of the VM';
    return invalidValue(message, {
      path: rowPath(vm, row, 'internal-src-address'),
      appTag: 'address-not-owned',
    });
  }
  const owner = owns(mapping.external) ? undefined : ownerOf(mapping.external);
  if (owner !== undefined) {
    const message = `the external address ${mapping.external} of the mapping is an address of VM ${owner}`;
    return invalidValue(message, {
      path: rowPath(vm, row, 'external-src-address'),
      appTag: 'address-not-owned',
    });
  }
  return isExplicit(mapping) ? checkExplicit(vm, rows, row, mapping) : undefined;
}

/** What nftables could not map. */
function checkExplicit(
  vm: Branch,
  rows: NatRows,
  row: Branch,
  mapping: Mapping,
): RpcError | undefined {
  const { protocol, internal, internalPort, external, externalPort } = mapping;
  const leaf = rows.unsupportedLeaf(row);
  if (leaf !== undefined) {
    const message = 'this data plane has no configured mappings that depend on the destination';
    return operationNotSupported(message, { path: rowPath(vm, row, leaf) });
  }
  if (internal.includes(':') !== external.includes(':')) {
    const message = 'this data plane does not translate between IP versions';
    return operationNotSupported(message, { path: rowPath(vm, row, 'external-src-address') });
  }
  if ((internalPort === 0) !== (externalPort === 0)) {
    const message = 'either both ports are mapped or none: one is 0 and the other is not';
    return invalidValue(message, { path: rowPath(vm, row, 'external-src-port') });
  }
  if (externalPort === 0 || MAPPED_PORTS.has(protocol)) return undefined;
  const message =
    protocol === 0
      ? 'a mapping of ports needs a protocol: expected its number, not 0'
      : `this data plane has no configured mappings of ports for protocol ${String(protocol)}`;
  return (protocol === 0 ? invalidValue : operationNotSupported)(message, {
    path: rowPath(vm, row, 'transport-protocol'),
  });
}

/** Nobody may be known outside by the address of another VM. */
function checkOutside(
  vm: Branch,
  owns: (address: string) => boolean,
  ownerOf: (address: string) => string | undefined,
  row: Branch,
  entry: Entry,
): RpcError | undefined {
  for (const { external } of mappingsOf(entry, owns)) {
    const owner = owns(external) ? undefined : ownerOf(external);
    if (owner === undefined) continue;
    const message = `the session is translated to ${external}, which is an address of VM ${owner}`;
    return invalidValue(message, { path: rowPath(vm, row), appTag: 'address-not-owned' });
  }
  return undefined;
}

function checkAddresses(vm: Branch, row: Branch, entry: Entry): RpcError | undefined {
  const { original, reply, protocol } = entry;
  const v6 = isIpv6(original);
  if (original.destination.includes(':') !== v6) {
    const message = 'source and destination are of different IP versions';
    return invalidValue(message, { path: rowPath(vm, row, 'destination-address') });
  }
  if (isIpv6(reply) !== v6 || reply.destination.includes(':') !== v6) {
    const message = 'this data plane does not translate between IP versions';
    return operationNotSupported(message, { path: rowPath(vm, row, 'reply-source-address') });
  }
  if (protocol === (v6 ? PROTOCOL.icmp : PROTOCOL.icmpv6)) {
    const message = `protocol ${String(protocol)} does not go with these addresses`;
    return invalidValue(message, { path: rowPath(vm, row, 'protocol') });
  }
  return undefined;
}

function checkPorts(vm: Branch, row: Branch, entry: Entry): RpcError | undefined {
  const { original, protocol } = entry;
  if (isIcmp(protocol)) {
    const type = original.destinationPort >>> 8;
    if (icmpAnswer(protocol, type) !== undefined) return undefined;
    return invalidValue(`messages of type ${String(type)} are not tracked as sessions`, {
      path: rowPath(vm, row, 'destination-port'),
    });
  }
  if (PORTED.has(protocol) || (original.sourcePort === 0 && original.destinationPort === 0)) {
    return undefined;
  }
  return invalidValue(`protocol ${String(protocol)} has no ports here: expected 0`, {
    path: rowPath(vm, row, 'destination-port'),
  });
}

function checkState(
  vm: Branch,
  row: Branch,
  entry: Entry,
  rows: SessionRows,
): RpcError | undefined {
  const state = rows.stateOf(row);
  if (hasState(entry.protocol)) {
    if (state === undefined) return missingElement('state', { path: rowPath(vm, row) });
    if (stateNumber(entry.protocol, state) !== undefined) return undefined;
  } else if (state === undefined) return undefined;
  return invalidValue(`protocol ${String(entry.protocol)} has no state "${state}"`, {
    path: rowPath(vm, row, 'state'),
  });
}
