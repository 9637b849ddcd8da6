/**
 * Copies all dynamic entries of a VM from the old device to the new one: read, made portable and written
 * while more is being read, a batch at a time.
 */
import { RpcErrorException } from '../../src/error/index.ts';
import { DataDecoder } from '../../src/data/index.ts';
import { TimeoutError } from '../../src/netconf/index.ts';
import { portable } from '../../src/sami/index.ts';
import type { BranchSchemaNode } from '../../src/yang/index.ts';
import type { NetconfClient } from '../netconf-client.ts';
import { BatchWriter } from './batch-writer.ts';
import type { MoveContext } from './context.ts';
import { commitEdit } from './edit.ts';
import { PlainRowReader } from './plain-rows.ts';
import type { Survey } from './survey.ts';
import { mergeRows } from './vm-edit.ts';
import type { CopiedRow } from './vm-edit.ts';
import { vmFilter } from './vm-filter.ts';

/** A bulk read has no time limit of its own, as long as something arrives. */
const NO_LIMIT_MS = 7 * 24 * 3_600_000;

export async function copyAll(context: MoveContext, survey: Survey): Promise<void> {
  const failure = new AbortController();
  const { batchEntries, batchesInFlight } = context.settings;
  const writer = new BatchWriter<CopiedRow>({
    batchEntries,
    inFlight: batchesInFlight,
    send: async (rows) => {
      try {
        await sendRows(context, rows);
      } catch (error) {
        failure.abort(error);
        throw error;
      }
    },
  });
  try {
    await readAll(context, survey, writer, failure.signal);
  } catch (error) {
    return writer.abandon(error);
  }
  await writer.finish();
}

async function sendRows(context: MoveContext, rows: readonly CopiedRow[]): Promise<void> {
  context.checkAborted();
  await commitEdit(context, context.new, mergeRows(context.vm, rows));
  context.entries += rows.length;
  context.progress();
}

async function readAll(
  context: MoveContext,
  { schema, kinds }: Survey,
  writer: BatchWriter<CopiedRow>,
  signal: AbortSignal,
): Promise<void> {
  const dynamic = kinds.filter(({ ephemeral }) => ephemeral);
  if (dynamic.length === 0) return;
  const lists = dynamic.flatMap((kind) => kind.lists);
  const entries = new Set<BranchSchemaNode>(lists);
  const add = (row: CopiedRow): void => {
    if (!writer.failed) writer.add(row);
  };
  const decoder = new DataDecoder(schema.root, {
    onRow: (row) => {
      const isEntry = entries.has(row.schema);
      if (isEntry) add(portable(row));
      return isEntry;
    },
  });
  const reader = new PlainRowReader(decoder, lists, add);
  const filter = vmFilter(context.vm, dynamic);
  const get = (client: NetconfClient, limit: AbortSignal): Promise<void> =>
    watchProgress(context, client, writer, AbortSignal.any([signal, limit]), (watched) =>
      client.getInto(reader, { filter, pace: writer.pressure, signal: watched }),
    );
  await context.old.pipeline([{ message: 'get', send: get }], { timeoutMs: NO_LIMIT_MS });
  const { errors } = decoder.finish();
  if (errors.length > 0) throw new RpcErrorException(errors);
}

/** Gives up when nothing has arrived for the time a device may take to answer. */
async function watchProgress(
  { clock, settings: { answerTimeoutMs } }: MoveContext,
  client: NetconfClient,
  writer: BatchWriter<CopiedRow>,
  outer: AbortSignal,
  read: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stalled = new AbortController();
  let seen = -1;
  const watch = (): void => {
    if (client.bytesReceived === seen && !writer.pressure()) {
      stalled.abort(new TimeoutError(`nothing of the tables came for ${answerTimeoutMs} ms`));
      return;
    }
    seen = client.bytesReceived;
    timer = clock.setTimer(answerTimeoutMs, watch);
  };
  let timer = clock.setTimer(answerTimeoutMs, watch);
  try {
    await read(AbortSignal.any([outer, stalled.signal]));
  } finally {
    timer.cancel();
  }
}
