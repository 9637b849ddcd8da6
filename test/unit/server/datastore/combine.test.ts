/**
 * Entries that arrive where the VM already has some of its own (n:1): they are combined as the model says,
 * and a commit that is taken back takes away exactly what it had added.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Catalog } from '../../../../server/plane/kit/catalog.ts';
import { TablePlane } from '../../../../server/plane/kit/table-plane.ts';
import { SimulatedPlane } from '../../../../server/plane/simulated/index.ts';
import { fieldsOf } from '../../../../server/plane/kit/fields.ts';
import { samiSchema } from '../../../support/server-fixture.ts';
import type { FixtureOptions } from '../../../support/server-fixture.ts';
import { deleteVm, modeOf, sami, vm } from '../../../support/sami-xml.ts';
import { SurvivingDevice } from '../../../support/surviving-device.ts';
import { udp } from '../../../support/packets.ts';
import { FakeDriver } from '../../plane/kit/fake-driver.ts';

const KINDS = ['cumulative-accounting', 'cumulative-security'];
const ADDRESS = '10.0.0.1';
const PACKET = 64;

/** A plane, and what its device does when the VM sends a packet. */
interface Subject {
  readonly makePlanes: NonNullable<FixtureOptions['makePlanes']>;
  send(): void;
}

/** By a folder in which tables outlive the process. */
const SUBJECTS: Readonly<Record<string, (folder: string) => Subject>> = {
  simulated: (folder) => {
    let plane: SimulatedPlane | undefined;
    return {
      makePlanes: ({ context, clock }) => {
        const policy = { defaultAction: 'accept', accounting: true } as const;
        const stateFile = join(folder, 'tables');
        const kinds = [...KINDS, 'session'];
        plane = new SimulatedPlane(context, { clock, kinds, policy, stateFile });
        return [plane];
      },
      send: () => {
        const flow = { client: ADDRESS, clientPort: 7, server: '198.51.100.9', serverPort: 53 };
        assert.equal(plane?.forward(udp(flow, 'there')).action, 'pass');
      },
    };
  },
  kit: () => {
    const driver = new FakeDriver(KINDS);
    return {
      makePlanes: ({ context, clock }) => [new TablePlane(driver, { context, clock })],
      send: () => {
        const table = new Catalog(samiSchema(), KINDS).find('cumulative-accounting', 'account');
        if (!table) throw new Error('no accounts');
        const fields = fieldsOf(table.list);
        const key = { address: ADDRESS, direction: 'from-vm', 'traffic-class': 'default' };
        driver.traffic(table, fields.make(key), (row) => {
          const more = (name: string, by: number): number => (fields.number(row, name) ?? 0) + by;
          return fields.change(row, {
            packets: more('packets', 1),
            octets: more('octets', PACKET),
          });
        });
      },
    };
  },
};

interface Account {
  readonly packets: number;
  readonly octets: number;
  readonly limit?: number;
  readonly name?: string;
}

/** Counts add; the limit replaces. */
function accounts(...rows: readonly Account[]): string {
  const texts = rows.map(
    ({ packets, octets, limit, name = 'default' }) =>
      `<account><address>${ADDRESS}</address><direction>from-vm</direction>` +
      `<traffic-class>${name}</traffic-class>` +
      `<packets>${packets}</packets><octets>${octets}</octets>` +
      `${limit === undefined ? '' : `<octet-limit>${limit}</octet-limit>`}</account>`,
  );
  return `<cumulative-accounting xmlns="urn:sami:yang:sami-cumulative">${texts.join('')}</cumulative-accounting>`;
}

/** The count adds, the time that remains takes the longer, the limit replaces. */
function requests(count: number, limit: number, remaining: number): string {
  return (
    '<cumulative-security xmlns="urn:sami:yang:sami-cumulative"><syn-rate>' +
    `<client-address>198.51.100.1</client-address><server-address>${ADDRESS}</server-address>` +
    `<count>${count}</count><limit>${limit}</limit><interval>60</interval>` +
    `<remaining-time>${remaining}</remaining-time></syn-rate></cumulative-security>`
  );
}

const change = (content: string): string => sami(`<vm><id>vm1</id>${content}</vm>`);

class Scene extends SurvivingDevice {
  readonly subject: Subject;

  constructor(subject: Subject) {
    super(subject.makePlanes);
    this.subject = subject;
  }

