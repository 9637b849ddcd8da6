/** Room that is reserved for entries still to come: who keeps it, and by what it is free again. */
import assert from 'node:assert/strict';
import { TablePlane } from '../../../../server/plane/kit/table-plane.ts';
import { SimulatedPlane } from '../../../../server/plane/simulated/index.ts';
import type { FixtureOptions } from '../../../support/server-fixture.ts';
import { deleteVm, modeOf, sami, sessions, vm } from '../../../support/sami-xml.ts';
import { SurvivingDevice } from '../../../support/surviving-device.ts';
import { FakeDriver } from '../../plane/kit/fake-driver.ts';

const LIMITS = { session: 10 };
/** Sessions of the VM `other`, which wants more than the reservation leaves free. */
const OTHER = { id: 'other', address: '10.0.0.9' };
const NEEDS = 5;

const PLANES: Readonly<Record<string, NonNullable<FixtureOptions['makePlanes']>>> = {
  simulated: ({ context, clock }) => [new SimulatedPlane(context, { clock, limits: LIMITS })],
  kit: ({ context, clock }) => [
    new TablePlane(new FakeDriver(['session'], LIMITS), { context, clock }),
  ],
};

const reservation = (entries: number): string =>
  `<reservation><kind>session</kind><entries>${entries}</entries></reservation>`;

const standby = (entries: number): string =>
  sami(vm({ mode: 'standby', more: reservation(entries) }));

const change = (id: string, content: string): string => sami(`<vm><id>${id}</id>${content}</vm>`);

class Device extends SurvivingDevice {
  /** `used reserved`, as `sami/device` shows it. */
  async room(): Promise<string> {
    const text = await this.get('<device><kind/></device>');
    const match = /<name>session<.*?<limit>(\d+)<.*?<used>(\d+)<.*?<reserved>(\d+)</.exec(text);
    assert.equal(match?.[1], '10', text);
    return `${match[2] ?? ''} ${match[3] ?? ''}`;
  }

  /** Whether another VM gets the entries it wants; what it got is given back. */
  async hasRoomForOther(): Promise<boolean> {
    const client = await this.fixture.connect();
    const ports = Array.from({ length: NEEDS }, (_, index) => index + 1);
    await client.edit(sami(vm({ ...OTHER, more: sessions(ports, OTHER.address) })));
    try {
      const errors = await client.refused('<commit/>').catch((error: unknown) => {
        if (error instanceof Error && error.message.startsWith('not refused')) return [];
        throw error;
      });
      if (errors.length === 0) {
        await client.edit(deleteVm(OTHER.id));
        await client.commit();
        return true;
      }
      const [{ tag, appTag, message = '' }] = errors as [(typeof errors)[number]];
      assert.deepEqual([tag, appTag], ['resource-denied', 'table-too-small']);
      assert.match(message, /"session" holds at most 10 .* 5 are needed, 4 are free/);
      return false;
    } finally {
      await client.rpc('<discard-changes/>');
    }
  }
}

interface Row {
  readonly name: string;
  /** What reserves; by default a commit of a VM in standby. */
  reserve?(device: Device): Promise<void>;
  /** Something that must not release it yet. */
  almost?(device: Device): Promise<void> | void;
  release(device: Device): Promise<void> | void;
}

const reserveOnTrial = (device: Device): Promise<void> =>
  device.commit(standby(6), '<confirmed/><confirm-timeout>60</confirm-timeout>');

