/** Moving the state of a VM from an old device to a new one. */
export { NotResumedError } from './abort.ts';
export { CommandHypervisor, HookError } from './command-hypervisor.ts';
export type { CommandHypervisorOptions, HookAction } from './command-hypervisor.ts';
export type { Assessment, KindPlan, ModuleRevisions, Room, Verdict } from './assess.ts';
export type { ProgressEvent } from './context.ts';
export type { Connector, DeviceRole } from './device.ts';
export { NO_HYPERVISOR } from './hypervisor.ts';
export type { Hypervisor } from './hypervisor.ts';
export { JournalError, listMoves, readJournal } from './journal.ts';
export type { JournalRecord, StampedRecord, StartRecord } from './journal.ts';
export { JournalState } from './journal-state.ts';
export { NO_CHOICE } from './kind-choice.ts';
export type { KindChoice } from './kind-choice.ts';
export { MoveBusyError } from './lock-file.ts';
export { UnfinishedMoveError, createMoveId, move } from './move.ts';
export type { MoveEnvironment, MoveOptions } from './move.ts';
export { printPlan } from './plan-table.ts';
export { planMove } from './plan-move.ts';
export type { MovePlan, PlanOptions } from './plan-move.ts';
export { STAGES, describeProblem } from './report.ts';
export type {
  KindReport,
  MoveProblem,
  MoveReport,
  Outcome,
  Party,
  Stage,
  StageReport,
} from './report.ts';
export { printReport } from './report-table.ts';
export type { MoveRisk } from './risk.ts';
export { NotRollableError, resume, rollback } from './resume.ts';
export type { ResumeOptions } from './resume.ts';
export { SchemaError, Schemas } from './schema.ts';
export { DEFAULT_SETTINGS } from './settings.ts';
export type { MoveSettings } from './settings.ts';
export { InjectedFailure, OrchestratorCrash, failOnceAt } from './steps.ts';
export type { StepListener, StepPoint } from './steps.ts';
