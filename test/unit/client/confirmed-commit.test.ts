/** Commits that have to be confirmed, as an object with an end (RFC 6241, section 8.4). */
import assert from 'node:assert/strict';
import { NetconfClient } from '../../../client/index.ts';
import type { ConfirmedCommit, ConfirmedCommitRequest } from '../../../client/index.ts';
import { RpcErrorException } from '../../../src/error/index.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { createScriptedServer } from '../../support/scripted-server.ts';
import type { ScriptedServer } from '../../support/scripted-server.ts';

interface Rig {
  readonly client: NetconfClient;
  readonly server: ScriptedServer;
  readonly clock: FakeClock;
  /** Answers the next request, and gives what it was without the namespace. */
  readonly answer: (reply?: string) => Promise<string>;
  readonly begin: (request?: ConfirmedCommitRequest) => Promise<ConfirmedCommit>;
}

async function start(): Promise<Rig> {
  const clock = new FakeClock();
  const { client: transport, server, ready } = createScriptedServer();
  const [client] = await Promise.all([NetconfClient.open(transport, { clock }), ready]);
  const answer: Rig['answer'] = async (reply = '<ok/>') => {
    const text = (await server.receive()) ?? '';
    const [, id = '', body = ''] = /message-id="(\d+)">(.*)<\/rpc>$/.exec(text) ?? [];
    await server.reply(id, reply);
    return body.replace(/ xmlns="[^"]*"/g, '');
  };
  const begin: Rig['begin'] = async (request) => {
    const beginning = client.confirmedCommit(request);
    await answer();
    return beginning;
  };
  return { client, server, clock, answer, begin };
}

const ERROR = '<rpc-error><error-tag>operation-failed</error-tag></rpc-error>';
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('confirmed commit of a client', () => {
  it('is confirmed on the same session', async () => {
    const { client, answer } = await start();
    const beginning = client.confirmedCommit({ timeout: 120 });
    assert.equal(
      await answer(),
      '<commit><confirmed/><confirm-timeout>120</confirm-timeout></commit>',
    );
    const pending = await beginning;
    assert.equal(pending.persistId, undefined);
    const confirming = pending.confirm();
    assert.equal(await answer(), '<commit/>');
    await confirming;
    assert.equal(pending.state, 'confirmed');
    await pending[Symbol.asyncDispose]();
    await assert.rejects(pending.confirm(), /confirmed already/);
  });

  it('has a name that nobody can guess, and goes by it', async () => {
    const { client, answer } = await start();
    const beginning = client.confirmedCommit({ persist: true });
    const [, name = ''] = /<persist>([-0-9a-f]{36})<\/persist>/.exec(await answer()) ?? [];
    const pending = await beginning;
    assert.equal(pending.persistId, name);
    const extending = pending.extend({ timeout: 5 });
    assert.equal(
      await answer(),
      `<commit><confirmed/><confirm-timeout>5</confirm-timeout><persist>${name}</persist><persist-id>${name}</persist-id></commit>`,
    );
    await extending;
    const cancelling = pending.cancel();
    assert.equal(await answer(), `<cancel-commit><persist-id>${name}</persist-id></cancel-commit>`);
    await cancelling;
    assert.equal(pending.state, 'cancelled');
  });

  it('is taken up by another session', async () => {
    const { client, answer } = await start();
    const confirming = client.pendingCommit({ persistId: 'mine' }).confirm();
    assert.equal(await answer(), '<commit><persist-id>mine</persist-id></commit>');
    await confirming;
  });

  it('is cancelled when its scope is left without confirm', async () => {
    const { begin, answer } = await start();
    const using = (async () => {
      await using pending = await begin();
      throw new Error(`not well, ${pending.state}`);
    })();
    using.catch(() => undefined);
    await settle();
    assert.equal(await answer(), '<cancel-commit/>');
    await assert.rejects(using, /not well/);
  });

  it('is not there when the device refuses it', async () => {
    const { client, answer } = await start();
    const beginning = client.confirmedCommit();
    beginning.catch(() => undefined);
    await answer(ERROR);
    await assert.rejects(beginning, RpcErrorException);
  });

  it('does not complain on leaving when the device has gone back by itself, and does before', async () => {
    const late = await start();
    const expired = await late.begin({ timeout: 10 });
    late.clock.advance(10_000);
    const disposing = expired[Symbol.asyncDispose]();
    await late.answer(ERROR);
    await disposing;

    const early = await start();
    const pending = await early.begin({ timeout: 10 });
    const failing = pending[Symbol.asyncDispose]();
    failing.catch(() => undefined);
    await early.answer(ERROR);
    await assert.rejects(failing, RpcErrorException);
  });

  it('says that it is lost with its session, and does not complain on leaving', async () => {
    const { client, begin } = await start();
    const pending = await begin();
    assert.equal(pending.lost.aborted, false);
    client.abort();
    await client.closed;
    await settle();
    assert.equal(pending.lost.aborted, true);
    await pending[Symbol.asyncDispose]();
  });

  it('renews itself at half time until it is confirmed', async () => {
    const { begin, answer, clock } = await start();
    const pending = await begin({ timeout: 100, renew: true });
    const deadline = pending.deadline;
    for (let time = 0; time < 3; time++) {
      clock.advance(49_999);
      assert.equal(clock.armed, 1);
      clock.advance(1);
      assert.match(await answer(), /<confirmed\/><confirm-timeout>100</);
      await settle();
    }
    assert.equal(pending.deadline, deadline + 150_000);
    const confirming = pending.confirm();
    await answer();
    await confirming;
    assert.equal(clock.armed, 0);
  });

  it('is lost when it cannot be renewed', async () => {
    const { begin, answer, clock } = await start();
    const pending = await begin({ timeout: 100, renew: true });
    clock.advance(50_000);
    await answer(ERROR);
    await settle();
    assert.equal(pending.lost.aborted, true);
    assert.ok(pending.lost.reason instanceof RpcErrorException);
  });

  it('leaves no timer behind when it is left', async () => {
    const { begin, answer, clock } = await start();
    const pending = await begin({ renew: true });
    assert.equal(clock.armed, 1);
    const disposing = pending[Symbol.asyncDispose]();
    await answer();
    await disposing;
    assert.equal(clock.armed, 0);
  });
});
