/**
 * The journal of a move: one JSON object per line, only ever appended to.
 *
 * What it must survive decides how a record is written. A killed orchestrator loses nothing that reached
 * the kernel, so plain records are written and not waited for on the disk. A decision, and the word to
 * the hypervisor, must not be forgotten when the machine itself goes down: these are flushed before
 * anybody acts on them.
 */
import { mkdir, open, readFile, readdir } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { KindChoice } from './kind-choice.ts';
import type { MoveProblem, MoveReport, Stage, StageReport } from './report.ts';
import type { MoveRisk } from './risk.ts';

/** Steps after which the world may have changed although no answer has come. */
export type Action = 'create' | 'stop' | 'freeze' | 'activate' | 'continue' | 'resume' | 'retire';

/** Count and digest of one kind (`vm/table`). */
export interface TableRecord {
  readonly kind: string;
  readonly entries: number;
  readonly digest: string;
}

export interface StartRecord {
  readonly type: 'start';
  readonly id: string;
  readonly vm: string;
  /** For people. */
  readonly from: string;
  readonly to: string;
  readonly persistIds: { readonly old: string; readonly new: string };
  readonly confirmTimeoutS: number;
  readonly standbyLeaseS: number;
  readonly choice?: KindChoice | undefined;
  /** Port of the new device that the VM will be attached to. */
  readonly port?: string | undefined;
  /** Whatever the caller wants to have back on resume, such as addresses. No secrets. */
  readonly details: Readonly<Record<string, unknown>>;
}

export type JournalRecord =
  | StartRecord
  | { readonly type: 'stage'; readonly stage: Stage }
  | { readonly type: 'stage-end'; readonly report: StageReport }
  | {
      readonly type: 'session';
      readonly device: 'old' | 'new';
      readonly sessionId: number;
    }
  /** Which boot of the device a session is with. */
  | {
      readonly type: 'boot';
      readonly device: 'old' | 'new';
      readonly sessionId: number;
      readonly bootId: string;
    }
  /** The move goes on although something is at risk or stays behind. */
  | {
      readonly type: 'planned';
      readonly risks: readonly MoveRisk[];
      /** Names of the kinds that stay behind, and what the VM had of them. */
      readonly behind: readonly string[];
      readonly tables: readonly TableRecord[];
    }
  | { readonly type: 'begin'; readonly action: Action }
  | { readonly type: 'done'; readonly action: Action }
  /** The VM entry that `begin create` was about belongs to somebody else. */
  | { readonly type: 'not-created' }
  | {
      readonly type: 'verified';
      readonly tables: readonly TableRecord[];
      readonly bootIds: { readonly old: string | undefined; readonly new: string | undefined };
    }
  | { readonly type: 'decision'; readonly decision: 'commit' | 'abort' }
  | { readonly type: 'problem'; readonly problem: MoveProblem }
  | { readonly type: 'confirmed'; readonly device: 'old' | 'new' }
  | { readonly type: 'end'; readonly report: MoveReport };

/** A record as it stands in the file. */
export type StampedRecord = JournalRecord & { readonly time: string };

/** No journal, or none that says how the move began. */
export class JournalError extends Error {
  readonly code = 'journal';

  constructor(message: string) {
    super(message);
    this.name = 'JournalError';
  }
}

/** Move ids become file names. */
const MOVE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

export function journalPath(stateDir: string, id: string): string {
  if (!MOVE_ID.test(id)) throw new JournalError(`"${id}" is not the id of a move`);
  return join(stateDir, `${id}.jsonl`);
}

export function lockPath(stateDir: string, id: string): string {
  return journalPath(stateDir, id).replace(/\.jsonl$/, '.lock');
}

/** Ids of the moves in a state directory, oldest first. */
export async function listMoves(stateDir: string): Promise<readonly string[]> {
  const names = await readdir(stateDir).catch(() => []);
  return names
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => name.slice(0, -'.jsonl'.length))
    .sort();
}

/** The records of a move. A last line that a crash cut short never took effect and is left out. */
export async function readJournal(stateDir: string, id: string): Promise<readonly StampedRecord[]> {
  const path = journalPath(stateDir, id);
  const text = await readFile(path, 'utf8').catch(() => {
    throw new JournalError(`no move "${id}" in ${stateDir}`);
  });
  const lines = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
  return lines.map((line, index) => parseRecord(line, `${path}:${index + 1}`));
}

function parseRecord(line: string, where: string): StampedRecord {
  try {
    return JSON.parse(line) as StampedRecord;
  } catch {
    throw new JournalError(`${where}: not a journal record`);
  }
}

/** Appends to the journal of one move. */
export class Journal implements AsyncDisposable {
  readonly #file: FileHandle;
  readonly #now: () => number;
  #last: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle, now: () => number) {
    this.#file = file;
    this.#now = now;
  }

  /** Begins the journal of a new move; fails when there is one with this id. */
  static async create(stateDir: string, id: string, now: () => number): Promise<Journal> {
    const path = journalPath(stateDir, id);
    await mkdir(stateDir, { recursive: true, mode: 0o700 });
    const file = await open(path, 'ax', 0o600);
    await syncDirectory(stateDir);
    return new Journal(file, now);
  }

  /** Goes on with the journal of a move that was cut short. */
  static async reopen(stateDir: string, id: string, now: () => number): Promise<Journal> {
    const path = journalPath(stateDir, id);
    const text = await readFile(path);
    const file = await open(path, 'r+');
    await file.truncate(text.lastIndexOf(0x0a) + 1);
    await file.close();
    return new Journal(await open(path, 'a', 0o600), now);
  }

  /** Appends a record. Resolves when the kernel has it. */
  append(record: JournalRecord): Promise<void> {
    const line = `${JSON.stringify({ time: new Date(this.#now()).toISOString(), ...record })}\n`;
    this.#last = this.#last.then(() => this.#file.appendFile(line));
    return this.#last;
  }

  /** Appends a record and waits until it is on the disk. */
  async appendDurably(record: JournalRecord): Promise<void> {
    await this.append(record);
    await this.#file.datasync();
  }

  async close(): Promise<void> {
    await this.#last.catch(() => undefined);
    await this.#file.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** A new file is durable only once its directory entry is. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
