/** What an entry has to become in HAProxy when one arrives, changes, or is taken away again. */
import type { RowContent } from './rows.ts';
import { largestValue } from './stored-data.ts';
import type { TableShape } from './table-shape.ts';
import type { Entry } from './table-text.ts';

/** An entry as it has to be. */
export interface EntryWrite {
  readonly client: string;
  /** By name of the value: counters, rates, tags, server-id. Values that the table has no place for are left out. */
  readonly values: ReadonlyMap<string, bigint>;
  /** Milliseconds that it has left; undefined for the full time of the table. */
  readonly lifetime: number | undefined;
  /** As HAProxy has it. */
  readonly present: Entry | undefined;
  /** Whether it has to be taken away first, because it leads to another server by its key. */
  readonly anew: boolean;
}

/** How the numbers of a row become those of HAProxy. */
interface Sources {
  readonly after: RowContent;
  /** What the row has counted in HAProxy already. */
  readonly before: RowContent | undefined;
  readonly present: Entry | undefined;
  /** Identifier of the row's server here; undefined when it has none. */
  readonly serverId: bigint | undefined;
  /** Whether `present` leads to a server that is not the row's by its key. */
  readonly anew: boolean;
}

/** What traffic has counted since the row was read stays counted. */
export function arriving(shape: TableShape, sources: Sources): EntryWrite {
  const { after, before, present, serverId, anew } = sources;
  const values = new Map<string, bigint>();
  for (const [name, { meaning, type }] of shape.values ?? []) {
    const now = present?.values.get(name)?.value ?? 0n;
    const wanted = after.values.get(name)?.value;
    const known = before?.values.get(name)?.value;
    switch (meaning.role) {
      case 'counter':
      case 'rate':
        values.set(name, within(now + (wanted ?? 0n) - (known ?? 0n), largestValue(type)));
        break;
      case 'tag':
        values.set(name, (before ? wanted === known : wanted === undefined) ? now : (wanted ?? 0n));
        break;
      case 'server-id':
        values.set(name, serverId ?? now);
        break;
      default:
    }
  }
  return { client: after.client, values, lifetime: lifetimeOf(sources), present, anew };
}

/** Takes away what an entry brought that arrived where there was one already. */
export function departing(
  shape: TableShape,
  brought: RowContent,
  earlier: Entry,
  present: Entry,
): EntryWrite {
  const values = new Map<string, bigint>();
  for (const [name, { meaning }] of shape.values ?? []) {
    const now = present.values.get(name)?.value ?? 0n;
    const added = brought.values.get(name)?.value ?? 0n;
    switch (meaning.role) {
      case 'counter':
      case 'rate':
        values.set(name, now > added ? now - added : 0n);
        break;
      case 'tag':
        values.set(name, now === added ? (earlier.values.get(name)?.value ?? 0n) : now);
        break;
      case 'server-id':
        values.set(name, earlier.values.get(name)?.value ?? 0n);
        break;
      default:
    }
  }
  const lifetime = Math.max(present.expiresIn, 1);
  return { client: brought.client, values, lifetime, present, anew: false };
}

/** An entry as it was. */
export function restoring(entry: Entry, client: string): EntryWrite {
  const values = new Map<string, bigint>();
  for (const [name, { meaning, value }] of entry.values) {
    if (meaning.role !== 'active-connections') values.set(name, value);
  }
  return {
    client,
    values,
    lifetime: entry.expiresIn || undefined,
    present: undefined,
    anew: false,
  };
}

/** Writing gives an entry the full time of its table again, which is not what was meant. */
function lifetimeOf({ after, before, present }: Sources): number | undefined {
  const wanted = after.lifetime === undefined ? undefined : after.lifetime * 1000;
  const left = present && present.expiresIn > 0 ? present.expiresIn : undefined;
  if (before && before.lifetime === after.lifetime) return left ?? wanted;
  return wanted === undefined || left === undefined ? (wanted ?? left) : Math.max(wanted, left);
}

function within(value: bigint, largest: bigint): bigint {
  if (value < 0n) return 0n;
  return value > largest ? largest : value;
}
