/** Subsystems that agree to changes of running beside the data planes (server/datastore/participant.ts). */
import assert from 'node:assert/strict';
import type { ConfigurationChange, ConfigurationParticipant } from '../../../../server/index.ts';
import { encodeData } from '../../../../src/data/index.ts';
import type { Branch } from '../../../../src/data/index.ts';
import { RpcErrorException, invalidValue, resourceDenied } from '../../../../src/error/index.ts';
import type { PreparedChange } from '../../../../server/index.ts';
import { sami, vm } from '../../../support/sami-xml.ts';
import { ServerFixture } from '../../../support/server-fixture.ts';
import type { TestClient } from '../../../support/server-fixture.ts';

/** VMs of a configuration, by their names. */
function vmsOf(tree: Branch): string {
  return [...encodeData(tree).matchAll(/<id>(\w+)</g)].map(([, id]) => id).join('+') || 'none';
}

class Subsystem implements ConfigurationParticipant {
  readonly name: string;
  readonly #journal: string[];
  refuseNext: Error | undefined;
  failNext: Error | undefined;

  constructor(name: string, journal: string[]) {
    this.name = name;
    this.#journal = journal;
  }

  start(running: Branch): void {
    this.#journal.push(`${this.name} start ${vmsOf(running)}`);
  }

  prepare({ before, after }: ConfigurationChange): PreparedChange {
    const change = `${vmsOf(before)}>${vmsOf(after)}`;
    const refused = this.refuseNext;
    this.refuseNext = undefined;
    this.#journal.push(`${this.name} ${refused ? 'refuse' : 'prepare'} ${change}`);
    if (refused) throw refused;
    return {
      apply: () => {
        const failed = this.failNext;
        this.failNext = undefined;
        this.#journal.push(`${this.name} ${failed ? 'fail' : 'apply'} ${change}`);
        return failed ? Promise.reject(failed) : Promise.resolve();
      },
      abort: () => {
        this.#journal.push(`${this.name} abort ${change}`);
        return Promise.resolve();
      },
    };
  }
}

describe('participants', () => {
  let journal: string[];
  let one: Subsystem;
  let two: Subsystem;
  let fixture: ServerFixture;
  let client: TestClient;

  beforeEach(async () => {
    journal = [];
    one = new Subsystem('one', journal);
    two = new Subsystem('two', journal);
    fixture = await ServerFixture.start({ participants: [one, two] });
    client = await fixture.connect();
  });
  afterEach(() => fixture.stop());

  /** What has happened since it was asked last. */
  const happened = (): readonly string[] => journal.splice(0);
  const editRunning = (id: string): string =>
    `<edit-config><target><running/></target><config>${sami(vm({ id }))}</config></edit-config>`;
  const both = (step: string, change: string): readonly string[] => [
    `one ${step} ${change}`,
    `two ${step} ${change}`,
  ];

  it('are told what is in force when the server starts', () => {
    assert.deepEqual(happened(), ['one start none', 'two start none']);
  });

  it('are asked for, and make, a commit, an edit of running, and what a rollback and a lease do', async () => {
    happened();
    await client.edit(sami(vm({ id: 'a' })));
    assert.deepEqual(happened(), [], 'the candidate concerns nobody');
    await client.commit();
    assert.deepEqual(happened(), [...both('prepare', 'none>a'), ...both('apply', 'none>a')]);
    await client.rpc(editRunning('b'));
    assert.deepEqual(happened(), [...both('prepare', 'a>a+b'), ...both('apply', 'a>a+b')]);
    await client.rpc(editRunning('b'));
    assert.deepEqual(happened(), [], 'nothing has changed');
    await client.edit(sami(vm({ id: 'c', mode: 'standby' })));
    await client.commit('<confirmed/>');
    happened();
    await client.rpc('<cancel-commit/>');
    assert.deepEqual(happened(), [...both('prepare', 'a+b+c>a+b'), ...both('apply', 'a+b+c>a+b')]);
    await client.edit(sami(vm({ id: 'c', mode: 'standby' })));
    await client.commit();
    happened();
    fixture.clock.advance(600_000);
    await fixture.settled();
    assert.deepEqual(happened(), [...both('prepare', 'a+b+c>a+b'), ...both('apply', 'a+b+c>a+b')]);
  });

  it('refuse for all, and all refusals are told, those of data planes too', async () => {
    happened();
    one.refuseNext = new RpcErrorException(invalidValue('not that one', { path: '/sami:sami' }));
    fixture.plane.refuseNext = new RpcErrorException(resourceDenied('no room'));
    await client.edit(sami(vm({ id: 'a' })));
    const errors = await client.refused('<commit/>');
    assert.deepEqual(
      errors.map(({ tag, message }) => [tag, message]),
      [
        ['invalid-value', 'not that one'],
        ['resource-denied', 'no room'],
      ],
    );
    assert.deepEqual(happened(), ['one refuse none>a', 'two prepare none>a', 'two abort none>a']);
    assert.equal(await client.config(), '<data/>');
  });

  it('are told to abort when a data plane refuses', async () => {
    happened();
    fixture.plane.refuseNext = new RpcErrorException(resourceDenied('no room'));
    await assert.rejects(client.rpc(editRunning('a')));
    assert.deepEqual(happened(), [
      ...both('prepare', 'none>a'),
      'two abort none>a',
      'one abort none>a',
    ]);
  });

  it('are taken back when one after them breaks its word, and no data plane applies', async () => {
    happened();
    fixture.plane.calls.length = 0;
    two.failNext = new Error('hardware');
    assert.deepEqual(await client.refusedWith(editRunning('a')), ['operation-failed']);
    assert.deepEqual(happened().slice(2), [
      'one apply none>a',
      'two fail none>a',
      'one prepare a>none',
      'one apply a>none',
    ]);
    assert.deepEqual(fixture.plane.calls, ['prepare a:absent>learning', 'abort a:absent>learning']);
    assert.equal(await client.config(), '<data/>');
    assert.ok(fixture.logger.events('error').includes('participant-apply-failed'));
  });

  it('are taken back when a data plane breaks its word', async () => {
    happened();
    fixture.plane.failNext = new Error('hardware');
    await assert.rejects(client.rpc(editRunning('a')));
    assert.deepEqual(happened().slice(4), [
      'two prepare a>none',
      'two apply a>none',
      'one prepare a>none',
      'one apply a>none',
    ]);
  });

  it('that refuse a rollback are left out, and the log says so', async () => {
    await client.edit(sami(vm({ id: 'a' })));
    await client.commit('<confirmed/>');
    happened();
    one.refuseNext = new Error('no');
    await client.rpc('<cancel-commit/>');
    assert.deepEqual(happened(), ['one refuse a>none', 'two prepare a>none', 'two apply a>none']);
    assert.equal(await client.config(), '<data/>');
    assert.ok(fixture.logger.events('error').includes('participant-refused-rollback'));
  });

  it('that break down while they are asked have not agreed', async () => {
    two.refuseNext = new Error('a fault of its own');
    assert.deepEqual(await client.refusedWith(editRunning('a')), ['operation-failed']);
    assert.equal(await client.config(), '<data/>');
    assert.ok(fixture.logger.events('error').includes('participant-failed'));
  });
});
