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
import { MAPPING_TYPE } from '../model/nat-rows.ts';
import type { NatRows } from '../model/nat-rows.ts';
import type { SessionRows } from '../model/session-rows.ts';
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
  rows: SessionRows,
  row: Branch,
  entry: Entry,
): RpcError | undefined {
  if (!concerns(entry, owns)) {
    const message = 'the session has no end at an address of the VM';
    return invalidValue(message, { path: rowPath(vm, row), appTag: 'address-not-owned' });
  }
  return (
    checkAddresses(vm, row, entry) ?? checkPorts(vm, row, entry) ?? checkState(vm, row, entry, rows)
  );
}

export function checkMapping(vm: Branch, rows: NatRows, row: Branch): RpcError | undefined {
  const type = rows.typeOf(row);
  if (type === MAPPING_TYPE) return undefined;
  return operationNotSupported(
    `this data plane has mappings of type "${MAPPING_TYPE}" only, as part of sessions; not "${type}"`,
    { path: rowPath(vm, row, 'type') },
  );
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
