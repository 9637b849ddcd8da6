/**
 * `sami plan` and the operator's choice of kinds, against devices that lack something: what fits, what is
 * refused before anything moves, and what is left behind knowingly.
 */
import assert from 'node:assert/strict';
import { OrchestratorCrash, planMove } from '../../../client/index.ts';
import type { KindChoice, MoveOptions, MovePlan, MoveReport } from '../../../client/index.ts';
import { ADDRESS, MoveFixture, VM } from '../../support/move-fixture.ts';
import type { MoveFixtureOptions } from '../../support/move-fixture.ts';
import { sami, sessions } from '../../support/sami-xml.ts';

const STAYS = 'sticky: 3 entries stay behind; returning clients may reach another server';
const OPTIONAL: KindChoice = { essential: [], optional: ['sticky'] };

/** What a balancer remembers of three clients. */
const STICKY = [1, 2, 3]
  .map(
    (client) =>
      `<sticky-connection><group>web</group><client>198.51.100.${client}</client>` +
      `<real-server-address>${ADDRESS}</real-server-address><lifetime>3600</lifetime></sticky-connection>`,
  )
  .join('');

/** A VM with so many sessions and three stick entries, on an old device that serves every kind. */
async function start(options: MoveFixtureOptions = {}): Promise<MoveFixture> {
  const fixture = await MoveFixture.start({ sessions: 5, ...options });
  const content = `<sticky xmlns="urn:sami:yang:sami-sticky">${STICKY}</sticky>`;
  await fixture.old.configure(sami(`<vm><id>${VM}</id>${content}</vm>`));
  return fixture;
}

function planOf(fixture: MoveFixture, choice?: KindChoice): Promise<MovePlan> {
  const { old, new: target, schemas, clock } = fixture.environment();
  return planMove({ vm: VM, old, new: target, schemas, clock, choice });
}

/** Runs `act`; nothing may be otherwise afterwards, on either device. */
async function changingNothing<T>(fixture: MoveFixture, act: () => Promise<T>): Promise<T> {
  const show = async (): Promise<readonly unknown[]> =>
    Promise.all(
      [fixture.old, fixture.new].map(async (device) => ({
        tables: await device.vm(),
        locked: !device.server.datastores.locks.isEmpty,
      })),
    );
  const trees = (): readonly unknown[] =>
    [fixture.old, fixture.new].flatMap(({ server: { datastores } }) => [
      datastores.running,
      datastores.tree('candidate'),
    ]);
  const [before, treesBefore] = [await show(), trees()];
  const result = await act();
  assert.deepEqual(await show(), before);
  // Trees are immutable: the same object means that nobody has edited or committed anything.
  for (const [index, tree] of trees().entries()) assert.equal(tree, treesBefore[index]);
  assert.deepEqual(fixture.hypervisor.calls, []);
  return result;
}

const messages = (list: readonly { readonly message: string }[]): readonly string[] =>
  list.map(({ message }) => message);

