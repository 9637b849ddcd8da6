import assert from 'node:assert/strict';
import { BatchWriter } from '../../../../client/orchestrate/batch-writer.ts';
import { createDeferred } from '../../../../src/util/index.ts';
import type { Deferred } from '../../../../src/util/index.ts';

type Row = number;

/** The writer does not look into rows. */
const rows: readonly Row[] = Array.from({ length: 10 }, (_, n) => n);

interface Sent {
  readonly size: number;
  readonly done: Deferred<void>;
}

function createWriter(): { writer: BatchWriter<Row>; sent: Sent[] } {
  const sent: Sent[] = [];
  const writer = new BatchWriter<Row>({
    batchEntries: 2,
    inFlight: 2,
    send: (batch) => {
      const done = createDeferred();
      sent.push({ size: batch.length, done });
      return done.promise;
    },
  });
  return { writer, sent };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

describe('writing in batches', () => {
  it('sends full batches at once, as many as may be on their way', () => {
    const { writer, sent } = createWriter();
    for (const row of rows.slice(0, 7)) writer.add(row);
    assert.deepEqual(
      sent.map(({ size }) => size),
      [2, 2],
    );
  });

  it('holds the reader back only while batches pile up', async () => {
    const { writer, sent } = createWriter();
    for (const row of rows.slice(0, 4)) writer.add(row);
    assert.equal(writer.pressure(), undefined, 'two are on their way, none is waiting');
    for (const row of rows.slice(4, 6)) writer.add(row);
    let released = false;
    void writer.pressure()?.then(() => (released = true));
    await settle();
    assert.equal(released, false);
    sent[0]?.done.resolve();
    await settle();
    assert.equal(released, true);
  });

  it('sends the rest at the end and waits for all', async () => {
    const { writer, sent } = createWriter();
    for (const row of rows.slice(0, 3)) writer.add(row);
    let finished = false;
    const finish = writer.finish().then(() => (finished = true));
    await settle();
    assert.deepEqual(
      sent.map(({ size }) => size),
      [2, 1],
    );
    sent[1]?.done.resolve();
    await settle();
    assert.equal(finished, false);
    sent[0]?.done.resolve();
    await finish;
  });

  it('finishes when there was nothing to do', async () => {
    const { writer, sent } = createWriter();
    await writer.finish();
    assert.equal(sent.length, 0);
  });

  it('stops at the first failure, lets the reader go on and reports it', async () => {
    const { writer, sent } = createWriter();
    for (const row of rows) writer.add(row);
    const pressure = writer.pressure();
    sent[0]?.done.reject(new Error('refused'));
    sent[1]?.done.resolve();
    await pressure;
    await assert.rejects(writer.finish(), /refused/);
    assert.equal(sent.length, 2, 'nothing more was sent');
    assert.equal(writer.failed, true);
  });

  it('throws away what has not been sent when it is abandoned', async () => {
    const { writer, sent } = createWriter();
    for (const row of rows) writer.add(row);
    const abandoned = assert.rejects(writer.abandon(new Error('given up')), /given up/);
    for (const { done } of sent) done.resolve();
    await abandoned;
    assert.equal(sent.length, 2);
  });
});
