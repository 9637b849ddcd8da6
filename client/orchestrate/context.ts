/** What the stages of one move share: parties, journal, counters, and where the move stands. */
import { RpcErrorException } from '../../src/error/index.ts';
import type { Clock } from '../../src/util/index.ts';
import type { ChangeFeed } from './change-feed.ts';
import { blame, blamed } from './blame.ts';
import { sleep } from './clock.ts';
import { Device } from './device.ts';
import type { Connector, DeviceRole } from './device.ts';
import type { Hypervisor } from './hypervisor.ts';
import type { Journal, JournalRecord, TableRecord } from './journal.ts';
import type { JournalState } from './journal-state.ts';
import { problemsOf } from './report.ts';
import type { Stage } from './report.ts';
import type { Schemas } from './schema.ts';
import type { MoveSettings } from './settings.ts';
import { OrchestratorCrash } from './steps.ts';
import type { StepListener, StepPoint } from './steps.ts';
import type { Survey } from './survey.ts';

/** For progress bars. Sent at the begin and end of stages and while entries are written. */
export interface ProgressEvent {
  readonly stage: Stage;
  readonly state: 'begin' | 'running' | 'end';
  /** Entries written in this stage so far. */
  readonly entries: number;
  /** How many they will be, where that is known. */
  readonly expected: number | undefined;
  readonly bytes: number;
}

export interface ContextOptions {
  readonly journal: Journal;
  readonly state: JournalState;
  readonly settings: MoveSettings;
  readonly clock: Clock;
  readonly old: Connector;
  readonly new: Connector;
  readonly hypervisor: Hypervisor;
  readonly schemas: Schemas;
  readonly signal: AbortSignal | undefined;
  readonly onStep: StepListener | undefined;
  readonly onProgress: ((event: ProgressEvent) => void) | undefined;
}

export class MoveContext {
  readonly settings: MoveSettings;
  readonly clock: Clock;
  readonly state: JournalState;
  readonly schemas: Schemas;
  readonly old: Device;
  readonly new: Device;
  /** What both devices said in stage plan, or when a decided move was taken up again. */
  survey: Survey | undefined;
  feed: ChangeFeed | undefined;
  /** Tables on the old device when it froze, and on the new one when it took over. */
  tables:
    { readonly before: readonly TableRecord[]; readonly after: readonly TableRecord[] } | undefined;
  stage: Stage = 'plan';
  direction: 'forward' | 'back' = 'forward';
  /** Of the current stage. */
  entries = 0;
  duplicates = 0;
  expected: number | undefined;
  readonly #options: ContextOptions;
  readonly #locked = new Map<Device, number>();
  #bytesBefore = 0;

  constructor(options: ContextOptions) {
    this.#options = options;
    this.settings = options.settings;
    this.clock = options.clock;
    this.state = options.state;
    this.schemas = options.schemas;
    const hooks = {
      clock: options.clock,
      answerTimeoutMs: options.settings.answerTimeoutMs,
      step: (point: Pick<StepPoint, 'party' | 'message' | 'when'>) => this.#step(point),
      onSession: (device: DeviceRole, sessionId: number) =>
        this.record({ type: 'session', device, sessionId }),
      onClosed: (device: DeviceRole, sessionId: number) => {
        this.state.endSession(device, sessionId);
      },
      onBootId: (device: DeviceRole, sessionId: number, bootId: string) =>
        this.record({ type: 'boot', device, sessionId, bootId }),
    };
    this.old = new Device('old', options.old, hooks);
    this.new = new Device('new', options.new, hooks);
  }

  get vm(): string {
    return this.state.begin.vm;
  }

  get persistIds(): { readonly old: string; readonly new: string } {
    return this.state.begin.persistIds;
  }

  /** Writes a record and takes notice of it. */
  async record(record: JournalRecord): Promise<void> {
    this.state.add(record, new Date(this.clock.now()).toISOString());
    await this.#options.journal.append(record);
  }

  /** The same, on the disk before it resolves. */
  async recordDurably(record: JournalRecord): Promise<void> {
    await this.#options.journal.appendDurably(record);
    this.state.add(record, new Date(this.clock.now()).toISOString());
  }

