/** Entries of `multicast-membership` and what the bridge has in its multicast database (bridge(8), "mdb"). */
import type { Branch } from '../../../src/data/index.ts';
import type { Fields } from '../kit/fields.ts';
import type { Launcher } from '../kit/launcher.ts';
import type { MdbEntry } from './mdb-message.ts';

interface MdbJson {
  readonly port: string;
  readonly grp: string;
  readonly src?: string;
  readonly state: string;
  readonly filter_mode?: string;
  readonly source_list?: readonly { readonly address: string; readonly timer: string }[];
  readonly flags?: readonly string[];
  readonly timer?: string;
}

/** What a port has of one group. */
export interface Membership {
  readonly port: string;
  readonly group: string;
  readonly permanent: boolean;
  readonly filterMode: 'include' | 'exclude';
  readonly sources: readonly string[];
  /** Seconds until the kernel lets it go; undefined when it does not. */
  readonly remaining: number | undefined;
}

/** Reads all memberships of ports. Those of the bridge itself are left out. */
export async function readMemberships(
  launcher: Launcher,
  device: string,
): Promise<readonly Membership[]> {
  const command = ['bridge', '-j', '-d', '-s', 'mdb', 'show', 'dev', device];
  return membershipsFrom(await launcher.run(command), device);
}

/** What `bridge -j -d -s mdb show` printed. */
export function membershipsFrom(text: string, device: string): readonly Membership[] {
  const [first] = JSON.parse(text || '[]') as readonly { readonly mdb?: readonly MdbJson[] }[];
  const entries = (first?.mdb ?? []).filter(({ port }) => port !== device);
  const found = new Map<string, Membership>();
  for (const entry of entries.filter(({ src }) => src === undefined)) {
    found.set(`${entry.port} ${entry.grp}`, ofGroup(entry));
  }
  // Entries of one source each are what the kernel made of a list, unless nobody has the list.
  const listed = new Set(found.keys());
  for (const entry of entries) {
    const key = `${entry.port} ${entry.grp}`;
    if (entry.src === undefined || listed.has(key) || entry.flags?.includes('blocked')) continue;
    found.set(key, withSource(found.get(key), entry, entry.src));
  }
  return [...found.values()];
}

/** With filter mode "exclude", a source whose timer runs was asked for by someone: it is not excluded. */
function ofGroup(entry: MdbJson): Membership {
  const { port, grp: group, source_list: list = [] } = entry;
  const permanent = entry.state === 'permanent';
  const filterMode = entry.filter_mode === 'include' ? 'include' : 'exclude';
  const exclude = filterMode === 'exclude';
  const sources = list
    .filter(({ timer }) => !exclude || Number(timer) === 0)
    .map(({ address }) => address)
    .sort();
  const timers = exclude ? [Number(entry.timer)] : list.map(({ timer }) => Number(timer));
  const remaining = permanent ? undefined : Math.max(0, ...timers);
  return { port, group, permanent, filterMode, sources, remaining };
}

function withSource(before: Membership | undefined, entry: MdbJson, source: string): Membership {
  const permanent = entry.state === 'permanent';
  const remaining = Math.max(before?.remaining ?? 0, Number(entry.timer ?? 0));
  return {
    port: entry.port,
    group: entry.grp,
    permanent,
    filterMode: 'include',
    sources: [...(before?.sources ?? []), source].sort(),
    remaining: permanent ? undefined : remaining,
  };
}

/** The entry of the kernel for a row. In standby nothing ages, and nothing does that has no lifetime. */
export function mdbEntry(fields: Fields, row: Branch, port: number, standby: boolean): MdbEntry {
  return {
    port,
    group: fields.text(row, 'group') ?? '',
    permanent:
      standby ||
      fields.leaf(row, 'type') === 'static' ||
      fields.number(row, 'lifetime') === undefined,
    filterMode: fields.leaf(row, 'filter-mode') === 'include' ? 'include' : 'exclude',
    sources: sourcesOf(fields, row),
  };
}

export function sourcesOf(fields: Fields, row: Branch): readonly string[] {
  return (fields.get(row, 'source-address') ?? []) as readonly string[];
}

/** The row for a membership; leaves that the kernel has no room for come from the one installed. */
export function membershipRow(
  fields: Fields,
  membership: Membership,
  mac: string,
  installed: Branch | undefined,
): Branch {
  const { group, permanent, filterMode, sources, remaining, port } = membership;
  const known = installed ?? fields.make({ type: permanent ? 'static' : 'dynamic' });
  return fields.change(known, {
    'vlan-id': 0,
    group,
    'host-mac-address': mac,
    'filter-mode': filterMode,
    'source-address': sources.length > 0 ? sources : undefined,
    interface: port,
    ...(remaining === undefined ? {} : { lifetime: Math.ceil(remaining) }),
  });
}