  /** A VM that has been here for a while. */
  async begin(): Promise<void> {
    await this.start();
    await this.commit(sami(vm({ mode: 'standby', more: OWN })));
    await this.commit(modeOf('vm1', 'learning'));
  }

  /** `name packets/octets/limit` of each account, then `count/limit/remaining` of the requests. */
  async tables(): Promise<string> {
    const ns = 'xmlns="urn:sami:yang:sami-cumulative"';
    const wanted = `<cumulative-accounting ${ns}/><cumulative-security ${ns}/>`;
    const text = await this.get(`<vm><id>vm1</id>${wanted}</vm>`);
    const leaf = (row: string, name: string): string =>
      new RegExp(`<${name}>([^<]*)<`).exec(row)?.[1] ?? '-';
    const rows = (name: string): readonly string[] =>
      [...text.matchAll(new RegExp(`<${name}>.*?</${name}>`, 'g'))].map(([row]) => row);
    return [
      ...rows('account').map((row) =>
        [
          leaf(row, 'traffic-class'),
          ['packets', 'octets', 'octet-limit'].map((name) => leaf(row, name)).join('/'),
        ].join(' '),
      ),
      ...rows('syn-rate').map((row) =>
        ['count', 'limit', 'remaining-time'].map((name) => leaf(row, name)).join('/'),
      ),
    ].join(', ');
  }
}

const OWN = accounts({ packets: 100, octets: 6400, limit: 50_000 }) + requests(3, 20, 40);
const BEFORE = 'default 100/6400/50000, 3/20/40';
/** One account meets one with its key, another is new, and so on. */
const ARRIVING =
  accounts({ packets: 7, octets: 448, limit: 90_000 }, { name: 'video', packets: 1, octets: 64 }) +
  requests(4, 30, 10);
const COMBINED = 'default 107/6848/90000, video 1/64/-, 7/30/40';
const ON_TRIAL = '<confirmed/><confirm-timeout>60</confirm-timeout>';

/** One that the end of its session does not take back. */
const PERSISTENT = '<confirmed/><confirm-timeout>60</confirm-timeout><persist>p</persist>';

interface Row {
  readonly name: string;
  play(scene: Scene): Promise<unknown>;
  readonly expected: string | RegExp;
}

