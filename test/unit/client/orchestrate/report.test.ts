import assert from 'node:assert/strict';
import { RpcErrorException } from '../../../../src/error/index.ts';
import { describeProblem, problemsOf } from '../../../../client/orchestrate/report.ts';
import type { MoveReport } from '../../../../client/orchestrate/report.ts';
import { formatBytes, formatMs, printReport } from '../../../../client/orchestrate/report-table.ts';
import { compareTables, kindReports } from '../../../../client/orchestrate/tables.ts';

const table = (
  kind: string,
  entries: number,
  digest = 'a',
): Parameters<typeof compareTables>[0][number] => ({
  kind,
  entries,
  digest,
});

describe('comparing tables', () => {
  const cases = [
    { name: 'equal ones', before: [table('s', 2)], after: [table('s', 2)], lost: undefined },
    { name: 'another count', before: [table('s', 5)], after: [table('s', 3)], lost: [2, 0] },
    { name: 'more than there were', before: [table('s', 3)], after: [table('s', 5)], lost: [0, 2] },
    { name: 'another digest', before: [table('s', 3)], after: [table('s', 3, 'b')], lost: [1, 1] },
    { name: 'a kind that is missing', before: [table('s', 3)], after: [], lost: [3, 0] },
    { name: 'an empty kind that is missing', before: [table('s', 0)], after: [], lost: undefined },
  ];
  for (const { name, before, after, lost } of cases) {
    it(`tells ${name}`, () => {
      assert.equal(compareTables(before, after).length, lost ? 1 : 0);
      const report = kindReports(before, after)['s'];
      if (lost) assert.deepEqual([report?.lost, report?.extra], lost);
    });
  }
});

describe('the report of a move', () => {
  const report: MoveReport = {
    id: 'm1',
    vm: 'vm1',
    procedure: 'hot',
    outcome: 'rolled-back',
    from: 'u@a:830',
    to: 'u@b:830',
    planes: ['simulated'],
    start: '2026-11-20T12:00:00.000Z',
    durationMs: 12_345,
    blackoutMs: 67,
    kinds: {
      session: { before: 10, after: 9, lost: 1, extra: 0 },
      sticky: { before: 3, after: 0, lost: 3, extra: 0, leftBehind: true },
    },
    risks: [
      {
        kind: 'sticky',
        entries: 3,
        message: 'sticky: 3 entries stay behind; returning clients may reach another server',
      },
    ],
    stages: [
      { name: 'plan', start: '', durationMs: 5, entries: 0, bytes: 1234, duplicates: 0 },
      {
        name: 'pre-copy',
        start: '',
        durationMs: 11_000,
        entries: 10,
        bytes: 2_500_000,
        duplicates: 0,
      },
    ],
    errors: [{ stage: 'verify', party: 'new', message: 'the tables differ', tag: 'x', path: '/a' }],
  };

  it('is printed as tables', () => {
    assert.equal(
      printReport(report),
      [
        'rolled-back: VM vm1 from u@a:830 to u@b:830',
        'move m1, hot, started 2026-11-20T12:00:00.000Z, plane simulated',
        'took 12.3 s, blackout 67 ms',
        '',
        'stage       time  entries   bytes  duplicates',
        'plan        5 ms        0  1.2 kB           0',
        'pre-copy  11.0 s       10  2.5 MB           0',
        '',
        'kind                  before  after  lost  extra',
        'session                   10      9     1      0',
        'sticky (left behind)       3      0     3      0',
        '~ sticky: 3 entries stay behind; returning clients may reach another server',
        '! verify, new device: the tables differ [x] (/a)',
        '',
      ].join('\n'),
    );
  });

  it('has one problem for each rpc-error, with tag and path', () => {
    const error = new RpcErrorException([
      {
        type: 'application',
        tag: 'data-exists',
        severity: 'error',
        message: 'is there',
        path: '/x',
      },
      { type: 'application', tag: 'too-big', severity: 'error' },
    ]);
    assert.deepEqual(problemsOf(error, 'prepare', 'new').map(describeProblem), [
      'prepare, new device: is there [data-exists] (/x)',
      'prepare, new device: too-big [too-big]',
    ]);
    assert.deepEqual(problemsOf('text', 'plan', undefined).map(describeProblem), ['plan: text']);
  });

  it('rounds times and sizes', () => {
    assert.deepEqual([9999, 10_000].map(formatMs), ['9999 ms', '10.0 s']);
    assert.deepEqual([999, 1000, 1_000_000, 5e12].map(formatBytes), [
      '999 B',
      '1.0 kB',
      '1.0 MB',
      '5000.0 GB',
    ]);
  });
});
