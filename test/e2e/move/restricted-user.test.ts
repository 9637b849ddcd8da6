/**
 * Moves by a user whom access control (RFC 8341) keeps something from: what may not be read is missing from every reply
 * without a word, so the plan has to say it. Administrators are the control.
 */
import assert from 'node:assert/strict';
import { planMove } from '../../../client/index.ts';
import type { KindChoice, MovePlan, MoveReport } from '../../../client/index.ts';
import { MoveFixture, VM } from '../../support/move-fixture.ts';

interface Rule {
  readonly path: string;
  readonly operations?: string;
  readonly action: 'permit' | 'deny';
}

const ALL: Rule = { path: '/s:sami', action: 'permit' };
const WINDOW = '/s:sami/s:vm/e:sessions/e:session/e:original-sequence-end';
const NO_CHOICE: KindChoice = { essential: [], optional: [] };
const MAY_NOT_READ =
  'the rights of this user do not suffice for kind "session": ' +
  'it may not read sami:vm/sami-session:sessions/sami-session:session/sami-session:original-sequence-end';

/** `/nacm` in which these rules are for the user `mover`. */
function nacm(rules: readonly Rule[]): string {
  const texts = rules.map(({ path, operations = '*', action }, index) => {
    const namespaces = 'xmlns:s="urn:sami:yang:sami" xmlns:e="urn:sami:yang:sami-session"';
    return (
      `<rule><name>r${String(index)}</name><path ${namespaces}>${path}</path>` +
      `<access-operations>${operations}</access-operations><action>${action}</action></rule>`
    );
  });
  return (
    '<nacm xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-acm">' +
    '<groups><group><name>movers</name><user-name>mover</user-name></group></groups>' +
    `<rule-list><name>movers</name><group>movers</group>${texts.join('')}</rule-list></nacm>`
  );
}

interface Rules {
  readonly old: readonly Rule[];
  readonly new: readonly Rule[];
}

interface Outcome {
  readonly plan: MovePlan;
  readonly report: MoveReport;
  /** What the VM has on the new device afterwards. */
  readonly arrived: Readonly<Record<string, string>> | undefined;
  readonly before: Readonly<Record<string, string>> | undefined;
}

async function moveBy(
  username: string | undefined,
  rules: Rules,
  choice = NO_CHOICE,
): Promise<Outcome> {
  await using fixture = await MoveFixture.start({ sessions: 5 });
  await fixture.old.configure(nacm(rules.old));
  await fixture.new.configure(nacm(rules.new));
  const before = (await fixture.old.vm())?.tables;
  const [old, target] = [fixture.old, fixture.new].map((device) =>
    username === undefined ? device : device.as(username),
  );
  assert.ok(old && target);
  const { schemas, clock } = fixture.environment();
  const plan = await planMove({ vm: VM, old, new: target, schemas, clock, choice });
  const report = await fixture.move({ old, new: target, choice });
  return { plan, report, arrived: (await fixture.new.vm())?.tables, before };
}

const REFUSED: readonly {
  readonly name: string;
  readonly rules: Rules;
  readonly says: readonly [party: string, message: RegExp | string][];
}[] = [
  {
    name: 'without any rule for VMs',
    rules: { old: [], new: [] },
    says: [
      ['old', /^the rights of this user do not suffice for VMs: it may not write sami:vm$/],
      ['new', /^the rights of this user do not suffice for VMs: it may not write sami:vm$/],
    ],
  },
  {
    name: 'who may write VMs, but not read sequence numbers on the old device',
    rules: { old: [{ path: WINDOW, operations: 'read', action: 'deny' }, ALL], new: [ALL] },
    says: [['old', MAY_NOT_READ]],
  },
  {
    name: 'who may read everything and write no sessions on the new device',
    rules: {
      old: [ALL],
      new: [{ path: '/s:sami/s:vm/e:sessions', operations: 'create', action: 'deny' }, ALL],
    },
    says: [
      [
        'new',
        'the rights of this user do not suffice for kind "session": ' +
          'it may not write sami:vm/sami-session:sessions/sami-session:session',
      ],
    ],
  },
  {
    name: 'from whom another session than the first is hidden',
    rules: {
      old: [{ path: "/s:sami/s:vm/e:sessions/e:session[e:protocol='17']", action: 'deny' }, ALL],
      new: [ALL],
    },
    says: [['old', /it may not read sami:vm\/sami-session:sessions\/sami-session:session$/]],
  },
  {
    name: 'whose rights are for another VM',
    rules: {
      old: [{ path: "/s:sami/s:vm[s:id='vm2']", action: 'permit' }],
      new: [{ path: "/s:sami/s:vm[s:id='vm2']", action: 'permit' }],
    },
    says: [
      ['old', /for VMs: it may not write sami:vm$/],
      ['new', /for VMs: it may not write sami:vm$/],
    ],
  },
];

describe('a move by a user', () => {
  for (const { name, rules, says } of REFUSED) {
    it(`${name} is refused by plan and move alike, and nothing is changed`, async () => {
      const { plan, report, arrived } = await moveBy('mover', rules);
      assert.equal(plan.verdict, 'refused');
      assert.equal(report.outcome, 'refused');
      for (const problems of [plan.problems, report.errors]) {
        assert.deepEqual(
          problems.map(({ stage, party }) => [stage, party]),
          says.map(([party]) => ['plan', party]),
        );
        for (const [index, [, message]] of says.entries()) {
          const said = problems[index]?.message ?? '';
          if (typeof message === 'string') assert.equal(said, message);
          else assert.match(said, message);
        }
      }
      assert.equal(arrived, undefined);
      const control = await moveBy(undefined, rules);
      assert.deepEqual([control.plan.verdict, control.report.outcome], ['fits', 'migrated']);
      assert.deepEqual(control.arrived, control.before);
    });
  }

  for (const path of ['/s:sami', `/s:sami/s:vm[s:id='${VM}']`]) {
    it(`who has all rights at ${path} takes everything along`, async () => {
      const rules: readonly Rule[] = [{ path, action: 'permit' }];
      const { plan, report, arrived, before } = await moveBy('mover', { old: rules, new: rules });
      assert.deepEqual([plan.verdict, report.outcome], ['fits', 'migrated']);
      assert.ok(before?.['session'] !== undefined);
      assert.deepEqual(arrived, before);
    });
  }

  it('may leave the kind behind that is kept from the user, and is told so', async () => {
    const rules: Rules = {
      old: [{ path: WINDOW, operations: 'read', action: 'deny' }, ALL],
      new: [ALL],
    };
    const choice: KindChoice = { essential: [], optional: ['session'] };
    const { plan, report, arrived } = await moveBy('mover', rules, choice);
    assert.equal(plan.verdict, 'risk');
    assert.match(plan.risks[0]?.message ?? '', /^session: 5 entries stay behind/);
    assert.equal(report.outcome, 'migrated');
    assert.equal(report.kinds['session']?.leftBehind, true);
    assert.deepEqual(arrived, {});
  });
});
