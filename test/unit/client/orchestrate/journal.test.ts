import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Journal,
  JournalError,
  journalPath,
  listMoves,
  readJournal,
} from '../../../../client/orchestrate/journal.ts';
import type { JournalRecord } from '../../../../client/orchestrate/journal.ts';
import { JournalState } from '../../../../client/orchestrate/journal-state.ts';

const START: JournalRecord = {
  type: 'start',
  id: 'm1',
  vm: 'vm1',
  from: 'a',
  to: 'b',
  persistIds: { old: 'x', new: 'y' },
  confirmTimeoutS: 30,
  standbyLeaseS: 600,
  details: {},
};

describe('the journal of a move', () => {
  let folder = '';
  let stateDir = '';
  let now = 0;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sami-journal-'));
    stateDir = join(folder, 'state', 'moves');
    now = 0;
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const create = (): Promise<Journal> => Journal.create(stateDir, 'm1', () => now);

  it('gives back what was appended, with the time', async () => {
    const journal = await create();
    await journal.append(START);
    now = 1000;
    await journal.appendDurably({ type: 'decision', decision: 'commit' });
    await journal.close();
    const records = await readJournal(stateDir, 'm1');
    assert.deepEqual(
      records.map(({ type, time }) => [type, time]),
      [
        ['start', '1970-01-01T00:00:00.000Z'],
        ['decision', '1970-01-01T00:00:01.000Z'],
      ],
    );
    assert.deepEqual(await listMoves(stateDir), ['m1']);
  });

  it('never replaces a journal', async () => {
    await (await create()).close();
    await assert.rejects(create(), { code: 'EEXIST' });
  });

  it('leaves out a last line that was cut short, and removes it before it goes on', async () => {
    const journal = await create();
    await journal.append(START);
    await journal.close();
    const path = journalPath(stateDir, 'm1');
    await appendFile(path, '{"type":"decision","deci');
    assert.equal((await readJournal(stateDir, 'm1')).length, 1);
    const again = await Journal.reopen(stateDir, 'm1', () => now);
    await again.append({ type: 'begin', action: 'stop' });
    await again.close();
    const records = await readJournal(stateDir, 'm1');
    assert.deepEqual(
      records.map(({ type }) => type),
      ['start', 'begin'],
    );
    assert.match(await readFile(path, 'utf8'), /\n$/);
  });

  it('says where a line in the middle is no record', async () => {
    const journal = await create();
    await journal.close();
    await appendFile(journalPath(stateDir, 'm1'), 'x\n');
    await assert.rejects(readJournal(stateDir, 'm1'), /m1\.jsonl:1: not a journal record/);
  });

  it('says that there is no such move', async () => {
    await assert.rejects(readJournal(stateDir, 'm2'), /no move "m2"/);
    assert.deepEqual(await listMoves(stateDir), []);
  });

  for (const id of ['', '../x', 'a/b', '.x', 'x'.repeat(200)]) {
    it(`refuses the id "${id.slice(0, 10)}"`, () => {
      assert.throws(() => journalPath(stateDir, id), JournalError);
    });
  }
});

describe('where a move stands', () => {
  const stamp = (records: readonly JournalRecord[]): JournalState =>
    JournalState.of(
      records.map((record, index) => ({ ...record, time: new Date(index * 1000).toISOString() })),
    );

  it('needs the first record', () => {
    assert.throws(() => stamp([]).begin, JournalError);
    assert.equal(stamp([START]).begin.vm, 'vm1');
  });

  it('knows what was begun, done, confirmed and decided', () => {
    const state = stamp([
      START,
      { type: 'stage', stage: 'switch-over' },
      { type: 'begin', action: 'create' },
      { type: 'begin', action: 'stop' },
      { type: 'done', action: 'stop' },
      { type: 'decision', decision: 'commit' },
      { type: 'confirmed', device: 'new' },
      { type: 'done', action: 'continue' },
    ]);
    assert.equal(state.stage, 'switch-over');
    assert.deepEqual([...state.begun], ['create', 'stop']);
    assert.deepEqual([...state.confirmed], ['new']);
    assert.equal(state.decision, 'commit');
    assert.equal(state.ended, false);
    assert.equal(state.stoppedAt, '1970-01-01T00:00:03.000Z');
    assert.equal(state.runningAt, '1970-01-01T00:00:07.000Z');
  });

  it('forgets a VM that turned out to be somebody else’s', () => {
    const state = stamp([START, { type: 'begin', action: 'create' }, { type: 'not-created' }]);
    assert.equal(state.begun.has('create'), false);
  });

  it('knows with which boot of a device a session is, the last one of that number', () => {
    const session = { type: 'session', device: 'old', sessionId: 3 } as const;
    const state = stamp([
      START,
      session,
      { type: 'boot', device: 'old', sessionId: 3, bootId: 'a' },
      session,
      { type: 'boot', device: 'old', sessionId: 3, bootId: 'b' },
      { type: 'boot', device: 'new', sessionId: 3, bootId: 'c' },
    ]);
    assert.deepEqual(
      state.sessions.map(({ bootId }) => bootId),
      ['a', 'b'],
    );
  });
});
