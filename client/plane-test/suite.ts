/** All checks on one plane, one after the other, each with a VM of its own. */
import { kindsOf } from '../../src/sami/index.ts';
import type { ListNode } from '../../src/yang/index.ts';
import { Bench, LEAST_ROOM } from './bench.ts';
import type { BenchOptions } from './bench.ts';
import type { Check } from './check.ts';
import { canAge, CHANGE_CHECKS } from './checks/changes.ts';
import { CUT_CHECKS } from './checks/cuts.ts';
import { LINE_CHECKS } from './checks/lines.ts';
import { READ_CHECKS } from './checks/reads.ts';
import { ROOM_CHECKS, canFill } from './checks/room.ts';
import { STREAM_CHECKS } from './checks/stream.ts';
import { WATCH_CHECKS } from './checks/watches.ts';
import { Mismatch } from './mismatch.ts';
import { RawPlane } from './raw-plane.ts';
import { sampleTables } from './samples.ts';
import type { JsonObject } from '../../src/plane-protocol/index.ts';

export const CHECKS: readonly Check[] = [
  ...LINE_CHECKS,
  ...CHANGE_CHECKS,
  ...ROOM_CHECKS,
  ...READ_CHECKS,
  ...WATCH_CHECKS,
  ...CUT_CHECKS,
  ...STREAM_CHECKS,
];

export interface CheckResult {
  readonly name: string;
  readonly title: string;
  readonly section: string;
  readonly ok: boolean;
  /** Figures, of a check that has any. */
  readonly note?: string;
  readonly expected?: string;
  readonly came?: string;
}

export interface PlaneTestOptions extends Omit<BenchOptions, 'tables' | 'room'> {
  readonly vm: ListNode;
  /** Names of checks to run; all when absent. */
  readonly only?: readonly string[];
  readonly onResult?: (result: CheckResult) => void;
}

export interface PlaneTestReport {
  readonly results: readonly CheckResult[];
  readonly notTested: readonly string[];
}

/** What no check can see from outside of the device. */
const NEVER_TESTED: readonly string[] = [
  'packets: that those of frozen VMs stay out or are forwarded (section 6.1), that entries do what their kind says',
  'changes by traffic: that they are told to watches with absolute values (section 7)',
  'ageing in mode learning, from the times that entries have on leaving standby (section 6.1)',
  'a restart of the plane: that its boot-id is another one when the tables are lost (section 5)',
  'room: that a prepare that was accepted never fails (section 6)',
  'memory: that it does not grow while a table is read (section 3)',
];

/** Throws Mismatch when there is no plane to test, none of its kinds is known, or none has room enough. */
export async function testPlane(options: PlaneTestOptions): Promise<PlaneTestReport> {
  const { kinds, room } = await kindsOfPlane(options);
  const { tables, without } = sampleTables(options.vm, kinds);
  const known = kindsOf(options.vm).map(({ name }) => name);
  const unknown = kinds.filter((kind) => !known.includes(kind));
  if (unknown.length === kinds.length) {
    throw new Mismatch('a kind that the modules have', kinds.join(', ') || 'none');
  }
  if (tables.length === 0) {
    throw new Mismatch('a table that entries can be made up for', without.join(', ') || 'none');
  }
  const { table } = new Bench({ ...options, tables, room }, 'none');
  const most = room.get(table.kind.name) ?? Infinity;
  if (most < LEAST_ROOM && !options.only) {
    throw new Mismatch(
      `a kind with room for ${LEAST_ROOM} entries, which the checks need`,
      `room for ${most} in "${table.kind.name}"`,
    );
  }
  const results: CheckResult[] = [];
  const notTested = [
    ...NEVER_TESTED,
    ...unknown.map((kind) => `kind "${kind}": no module that is loaded has it`),
    ...without.map((table) => `table "${table}": no entries can be made up for its keys`),
  ];
  const checks = CHECKS.filter(({ name }) => options.only?.includes(name) ?? true);
  for (const [index, check] of checks.entries()) {
    const bench = new Bench({ ...options, tables, room }, `plane-test-${index + 1}`);
    if (check.name === 'standby-age' && !canAge(bench)) {
      notTested.push('ageing in standby: no table has a time that runs down (section 6.1)');
      continue;
    }
    if (check.name === 'room' && !(await canFill(bench))) {
      notTested.push(
        'room: that what does not fit is refused; no kind has a limit below --entries (section 6)',
      );
      continue;
    }
    const result = await runCheck(check, bench);
    results.push(result);
    options.onResult?.(result);
  }
  return { results, notTested };
}

async function runCheck(check: Check, bench: Bench): Promise<CheckResult> {
  const { name, title, section } = check;
  try {
    const note = await check.run(bench);
    return { name, title, section, ok: true, ...(note === undefined ? {} : { note }) };
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    return { name, title, section, ok: false, expected: error.expected, came: error.came };
  } finally {
    // A plane that cannot even forget a VM has failed the check about that.
    await bench.clean().catch(() => undefined);
  }
}

interface KindsOfPlane {
  readonly kinds: readonly string[];
  /** Entries that fit besides those that there are; kinds without a limit are absent. */
  readonly room: ReadonlyMap<string, number>;
}

async function kindsOfPlane(options: PlaneTestOptions): Promise<KindsOfPlane> {
  const plane = await RawPlane.connect(options);
  try {
    await plane.ok('hello', { versions: [1], 'max-line': 65_536 });
    const { kinds } = await plane.ok('kinds');
    if (!Array.isArray(kinds)) throw new Mismatch('an array "kinds"', kinds);
    const all = (kinds as readonly JsonObject[]).map(({ kind, used, limit }) => ({
      name: typeof kind === 'string' ? kind : '',
      // Numbers that are none fail a check of their own.
      room: typeof limit === 'number' ? limit - Number(used) : NaN,
    }));
    return {
      kinds: all.map(({ name }) => name),
      room: new Map(all.flatMap(({ name, room }) => (room >= 0 ? [[name, room] as const] : []))),
    };
  } finally {
    plane.close();
  }
}
