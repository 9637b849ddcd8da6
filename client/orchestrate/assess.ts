/**
 * Whether the state of a VM would fit on the new device, kind by kind, and what is at risk if it moves.
 * Nothing here asks a device anything: it works on what both have said.
 */
import type { Kind } from '../../src/sami/index.ts';
import type { KindSupport } from './device-state.ts';
import { featuresOf, kindsNamed } from './kind-choice.ts';
import type { KindChoice } from './kind-choice.ts';
import type { MoveProblem } from './report.ts';
import { featureRisk, moduleRisks, stayRisk } from './risk.ts';
import type { MoveRisk } from './risk.ts';
import type { Survey } from './survey.ts';
import { lackOfRights } from './withheld.ts';

/** `risk`: it would be moved, and something would be lost or might go wrong. */
export type Verdict = 'fits' | 'risk' | 'refused';

/** What the new device has for a kind. Numbers of entries. */
export interface Room {
  readonly plane: string | null;
  /** Null when there is no fixed limit. */
  readonly limit: number | null;
  readonly used: number;
  readonly reserved: number;
  /** Null when there is no fixed limit. */
  readonly free: number | null;
}

export interface ModuleRevisions {
  readonly name: string;
  /** Null without a revision, and where the device does not have the module. */
  readonly old: string | null;
  readonly new: string | null;
}

export interface KindPlan {
  readonly kind: string;
  /** Of the VM on the old device, nested ones included. */
  readonly entries: number;
  /** Has entries that must not stay behind, or the operator says so. */
  readonly essential: boolean;
  /** Data plane of the old device; null when it does not serve the kind. */
  readonly oldPlane: string | null;
  /** Null when the new device does not serve the kind. */
  readonly room: Room | null;
  /** Features that the old device has and the new one lacks. */
  readonly missingFeatures: readonly string[];
  /** Null for a kind that the old device's schema does not have. */
  readonly module: ModuleRevisions | null;
  readonly staysBehind: boolean;
}

export interface Assessment {
  readonly verdict: Verdict;
  readonly kinds: readonly KindPlan[];
  readonly risks: readonly MoveRisk[];
  /** Why it would be refused. */
  readonly problems: readonly MoveProblem[];
}

interface KindFinding {
  readonly plan: KindPlan;
  readonly risks: readonly MoveRisk[];
  readonly problems: readonly Pick<MoveProblem, 'party' | 'message'>[];
}

/** Assesses the kinds that the old device has and those that the choice names. */
export function assess(survey: Survey, choice: KindChoice): Assessment {
  const names = new Set([
    ...survey.old.kinds.map(({ name }) => name),
    ...(survey.old.vm?.tables ?? []).map(({ kind }) => kind),
    ...kindsNamed(choice),
  ]);
  const findings = [...names].map((name) => assessKind(name, survey, choice));
  const risks = findings.flatMap((finding) => finding.risks);
  const problems = findings.flatMap((finding) =>
    finding.problems.map((problem): MoveProblem => ({ stage: 'plan', ...problem })),
  );
  return {
    verdict: verdictOf(problems, risks),
    kinds: findings.map(({ plan }) => plan),
    risks,
    problems,
  };
}

export function verdictOf(problems: readonly MoveProblem[], risks: readonly MoveRisk[]): Verdict {
  if (problems.length > 0) return 'refused';
  return risks.length > 0 ? 'risk' : 'fits';
}

