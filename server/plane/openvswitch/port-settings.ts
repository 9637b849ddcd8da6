/** What the configuration of a VM asks of its port. */
import { DataList } from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import { entriesOf } from '../../../src/sami/index.ts';
import type { Catalog } from '../kit/catalog.ts';
import { fieldsOf } from '../kit/fields.ts';

export interface VlanSettings {
  readonly untagged: number | undefined;
  readonly tagged: readonly number[];
  readonly names: ReadonlyMap<number, string>;
}

/** Bytes per second and bytes. */
export interface Limit {
  readonly rate: number;
  readonly burst: number | undefined;
}

export interface PortSettings {
  /** Undefined: VLANs of the port are none of our business. */
  readonly vlans: VlanSettings | undefined;
  readonly upload: Limit | undefined;
  readonly download: Limit | undefined;
}

export type Direction = 'upload' | 'download';

export function settingsOf(catalog: Catalog, vm: Branch): PortSettings {
  const profiles = rowsOf(catalog, vm, 'profile');
  const limit = (direction: Direction): Limit | undefined => {
    for (const profile of profiles) {
      const found = limitOf(profile, direction);
      if (found) return found;
    }
    return undefined;
  };
  return {
    vlans: vlanSettings(rowsOf(catalog, vm, 'vlan')),
    upload: limit('upload'),
    download: limit('download'),
  };
}

/** Entries of the one list of a kind; none when the plane does not serve it. */
export function rowsOf(catalog: Catalog, vm: Branch, kind: string): readonly Branch[] {
  const table = catalog.tables.find((it) => it.kind.name === kind);
  const rows = table && entriesOf(vm, table.kind, table.list);
  return rows instanceof DataList ? [...rows] : [];
}

export function limitOf(profile: Branch, direction: Direction): Limit | undefined {
  const bandwidth = fieldsOf(profile.schema).branch(profile, direction);
  if (!bandwidth) return undefined;
  const fields = fieldsOf(bandwidth.schema);
  const rate = fields.number(bandwidth, 'rate');
  return rate === undefined ? undefined : { rate, burst: fields.number(bandwidth, 'burst') };
}

function vlanSettings(rows: readonly Branch[]): VlanSettings | undefined {
  if (rows.length === 0) return undefined;
  const vlans = rows.map((row) => {
    const fields = fieldsOf(row.schema);
    const id = fields.number(row, 'vlan-id') ?? 0;
    const tagged = fields.leaf(row, 'tagging') === 'tagged';
    return { id, tagged, name: fields.text(row, 'name') };
  });
  return {
    untagged: vlans.find(({ tagged }) => !tagged)?.id,
    tagged: vlans.filter(({ tagged }) => tagged).map(({ id }) => id),
    names: new Map(
      vlans.flatMap(({ id, name }) => (name === undefined ? [] : [[id, name] as const])),
    ),
  };
}
