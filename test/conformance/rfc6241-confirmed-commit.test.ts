/**
 * Confirmed commit (RFC 6241, section 8.4): each sentence of the section is a row, and so is each of nine ways in
 * which servers are known to have got it wrong.
 */
import assert from 'node:assert/strict';
import { ServerFixture } from '../support/server-fixture.ts';
import type { TestClient } from '../support/server-fixture.ts';
import { sami, vm } from '../support/sami-xml.ts';
import { SurvivingStore } from '../support/surviving-store.ts';

const MINUTE = 60_000;
const ORIGINAL = '<data/>';
const CHANGED = `<data><sami>${vm({ id: 'a' })}</sami></data>`;

interface Scene {
  readonly fixture: ServerFixture;
  readonly client: TestClient;
  /** Running, as another session sees it. */
  readonly running: () => Promise<string>;
  /** Puts a VM into the candidate. */
  readonly add: (id: string, client?: TestClient) => Promise<void>;
}

async function withScene(play: (scene: Scene) => Promise<void>): Promise<void> {
  const fixture = await ServerFixture.start();
  const client = await fixture.connect();
  const observer = await fixture.connect();
  try {
    await play({
      fixture,
      client,
      running: async () => {
        await fixture.settled();
        return observer.config();
      },
      add: async (id, by = client) => {
        await by.edit(sami(vm({ id })));
      },
    });
  } finally {
    await fixture.stop();
  }
}

interface Row {
  /** Begins with the section. */
  readonly name: string;
  play(scene: Scene): Promise<void>;
}