describe('planning a move', () => {
  it('says what fits, and changes nothing', async () => {
    await using fixture = await start({ new: { limits: { session: 100, sticky: 3 } } });
    const { verdict, kinds, risks, problems } = await changingNothing(fixture, () =>
      planOf(fixture),
    );
    assert.deepEqual([verdict, risks, problems], ['fits', [], []]);
    const shown = kinds.filter(({ entries }) => entries > 0);
    assert.deepEqual(
      shown.map(({ kind, entries, oldPlane, room }) => [kind, entries, oldPlane, room]),
      [
        [
          'session',
          5,
          'simulated',
          { plane: 'simulated', limit: 100, used: 0, reserved: 0, free: 100 },
        ],
        ['sticky', 3, 'simulated', { plane: 'simulated', limit: 3, used: 0, reserved: 0, free: 3 }],
      ],
    );
    assert.match(shown[0]?.module?.new ?? '', /^\d{4}-\d\d-\d\d$/);
    assert.equal(shown[0]?.module?.new, shown[0]?.module?.old);
  });

  it('counts what others have and have reserved on the new device', async () => {
    await using fixture = await start({ new: { limits: { session: 10 } } });
    const reserve = '<reservation><kind>session</kind><entries>4</entries></reservation>';
    await fixture.new.configure(
      sami(`<vm><id>other</id><address>10.9.9.9</address>${reserve}</vm>`),
    );
    const others = sessions([1, 2], '10.9.9.9');
    await fixture.new.configure(sami(`<vm><id>other</id>${others}</vm>`));
    const { verdict, kinds } = await planOf(fixture);
    const room = kinds.find(({ kind }) => kind === 'session')?.room;
    assert.deepEqual(room, { plane: 'simulated', limit: 10, used: 2, reserved: 2, free: 6 });
    assert.equal(verdict, 'fits');
  });

  it('refuses what the move would refuse, with the same words, and the move goes through otherwise', async () => {
    const rows: readonly { options: MoveFixtureOptions; choice?: KindChoice; says: string }[] = [
      {
        options: { new: { limits: { session: 4 } } },
        says: '5 entries of kind "session" do not fit: 4 of 4 are free',
      },
      {
        options: { new: { kinds: ['session'] } },
        says: 'kind "sticky" is not supported; the VM has 3 entries of it',
      },
      {
        options: { new: { kinds: ['session', 'sticky'] } },
        choice: { essential: ['nat'], optional: [] },
        says: 'kind "nat" is essential and not supported',
      },
      {
        options: {},
        choice: { essential: ['session/time-travel'], optional: [] },
        says: 'feature "time-travel" of kind "session" is essential and not supported',
      },
    ];
    for (const { options, choice, says } of rows) {
      await using fixture = await start(options);
      const made = await changingNothing(fixture, () => planOf(fixture, choice));
      assert.deepEqual([made.verdict, messages(made.problems)], ['refused', [says]]);
      const report = await changingNothing(fixture, () => fixture.move({ choice }));
      assert.deepEqual([report.outcome, messages(report.errors)], ['refused', [says]]);
    }
    await using control = await start();
    assert.equal((await control.move()).outcome, 'migrated');
  });
});

describe('5 entries', () => {
  it('do not go into 4 free slots, and nothing is changed', async () => {
    await using fixture = await start({ new: { limits: { session: 4 } } });
    const report = await changingNothing(fixture, () => fixture.move());
    assert.equal(report.outcome, 'refused');
    const [problem] = report.errors;
    assert.deepEqual([problem?.party, problem?.stage], ['new', 'plan']);
    assert.equal(problem?.message, '5 entries of kind "session" do not fit: 4 of 4 are free');
  });

  it('do not go into 4 free slots of 9 either', async () => {
    await using fixture = await start({ new: { limits: { session: 9 } } });
    await fixture.new.configure(
      sami(
        `<vm><id>other</id><address>10.9.9.9</address>${sessions([1, 2, 3, 4, 5], '10.9.9.9')}</vm>`,
      ),
    );
    const report = await changingNothing(fixture, () => fixture.move());
    assert.deepEqual(messages(report.errors), [
      '5 entries of kind "session" do not fit: 4 of 9 are free',
    ]);
  });

  it('are refused by the device itself when the room went after it was asked', async () => {
    await using fixture = await start({ new: { limits: { session: 9 } } });
    const report = await fixture.move({
      onStep: async ({ stage, when, message }) => {
        if (stage !== 'prepare' || when !== 'before' || message !== 'get-config') return;
        await fixture.new.configure(
          sami(
            `<vm><id>other</id><address>10.9.9.9</address>${sessions([1, 2, 3, 4, 5], '10.9.9.9')}</vm>`,
          ),
        );
      },
    });
    assert.equal(report.outcome, 'rolled-back');
    const [problem] = report.errors;
    assert.deepEqual([problem?.stage, problem?.tag], ['prepare', 'resource-denied']);
    assert.match(problem?.message ?? '', /session.*9|9.*session/);
    assert.equal((await fixture.old.vm())?.mode, 'learning');
    assert.equal(await fixture.new.vm(), undefined);
  });

  it('go into 5 (control)', async () => {
    await using fixture = await start({ new: { limits: { session: 5 } } });
    const report = await fixture.move();
    assert.deepEqual([report.outcome, report.errors], ['migrated', []]);
    assert.match((await fixture.new.vm())?.tables['session'] ?? '', /^5 /);
  });

  it('keep no room free any more once they are there', async () => {
    await using fixture = await start({ new: { limits: { session: 100 } } });
    let reserved: bigint | undefined;
    const report = await fixture.move({
      onStep: async ({ stage, when }) => {
        if (stage !== 'pre-copy' || when !== 'before') return;
        reserved ??= (await fixture.new.plane.use()).find(
          ({ kind }) => kind === 'session',
        )?.reserved;
      },
    });
    assert.equal(report.outcome, 'migrated');
    assert.equal(reserved, 6n, 'there was room for what it might learn meanwhile');
    const use = (await fixture.new.plane.use()).find(({ kind }) => kind === 'session');
    assert.deepEqual(use, { kind: 'session', used: 5n, reserved: 0n });
  });
});

