/** Locks (RFC 6241, sections 7.5, 7.6 and 8.3.5.2). */
import assert from 'node:assert/strict';
import { ServerFixture } from '../../../support/server-fixture.ts';
import type { TestClient } from '../../../support/server-fixture.ts';
import { sami, vm } from '../../../support/sami-xml.ts';

const lock = (name: string): string => `<lock><target><${name}/></target></lock>`;
const unlock = (name: string): string => `<unlock><target><${name}/></target></unlock>`;

describe('locks (RFC 6241, section 7.5)', () => {
  let fixture: ServerFixture;
  let one: TestClient;
  let two: TestClient;

  beforeEach(async () => {
    fixture = await ServerFixture.start();
    one = await fixture.connect();
    two = await fixture.connect();
  });
  afterEach(() => fixture.stop());

  for (const name of ['running', 'candidate']) {
    it(`denies ${name} to another session and names the holder`, async () => {
      await one.rpc(lock(name));
      const [error] = await two.refused(lock(name));
      assert.equal(error?.tag, 'lock-denied');
      assert.equal(error.info?.sessionId, one.id);
    });

    it(`denies ${name} to the session that has it already`, async () => {
      await one.rpc(lock(name));
      assert.deepEqual(await one.refusedWith(lock(name)), ['lock-denied']);
    });

    it(`gives ${name} after unlock`, async () => {
      await one.rpc(lock(name));
      await one.rpc(unlock(name));
      assert.equal(await two.rpc(lock(name)), 'ok');
    });

    it(`releases ${name} when the session ends`, async () => {
      await one.rpc(lock(name));
      one.vanish();
      await fixture.settled();
      assert.equal(await two.rpc(lock(name)), 'ok');
    });

    it(`does not unlock ${name} when it is not locked`, async () => {
      assert.deepEqual(await one.refusedWith(unlock(name)), ['operation-failed']);
    });

    it(`does not unlock ${name} for another session`, async () => {
      await one.rpc(lock(name));
      assert.deepEqual(await two.refusedWith(unlock(name)), ['operation-failed']);
      assert.deepEqual(await two.refusedWith(lock(name)), ['lock-denied']);
    });

    it(`refuses commit with in-use while another session has ${name}`, async () => {
      await two.edit(sami(vm()));
      await fixture.settled();
      if (name === 'running') await one.rpc(lock(name));
      else {
        await two.rpc('<discard-changes/>');
        await one.rpc(lock(name));
      }
      assert.deepEqual(await two.refusedWith('<commit/>'), ['in-use']);
    });
  }

  it('denies a candidate that has been modified', async () => {
    await two.edit(sami(vm()));
    assert.deepEqual(await one.refusedWith(lock('candidate')), ['lock-denied']);
    await two.rpc('<discard-changes/>');
    assert.equal(await one.rpc(lock('candidate')), 'ok');
  });

  it('grants a candidate whose edits have changed nothing', async () => {
    await one.edit(sami(vm()));
    await one.commit();
    await two.edit(sami(vm()));
    assert.equal(await one.rpc(lock('candidate')), 'ok');
  });

  it('denies running while another session has a confirmed commit pending', async () => {
    await one.edit(sami(vm()));
    await one.commit('<confirmed/>');
    const [error] = await two.refused(lock('running'));
    assert.equal(error?.tag, 'lock-denied');
    assert.equal(error.info?.sessionId, one.id);
    assert.equal(await one.rpc(lock('running')), 'ok');
  });

  for (const operation of [
    `<edit-config><target><candidate/></target><config>${sami(vm())}</config></edit-config>`,
    '<copy-config><target><candidate/></target><source><running/></source></copy-config>',
    '<discard-changes/>',
  ]) {
    const name = /^<([\w-]+)/.exec(operation)?.[1] ?? '';
    it(`refuses ${name} while another session has the candidate`, async () => {
      await one.rpc(lock('candidate'));
      assert.deepEqual(await two.refusedWith(operation), ['in-use']);
      assert.equal(await one.rpc(operation), 'ok');
    });
  }

  it('discards changes of the candidate when its lock is released', async () => {
    await one.rpc(lock('candidate'));
    await one.edit(sami(vm()));
    await one.rpc(unlock('candidate'));
    assert.equal(await one.config('candidate'), '<data/>');
  });

  it('discards changes of the candidate when the session that locked it fails', async () => {
    await one.rpc(lock('candidate'));
    await one.edit(sami(vm()));
    one.vanish();
    await fixture.settled();
    assert.equal(await two.config('candidate'), '<data/>');
  });

  it('keeps changes of a candidate that was not locked when the session ends', async () => {
    await one.edit(sami(vm()));
    one.vanish();
    await fixture.settled();
    assert.match(await two.config('candidate'), /vm1/);
  });
});