  /** Throws when the caller wants the move to end, as long as that is still open. */
  checkAborted(): void {
    const { signal } = this.#options;
    if (signal?.aborted && this.state.decision === undefined && this.direction === 'forward') {
      throw signal.reason instanceof Error ? signal.reason : new Error('interrupted');
    }
  }

  /** Bytes exchanged with both devices in the current stage. */
  get bytes(): number {
    return this.old.bytes + this.new.bytes - this.#bytesBefore;
  }

  progress(state: ProgressEvent['state'] = 'running'): void {
    const { stage, entries, expected, bytes } = this;
    this.#options.onProgress?.({ stage, state, entries, expected, bytes });
  }

  /** Runs a stage and keeps its report, whether it ends well or not. */
  async runStage(stage: Stage, run: (context: MoveContext) => Promise<void>): Promise<void> {
    this.stage = stage;
    this.entries = 0;
    this.duplicates = 0;
    this.expected = undefined;
    this.#bytesBefore = this.old.bytes + this.new.bytes;
    const start = this.clock.now();
    await this.record({ type: 'stage', stage });
    this.progress('begin');
    try {
      await run(this);
    } catch (error) {
      if (!(error instanceof OrchestratorCrash)) await this.#endStage(stage, start);
      throw error;
    }
    await this.#endStage(stage, start);
  }

  async #endStage(stage: Stage, start: number): Promise<void> {
    const { entries, duplicates, bytes } = this;
    const durationMs = this.clock.now() - start;
    const report = { start: new Date(start).toISOString(), durationMs, entries, bytes, duplicates };
    await this.record({ type: 'stage-end', report: { name: stage, ...report } });
    this.progress('end');
  }

  /** Tells the hypervisor something. */
  async tell(message: 'stop' | 'continue' | 'abort'): Promise<void> {
    const { hypervisor } = this.#options;
    await this.#step({ party: 'hypervisor', message, when: 'before' });
    try {
      if (message === 'stop') await hypervisor.stop();
      else if (message === 'continue') await hypervisor.continueOnNew();
      else await hypervisor.resumeOnOld();
    } catch (error) {
      throw blame(error, 'hypervisor');
    }
    await this.#step({ party: 'hypervisor', message, when: 'after' });
  }

  /** A decision is a message to the journal. */
  async decide(decision: 'commit' | 'abort'): Promise<void> {
    await this.#step({ party: 'journal', message: decision, when: 'before' });
    await this.recordDurably({ type: 'decision', decision });
    await this.#step({ party: 'journal', message: decision, when: 'after' });
  }

  /** Keeps what went wrong for the report. */
  async recordProblem(thrown: unknown): Promise<void> {
    for (const problem of problemsOf(thrown, this.stage, blamed(thrown))) {
      const known = this.state.problems.some(
        (other) => other.message === problem.message && other.stage === problem.stage,
      );
      if (!known) await this.record({ type: 'problem', problem });
    }
  }

  sleep(delayMs: number): Promise<void> {
    return sleep(this.clock, delayMs);
  }

  /**
   * Runs `attempt` until it succeeds or `untilMs` has passed. Each failure is kept for the report; the
   * sessions with `devices` are cut after it unless the failure was an answer.
   */
  async persist(
    devices: readonly Device[],
    attempt: () => Promise<void>,
    untilMs = this.clock.now() + this.settings.persistenceMs,
  ): Promise<void> {
    for (;;) {
      try {
        await attempt();
        return;
      } catch (error) {
        if (error instanceof OrchestratorCrash) throw error;
        await this.recordProblem(error);
        if (this.clock.now() + this.settings.retryMs > untilMs) throw error;
        if (!(error instanceof RpcErrorException)) {
          await Promise.all(devices.map((device) => device.cut()));
        }
        await this.sleep(this.settings.retryMs);
      }
    }
  }

  /** The session with `device` holds the locks of the switch-over. */
  isLocked(device: Device): boolean {
    const locked = this.#locked.get(device);
    return locked !== undefined && device.owns(locked);
  }

  async rememberLocks(device: Device): Promise<void> {
    this.#locked.set(device, (await device.control()).sessionId);
  }

  forgetLocks(device: Device): void {
    this.#locked.delete(device);
  }

  async #step(point: Pick<StepPoint, 'party' | 'message' | 'when'>): Promise<void> {
    const { onStep } = this.#options;
    if (onStep) await onStep({ stage: this.stage, direction: this.direction, ...point });
  }
}
