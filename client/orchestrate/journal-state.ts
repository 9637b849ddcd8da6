/** What the records of a journal say together: where a move stands. */
import { JournalError } from './journal.ts';
import type { Action, JournalRecord, StampedRecord, StartRecord, TableRecord } from './journal.ts';
import type { MoveProblem, MoveReport, Stage, StageReport } from './report.ts';
import type { MoveRisk } from './risk.ts';

export interface SessionRecord {
  readonly device: 'old' | 'new';
  readonly sessionId: number;
  bootId: string | undefined;
  /** Known to be over. */
  ended: boolean;
}

export class JournalState {
  start: StartRecord | undefined;
  startTime: string | undefined;
  stage: Stage = 'plan';
  readonly begun = new Set<Action>();
  readonly done = new Set<Action>();
  readonly confirmed = new Set<'old' | 'new'>();
  readonly sessions: SessionRecord[] = [];
  readonly stages: StageReport[] = [];
  readonly problems: MoveProblem[] = [];
  risks: readonly MoveRisk[] = [];
  /** Kinds that stay behind, and what the VM had of them when the move was planned. */
  behind: ReadonlySet<string> = new Set();
  behindTables: readonly TableRecord[] = [];
  /** Tables of the kinds that move, when both devices had the same. */
  verified: readonly TableRecord[] | undefined;
  bootIds: { readonly old: string | undefined; readonly new: string | undefined } | undefined;
  decision: 'commit' | 'abort' | undefined;
  report: MoveReport | undefined;
  /** When the VM was told to stop, and when it was known to run again: ISO 8601. */
  stoppedAt: string | undefined;
  runningAt: string | undefined;
  /** When the freeze was sent: the confirm-timeout of the old device runs from a moment after it. */
  frozenAt: string | undefined;

  static of(records: readonly StampedRecord[]): JournalState {
    const state = new JournalState();
    for (const record of records) state.add(record, record.time);
    return state;
  }

  /** The first record, without which a journal means nothing. */
  get begin(): StartRecord {
    if (!this.start) throw new JournalError('the journal does not say how the move began');
    return this.start;
  }

  /** The move has come to an end, good or bad. */
  get ended(): boolean {
    return this.report !== undefined;
  }

  add(record: JournalRecord, time: string): void {
    switch (record.type) {
      case 'start':
        this.start = record;
        this.startTime = time;
        return;
      case 'stage':
        this.stage = record.stage;
        return;
      case 'stage-end':
        this.stages.push(record.report);
        return;
      case 'session':
        this.sessions.push({ ...record, bootId: undefined, ended: false });
        return;
      case 'boot':
        this.#setBootId(record);
        return;
      case 'planned':
        this.risks = record.risks;
        this.behind = new Set(record.behind);
        this.behindTables = record.tables;
        return;
      case 'begin':
        this.#begin(record.action, time);
        return;
      case 'done':
        this.done.add(record.action);
        if (record.action === 'continue' || record.action === 'resume') this.runningAt ??= time;
        return;
      case 'not-created':
        this.begun.delete('create');
        return;
      case 'verified':
        this.verified = record.tables;
        this.bootIds = record.bootIds;
        return;
      case 'decision':
        this.decision = record.decision;
        return;
      case 'problem':
        this.problems.push(record.problem);
        return;
      case 'confirmed':
        this.confirmed.add(record.device);
        return;
      case 'end':
        this.report = record.report;
        return;
    }
  }

  /** Of these tables those of kinds that do not stay behind. */
  moving(tables: readonly TableRecord[]): readonly TableRecord[] {
    return tables.filter(({ kind }) => !this.behind.has(kind));
  }

  /** Nobody needs to end this one. */
  endSession(device: 'old' | 'new', sessionId: number): void {
    const session = this.sessions.findLast(
      (candidate) => candidate.device === device && candidate.sessionId === sessionId,
    );
    if (session) session.ended = true;
  }

  /** The same number may have been given before the device restarted: the last one is meant. */
  #setBootId({ device, sessionId, bootId }: JournalRecord & { readonly type: 'boot' }): void {
    const session = this.sessions.findLast(
      (candidate) => candidate.device === device && candidate.sessionId === sessionId,
    );
    if (session) session.bootId = bootId;
  }

  #begin(action: Action, time: string): void {
    this.begun.add(action);
    if (action === 'stop') this.stoppedAt ??= time;
    if (action === 'freeze') this.frozenAt = time;
  }
}
