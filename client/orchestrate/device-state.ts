/**
 * What a device says of itself and of one VM (`sami/device`, `vm/mode`, `vm/table`), in one small read.
 *
 * It is read as plain XML, not through the compiled schema: a move that is being resumed or rolled back
 * must not depend on schemas.
 */
import { escapeText, childElements, findChild, textContent } from '../../src/xml/index.ts';
import type { XmlElement } from '../../src/xml/index.ts';
import type { SubtreeFilter } from '../../src/netconf/index.ts';
import { SAMI_NAMESPACE } from '../../src/sami/index.ts';
import type { Mode } from '../../src/sami/index.ts';
import type { TableRecord } from './journal.ts';

/** An entry of `device/kind`. */
export interface KindSupport {
  readonly name: string;
  /** Name of the data plane that serves it. */
  readonly plane: string | undefined;
  /** Undefined where there is no fixed limit. */
  readonly limit: bigint | undefined;
  readonly used: bigint;
  readonly reserved: bigint;
  readonly features: readonly string[];
}

export interface VmState {
  readonly mode: Mode;
  readonly addresses: readonly string[];
  readonly tables: readonly TableRecord[];
}

export interface DeviceState {
  readonly bootId: string | undefined;
  readonly planes: readonly string[];
  readonly kinds: readonly KindSupport[];
  /** Undefined when the device does not have the VM. */
  readonly vm: VmState | undefined;
}

/**
 * How much is asked for. A device may have to walk its tables to count them, so while the VM stands still
 * nobody asks for more than is needed: `mode` is the boot-id and the VM's mode, `tables` its counts and
 * digests too, `all` also what the device can hold.
 */
export type StateDetail = 'mode' | 'tables' | 'all';

/** Subtree filter (RFC 6241, section 6) for {@link decodeDeviceState}. */
export function deviceStateFilter(vm: string, detail: StateDetail): SubtreeFilter {
  const device = detail === 'all' ? '<device/>' : '<device><boot-id/></device>';
  const tables = detail === 'mode' ? '' : '<table/>';
  const content =
    `<sami xmlns="${SAMI_NAMESPACE}">${device}` +
    `<vm><id>${escapeText(vm)}</id><address/><mode/>${tables}</vm></sami>`;
  return { type: 'subtree', content };
}

/** Reads the content of `<data>`. */
export function decodeDeviceState(data: XmlElement, vm: string): DeviceState {
  const sami = findChild(data, SAMI_NAMESPACE, 'sami');
  const device = sami && findChild(sami, SAMI_NAMESPACE, 'device');
  const entry = sami && children(sami, 'vm').find((candidate) => leaf(candidate, 'id') === vm);
  return {
    bootId: device && leaf(device, 'boot-id'),
    planes: device ? children(device, 'plane').map(textContent) : [],
    kinds: device ? children(device, 'kind').map(decodeKind) : [],
    vm: entry && decodeVmState(entry),
  };
}

function decodeKind(kind: XmlElement): KindSupport {
  const limit = leaf(kind, 'limit');
  return {
    name: leaf(kind, 'name') ?? '',
    plane: leaf(kind, 'plane'),
    limit: limit === undefined ? undefined : BigInt(limit),
    used: BigInt(leaf(kind, 'used') ?? 0),
    reserved: BigInt(leaf(kind, 'reserved') ?? 0),
    features: children(kind, 'feature').map(textContent),
  };
}

function decodeVmState(vm: XmlElement): VmState {
  return {
    mode: (leaf(vm, 'mode') ?? 'learning') as Mode,
    addresses: children(vm, 'address').map(textContent),
    tables: children(vm, 'table').map((table) => ({
      kind: leaf(table, 'kind') ?? '',
      entries: Number(leaf(table, 'entries') ?? 0),
      digest: leaf(table, 'digest') ?? '',
    })),
  };
}

function children(parent: XmlElement, name: string): readonly XmlElement[] {
  return childElements(parent).filter(
    (child) => child.local === name && child.namespace === SAMI_NAMESPACE,
  );
}

function leaf(parent: XmlElement, name: string): string | undefined {
  const child = findChild(parent, SAMI_NAMESPACE, name);
  return child && textContent(child).trim();
}
