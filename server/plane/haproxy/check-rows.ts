/** Everything that HAProxy has against entries that are to come into one of its stick tables. */
import type { Branch } from '../../../src/data/index.ts';
import { pathStep } from '../../../src/data/index.ts';
import {
  inUse,
  invalidValue,
  operationNotSupported,
  resourceDenied,
} from '../../../src/error/index.ts';
import type { PathStep, RpcError } from '../../../src/error/index.ts';
import type { RowEdit } from '../kit/driver.ts';
import { kindPath, rowPath } from '../kit/paths.ts';
import type { ContainerNode, ListNode } from '../../../src/yang/index.ts';
import { noServer } from './check-group.ts';
import type { StickyGroup } from './groups.ts';
import { keyProblem } from './keys.ts';
import { contentOf, serverOf } from './rows.ts';
import type { RowContent, RowValue } from './rows.ts';
import type { Servers } from './servers.ts';
import { largestValue } from './stored-data.ts';
import type { TableShape } from './table-shape.ts';
import type { Entry } from './table-text.ts';
import { isFirst } from './writer.ts';

export interface RowsToCheck {
  readonly vm: Branch;
  readonly addresses: ReadonlySet<string>;
  readonly group: StickyGroup;
  readonly shape: TableShape;
  readonly servers: Servers;
  readonly isPeer: boolean;
}

/** Errors of one row that have nothing to do with what the table holds. */
export function checkRow(rows: RowsToCheck, row: Branch): readonly RpcError[] {
  const { vm, group, shape, servers, isPeer } = rows;
  const content = contentOf(row);
  const path = rowPath(vm, row);
  const clientPath = rowPath(vm, row, 'client');
  const shown = JSON.stringify(content.client.slice(0, 60));
  const problem = keyProblem(content.client, shape.keyType, shape.keyLength);
  if (problem !== undefined) {
    const message = `client ${shown} ${problem}: it cannot be a key of stick table "${shape.name}" (${shape.keyType})`;
    return [invalidValue(message, { type: 'application', path: clientPath, appTag: 'bad-key' })];
  }
  if (shape.keyType === 'binary' && !isPeer) {
    const message = `HAProxy takes keys of type binary only from a peer, and the plane is none for stick table "${shape.name}"`;
    return [operationNotSupported(message, { path: clientPath, appTag: 'no-peer' })];
  }
  const { serverAddress, serverPort } = content;
  const errors = [...content.values].flatMap(([name, value]) =>
    checkValue(rows, name, value, path),
  );
  if (serverAddress !== undefined && !servers.at(group.backend, serverAddress, serverPort)) {
    errors.push(noServer(group, serverAddress, serverPort, servers, path));
  } else if (serverAddress !== undefined && !stores(shape, 'server-id')) {
    const message = `stick table "${shape.name}" of HAProxy does not store servers`;
    const at = rowPath(vm, row, 'real-server-address');
    errors.push(operationNotSupported(message, { path: at, appTag: 'table-differs' }));
  }
  return errors;
}

function stores(shape: TableShape, name: string): boolean {
  return shape.values?.has(name) === true;
}

function checkValue(
  { shape, isPeer }: RowsToCheck,
  name: string,
  { value, period, row }: RowValue,
  path: readonly PathStep[],
): readonly RpcError[] {
  const at = [...path, pathStep(row.schema as ListNode, row)];
  const table = `stick table "${shape.name}" of HAProxy`;
  const refuse = (message: string): readonly RpcError[] => [
    operationNotSupported(message, { path: at, appTag: 'table-differs' }),
  ];
  if (value === 0n) return [];
  const place = shape.values?.get(name);
  if (!place) return refuse(`${table} has no place for ${name}`);
  if (period !== undefined && place.period !== period) {
    return refuse(`${table} has ${name} over ${String(place.period)} ms, not over ${period} ms`);
  }
  if (!isPeer && !isFirst(place)) {
    return refuse(`HAProxy takes ${name} of ${table} only from a peer, and the plane is none`);
  }
  if (value <= largestValue(place.type)) return [];
  const message = `${name} is ${value}, and HAProxy takes no more than ${largestValue(place.type)}`;
  return [invalidValue(message, { type: 'application', path: at })];
}

/** Clients that are stuck to servers that are not the VM's would lose them. */
export function checkPresent(
  { vm, addresses, group, servers }: RowsToCheck,
  { before, after }: RowEdit,
  present: Entry | undefined,
): readonly RpcError[] {
  const server = present && serverOf(present, group, servers);
  const content = contentOf(after);
  const isOurs = [server?.address, group.virtualAddress].some((one) => addresses.has(one ?? ''));
  if (!server || before || isOurs || leadsTo(content, server.address)) return [];
  const message =
    `client ${JSON.stringify(content.client)} of stick table "${group.table}" is stuck to server ` +
    `${server.address} port ${server.port} already`;
  return [inUse(message, { path: rowPath(vm, after), appTag: 'client-in-use' })];
}

function leadsTo({ serverAddress }: RowContent, address: string): boolean {
  return serverAddress === undefined || serverAddress === address;
}

/** HAProxy would throw out others, or with "nopurge" not take these. */
export function checkRoom(
  { vm, group, shape }: RowsToCheck,
  list: ListNode,
  coming: number,
  used: number,
): readonly RpcError[] {
  const free = Math.max(shape.size - used, 0);
  if (coming <= free) return [];
  const message = `stick table "${group.table}" of HAProxy has room for ${free} more entries of ${shape.size}, needed are ${coming}`;
  const path = kindPath(vm, list.dataParent as ContainerNode);
  return [resourceDenied(message, { path, appTag: 'table-too-small' })];
}