const ROWS: readonly Row[] = [
  {
    name: 'the deletion of the VM',
    almost: (device) => device.commit(sami(vm({ id: 'third', address: '10.0.0.3' }))),
    release: (device) => device.commit(deleteVm('vm1')),
  },
  {
    name: 'the removal of the reservation',
    almost: (device) => device.commit(change('vm1', '<standby-lease>700</standby-lease>')),
    release: (device) =>
      device.commit(
        change(
          'vm1',
          '<reservation xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation="delete">' +
            '<kind>session</kind></reservation>',
        ),
      ),
  },
  {
    name: 'the end of the standby lease',
    almost: ({ fixture }) => {
      fixture.clock.advance(599_999);
    },
    release: ({ fixture }) => {
      fixture.clock.advance(1);
    },
  },
  {
    name: 'cancel-commit',
    reserve: reserveOnTrial,
    release: async ({ client }) => {
      await client.rpc('<cancel-commit/>');
    },
  },
  {
    name: 'the confirm-timeout',
    reserve: reserveOnTrial,
    almost: ({ fixture }) => {
      fixture.clock.advance(59_999);
    },
    release: ({ fixture }) => {
      fixture.clock.advance(1);
    },
  },
  {
    name: 'the end of the session that had it on trial',
    reserve: reserveOnTrial,
    release: ({ client }) => {
      client.vanish();
    },
  },
  {
    name: 'a restart',
    release: (device) => device.restart(),
  },
  {
    name: 'a restart while it is on trial',
    reserve: (device) => device.commit(standby(6), '<confirmed/><persist>p</persist>'),
    release: (device) => device.restart(),
  },
];

for (const [name, makePlanes] of Object.entries(PLANES)) {
  describe(`room that is reserved (${name})`, () => {
    let device: Device;

    beforeEach(async () => {
      device = new Device(makePlanes);
      await device.start();
    });
    afterEach(() => device.fixture.stop());

    it('is free for others when nobody reserves it (control)', async () => {
      await device.commit(sami(vm({ mode: 'standby' })));
      assert.equal(await device.room(), '0 0');
      assert.equal(await device.hasRoomForOther(), true);
    });

    for (const row of ROWS) {
      it(`is kept from others, and free again by ${row.name}`, async () => {
        const onTrial = row.reserve !== undefined;
        await (row.reserve?.(device) ?? device.commit(standby(6)));
        assert.equal(await device.room(), '0 6');
        // While a commit is on trial nobody else can commit anything.
        if (!onTrial) assert.equal(await device.hasRoomForOther(), false);
        await row.almost?.(device);
        assert.equal(await device.room(), '0 6');
        if (!onTrial) assert.equal(await device.hasRoomForOther(), false);
        await row.release(device);
        assert.equal(await device.room(), '0 0');
        assert.equal(await device.hasRoomForOther(), true);
      });
    }

    it('is not reserved by what is only in the candidate, nor after it was discarded', async () => {
      await device.client.edit(standby(6));
      assert.equal(await device.room(), '0 0');
      await device.client.rpc('<validate><source><candidate/></source></validate>');
      assert.equal(await device.room(), '0 0');
      await device.client.rpc('<discard-changes/>');
      assert.equal(await device.hasRoomForOther(), true);
    });

    it('is not held by a commit that is refused', async () => {
      const foreign = sessions([1], '203.0.113.7');
      await device.client.edit(standby(6));
      await device.client.edit(sami(vm({ id: 'bad', address: '10.0.0.7', more: foreign })));
      const errors = await device.client.refused('<commit/>');
      assert.ok(errors.some(({ appTag }) => appTag === 'address-not-owned'));
      await device.client.rpc('<discard-changes/>');
      assert.equal(await device.room(), '0 0');
      assert.equal(await device.hasRoomForOther(), true);
    });

    it('counts entries of the VM itself, and stays while it is loaded', async () => {
      await device.commit(standby(6));
      await device.commit(change('vm1', sessions([1, 2])));
      assert.equal(await device.room(), '2 4');
      assert.equal(await device.hasRoomForOther(), false);
      await device.commit(change('vm1', sessions([3, 4, 5, 6])));
      assert.equal(await device.room(), '6 0');
      await device.commit(modeOf('vm1', 'learning'));
      assert.equal(await device.room(), '6 0');
    });

    it('is refused to two VMs that together ask for too much', async () => {
      await device.client.edit(standby(6));
      await device.client.edit(
        sami(vm({ id: 'second', address: '10.0.0.2', mode: 'standby', more: reservation(5) })),
      );
      const [error] = await device.client.refused('<commit/>');
      assert.equal(error?.appTag, 'table-too-small');
      assert.equal(await device.room(), '0 0');
      await device.client.edit(change('second', reservation(4)));
      await device.client.commit();
      assert.equal(await device.room(), '0 10');
    });
  });
}