const SENTENCES: readonly Row[] = [
  {
    name: '§8.4.1 is reverted if a confirming commit is not issued within 600 seconds',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      fixture.clock.advance(10 * MINUTE - 1);
      assert.equal(await running(), CHANGED);
      fixture.clock.advance(1);
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: '§8.4.1 is kept by a commit without <confirmed>',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      await client.commit();
      fixture.clock.advance(60 * MINUTE);
      assert.equal(await running(), CHANGED);
    },
  },
  {
    name: '§8.4.5.1 has the timeout period of <confirm-timeout>',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/><confirm-timeout>5</confirm-timeout>');
      fixture.clock.advance(4_999);
      assert.equal(await running(), CHANGED);
      fixture.clock.advance(1);
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: '§8.4.1 has its timer reset to the new value by a follow-up confirmed commit',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/><confirm-timeout>60</confirm-timeout>');
      fixture.clock.advance(59_000);
      await client.commit('<confirmed/><confirm-timeout>120</confirm-timeout>');
      fixture.clock.advance(119_999);
      assert.equal(await running(), CHANGED);
      fixture.clock.advance(1);
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: '§8.4.1 has its timer reset to 600 seconds by a follow-up without a timeout',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/><confirm-timeout>5</confirm-timeout>');
      await client.commit('<confirmed/>');
      fixture.clock.advance(10 * MINUTE - 1);
      assert.equal(await running(), CHANGED);
    },
  },
  {
    name: '§8.4.1 may be followed up with additional changes, and goes back to before the first',
    async play({ client, running, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      await add('b');
      await client.commit('<confirmed/>');
      assert.match(await running(), /<id>b</);
      await client.rpc('<cancel-commit/>');
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: '§8.4.1 may be confirmed with additional changes',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      await add('b');
      await client.commit();
      fixture.clock.advance(60 * MINUTE);
      assert.match(await running(), /<id>a<.*<id>b</);
    },
  },
  {
    name: '§8.4.1 without <persist> must be confirmed on the same session',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      const other = await fixture.connect();
      assert.deepEqual(await other.refusedWith('<commit/>'), ['in-use']);
      fixture.clock.advance(10 * MINUTE);
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: '§8.4.1 without <persist> must be followed up on the same session',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      const other = await fixture.connect();
      assert.deepEqual(await other.refusedWith('<commit><confirmed/></commit>'), ['in-use']);
      fixture.clock.advance(10 * MINUTE);
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: '§8.4.5.1 with <persist> can be confirmed on any session by <persist-id>',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/><persist>token</persist>');
      const other = await fixture.connect();
      await other.commit('<persist-id>token</persist-id>');
      fixture.clock.advance(60 * MINUTE);
      assert.equal(await running(), CHANGED);
    },
  },
  {
    name: '§8.4.5.1 with <persist> can be followed up on any session by <persist-id>',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/><persist>token</persist>');
      const other = await fixture.connect();
      await add('b', other);
      await other.commit('<confirmed/><persist-id>token</persist-id>');
      fixture.clock.advance(10 * MINUTE);
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: '§8.4.5.1 with <persist> refuses another <persist-id>',
    async play({ client, add }) {
      await add('a');
      await client.commit('<confirmed/><persist>token</persist>');
      const wrong = '<commit><persist-id>else</persist-id></commit>';
      assert.deepEqual(await client.refusedWith(wrong), ['invalid-value']);
    },
  },
  {
    name: '§8.4.5.1 with <persist> refuses a commit without <persist-id>, of the issuing session too',
    async play({ client, add }) {
      await add('a');
      await client.commit('<confirmed/><persist>token</persist>');
      assert.deepEqual(await client.refusedWith('<commit/>'), ['in-use']);
    },
  },
  {
    name: '§8.4.1 stays persistent when the follow-up names no new token',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/><persist>token</persist>');
      await client.commit('<confirmed/><persist-id>token</persist-id>');
      client.vanish();
      assert.equal(await running(), CHANGED);
      const other = await fixture.connect();
      await other.commit('<persist-id>token</persist-id>');
    },
  },
  {
    name: '§8.4.5.1 gets a new token from a follow-up that gives one',
    async play({ client, add }) {
      await add('a');
      await client.commit('<confirmed/><persist>one</persist>');
      await client.commit('<confirmed/><persist-id>one</persist-id><persist>two</persist>');
      const old = '<commit><persist-id>one</persist-id></commit>';
      assert.deepEqual(await client.refusedWith(old), ['invalid-value']);
      await client.commit('<persist-id>two</persist-id>');
    },
  },
  {
    name: '§8.4.1 is reverted when the issuing session is terminated',
    async play({ client, running, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      client.vanish();
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: '§8.4.1 is reverted when the issuing session is closed',
    async play({ client, running, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      await client.rpc('<close-session/>');
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: '§8.4.1 is reverted when the issuing session is killed',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      const other = await fixture.connect();
      await other.rpc(`<kill-session><session-id>${String(client.id)}</session-id></kill-session>`);
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: '§8.4.1 is not reverted by the end of another session',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      (await fixture.connect()).vanish();
      assert.equal(await running(), CHANGED);
    },
  },
  {
    name: '§8.4.1 with <persist> survives the end of the issuing session, but not the timeout',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/><persist>token</persist>');
      client.vanish();
      assert.equal(await running(), CHANGED);
      fixture.clock.advance(10 * MINUTE);
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: '§8.4.4.1 is reverted at once by <cancel-commit>',
    async play({ client, running, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      assert.equal(await client.rpc('<cancel-commit/>'), 'ok');
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: '§8.4.4.1 without <persist-id> is cancelled on the issuing session only',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      const other = await fixture.connect();
      assert.deepEqual(await other.refusedWith('<cancel-commit/>'), ['in-use']);
      assert.equal(await running(), CHANGED);
    },
  },
  {
    name: '§8.4.4.1 with <persist> is cancelled on any session by <persist-id>',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/><persist>token</persist>');
      const other = await fixture.connect();
      await other.rpc('<cancel-commit><persist-id>token</persist-id></cancel-commit>');
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: '§8.4.4.1 is not cancelled by a <persist-id> that does not match',
    async play({ client, running, add }) {
      await add('a');
      await client.commit('<confirmed/><persist>token</persist>');
      const wrong = '<cancel-commit><persist-id>else</persist-id></cancel-commit>';
      assert.deepEqual(await client.refusedWith(wrong), ['invalid-value']);
      assert.equal(await running(), CHANGED);
    },
  },
  {
    name: '§8.4.4.1 cannot be cancelled when none is pending',
    async play({ client }) {
      assert.deepEqual(await client.refusedWith('<cancel-commit/>'), ['operation-failed']);
    },
  },
  {
    name: '§8.4.5.1 cannot be confirmed by a <persist-id> when none is pending',
    async play({ client, running, add }) {
      await add('a');
      const wrong = '<commit><persist-id>token</persist-id></commit>';
      assert.deepEqual(await client.refusedWith(wrong), ['invalid-value']);
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: '§8.4.1 arms nothing when it is refused',
    async play({ fixture, client, running, add }) {
      await add('a');
      fixture.plane.refuseNext = new Error('no');
      await assert.rejects(client.commit('<confirmed/>'));
      assert.equal(fixture.clock.armed, 0);
      await client.commit();
      assert.equal(await running(), CHANGED);
    },
  },
  {
    name: '§8.4.1 keeps its time and backup when a follow-up is refused',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/><confirm-timeout>60</confirm-timeout>');
      await add('b');
      fixture.clock.advance(30_000);
      fixture.plane.refuseNext = new Error('no');
      await assert.rejects(client.commit('<confirmed/>'));
      assert.equal(await running(), CHANGED);
      fixture.clock.advance(30_000);
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: '§8.4.1 leaves no lock behind when the session that held locks goes',
    async play({ fixture, client, running, add }) {
      await client.rpc('<lock><target><running/></target></lock>');
      await client.rpc('<lock><target><candidate/></target></lock>');
      await add('a');
      await client.commit('<confirmed/>');
      client.vanish();
      assert.equal(await running(), ORIGINAL);
      const other = await fixture.connect();
      assert.equal(await other.rpc('<lock><target><running/></target></lock>'), 'ok');
      assert.equal(await other.rpc('<lock><target><candidate/></target></lock>'), 'ok');
    },
  },
  {
    name: '§8.4.1 leaves a candidate without changes when it is reverted',
    async play({ client, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      await client.rpc('<cancel-commit/>');
      assert.equal(await client.config('candidate'), ORIGINAL);
      assert.equal(await client.rpc('<lock><target><candidate/></target></lock>'), 'ok');
    },
  },
  {
    name: '§8.4.1 tells the data plane to go back',
    async play({ fixture, client, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      await client.rpc('<cancel-commit/>');
      assert.deepEqual(fixture.plane.calls.slice(-2), [
        'prepare a:learning>absent',
        'apply a:learning>absent',
      ]);
    },
  },
  {
    name: '§8.4.1 is reverted even when the data plane refuses, and the log says so',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      fixture.plane.refuseNext = new Error('no');
      await client.rpc('<cancel-commit/>');
      assert.equal(await running(), ORIGINAL);
      assert.ok(fixture.logger.events('error').includes('plane-refused-rollback'));
    },
  },
  {
    name: '§8.4.1 is reverted even when the data plane fails, and the log says so',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      fixture.plane.failNext = new Error('hardware');
      await client.rpc('<cancel-commit/>');
      assert.equal(await running(), ORIGINAL);
      assert.ok(fixture.logger.events('error').includes('plane-apply-failed'));
    },
  },
  {
    name: '§8.4.1 is not reverted when the time runs out while a follow-up is being carried out',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/><confirm-timeout>60</confirm-timeout>');
      await add('b');
      await fixture.withPlaneHeld(async () => {
        const answer = client.commit('<confirmed/><confirm-timeout>60</confirm-timeout>');
        await fixture.turn();
        fixture.clock.advance(60_000);
        return [answer];
      });
      assert.match(await running(), /<id>a<.*<id>b</);
      fixture.clock.advance(60_000);
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: '§8.4.5.1 does not take <persist> without <confirmed>',
    async play({ client, add }) {
      await add('a');
      const wrong = '<commit><persist>token</persist></commit>';
      assert.deepEqual(await client.refusedWith(wrong), ['invalid-value']);
    },
  },
];

/** What servers are known to have got wrong. */
const PITFALLS: readonly Row[] = [
  {
    name: '§8.4.1 a follow-up does not overwrite the backup',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/><confirm-timeout>10</confirm-timeout>');
      for (const id of ['b', 'c']) {
        await add(id);
        await client.commit('<confirmed/><confirm-timeout>10</confirm-timeout>');
      }
      fixture.clock.advance(10_000);
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: '§8.4.1 a failed commit leaves no rollback armed that would undo a later one',
    async play({ fixture, client, running, add }) {
      await add('a');
      fixture.plane.refuseNext = new Error('no');
      await assert.rejects(client.commit('<confirmed/><confirm-timeout>1</confirm-timeout>'));
      fixture.plane.failNext = new Error('hardware');
      await assert.rejects(client.commit('<confirmed/><confirm-timeout>1</confirm-timeout>'));
      assert.equal(fixture.clock.armed, 0);
      // Another session would not be let in if something were pending.
      await (await fixture.connect()).commit();
      fixture.clock.advance(60 * MINUTE);
      assert.equal(await running(), CHANGED);
    },
  },
  {
    name: '§8.4.1 a rollback keeps no lock of its own, and takes none from the session',
    async play({ fixture, client, running, add }) {
      const other = await fixture.connect();
      await add('a');
      await client.commit('<confirmed/>');
      fixture.clock.advance(10 * MINUTE);
      assert.equal(await running(), ORIGINAL);
      for (const name of ['running', 'candidate']) {
        assert.equal(await other.rpc(`<lock><target><${name}/></target></lock>`), 'ok');
      }
      await other.edit(sami(vm({ id: 'b' })));
      await other.commit('<confirmed/>');
      fixture.clock.advance(10 * MINUTE);
      await fixture.settled();
      const lock = '<lock><target><running/></target></lock>';
      assert.deepEqual(await client.refusedWith(lock), ['lock-denied']);
      assert.equal(await other.rpc('<unlock><target><running/></target></unlock>'), 'ok');
      assert.equal(await client.rpc(lock), 'ok');
    },
  },
  {
    name: '§8.4.1 a rollback works whoever has read in the meantime',
    async play({ fixture, client, running, add }) {
      const other = await fixture.connect();
      await add('a');
      await client.commit('<confirmed/>');
      for (const by of [client, other]) {
        assert.match(await by.rpc('<get/>'), /<id>a</);
        await by.config('candidate');
      }
      // One that is being read while the rollback happens, too.
      const reading = other.rpc('<get/>');
      fixture.clock.advance(10 * MINUTE);
      await reading;
      assert.equal(await running(), ORIGINAL);
      assert.equal(await client.rpc('<discard-changes/>'), 'ok');
    },
  },
  {
    name: '§8.4.4.1 a cancel after the issuing session has gone is answered, and so is what follows',
    async play({ fixture, client, running, add }) {
      const other = await fixture.connect();
      await add('a');
      await client.commit('<confirmed/><persist>token</persist>');
      client.vanish();
      await fixture.settled();
      const cancel = '<cancel-commit><persist-id>token</persist-id></cancel-commit>';
      assert.equal(await other.rpc(cancel), 'ok');
      assert.deepEqual(await other.refusedWith(cancel), ['invalid-value']);
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: '§8.4.4.1 a cancel of a session that goes at once does no harm',
    async play({ fixture, client, running, add }) {
      const other = await fixture.connect();
      await add('a');
      await client.commit('<confirmed/>');
      const cancelled = client.rpc('<cancel-commit/>').catch(() => 'gone');
      client.vanish();
      await cancelled;
      assert.equal(await running(), ORIGINAL);
      assert.deepEqual(await other.refusedWith('<cancel-commit/>'), ['operation-failed']);
      assert.deepEqual(fixture.logger.events('error'), []);
    },
  },
  {
    name: '§8.4.1 no other session confirms a persistent commit without its persist-id',
    async play({ fixture, client, running, add }) {
      const other = await fixture.connect();
      await add('a');
      await client.commit('<confirmed/><persist>token</persist>');
      for (const commit of [
        '<commit/>',
        '<commit><confirmed/></commit>',
        '<commit><confirmed/><persist>mine</persist></commit>',
      ]) {
        assert.deepEqual(await other.refusedWith(commit), ['in-use']);
      }
      fixture.clock.advance(10 * MINUTE);
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: '§8.3.4.1 after a failed commit the candidate is what it was, on trial or not',
    async play({ fixture, client, running, add }) {
      await add('a');
      const candidate = await client.config('candidate');
      fixture.plane.failNext = new Error('hardware');
      await assert.rejects(client.commit('<confirmed/>'));
      assert.equal(await client.config('candidate'), candidate);
      assert.equal(await running(), ORIGINAL);
      await client.commit('<confirmed/>');
      await add('b');
      const followUp = await client.config('candidate');
      fixture.plane.failNext = new Error('hardware');
      await assert.rejects(client.commit());
      assert.equal(await client.config('candidate'), followUp);
      assert.equal(await running(), CHANGED);
      await client.rpc('<discard-changes/>');
      assert.equal(await client.config('candidate'), CHANGED);
    },
  },
  {
    name: '§7.5 running is not locked while a commit is on trial, and nobody is named once its session has gone',
    async play({ fixture, client, add }) {
      const other = await fixture.connect();
      await add('a');
      await client.commit('<confirmed/><persist>token</persist>');
      const lock = '<lock><target><running/></target></lock>';
      const holder = async (): Promise<unknown> => {
        const [error] = await other.refused(lock);
        return [error?.tag, error?.info?.sessionId];
      };
      assert.deepEqual(await holder(), ['lock-denied', client.id]);
      client.vanish();
      await fixture.settled();
      assert.deepEqual(await holder(), ['lock-denied', 0]);
      await other.commit('<persist-id>token</persist-id>');
      assert.equal(await other.rpc(lock), 'ok');
    },
  },
  {
    name: '§7.5 no lock outlives its session, however that ends while a commit is on trial',
    async play({ fixture, client, add }) {
      const lock = '<lock><target><running/></target></lock>';
      await client.rpc(lock);
      await add('a');
      await client.commit('<confirmed/><persist>token</persist>');
      const killer = await fixture.connect();
      await killer.rpc(
        `<kill-session><session-id>${String(client.id)}</session-id></kill-session>`,
      );
      await killer.rpc('<cancel-commit><persist-id>token</persist-id></cancel-commit>');
      assert.equal(await killer.rpc(lock), 'ok');
    },
  },
];

/** What an edit of running does to what is on trial (RFC 6241, sections 8.2 and 8.4.1). */
const DIRECT_EDITS: readonly Row[] = [
  {
    name: '§8.4.1 while a commit is on trial no other session edits running, so that no rollback undoes it',
    async play({ fixture, client, running, add }) {
      const other = await fixture.connect();
      await add('a');
      await client.commit('<confirmed/>');
      assert.deepEqual(await other.refusedWith(editRunning('b')), ['in-use']);
      assert.equal(await running(), CHANGED);
      await client.commit();
      assert.equal(await other.rpc(editRunning('b')), 'ok');
    },
  },
  {
    name: '§8.4.1 what the issuing session edits directly is on trial as well, and its time goes on',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/><confirm-timeout>60</confirm-timeout>');
      fixture.clock.advance(59_000);
      assert.equal(await client.rpc(editRunning('b')), 'ok');
      assert.match(await running(), /<id>a<.*<id>b</);
      fixture.clock.advance(1_000);
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: '§8.4.1 and is kept by the confirming commit',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      await client.rpc(editRunning('b'));
      await client.commit();
      fixture.clock.advance(60 * MINUTE);
      assert.match(await running(), /<id>a<.*<id>b</);
    },
  },
];

describe('RFC 6241, section 8.4: confirmed commit', () => {
  for (const rows of [SENTENCES, PITFALLS, DIRECT_EDITS]) {
    for (const row of rows) it(row.name, () => withScene((scene) => row.play(scene)));
  }

  for (const persist of ['', '<persist>token</persist>']) {
    const name = persist === '' ? '' : ' with <persist>';
    it(`§8.4.1 a reboot reverts a commit on trial${name}, and nothing of it is left pending`, async () => {
      const store = new SurvivingStore();
      const first = await ServerFixture.start({ store });
      const client = await first.connect();
      await client.edit(sami(vm({ id: 'kept' })));
      await client.commit();
      const before = await client.config();
      await client.edit(sami(vm({ id: 'a' })));
      await client.commit(`<confirmed/>${persist}`);
      assert.match(await client.config(), /<id>a</);
      // Nobody says goodbye: the sessions of a device that loses power do not end.
      const second = await ServerFixture.start({ store });
      try {
        const after = await second.connect();
        assert.equal(await after.config(), before);
        assert.ok(second.logger.events('warning').includes('confirmed-commit-reverted'));
        assert.equal(await after.config('candidate'), before);
        // The token went with what it was for: it is refused, and nothing waits for it.
        for (const operation of ['commit', 'cancel-commit']) {
          const request = `<${operation}><persist-id>token</persist-id></${operation}>`;
          assert.deepEqual(await after.refusedWith(request), ['invalid-value']);
        }
        await after.edit(sami(vm({ id: 'b' })));
        await after.commit();
        second.clock.advance(60 * MINUTE);
        await second.settled();
        assert.match(await after.config(), /<id>b<.*<id>kept</);
      } finally {
        await second.stop();
        await first.stop();
      }
    });
  }

  it('§8.4.1 a reboot reverts nothing after a confirmed commit that has failed', async () => {
    const store = new SurvivingStore();
    const first = await ServerFixture.start({ store });
    const client = await first.connect();
    await client.edit(sami(vm({ id: 'a' })));
    first.plane.failNext = new Error('hardware');
    await assert.rejects(client.commit('<confirmed/>'));
    await client.commit();
    const second = await ServerFixture.start({ store });
    try {
      assert.equal(await (await second.connect()).config(), CHANGED);
      assert.deepEqual(second.logger.events('warning'), []);
    } finally {
      await second.stop();
      await first.stop();
    }
  });
});

function editRunning(id: string): string {
  const config = sami(vm({ id }));
  return `<edit-config><target><running/></target><config>${config}</config></edit-config>`;
}
