/** The message push-change-update: what has changed, as a YANG Patch (RFC 8641, section 3.7). */
import { YANG_PUSH_NS } from '../../../src/netconf/index.ts';
import { textPieces } from '../../read/text-pieces.ts';
import { openMessage } from '../event-record.ts';
import { writeEdit } from './edit.ts';
import type { Edit } from './edit.ts';

/** Edits written between two yields. */
const EDITS_PER_PIECE = 250;

export interface ChangeUpdate {
  readonly id: number;
  readonly patchNumber: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly edits: readonly Edit[];
  /** Changes are missing. */
  readonly isIncomplete: boolean;
}

export function changeUpdate({
  id,
  patchNumber,
  time,
  edits,
  isIncomplete,
}: ChangeUpdate): Iterable<string> {
  return textPieces(function* (writer) {
    openMessage(writer, time);
    writer.open(YANG_PUSH_NS, 'push-change-update');
    writer.leaf(YANG_PUSH_NS, 'id', String(id));
    writer.open(YANG_PUSH_NS, 'datastore-changes');
    writer.open(YANG_PUSH_NS, 'yang-patch');
    writer.leaf(YANG_PUSH_NS, 'patch-id', String(patchNumber));
    for (const [index, edit] of edits.entries()) {
      writeEdit(writer, edit, index + 1);
      if ((index + 1) % EDITS_PER_PIECE === 0) yield;
    }
    writer.close();
    writer.close();
    if (isIncomplete) writer.leaf(YANG_PUSH_NS, 'incomplete-update', '');
    writer.close();
    writer.close();
  });
}