function assessKind(name: string, survey: Survey, choice: KindChoice): KindFinding {
  const entries = survey.old.vm?.tables.find(({ kind }) => kind === name)?.entries ?? 0;
  const old = survey.old.kinds.find((kind) => kind.name === name);
  const target = survey.new.kinds.find((kind) => kind.name === name);
  const known = survey.oldKinds.find((kind) => kind.name === name);
  const optional = choice.optional.includes(name);
  const essential = choice.essential.includes(name) || (entries > 0 && !optional);
  const lack = lackOf(name, { entries, target, essential });
  const denied = entries > 0 && known ? deniedOf(known, survey) : [];
  const inTheWay = [
    ...(lack === undefined ? [] : [{ party: 'new', message: lack } as const]),
    ...denied,
  ];
  const missing = (old?.features ?? []).filter((feature) => !target?.features.includes(feature));
  const plan: KindPlan = {
    kind: name,
    entries,
    essential,
    oldPlane: old?.plane ?? null,
    room: target ? roomOf(target) : null,
    missingFeatures: target ? missing : [],
    module: known ? revisionsOf(known, survey) : null,
    staysBehind: optional && (!target || inTheWay.length > 0),
  };
  return {
    plan,
    risks: risksOf(plan, known, choice),
    problems: [
      ...(optional ? [] : inTheWay),
      ...featuresOf(choice.essential, name)
        .filter((feature) => target?.features.includes(feature) !== true)
        .map((feature) => ({
          party: 'new' as const,
          message: `feature "${feature}" of kind "${name}" is essential and not supported`,
        })),
    ],
  };
}

/** Rights that the user lacks for what there is of the kind. */
function deniedOf(kind: Kind, survey: Survey): KindFinding['problems'] {
  const onOld = lackOfRights('old', survey.oldWithheld, kind);
  const onNew = lackOfRights('new', survey.newWithheld, kind);
  return [
    ...(onOld === undefined ? [] : [{ party: 'old', message: onOld } as const]),
    ...(onNew === undefined ? [] : [{ party: 'new', message: onNew } as const]),
  ];
}

/** A kind without entries puts nothing at risk. */
function risksOf(plan: KindPlan, known: Kind | undefined, choice: KindChoice): readonly MoveRisk[] {
  const { kind, entries, missingFeatures, module } = plan;
  if (entries === 0) return [];
  if (plan.staysBehind) return [stayRisk({ name: kind, risk: known?.risk }, entries)];
  if (plan.room === null) return [];
  const decided = new Set([
    ...featuresOf(choice.optional, kind),
    ...featuresOf(choice.essential, kind),
  ]);
  return [
    ...missingFeatures
      .filter((feature) => !decided.has(feature))
      .map((feature) => featureRisk(kind, feature, entries)),
    ...(module ? moduleRisks({ name: kind, module, entries }) : []),
  ];
}

/** Why the new device has no place for the entries; undefined when it has. */
function lackOf(
  name: string,
  {
    entries,
    target,
    essential,
  }: {
    readonly entries: number;
    readonly target: KindSupport | undefined;
    readonly essential: boolean;
  },
): string | undefined {
  if (target) return lackOfRoom(target, entries);
  if (entries > 0) return `kind "${name}" is not supported; the VM has ${entries} entries of it`;
  return essential ? `kind "${name}" is essential and not supported` : undefined;
}

function lackOfRoom(target: KindSupport, entries: number): string | undefined {
  const { free, limit } = roomOf(target);
  if (free === null || free >= entries) return undefined;
  return `${entries} entries of kind "${target.name}" do not fit: ${free} of ${String(limit)} are free`;
}

function roomOf({ plane, limit, used, reserved }: KindSupport): Room {
  const free = limit === undefined ? undefined : limit - used - reserved;
  return {
    plane: plane ?? null,
    limit: limit === undefined ? null : Number(limit),
    used: Number(used),
    reserved: Number(reserved),
    free: free === undefined ? null : Number(free < 0n ? 0n : free),
  };
}

function revisionsOf(kind: Kind, { oldModules, newModules }: Survey): ModuleRevisions {
  const { name } = kind.container.module;
  const revision = (modules: Survey['newModules']): string | null =>
    modules.find((module) => module.name === name && module.implemented)?.revision ?? null;
  return { name, old: revision(oldModules), new: revision(newModules) };
}
