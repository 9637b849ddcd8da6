/**
 * What a move reports: outcome, blackout, entries by kind, the cost of each stage, and what went wrong.
 * It is kept in the journal, so that the cost of later moves can be judged by it.
 */
import { RpcErrorException, pathText } from '../../src/error/index.ts';
import type { MoveRisk } from './risk.ts';

/** The stages of a hot move, in order. */
export const STAGES = [
  'plan',
  'prepare',
  'pre-copy',
  'catch-up',
  'switch-over',
  'verify',
  'decide',
  'retire',
] as const;

export type Stage = (typeof STAGES)[number];

/**
 * `refused`: nothing was changed anywhere. `rolled-back`: the old device serves the VM as before.
 * `migrated`: the new device serves it.
 */
export type Outcome = 'migrated' | 'rolled-back' | 'refused';

/** Who a problem or a message concerns. */
export type Party = 'old' | 'new' | 'hypervisor' | 'journal';

export interface StageReport {
  readonly name: Stage;
  /** ISO 8601. */
  readonly start: string;
  readonly durationMs: number;
  /** Entries written to the new device, removals included. */
  readonly entries: number;
  /** Sent to and received from both devices. */
  readonly bytes: number;
  /** Entries among them that had been sent before. */
  readonly duplicates: number;
}

/** Entries of one kind on the old device when it froze and on the new one when it took over. */
export interface KindReport {
  readonly before: number;
  readonly after: number;
  readonly lost: number;
  readonly extra: number;
  /** Nothing of it was moved, because the operator had said that it may be left out: all of it is lost. */
  readonly leftBehind?: true;
}

export interface MoveProblem {
  readonly stage: Stage;
  readonly party: Party | undefined;
  readonly message: string;
  /** Of an rpc-error. */
  readonly tag?: string;
  readonly path?: string;
}

export interface MoveReport {
  readonly id: string;
  readonly vm: string;
  readonly procedure: 'hot';
  readonly outcome: Outcome;
  readonly from: string;
  readonly to: string;
  /** Names of the new device's data planes. */
  readonly planes: readonly string[];
  readonly start: string;
  readonly durationMs: number;
  /** From the call that stopped the VM to the return of the one that let it run again; 0 if it never stopped. */
  readonly blackoutMs: number;
  readonly kinds: Readonly<Record<string, KindReport>>;
  /** What the operator was to know when the move was made: features that are lacking, kinds that stay behind. */
  readonly risks: readonly MoveRisk[];
  readonly stages: readonly StageReport[];
  readonly errors: readonly MoveProblem[];
}

/** Turns what was thrown into problems, one for each rpc-error. */
export function problemsOf(
  thrown: unknown,
  stage: Stage,
  party: Party | undefined,
): readonly MoveProblem[] {
  if (thrown instanceof RpcErrorException) {
    return thrown.errors.map((error) => {
      const path = pathText(error);
      const message = error.message ?? error.tag;
      return { stage, party, message, tag: error.tag, ...(path ? { path } : {}) };
    });
  }
  return [{ stage, party, message: thrown instanceof Error ? thrown.message : String(thrown) }];
}

/** One line for people. */
export function describeProblem(problem: MoveProblem): string {
  const { stage, party, message, tag, path } = problem;
  const where = party === 'old' || party === 'new' ? `${party} device` : party;
  const details = [tag && `[${tag}]`, path && `(${path})`].filter(Boolean).join(' ');
  return `${stage}${where ? `, ${where}` : ''}: ${message}${details ? ` ${details}` : ''}`;
}
