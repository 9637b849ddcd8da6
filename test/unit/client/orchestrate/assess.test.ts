/** What fits, what is at risk and what is refused, kind by kind. */
import assert from 'node:assert/strict';
import { assess } from '../../../../client/orchestrate/assess.ts';
import type { Verdict } from '../../../../client/orchestrate/assess.ts';
import type { KindSupport } from '../../../../client/orchestrate/device-state.ts';
import type { KindChoice } from '../../../../client/orchestrate/kind-choice.ts';
import { printPlan } from '../../../../client/orchestrate/plan-table.ts';
import type { Survey } from '../../../../client/orchestrate/survey.ts';
import type { ModuleEntry } from '../../../../client/module-set.ts';
import { kindsOf, vmListNode } from '../../../../src/sami/index.ts';
import { samiSchema } from '../../../support/server-fixture.ts';

const REVISION = '2026-11-20';

function support(name: string, more: Partial<KindSupport> = {}): KindSupport {
  return { name, plane: 'p', limit: undefined, used: 0n, reserved: 0n, features: [], ...more };
}

function modulesOf(revision: string | undefined, names: readonly string[]): readonly ModuleEntry[] {
  return names.map((name) => ({
    name,
    revision,
    namespace: `urn:sami:yang:${name}`,
    features: [],
    implemented: true,
  }));
}

interface Scene {
  /** Entries of the VM by kind. */
  readonly entries: Readonly<Record<string, number>>;
  readonly old?: readonly KindSupport[];
  readonly new: readonly KindSupport[];
  readonly newRevision?: string;
}

function surveyOf({ entries, old, new: target, newRevision = REVISION }: Scene): Survey {
  const schema = samiSchema();
  const list = vmListNode(schema);
  if (!list) throw new Error('the schema has no list of VMs');
  const oldKinds = kindsOf(list);
  const tables = Object.entries(entries).map(([kind, count]) => ({
    kind,
    entries: count,
    digest: '',
  }));
  const modules = ['sami', 'sami-session', 'sami-sticky', 'sami-nat'];
  return {
    old: {
      bootId: 'a',
      planes: ['p'],
      kinds: old ?? Object.keys(entries).map((kind) => support(kind)),
      vm: { mode: 'learning', addresses: ['10.0.0.1'], tables },
    },
    new: { bootId: 'b', planes: ['p'], kinds: target, vm: undefined },
    oldModules: modulesOf(REVISION, modules),
    newModules: modulesOf(newRevision, modules),
    oldWithheld: [],
    newWithheld: [],
    schema,
    oldKinds,
    kinds: oldKinds,
  };
}

interface Row extends Scene {
  readonly name: string;
  readonly choice?: Partial<KindChoice>;
  readonly verdict: Verdict;
  readonly problems?: readonly string[];
  readonly risks?: readonly string[];
  readonly behind?: readonly string[];
}

const FULL = { limit: 9n, used: 3n, reserved: 2n } as const;
const WINDOW = support('session', { features: ['tcp', 'window-scale'] });
const LACKS_WINDOW =
  'session: the new device lacks "window-scale", which the old one has; ' +
  'entries that need it may be refused or be treated in another way';