describe('a kind that is optional', () => {
  const devices: readonly { readonly name: string; readonly options: MoveFixtureOptions }[] = [
    { name: 'is not supported', options: { new: { kinds: ['session'] } } },
    { name: 'does not fit', options: { new: { limits: { sticky: 2 } } } },
  ];

  function assertLeftBehind(report: MoveReport): void {
    assert.deepEqual([report.outcome, report.errors], ['migrated', []]);
    assert.deepEqual(report.kinds, {
      session: { before: 5, after: 5, lost: 0, extra: 0 },
      sticky: { before: 3, after: 0, lost: 3, extra: 0, leftBehind: true },
    });
    assert.deepEqual(report.risks, [{ kind: 'sticky', entries: 3, message: STAYS }]);
  }

  for (const { name, options } of devices) {
    it(`stays behind when it ${name}, and the report says so`, async () => {
      await using fixture = await start(options);
      const made = await changingNothing(fixture, () => planOf(fixture, OPTIONAL));
      assert.deepEqual([made.verdict, messages(made.risks)], ['risk', [STAYS]]);
      assertLeftBehind(await fixture.move({ choice: OPTIONAL }));
      const tables = (await fixture.new.vm())?.tables ?? {};
      assert.deepEqual(Object.keys(tables), ['session']);
    });

    it(`must move when it ${name} and nobody has said that it is optional (control)`, async () => {
      await using fixture = await start(options);
      assert.equal((await fixture.move()).outcome, 'refused');
    });
  }

  it('moves when there is a place for it', async () => {
    await using fixture = await start();
    const report = await fixture.move({ choice: OPTIONAL });
    assert.deepEqual([report.outcome, report.risks], ['migrated', []]);
    assert.match((await fixture.new.vm())?.tables['sticky'] ?? '', /^3 /);
  });

  it('is reported also by who takes up the move, wherever it was cut short', async () => {
    const moveOptions: Partial<MoveOptions> = { choice: OPTIONAL };
    const points: string[] = [];
    {
      await using fixture = await start(devices[0]?.options);
      await fixture.move({
        ...moveOptions,
        onStep: ({ stage, message, when }) => void points.push(`${stage} ${when} ${message}`),
      });
    }
    const decided = points.findIndex((point) => point === 'decide after commit');
    for (let index = decided; index < points.length; index += 3) {
      await using fixture = await start({
        ...devices[0]?.options,
        old: { keepsTables: true },
        new: { ...devices[0]?.options.new, keepsTables: true },
      });
      let next = 0;
      await assert.rejects(
        fixture.move({
          ...moveOptions,
          onStep: () => {
            if (next++ === index) throw new OrchestratorCrash();
          },
        }),
        OrchestratorCrash,
      );
      // Every time-out of the devices runs out, so that all has to be copied again.
      fixture.clock.advance(31_000);
      await fixture.new.restart();
      assertLeftBehind(await fixture.resume());
    }
  });
});

describe('the port of a VM', () => {
  const ports = async (fixture: MoveFixture): Promise<string> => {
    await using client = await fixture.new.connect();
    return JSON.stringify(await client.getConfig({ source: 'running' }));
  };

  for (const port of [undefined, 'veth7']) {
    it(`is ${port ?? 'left to the new device'} there, whatever it is on the old one`, async () => {
      await using fixture = await start();
      await fixture.old.configure(sami(`<vm><id>${VM}</id><port>eth0.3</port></vm>`));
      const report = await fixture.move({ port });
      assert.deepEqual([report.outcome, report.errors], ['migrated', []]);
      const config = await ports(fixture);
      assert.doesNotMatch(config, /eth0\.3/);
      assert.equal(config.includes('veth7'), port !== undefined);
    });
  }
});
