/** draft-ietf-netconf-privcand: a candidate for each session that asks for it. */
import assert from 'node:assert/strict';
import { ClientSession } from '../../src/netconf/index.ts';
import { deleteVm, sami, vm } from '../support/sami-xml.ts';
import { ServerFixture, TestClient } from '../support/server-fixture.ts';
import { serverSchema } from '../support/server-schemas.ts';

const URN = 'urn:ietf:params:netconf:capability:private-candidate:1.0';
const NS = 'urn:ietf:params:xml:ns:yang:ietf-netconf-private-candidate';
const BASE = ['urn:ietf:params:netconf:base:1.0', 'urn:ietf:params:netconf:base:1.1'];
const update = (mode = ''): string =>
  `<update xmlns="${NS}">${mode === '' ? '' : `<resolution-mode>${mode}</resolution-mode>`}</update>`;
const of = (...vms: readonly string[]): string =>
  vms.length === 0 ? '<data/>' : `<data><sami>${vms.join('')}</sami></data>`;
const frozen = (id: string): string => vm({ id, mode: 'frozen' });
const freeze = (id: string): string => sami(`<vm><id>${id}</id><mode>frozen</mode></vm>`);
const standby = (id: string): string => sami(`<vm><id>${id}</id><mode>standby</mode></vm>`);
const A = vm({ id: 'a' });
const B = vm({ id: 'b' });

describe('private candidates (draft-ietf-netconf-privcand)', () => {
  let fixture: ServerFixture;
  let one: TestClient;
  let two: TestClient;
  let shared: TestClient;

  const connect = async (): Promise<TestClient> => {
    const transport = fixture.connectRaw();
    const options = { clock: fixture.clock, capabilities: [...BASE, URN] };
    return new TestClient(await ClientSession.open(transport, options), transport);
  };

  beforeEach(async () => {
    fixture = await ServerFixture.start({ context: serverSchema({ add: ['private-candidate'] }) });
    one = await connect();
    two = await connect();
    shared = await fixture.connect();
    await one.edit(sami(A));
    await one.commit();
  });
  afterEach(() => fixture.stop());

  it('are announced with the modes of resolving conflicts, and only by a server that has them', async () => {
    const modes = 'revert-on-conflict,prefer-candidate,prefer-running';
    assert.ok(fixture.server.capabilities.includes(`${URN}?supported-resolution-modes=${modes}`));
    const without = await ServerFixture.start();
    assert.ok(!without.server.capabilities.some((it) => it.startsWith(URN)));
    await without.stop();
  });

  it('belong to their sessions; the others share one', async () => {
    const third = await fixture.connect();
    await one.edit(sami(B));
    await shared.edit(sami(vm({ id: 'c' })));
    assert.equal(await one.config('candidate'), of(A, B));
    assert.equal(await two.config('candidate'), of(A));
    assert.equal(await third.config('candidate'), of(A, vm({ id: 'c' })));
    await one.commit();
    assert.equal(await one.config(), of(A, B));
    assert.equal(await third.config('candidate'), of(A, vm({ id: 'c' })));
  });

  it('commit what the session has changed, and nothing that others have', async () => {
    await one.edit(sami(B));
    await two.edit(freeze('a'));
    await one.commit();
    assert.equal(await two.config('candidate'), of(frozen('a')), 'not before an update');
    await two.commit();
    assert.equal(await two.config(), of(frozen('a'), B));
  });

  it('without changes are what running is', async () => {
    await two.config('candidate');
    await one.edit(sami(B));
    await one.commit();
    assert.equal(await two.config('candidate'), of(A, B));
  });

  it('are brought up to date by update', async () => {
    await two.edit(sami(vm({ id: 'c' })));
    await one.edit(sami(B));
    await one.commit();
    assert.equal(await two.rpc(update()), 'ok');
    assert.equal(await two.config('candidate'), of(A, B, vm({ id: 'c' })));
  });

  const CONFLICTS: readonly {
    readonly name: string;
    readonly mine: string;
    readonly theirs: string;
    readonly merged: string;
    readonly running: string;
  }[] = [
    {
      name: 'a value that both have changed',
      mine: freeze('a'),
      theirs: standby('a'),
      merged: of(frozen('a')),
      running: of(vm({ id: 'a', mode: 'standby' })),
    },
    {
      name: 'an entry that one has changed and the other deleted',
      mine: freeze('a'),
      theirs: deleteVm('a'),
      merged: of(frozen('a')),
      running: of(),
    },
    {
      name: 'an entry that both have added with other values',
      mine: sami(frozen('b')),
      theirs: sami(vm({ id: 'b', mode: 'standby' })),
      merged: of(A, frozen('b')),
      running: of(A, vm({ id: 'b', mode: 'standby' })),
    },
  ];
  for (const { name, mine, theirs, merged, running } of CONFLICTS) {
    describe(name, () => {
      beforeEach(async () => {
        await two.edit(mine);
        await one.edit(theirs);
        await one.commit();
      });

      for (const request of [update(), update('revert-on-conflict'), '<commit/>']) {
        it(`is a conflict for ${request.slice(0, 8)}, which says where and changes nothing`, async () => {
          const before = await two.config('candidate');
          const [error] = await two.refused(request);
          assert.equal(error?.tag, 'operation-failed');
          assert.match(error.path as string, /vm\[/);
          assert.equal(await two.config('candidate'), before);
          assert.equal(await two.config(), running);
        });
      }

      it('is resolved for the candidate by prefer-candidate', async () => {
        assert.equal(await two.rpc(update('prefer-candidate')), 'ok');
        assert.equal(await two.config('candidate'), merged);
      });

      it('is resolved for running by prefer-running', async () => {
        assert.equal(await two.rpc(update('prefer-running')), 'ok');
        assert.equal(await two.config('candidate'), running);
      });

      it('is gone when the changes are discarded', async () => {
        await two.rpc('<discard-changes/>');
        assert.equal(await two.config('candidate'), running);
        assert.equal(await two.rpc(update()), 'ok');
        assert.equal(await two.commit(), 'ok');
      });
    });
  }

  it('that have changed the same to the same are in no conflict', async () => {
    await two.edit(freeze('a'));
    await one.edit(freeze('a'));
    await one.commit();
    assert.equal(await two.commit(), 'ok');
    assert.equal(await two.config(), of(frozen('a')));
  });

  it('are locked each for itself', async () => {
    const lock = '<lock><target><candidate/></target></lock>';
    const unlock = '<unlock><target><candidate/></target></unlock>';
    for (const client of [one, two, shared]) assert.equal(await client.rpc(lock), 'ok');
    assert.deepEqual(await one.refusedWith(lock), ['lock-denied']);
    await one.edit(sami(B));
    assert.equal(await one.commit(), 'ok');
    await one.edit(sami(vm({ id: 'c' })));
    assert.equal(await one.rpc(unlock), 'ok');
    assert.equal(await one.config('candidate'), of(A, B), 'changes go with the lock');
    assert.deepEqual(await one.refusedWith(unlock), ['operation-failed']);
  });

  it('cannot be updated by a session that has none', async () => {
    assert.deepEqual(await shared.refusedWith(update()), ['operation-not-supported']);
  });

  it('end with their sessions', async () => {
    await two.edit(freeze('a'));
    two.vanish();
    await fixture.settled();
    assert.equal(await (await connect()).config('candidate'), of(A));
    assert.equal(await shared.config(), of(A));
  });
});