const ROWS: readonly Row[] = [
  { name: 'no entries at all', entries: { session: 0 }, new: [], verdict: 'fits' },
  {
    name: 'a table without limit',
    entries: { session: 1_000_000 },
    new: [support('session')],
    verdict: 'fits',
  },
  {
    name: 'as many entries as there is room',
    entries: { session: 4 },
    new: [support('session', FULL)],
    verdict: 'fits',
  },
  {
    name: 'one entry too many',
    entries: { session: 5 },
    new: [support('session', FULL)],
    verdict: 'refused',
    problems: ['5 entries of kind "session" do not fit: 4 of 9 are free'],
  },
  {
    name: 'a device that is over its limit',
    entries: { session: 1 },
    new: [support('session', { limit: 2n, used: 3n })],
    verdict: 'refused',
    problems: ['1 entries of kind "session" do not fit: 0 of 2 are free'],
  },
  {
    name: 'a kind that is missing',
    entries: { session: 1, sticky: 12 },
    new: [support('session')],
    verdict: 'refused',
    problems: ['kind "sticky" is not supported; the VM has 12 entries of it'],
  },
  {
    name: 'every reason at once',
    entries: { session: 5, sticky: 12 },
    new: [support('session', FULL)],
    choice: { essential: ['nat', 'session/ipv6'] },
    verdict: 'refused',
    problems: [
      '5 entries of kind "session" do not fit: 4 of 9 are free',
      'feature "ipv6" of kind "session" is essential and not supported',
      'kind "sticky" is not supported; the VM has 12 entries of it',
      'kind "nat" is essential and not supported',
    ],
  },
  {
    name: 'an optional kind that is missing',
    entries: { session: 1, sticky: 12 },
    new: [support('session')],
    choice: { optional: ['sticky'] },
    verdict: 'risk',
    risks: ['sticky: 12 entries stay behind; returning clients may reach another server'],
    behind: ['sticky'],
  },
  {
    name: 'an optional kind that does not fit',
    entries: { sticky: 1 },
    new: [support('sticky', { limit: 0n })],
    choice: { optional: ['sticky'] },
    verdict: 'risk',
    risks: ['sticky: 1 entry stays behind; returning clients may reach another server'],
    behind: ['sticky'],
  },
  {
    name: 'an optional kind that fits',
    entries: { sticky: 1 },
    new: [support('sticky')],
    choice: { optional: ['sticky'] },
    verdict: 'fits',
  },
  {
    name: 'an optional kind that is missing and has no entries yet',
    entries: { sticky: 0 },
    new: [],
    choice: { optional: ['sticky'] },
    verdict: 'fits',
    behind: ['sticky'],
  },
  {
    name: 'a kind of somebody else that stays behind',
    entries: { 'ipsec-sa': 2 },
    new: [],
    choice: { optional: ['ipsec-sa'] },
    verdict: 'risk',
    risks: ['ipsec-sa: 2 entries stay behind; what depends on them starts anew on the new device'],
    behind: ['ipsec-sa'],
  },
  {
    name: 'an essential kind that has no entries yet and is there',
    entries: { session: 1 },
    new: [support('session'), support('nat')],
    choice: { essential: ['nat'] },
    verdict: 'fits',
  },
  {
    name: 'a feature that is missing',
    entries: { session: 1 },
    old: [WINDOW],
    new: [support('session', { features: ['tcp', 'ipv6'] })],
    verdict: 'risk',
    risks: [LACKS_WINDOW],
  },
  {
    name: 'a feature that is missing of a kind without entries',
    entries: { session: 0 },
    old: [WINDOW],
    new: [support('session')],
    verdict: 'fits',
  },
  {
    name: 'an essential feature that is missing',
    entries: { session: 1 },
    old: [WINDOW],
    new: [support('session', { features: ['tcp'] })],
    choice: { essential: ['session/window-scale'] },
    verdict: 'refused',
    problems: ['feature "window-scale" of kind "session" is essential and not supported'],
  },
  {
    name: 'an essential feature that is there',
    entries: { session: 1 },
    old: [WINDOW],
    new: [WINDOW],
    choice: { essential: ['session/window-scale'] },
    verdict: 'fits',
  },
  {
    name: 'an optional feature that is missing',
    entries: { session: 1 },
    old: [WINDOW],
    new: [support('session', { features: ['tcp'] })],
    choice: { optional: ['session/window-scale'] },
    verdict: 'fits',
  },
  {
    name: 'another revision of the module',
    entries: { session: 1 },
    new: [support('session')],
    newRevision: '2025-01-01',
    verdict: 'risk',
    risks: [
      'session: module "sami-session" is 2026-11-20 on the old device and 2025-01-01 on the new one; ' +
        'what the new one does not know it refuses',
    ],
  },
];

describe('assessing a move', () => {
  for (const {
    name,
    choice = {},
    verdict,
    problems = [],
    risks = [],
    behind = [],
    ...scene
  } of ROWS) {
    it(`says "${verdict}" to ${name}`, () => {
      const found = assess(surveyOf(scene), { essential: [], optional: [], ...choice });
      assert.deepEqual(
        {
          verdict: found.verdict,
          problems: found.problems.map(({ message }) => message),
          risks: found.risks.map(({ message }) => message),
          behind: found.kinds.flatMap(({ kind, staysBehind }) => (staysBehind ? [kind] : [])),
        },
        { verdict, problems, risks, behind },
      );
    });
  }

  it('has a consequence in words for every kind of ours', () => {
    const list = vmListNode(samiSchema());
    for (const { name, risk } of list ? kindsOf(list) : []) assert.match(risk ?? '', /\w/, name);
  });

  it('is printed as a table with what it says', () => {
    const survey = surveyOf({
      entries: { session: 4, sticky: 12, nat: 0 },
      old: [WINDOW, support('sticky', { plane: 'haproxy' }), support('nat')],
      new: [support('session', { ...FULL, plane: 'linux' })],
    });
    const found = assess(survey, { essential: [], optional: ['sticky'] });
    assert.equal(
      printPlan({ vm: 'vm1', from: 'u@a:830', to: 'u@b:830', ...found }),
      [
        'would be moved, at a risk: VM vm1 from u@a:830 to u@b:830',
        '',
        'kind     old plane  new plane  lacks             entries  free  limit  used  reserved',
        'session  p          linux      tcp window-scale        4     4      9     3         2',
        'sticky   haproxy    none       stays behind           12     -      -     -         -',
        '',
        '~ session: the new device lacks "tcp", which the old one has; entries that need it may be refused or be treated in another way',
        `~ ${LACKS_WINDOW}`,
        '~ sticky: 12 entries stay behind; returning clients may reach another server',
        '',
      ].join('\n'),
    );
  });
});
