/** Whether HAProxy has the stick table of a group, as the group wants it. The plane cannot make tables. */
import { invalidValue, operationNotSupported } from '../../../src/error/index.ts';
import type { PathStep, RpcError } from '../../../src/error/index.ts';
import { DataList } from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import { vmAddresses } from '../../../src/sami/index.ts';
import { fieldsOf } from '../kit/fields.ts';
import { rowPath } from '../kit/paths.ts';
import { wantedShape } from './groups.ts';
import type { StickyGroup, WantedShape } from './groups.ts';
import type { Servers } from './servers.ts';
import type { TableShape } from './table-shape.ts';

/** `shape` is undefined when HAProxy has no such table. */
export function checkGroup(
  vm: Branch,
  group: StickyGroup,
  shape: TableShape | undefined,
  servers: Servers,
): readonly RpcError[] {
  const path = rowPath(vm, group.row);
  const table = `HAProxy has no stick table "${group.table}"`;
  if (!shape) {
    const wanted = describeWanted(wantedShape(group));
    const message = `${table} for group "${group.name}"${wanted}; tables are made in its configuration`;
    return [operationNotSupported(message, { path, appTag: 'no-such-table' })];
  }
  return [...checkShape(vm, group, shape), ...checkServers(vm, group, servers, path)];
}

type Shown = string | number | undefined;

function checkShape(vm: Branch, group: StickyGroup, shape: TableShape): readonly RpcError[] {
  const wanted = wantedShape(group);
  const errors: RpcError[] = [];
  const differs = (leaf: string, what: string, found: Shown, expected: Shown): void => {
    if (expected === undefined || found === undefined || found === expected) return;
    const message =
      `stick table "${shape.name}" of HAProxy has ${what} ${String(found)}, ` +
      `group "${group.name}" expects ${String(expected)}`;
    errors.push(
      operationNotSupported(message, {
        path: rowPath(vm, group.row, leaf),
        appTag: 'table-differs',
      }),
    );
  };
  differs('key-type', 'keys of type', shape.keyType, wanted.keyType);
  if (errors.length > 0) return errors;
  differs('key-length', 'keys of length', shape.keyLength, wanted.keyLength);
  if (wanted.size !== undefined && shape.size < wanted.size) {
    differs('maximum-entries', 'room for entries:', shape.size, wanted.size);
  }
  differs('timeout', 'a time of milliseconds:', shape.expire, wanted.expire);
  for (const { name, period } of wanted.data) {
    const stored = shape.values?.get(name);
    const found = stored ? (stored.period ?? 'no period') : 'nothing';
    if (shape.values) differs('stored-data', `for ${name}`, found, period ?? 'no period');
  }
  return errors;
}

/** Servers that are other VMs' may be absent; those that the VM is have to be there. */
function checkServers(
  vm: Branch,
  group: StickyGroup,
  servers: Servers,
  path: readonly PathStep[],
): readonly RpcError[] {
  const list = fieldsOf(group.row.schema).get(group.row, 'real-server');
  if (!(list instanceof DataList)) return [];
  const addresses = new Set(vmAddresses(vm));
  return [...list].flatMap((row) => {
    const fields = fieldsOf(row.schema);
    const address = fields.text(row, 'address') ?? '';
    const port = fields.number(row, 'port') ?? 0;
    const mine = addresses.has(address) && fields.text(row, 'server-farm') === group.farm;
    if (!mine || servers.at(group.backend, address, port === 0 ? undefined : port)) return [];
    return [noServer(group, address, port || undefined, servers, path)];
  });
}

export function noServer(
  { backend }: StickyGroup,
  address: string,
  port: number | undefined,
  servers: Servers,
  path: readonly PathStep[],
): RpcError {
  const there = servers.of(backend).map((server) => `${server.address} port ${server.port}`);
  const found = there.length === 0 ? 'it has none' : `it has ${there.slice(0, 10).join(', ')}`;
  const wanted = port === undefined ? address : `${address} port ${port}`;
  const message = `backend "${backend}" of HAProxy has no server ${wanted}; ${found}`;
  return invalidValue(message, { type: 'application', path, appTag: 'no-such-server' });
}

function describeWanted({ keyType, keyLength, size, data }: WantedShape): string {
  const words = [
    ...(keyType ? [`type ${keyType}`] : []),
    ...(keyLength === undefined ? [] : [`length ${keyLength}`]),
    ...(size === undefined ? [] : [`size ${size}`]),
    ...data.map(({ name, period }) => (period === undefined ? name : `${name} over ${period} ms`)),
  ];
  return words.length === 0 ? '' : ` (expected: ${words.join(', ')})`;
}