const ROWS: readonly Row[] = [
  {
    name: 'are combined by a commit',
    play: (scene) => scene.commit(change(ARRIVING)),
    expected: COMBINED,
  },
  {
    name: 'are combined by a confirmed commit, while it is pending',
    play: (scene) => scene.commit(change(ARRIVING), ON_TRIAL),
    expected: COMBINED,
  },
  {
    name: 'stay when it is confirmed, also when a later one is cancelled',
    async play(scene) {
      await scene.commit(change(ARRIVING), ON_TRIAL);
      await scene.client.commit();
      await scene.commit(change('<vlan-id>7</vlan-id>'), ON_TRIAL);
      await scene.client.rpc('<cancel-commit/>');
    },
    expected: COMBINED,
  },
  {
    name: 'are subtracted when it is cancelled',
    async play(scene) {
      await scene.commit(change(ARRIVING), ON_TRIAL);
      await scene.client.rpc('<cancel-commit/>');
    },
    expected: BEFORE,
  },
  {
    name: 'are subtracted when its time runs out',
    async play(scene) {
      // What the VM had would run out meanwhile.
      await scene.commit(change(ARRIVING), '<confirmed/><confirm-timeout>1</confirm-timeout>');
      scene.fixture.clock.advance(1000);
    },
    expected: /^default 100\/6400\/50000, 3\/20\/(39|40)$/,
  },
  {
    name: 'are subtracted when its session ends',
    async play(scene) {
      await scene.commit(change(ARRIVING), ON_TRIAL);
      scene.client.vanish();
    },
    expected: BEFORE,
  },
  {
    name: 'are subtracted, and what traffic has added since stays',
    async play(scene) {
      await scene.commit(change(ARRIVING), ON_TRIAL);
      for (let packet = 0; packet < 3; packet += 1) scene.subject.send();
      assert.match(await scene.tables(), /^default 110\/7040\/90000/);
      await scene.client.rpc('<cancel-commit/>');
    },
    expected: BEFORE.replace('100/6400', '103/6592'),
  },
  {
    name: 'are subtracted, those of the first and of the second confirmed commit',
    async play(scene) {
      await scene.commit(change(ARRIVING), ON_TRIAL);
      // What arrives in all is configuration: 12 packets, five more than before.
      await scene.commit(
        change(
          accounts(
            { packets: 12, octets: 768, limit: 80_000 },
            { name: 'voice', packets: 2, octets: 128 },
          ),
        ),
        ON_TRIAL,
      );
      const both = 'default 112/7168/80000, video 1/64/-, voice 2/128/-, 7/30/40';
      assert.equal(await scene.tables(), both);
      await scene.client.rpc('<cancel-commit/>');
    },
    expected: BEFORE,
  },
  {
    name: 'are subtracted by a restart while it is pending, and what traffic has added stays',
    async play(scene) {
      await scene.commit(change(ARRIVING), PERSISTENT);
      for (let packet = 0; packet < 3; packet += 1) scene.subject.send();
      await scene.restart();
    },
    expected: BEFORE.replace('100/6400', '103/6592'),
  },
  {
    name: 'are subtracted by a restart, those of a follow-up too',
    async play(scene) {
      await scene.commit(change(ARRIVING), PERSISTENT);
      const more = accounts(
        { packets: 12, octets: 768, limit: 80_000 },
        { name: 'voice', packets: 2, octets: 128 },
      );
      await scene.commit(change(more), `${PERSISTENT}<persist-id>p</persist-id>`);
      assert.match(await scene.tables(), /^default 112\/.*voice/);
      await scene.restart();
      // It is over: another restart changes nothing.
      await scene.restart();
    },
    expected: BEFORE,
  },
  {
    name: 'are there after a restart when they were confirmed before it (control)',
    async play(scene) {
      await scene.commit(change(ARRIVING), PERSISTENT);
      await scene.client.commit('<persist-id>p</persist-id>');
      await scene.commit(change('<vlan-id>7</vlan-id>'), PERSISTENT);
      await scene.restart();
    },
    expected: COMBINED,
  },
  {
    name: 'add up when they arrive again after they have settled',
    async play(scene) {
      await scene.commit(change(ARRIVING));
      await scene.commit(change(ARRIVING), ON_TRIAL);
      assert.equal(await scene.tables(), 'default 114/7296/90000, video 2/128/-, 11/30/40');
      await scene.client.rpc('<cancel-commit/>');
    },
    expected: COMBINED,
  },
  {
    name: 'change nothing while they are in the candidate, nor when that is discarded',
    async play(scene) {
      await scene.client.edit(change(ARRIVING));
      assert.equal(await scene.tables(), BEFORE);
      await scene.client.rpc('<discard-changes/>');
    },
    expected: BEFORE,
  },
  {
    name: 'change nothing when the commit is refused',
    async play(scene) {
      const foreign = ARRIVING.replace(ADDRESS, '203.0.113.7');
      await scene.client.edit(change(ARRIVING));
      await scene.client.edit(sami(vm({ id: 'bad', address: '10.0.0.7', more: foreign })));
      const [error] = await scene.client.refused('<commit/>');
      assert.equal(error?.appTag, 'address-not-owned');
    },
    expected: BEFORE,
  },
  {
    name: 'go with the VM when it is deleted on trial, and come back combined',
    async play(scene) {
      await scene.commit(change(ARRIVING));
      await scene.commit(deleteVm('vm1'), ON_TRIAL);
      assert.equal(await scene.tables(), '');
      await scene.client.rpc('<cancel-commit/>');
    },
    expected: COMBINED,
  },
  {
    name: 'are not touched by a cancelled commit about something else (control)',
    async play(scene) {
      await scene.commit(change('<vlan-id>7</vlan-id>'), ON_TRIAL);
      await scene.client.rpc('<cancel-commit/>');
    },
    expected: BEFORE,
  },
];

for (const [name, makeSubject] of Object.entries(SUBJECTS)) {
  describe(`entries that arrive where there are others (${name})`, () => {
    let scene: Scene;
    let folder = '';

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'sami-combine-'));
      scene = new Scene(makeSubject(folder));
      await scene.begin();
      assert.equal(await scene.tables(), BEFORE);
    });
    afterEach(async () => {
      await scene.fixture.stop();
      await rm(folder, { recursive: true, force: true });
    });

    for (const row of ROWS) {
      it(row.name, async () => {
        await row.play(scene);
        const tables = await scene.tables();
        if (typeof row.expected === 'string') assert.equal(tables, row.expected);
        else assert.match(tables, row.expected);
      });
    }
  });
}
