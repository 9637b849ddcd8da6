/** What of an entry is copied to another device. */
import { Branch, DataList } from '../data/index.ts';
import type { Slot } from '../data/index.ts';
import { travelOf } from './travel.ts';

/**
 * The entry without what means nothing on another device (`sami:local`) and without state, at any
 * depth; the entry itself when it has none of that.
 */
export function portable(entry: Branch): Branch {
  const { local } = travelOf(entry.schema);
  let slots: Slot[] | undefined;
  for (let slot = 0; slot < entry.slots.length; slot += 1) {
    const value = entry.slots[slot];
    if (value === undefined) continue;
    const kept = local[slot] === true ? undefined : portableValue(value);
    if (kept === value) continue;
    slots ??= entry.slots.slice();
    slots[slot] = kept;
  }
  if (!slots) return entry;
  let length = slots.length;
  while (length > 0 && slots[length - 1] === undefined) length -= 1;
  return new Branch(entry.schema, slots.slice(0, length));
}

function portableValue(value: Slot): Slot {
  if (value instanceof Branch) return portable(value);
  if (value instanceof DataList) {
    const rows = [...value];
    const kept = rows.map(portable);
    return kept.every((row, index) => row === rows[index])
      ? value
      : DataList.from(value.schema, kept);
  }
  return value;
}
