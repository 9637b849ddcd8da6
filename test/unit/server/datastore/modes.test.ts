/** Modes of a VM, settling, and the standby lease (the module sami, and server/plane/plane.ts). */
import assert from 'node:assert/strict';
import { ServerFixture } from '../../../support/server-fixture.ts';
import type { TestClient } from '../../../support/server-fixture.ts';
import { deleteVm, modeOf, sami, sessions, vm } from '../../../support/sami-xml.ts';

const standby = (ports: readonly number[], more = ''): string =>
  sami(vm({ mode: 'standby', more: sessions(ports) + more }));

describe('settle', () => {
  let fixture: ServerFixture;
  let client: TestClient;

  beforeEach(async () => {
    fixture = await ServerFixture.start();
    client = await fixture.connect();
    await client.edit(standby([1, 2]));
    await client.commit();
  });
  afterEach(() => fixture.stop());

  const get = async (): Promise<string> =>
    client.rpc(
      '<get><filter><sami xmlns="urn:sami:yang:sami"><vm><sessions xmlns="urn:sami:yang:sami-session"/></vm></sami></filter></get>',
    );

  it('leaves the tables of a VM in standby in running', async () => {
    assert.match(await client.config(), /<source-port>1<.*<source-port>2</);
    assert.match(await get(), /<source-port>1<.*<source-port>2</);
    assert.equal(fixture.plane.reads.length, 0);
  });

  it('takes the tables out of running and candidate when the VM leaves standby', async () => {
    await client.edit(modeOf('vm1', 'learning'));
    await client.commit();
    for (const name of ['running', 'candidate'] as const) {
      assert.equal(
        await client.config(name),
        `<data><sami>${vm({ mode: 'learning' })}</sami></data>`,
      );
    }
    assert.equal(await client.rpc('<lock><target><candidate/></target></lock>'), 'ok');
    assert.equal(fixture.plane.calls.at(-1), 'settle vm1:learning');
  });

  it('shows them by get, from the data plane', async () => {
    await client.edit(modeOf('vm1', 'learning'));
    await client.commit();
    assert.match(await get(), /<source-port>1<.*<source-port>2</);
    assert.equal(fixture.plane.reads.length, 1);
  });

  it('waits for the confirming commit', async () => {
    await client.edit(modeOf('vm1', 'learning'));
    await client.commit('<confirmed/>');
    assert.match(await client.config(), /<source-port>1</);
    assert.ok(!fixture.plane.calls.some((call) => call.startsWith('settle')));
    await client.commit();
    assert.doesNotMatch(await client.config(), /<source-port>/);
    assert.equal(fixture.plane.calls.at(-1), 'settle vm1:learning');
  });

  for (const who of ['nobody else (control)', 'another session'] as const) {
    it(`is loaded once when ${who} edits the candidate before the confirming commit`, async () => {
      await client.edit(modeOf('vm1', 'learning'));
      await client.commit('<confirmed/>');
      const other = await fixture.connect();
      if (who === 'another session') await other.edit(sami(vm({ id: 'vm2' })));
      await client.commit();
      const [running, candidate] = [await client.config(), await client.config('candidate')];
      assert.equal(candidate, running);
      assert.doesNotMatch(candidate, /<source-port>/);
      fixture.plane.calls.length = 0;
      await other.edit(sami(vm({ id: 'vm3' })));
      await other.commit();
      assert.equal(fixture.plane.calls[0], 'prepare vm3:absent>learning');
    });
  }

  it('shows each entry once while the commit is not confirmed', async () => {
    await client.edit(modeOf('vm1', 'learning'));
    await client.commit('<confirmed/>');
    assert.equal((await get()).match(/<source-port>1</g)?.length, 1);
  });

  it('is undone by a rollback: the VM is in standby with its tables', async () => {
    await client.edit(modeOf('vm1', 'learning'));
    await client.commit('<confirmed/>');
    await client.rpc('<cancel-commit/>');
    assert.match(await client.config(), /standby.*<source-port>1<.*<source-port>2</);
    assert.equal(fixture.plane.calls.at(-1), 'apply vm1:learning>standby');
  });

  for (const followUp of [false, true]) {
    const how = followUp ? 'in a follow-up ' : '';
    it(`brings back the tables of a VM that was deleted ${how}on trial`, async () => {
      await client.edit(modeOf('vm1', 'learning'));
      await client.commit();
      if (followUp) await client.commit('<confirmed/>');
      await client.edit(deleteVm('vm1'));
      await client.commit('<confirmed/>');
      assert.doesNotMatch(await get(), /<source-port>/);
      await client.rpc('<cancel-commit/>');
      assert.match(await get(), /<source-port>1<.*<source-port>2</);
      assert.doesNotMatch(await client.config(), /<source-port>/);
      assert.equal(fixture.plane.calls.at(-1), 'settle vm1:learning');
    });
  }

  it('forgets the tables when the deletion is confirmed', async () => {
    await client.edit(modeOf('vm1', 'learning'));
    await client.commit();
    await client.edit(deleteVm('vm1'));
    await client.commit('<confirmed/>');
    await client.commit();
    assert.doesNotMatch(await get(), /vm1|<source-port>/);
  });

  it('lets entries be added to a VM that is here, and settles them at once', async () => {
    await client.edit(modeOf('vm1', 'learning'));
    await client.commit();
    await client.edit(sami(`<vm><id>vm1</id>${sessions([3])}</vm>`));
    await client.commit();
    assert.doesNotMatch(await client.config(), /<source-port>/);
    assert.match(await get(), /<source-port>1<.*<source-port>2<.*<source-port>3</);
  });

  it('refuses an entry that is not the VM’s, with its path', async () => {
    await client.edit(sami(`<vm><id>vm1</id>${sessions([9], '203.0.113.7')}</vm>`));
    const [error] = await client.refused('<commit/>');
    assert.equal(error?.appTag, 'address-not-owned');
    assert.match(error.path as string, /session\[.*source-port='9'/);
  });

  it('refuses an address that another VM has, with its path', async () => {
    await client.edit(sami(vm({ id: 'vm2', address: '10.0.0.1' })));
    const refused = await client.refused('<validate><source><candidate/></source></validate>');
    assert.deepEqual(
      refused.map(({ tag, appTag }) => [tag, appTag]),
      [['invalid-value', 'address-in-use']],
    );
    const [error] = await client.refused('<commit/>');
    assert.match(error?.path as string, /vm\[.*'vm2'\]\/.*address\[\.='10\.0\.0\.1'\]/);
    await client.edit(deleteVm('vm1'));
    await client.commit();
    assert.match(await client.config(), /vm2/);
  });

  it('refuses room for a kind that no data plane serves, with its path', async () => {
    const reserve = '<reservation><kind>seshun</kind><entries>5</entries></reservation>';
    await client.edit(sami(`<vm><id>vm1</id>${reserve}</vm>`));
    const [error] = await client.refused('<commit/>');
    assert.equal(error?.tag, 'operation-not-supported');
    assert.match(error.path as string, /reservation\[.*'seshun'\]/);
  });

  it('tells the data plane that a VM is gone', async () => {
    await client.edit(deleteVm('vm1'));
    await client.commit();
    assert.equal(fixture.plane.calls.at(-1), 'apply vm1:standby>absent');
  });
});

describe('standby lease', () => {
  let fixture: ServerFixture;
  let client: TestClient;

  beforeEach(async () => {
    fixture = await ServerFixture.start();
    client = await fixture.connect();
  });
  afterEach(() => fixture.stop());

  const commitStandby = async (lease = ''): Promise<void> => {
    await client.edit(standby([1], lease));
    await client.commit();
  };
  const present = async (name: 'running' | 'candidate' = 'running'): Promise<boolean> => {
    await fixture.settled();
    return /vm1/.test(await client.config(name));
  };

  it('deletes the VM with its entries after 600 seconds', async () => {
    await commitStandby();
    fixture.clock.advance(599_999);
    assert.equal(await present(), true);
    fixture.clock.advance(1);
    assert.equal(await present(), false);
    assert.equal(await present('candidate'), false);
    assert.equal(fixture.plane.calls.at(-1), 'apply vm1:standby>absent');
    assert.ok(fixture.logger.events().includes('standby-lease-expired'));
  });

  it('lasts as long as it is set to', async () => {
    await commitStandby('<standby-lease>5</standby-lease>');
    fixture.clock.advance(5_000);
    assert.equal(await present(), false);
  });

  it('starts anew with each commit that touches the VM', async () => {
    await commitStandby();
    fixture.clock.advance(500_000);
    await client.edit(sami(`<vm><id>vm1</id>${sessions([2])}</vm>`));
    await client.commit();
    fixture.clock.advance(599_999);
    assert.equal(await present(), true);
    fixture.clock.advance(1);
    assert.equal(await present(), false);
  });

  it('does not start anew with a commit about another VM', async () => {
    await commitStandby();
    fixture.clock.advance(500_000);
    await client.edit(sami(vm({ id: 'other', address: '10.0.0.2' })));
    await client.commit();
    fixture.clock.advance(100_000);
    assert.equal(await present(), false);
  });

  it('starts anew with a commit that is being carried out when the time runs out', async () => {
    await commitStandby();
    await client.edit(sami(`<vm><id>vm1</id>${sessions([2])}</vm>`));
    await fixture.withPlaneHeld(async () => {
      const answer = client.commit();
      await fixture.turn();
      fixture.clock.advance(600_000);
      return [answer];
    });
    assert.equal(await present(), true);
    fixture.clock.advance(600_000);
    assert.equal(await present(), false);
  });

  it('starts anew with a commit that touches the VM while the lease waits for a lock', async () => {
    await commitStandby();
    await client.rpc('<lock><target><running/></target></lock>');
    fixture.clock.advance(600_000);
    await client.edit(sami(`<vm><id>vm1</id>${sessions([2])}</vm>`));
    await client.commit();
    await client.rpc('<unlock><target><running/></target></unlock>');
    assert.equal(await present(), true);
  });

  it('ends when the VM leaves standby', async () => {
    await commitStandby();
    await client.edit(modeOf('vm1', 'learning'));
    await client.commit();
    fixture.clock.advance(10_000_000);
    assert.equal(await present(), true);
  });

  it('begins anew when a rollback brings the VM back to standby', async () => {
    await commitStandby();
    await client.edit(modeOf('vm1', 'learning'));
    await client.commit('<confirmed/>');
    fixture.clock.advance(500_000);
    await client.rpc('<cancel-commit/>');
    fixture.clock.advance(599_999);
    assert.equal(await present(), true);
    fixture.clock.advance(1);
    assert.equal(await present(), false);
  });

  it('waits for the end of a lock', async () => {
    await commitStandby();
    await client.rpc('<lock><target><running/></target></lock>');
    fixture.clock.advance(600_000);
    assert.equal(await present(), true);
    await client.rpc('<unlock><target><running/></target></unlock>');
    assert.equal(await present(), false);
  });

  it('waits for the end of a confirmed commit, which could bring the VM back', async () => {
    await commitStandby();
    await client.edit(sami(vm({ id: 'other', address: '10.0.0.2' })));
    await client.commit('<confirmed/><confirm-timeout>10000</confirm-timeout>');
    fixture.clock.advance(600_000);
    assert.equal(await present(), true);
    await client.rpc('<cancel-commit/>');
    assert.equal(await present(), false);
  });

  it('spares a VM that left standby while the lease waited for a lock', async () => {
    await commitStandby();
    await client.rpc('<lock><target><running/></target></lock>');
    fixture.clock.advance(600_000);
    await client.edit(modeOf('vm1', 'learning'));
    await client.commit();
    await client.rpc('<unlock><target><running/></target></unlock>');
    assert.equal(await present(), true);
  });

  it('takes the VM from a candidate with other changes too', async () => {
    await commitStandby();
    await client.edit(sami(vm({ id: 'other', address: '10.0.0.2' })));
    fixture.clock.advance(600_000);
    assert.equal(await present('candidate'), false);
    assert.match(await client.config('candidate'), /other/);
  });

  it('leaves the VM in a candidate that changes it', async () => {
    await commitStandby();
    await client.edit(sami(`<vm><id>vm1</id>${sessions([7])}</vm>`));
    fixture.clock.advance(600_000);
    assert.equal(await present(), false);
    assert.equal(await present('candidate'), true);
  });
});
