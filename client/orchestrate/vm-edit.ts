/**
 * Content of `<config>` for a VM: text that is made while it is sent, so that a batch is never held
 * as text.
 */
import { encodeBranch, encodeChildren, keysOf } from '../../src/data/index.ts';
import type { Branch } from '../../src/data/index.ts';
import { NETCONF_BASE_NS } from '../../src/netconf/index.ts';
import { SAMI_NAMESPACE } from '../../src/sami/index.ts';
import type { Mode } from '../../src/sami/index.ts';
import { XmlWriter } from '../../src/xml/index.ts';
import type { ContainerNode, ListNode } from '../../src/yang/index.ts';
import { PlainRow } from './plain-rows.ts';

/** Made anew for each attempt to send it. */
export type ConfigText = () => Iterable<string>;

/** Sets an entry, or removes the one with the keys of `row`. */
export interface RowChange {
  readonly row: Branch;
  readonly removed: boolean;
}

/** An entry on its way from one device to the other. */
export type CopiedRow = Branch | PlainRow;

export interface NewVm {
  /** What the old device has configured for the VM, without what must not be copied. */
  readonly configured: Branch;
  readonly leaseS: number;
  /** Undefined leaves it to the device. */
  readonly port: string | undefined;
  readonly reservations: readonly { readonly kind: string; readonly entries: bigint }[];
}

type EditOperation = 'create' | 'replace' | 'remove';

function operation(value: EditOperation): readonly [
  {
    readonly namespace: string;
    readonly local: string;
    readonly value: string;
    readonly prefix: string;
  },
] {
  return [{ namespace: NETCONF_BASE_NS, local: 'operation', value, prefix: 'nc' }];
}

/** The VM in standby, which must not exist yet. */
export function createVm({ configured, leaseS, port, reservations }: NewVm): ConfigText {
  return () =>
    write((writer) => {
      writer.open(SAMI_NAMESPACE, 'vm', operation('create'));
      encodeChildren(writer, configured, { configOnly: true });
      if (port !== undefined) writer.leaf(SAMI_NAMESPACE, 'port', port);
      writer.leaf(SAMI_NAMESPACE, 'mode', 'standby');
      writer.leaf(SAMI_NAMESPACE, 'standby-lease', String(leaseS));
      for (const { kind, entries } of reservations) {
        writer.open(SAMI_NAMESPACE, 'reservation');
        writer.leaf(SAMI_NAMESPACE, 'kind', kind);
        writer.leaf(SAMI_NAMESPACE, 'entries', String(entries));
        writer.close();
      }
      writer.close();
    });
}

export function setMode(vm: string, mode: Mode): ConfigText {
  return () =>
    write((writer) => {
      openVm(writer, vm);
      writer.leaf(SAMI_NAMESPACE, 'mode', mode);
      writer.close();
    });
}

/** The VM takes over. Room that was kept for entries of these kinds is free again: they are there. */
export function takeOver(vm: string, reserved: readonly string[]): ConfigText {
  return () =>
    write((writer) => {
      openVm(writer, vm);
      writer.leaf(SAMI_NAMESPACE, 'mode', 'learning');
      for (const kind of reserved) {
        writer.open(SAMI_NAMESPACE, 'reservation', operation('remove'));
        writer.leaf(SAMI_NAMESPACE, 'kind', kind);
        writer.close();
      }
      writer.close();
    });
}

/** Deletes the VM with all that belongs to it; no error when there is none. */
export function removeVm(vm: string): ConfigText {
  return () =>
    write((writer) => {
      writer.open(SAMI_NAMESPACE, 'vm', operation('remove'));
      writer.leaf(SAMI_NAMESPACE, 'id', vm);
      writer.close();
    });
}

/** Empties the containers of dynamic kinds. */
export function removeContainers(vm: string, containers: readonly ContainerNode[]): ConfigText {
  return () =>
    write((writer) => {
      openVm(writer, vm);
      for (const { module, name } of containers) {
        writer.open(module.namespace, name, operation('remove'));
        writer.close();
      }
      writer.close();
    });
}

/** Entries that are not there yet, or are there with the same values. */
export function mergeRows(vm: string, rows: readonly CopiedRow[]): ConfigText {
  return () =>
    writeRows(vm, rows, (writer, row) => {
      if (row instanceof PlainRow) writer.raw(row.text);
      else encodeBranch(writer, row);
    });
}

/** Entries to set or remove, whatever is there. */
export function applyChanges(vm: string, changes: readonly RowChange[]): ConfigText {
  const removed = new Set(changes.filter((change) => change.removed).map(({ row }) => row));
  const rows = changes.map(({ row }) => row);
  return () =>
    writeRows(vm, rows, (writer, row) => {
      if (removed.has(row)) writeRemoval(writer, row);
      else writeReplacement(writer, row);
    });
}

function writeReplacement(writer: XmlWriter, row: Branch): void {
  const list = row.schema as ListNode;
  writer.open(list.module.namespace, list.name, operation('replace'));
  encodeChildren(writer, row);
  writer.close();
}

function writeRemoval(writer: XmlWriter, row: Branch): void {
  const list = row.schema as ListNode;
  writer.open(list.module.namespace, list.name, operation('remove'));
  for (const [index, value] of keysOf(row).entries()) {
    const key = list.keys[index];
    if (!key) continue;
    const prefixFor = (namespace: string, preferred: string): string =>
      writer.prefixFor(namespace, preferred);
    writer.open(key.module.namespace, key.name);
    writer.text(key.type.print(value, prefixFor));
    writer.close();
  }
  writer.close();
}

/** Rows by container and list, because an edit names each container once. */
function groupRows<Row extends CopiedRow>(
  rows: readonly Row[],
): Map<ContainerNode, Map<ListNode, Row[]>> {
  const groups = new Map<ContainerNode, Map<ListNode, Row[]>>();
  let list: ListNode | undefined;
  let group: Row[] = [];
  for (const row of rows) {
    if (row.schema !== list) {
      list = row.schema as ListNode;
      const container = list.dataParent as ContainerNode;
      const lists = groups.get(container) ?? new Map<ListNode, Row[]>();
      group = lists.get(list) ?? [];
      groups.set(container, lists.set(list, group));
    }
    group.push(row);
  }
  return groups;
}

function* writeRows<Row extends CopiedRow>(
  vm: string,
  rows: readonly Row[],
  writeRow: (writer: XmlWriter, row: Row) => void,
): Generator<string, void, undefined> {
  const parts: string[] = [];
  const writer = new XmlWriter((text) => parts.push(text));
  writer.open(SAMI_NAMESPACE, 'sami');
  openVm(writer, vm);
  for (const [container, lists] of groupRows(rows)) {
    writer.open(container.module.namespace, container.name);
    for (const group of lists.values()) {
      for (const row of group) {
        writeRow(writer, row);
        if (parts.length > 0) yield* parts.splice(0);
      }
    }
    writer.close();
  }
  writer.close();
  writer.close();
  writer.end();
  yield* parts;
}

function openVm(writer: XmlWriter, vm: string): void {
  writer.open(SAMI_NAMESPACE, 'vm');
  writer.leaf(SAMI_NAMESPACE, 'id', vm);
}

function write(fill: (writer: XmlWriter) => void): readonly string[] {
  const parts: string[] = [];
  const writer = new XmlWriter((text) => parts.push(text));
  writer.open(SAMI_NAMESPACE, 'sami');
  fill(writer);
  writer.close();
  writer.end();
  return parts;
}
