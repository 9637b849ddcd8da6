/** Puts entries into the kernel's table, whatever is there already. */
import { ERRNO } from '../conntrack/channel.ts';
import { keyText, sameTuple } from '../conntrack/entry.ts';
import type { Entry, EntryKey } from '../conntrack/entry.ts';
import { kernelError } from '../conntrack/table.ts';
import type { ConntrackTable, Refusal } from '../conntrack/table.ts';

/** What becomes of a VM's entries in one change. */
export interface EntryChanges {
  readonly removed: readonly EntryKey[];
  /** Not there before. */
  readonly added: readonly Entry[];
  /** There before, with other values. */
  readonly changed: readonly Entry[];
}

/** Throws when the kernel refuses an entry that nothing stands in the way of. */
export async function loadEntries(table: ConntrackTable, changes: EntryChanges): Promise<void> {
  await table.remove(changes.removed);
  // The kernel changes neither a translation nor takes bits of the status back: such an entry is made anew.
  const [gone, stuck] = split(await table.update(changes.changed), ERRNO.notFound);
  await table.remove(stuck);
  await createAll(table, [...changes.added, ...gone, ...stuck]);
}

async function createAll(table: ConntrackTable, entries: readonly Entry[]): Promise<void> {
  const refused = await table.create(entries);
  const [present, others] = splitRefusals(refused, ERRNO.exists);
  if (others[0]) throw refusal(others[0]);
  if (present.length > 0) await replace(table, present);
}

/** What is in the way has been found acceptable before: it gets the new values, or makes room. */
async function replace(table: ConntrackTable, entries: readonly Entry[]): Promise<void> {
  const found = new Map((await table.getMany(entries)).map((entry) => [keyText(entry), entry]));
  const same: Entry[] = [];
  const different: Entry[] = [];
  for (const entry of entries) {
    const there = found.get(keyText(entry));
    if (there && sameTuple(there.reply, entry.reply) && there.helper === entry.helper) {
      same.push({ ...entry, status: entry.status | there.status });
    } else different.push(entry);
  }
  const [gone, stuck] = split(await table.update(same), ERRNO.notFound);
  const anew = [...different, ...gone, ...stuck];
  await table.remove([...anew, ...anew.map(replyKey)]);
  const [failed] = await table.create(anew);
  if (failed) throw refusal(failed);
}

/** Names whatever entry has the reply tuple of `entry`. */
export function replyKey(entry: Entry): EntryKey {
  return { protocol: entry.protocol, zone: entry.zone, original: entry.reply };
}

function split(refused: readonly Refusal[], error: number): [with_: Entry[], without: Entry[]] {
  const [matching, others] = splitRefusals(refused, error);
  return [matching, others.map(({ entry }) => entry)];
}

function splitRefusals(refused: readonly Refusal[], error: number): [Entry[], Refusal[]] {
  const matching = refused.filter((each) => each.error === error).map(({ entry }) => entry);
  return [matching, refused.filter((each) => each.error !== error)];
}

function refusal({ entry, error }: Refusal): Error {
  return kernelError(`loading session ${keyText(entry)}`, error);
}
