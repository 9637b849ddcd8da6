/** Confirmed commit (RFC 6241, section 8.4): each sentence of the section is a row. */
import assert from 'node:assert/strict';
import { ServerFixture } from '../../../support/server-fixture.ts';
import type { TestClient } from '../../../support/server-fixture.ts';
import { sami, vm } from '../../../support/sami-xml.ts';

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

const SENTENCES: readonly { readonly name: string; play(scene: Scene): Promise<void> }[] = [
  {
    name: 'is reverted if a confirming commit is not issued within 600 seconds',
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
    name: 'is kept by a commit without <confirmed>',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      await client.commit();
      fixture.clock.advance(60 * MINUTE);
      assert.equal(await running(), CHANGED);
    },
  },
  {
    name: 'has the timeout period of <confirm-timeout>',
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
    name: 'has its timer reset to the new value by a follow-up confirmed commit',
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
    name: 'has its timer reset to 600 seconds by a follow-up without a timeout',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/><confirm-timeout>5</confirm-timeout>');
      await client.commit('<confirmed/>');
      fixture.clock.advance(10 * MINUTE - 1);
      assert.equal(await running(), CHANGED);
    },
  },
  {
    name: 'may be followed up with additional changes, and goes back to before the first',
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
    name: 'may be confirmed with additional changes',
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
    name: 'without <persist> must be confirmed on the same session',
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
    name: 'without <persist> must be followed up on the same session',
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
    name: 'with <persist> can be confirmed on any session by <persist-id>',
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
    name: 'with <persist> can be followed up on any session by <persist-id>',
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
    name: 'with <persist> refuses another <persist-id>',
    async play({ client, add }) {
      await add('a');
      await client.commit('<confirmed/><persist>token</persist>');
      const wrong = '<commit><persist-id>else</persist-id></commit>';
      assert.deepEqual(await client.refusedWith(wrong), ['invalid-value']);
    },
  },
  {
    name: 'with <persist> refuses a commit without <persist-id>, of the issuing session too',
    async play({ client, add }) {
      await add('a');
      await client.commit('<confirmed/><persist>token</persist>');
      assert.deepEqual(await client.refusedWith('<commit/>'), ['in-use']);
    },
  },
  {
    name: 'stays persistent when the follow-up names no new token',
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
    name: 'gets a new token from a follow-up that gives one',
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
    name: 'is reverted when the issuing session is terminated',
    async play({ client, running, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      client.vanish();
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: 'is reverted when the issuing session is closed',
    async play({ client, running, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      await client.rpc('<close-session/>');
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: 'is reverted when the issuing session is killed',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      const other = await fixture.connect();
      await other.rpc(`<kill-session><session-id>${String(client.id)}</session-id></kill-session>`);
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: 'is not reverted by the end of another session',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      (await fixture.connect()).vanish();
      assert.equal(await running(), CHANGED);
    },
  },
  {
    name: 'with <persist> survives the end of the issuing session, but not the timeout',
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
    name: 'is reverted at once by <cancel-commit>',
    async play({ client, running, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      assert.equal(await client.rpc('<cancel-commit/>'), 'ok');
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: 'without <persist-id> is cancelled on the issuing session only',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      const other = await fixture.connect();
      assert.deepEqual(await other.refusedWith('<cancel-commit/>'), ['in-use']);
      assert.equal(await running(), CHANGED);
    },
  },
  {
    name: 'with <persist> is cancelled on any session by <persist-id>',
    async play({ fixture, client, running, add }) {
      await add('a');
      await client.commit('<confirmed/><persist>token</persist>');
      const other = await fixture.connect();
      await other.rpc('<cancel-commit><persist-id>token</persist-id></cancel-commit>');
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: 'is not cancelled by a <persist-id> that does not match',
    async play({ client, running, add }) {
      await add('a');
      await client.commit('<confirmed/><persist>token</persist>');
      const wrong = '<cancel-commit><persist-id>else</persist-id></cancel-commit>';
      assert.deepEqual(await client.refusedWith(wrong), ['invalid-value']);
      assert.equal(await running(), CHANGED);
    },
  },
  {
    name: 'cannot be cancelled when none is pending',
    async play({ client }) {
      assert.deepEqual(await client.refusedWith('<cancel-commit/>'), ['operation-failed']);
    },
  },
  {
    name: 'cannot be confirmed by a <persist-id> when none is pending',
    async play({ client, running, add }) {
      await add('a');
      const wrong = '<commit><persist-id>token</persist-id></commit>';
      assert.deepEqual(await client.refusedWith(wrong), ['invalid-value']);
      assert.equal(await running(), ORIGINAL);
    },
  },
  {
    name: 'arms nothing when it is refused',
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
    name: 'keeps its time and backup when a follow-up is refused',
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
    name: 'leaves no lock behind when the session that held locks goes',
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
    name: 'leaves a candidate without changes when it is reverted',
    async play({ client, add }) {
      await add('a');
      await client.commit('<confirmed/>');
      await client.rpc('<cancel-commit/>');
      assert.equal(await client.config('candidate'), ORIGINAL);
      assert.equal(await client.rpc('<lock><target><candidate/></target></lock>'), 'ok');
    },
  },
  {
    name: 'tells the data plane to go back',
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
    name: 'is reverted even when the data plane refuses, and the log says so',
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
    name: 'is reverted even when the data plane fails, and the log says so',
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
    name: 'is not reverted when the time runs out while a follow-up is being carried out',
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
    name: 'does not take <persist> without <confirmed>',
    async play({ client, add }) {
      await add('a');
      const wrong = '<commit><persist>token</persist></commit>';
      assert.deepEqual(await client.refusedWith(wrong), ['invalid-value']);
    },
  },
];

describe('confirmed commit (RFC 6241, section 8.4)', () => {
  for (const sentence of SENTENCES) {
    it(sentence.name, () => withScene((scene) => sentence.play(scene)));
  }
});
