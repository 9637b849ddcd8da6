/** One commit over all data planes of a device: everybody prepares before anybody applies. */
import assert from 'node:assert/strict';
import { createServer } from '../../../../server/index.ts';
import { RpcErrorException, resourceDenied } from '../../../../src/error/index.ts';
import { encodeEstablishSubscription } from '../../../../src/netconf/index.ts';
import { vmListNode } from '../../../../src/sami/index.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { deleteVm, modeOf, sami, sessions, vm } from '../../../support/sami-xml.ts';
import { ServerFixture, samiSchema } from '../../../support/server-fixture.ts';
import type { TestClient } from '../../../support/server-fixture.ts';
import { TablePlane } from '../../../support/table-plane.ts';

const NAT =
  '<nat xmlns="urn:sami:yang:sami-nat"><mapping-entry>' +
  '<transport-protocol>6</transport-protocol>' +
  '<internal-src-address>10.0.0.1</internal-src-address><internal-src-port>1</internal-src-port>' +
  '<external-src-address>192.0.2.9</external-src-address><external-src-port>2</external-src-port>' +
  '<type>dynamic-explicit</type></mapping-entry></nat>';

class Scene {
  readonly journal: string[] = [];
  readonly gate: TablePlane;
  readonly rules: TablePlane;
  readonly proxy: TablePlane;

  constructor() {
    const list = vmListNode(samiSchema());
    if (!list) throw new Error('the schema has no list of VMs');
    const { journal } = this;
    this.gate = new TablePlane(list, ['session'], { name: 'gate', journal });
    this.rules = new TablePlane(list, ['acl-dynamic', 'nat'], { name: 'rules', journal });
    this.proxy = new TablePlane(list, ['sticky'], { name: 'proxy', journal });
  }

  get planes(): readonly TablePlane[] {
    return [this.gate, this.rules, this.proxy];
  }

  /** The calls since it was asked last. */
  calls(): readonly string[] {
    return this.journal.splice(0);
  }
}

describe('several data planes', () => {
  let scene: Scene;
  let fixture: ServerFixture;
  let client: TestClient;

  beforeEach(async () => {
    scene = new Scene();
    fixture = await ServerFixture.start({ planes: scene.planes });
    client = await fixture.connect();
    scene.calls();
  });
  afterEach(() => fixture.stop());

  const commit = async (config: string, parameters = ''): Promise<void> => {
    await client.edit(config);
    await client.commit(parameters);
  };
  const read = (): Promise<string> => client.rpc('<get/>');

  it('are started in their order, and closed', async () => {
    const other = new Scene();
    const another = await ServerFixture.start({ planes: other.planes });
    await another.stop();
    assert.deepEqual(other.calls(), [
      ...['gate: start', 'rules: start', 'proxy: start'],
      ...['gate: close', 'rules: close', 'proxy: close'],
    ]);
  });

  it('all prepare before any applies, and all are told of the settling', async () => {
    await commit(sami(vm()));
    assert.deepEqual(scene.calls(), [
      ...['gate', 'rules', 'proxy'].map((name) => `${name}: prepare vm1:absent>learning`),
      ...['proxy', 'rules', 'gate'].map((name) => `${name}: apply vm1:absent>learning`),
      ...['gate', 'rules', 'proxy'].map((name) => `${name}: settle vm1:learning`),
    ]);
  });

  it('freeze in their order, and thaw the other way round', async () => {
    await commit(sami(vm()));
    scene.calls();
    await commit(modeOf('vm1', 'frozen'));
    const applied = (): readonly string[] =>
      scene.calls().flatMap((call) => (call.includes(': apply') ? [call.split(':')[0] ?? ''] : []));
    assert.deepEqual(applied(), ['gate', 'rules', 'proxy']);
    await commit(modeOf('vm1', 'learning'));
    assert.deepEqual(applied(), ['proxy', 'rules', 'gate']);
    await commit(modeOf('vm1', 'frozen'), '<confirmed/>');
    assert.deepEqual(applied(), ['gate', 'rules', 'proxy']);
    await client.rpc('<cancel-commit/>');
    assert.deepEqual(applied(), ['proxy', 'rules', 'gate']);
  });

  it('are all as before when the last one refuses', async () => {
    scene.proxy.refuseNext = new RpcErrorException(resourceDenied('no room for stick entries'));
    await client.edit(sami(vm()));
    assert.deepEqual(await client.refusedWith('<commit/>'), ['resource-denied']);
    assert.deepEqual(scene.calls(), [
      ...['gate: prepare', 'rules: prepare', 'proxy: refuse', 'rules: abort', 'gate: abort'].map(
        (call) => `${call} vm1:absent>learning`,
      ),
    ]);
    assert.equal(await client.config(), '<data/>');
    // The control: it is the refusal that kept it away.
    await client.commit();
    assert.match(await client.config(), /vm1/);
  });

  it('all say what they have against it', async () => {
    scene.gate.refuseNext = new RpcErrorException(resourceDenied('no room for sessions'));
    scene.rules.refuseNext = new Error('nft has crashed');
    scene.proxy.refuseNext = new RpcErrorException([
      resourceDenied('no room for stick entries'),
      resourceDenied('no such table'),
    ]);
    await client.edit(sami(vm()));
    const errors = await client.refused('<commit/>');
    assert.deepEqual(
      errors.map(({ message }) => message),
      [
        'no room for sessions',
        'data plane "rules" failed; the log of the server has the details',
        'no room for stick entries',
        'no such table',
      ],
    );
    assert.ok(!scene.calls().some((call) => call.includes('apply')));
  });

  it('take back what they have done when one of them breaks its word', async () => {
    await commit(sami(vm()));
    scene.calls();
    scene.rules.failNext = new Error('nft has crashed');
    await client.edit(modeOf('vm1', 'frozen'));
    const [error] = await client.refused('<commit/>');
    assert.equal(error?.message, 'data plane "rules" failed to apply the change');
    assert.deepEqual(scene.calls(), [
      ...['gate', 'rules', 'proxy'].map((name) => `${name}: prepare vm1:learning>frozen`),
      'gate: apply vm1:learning>frozen',
      'proxy: abort vm1:learning>frozen',
      'gate: prepare vm1:frozen>learning',
      'gate: apply vm1:frozen>learning',
    ]);
    assert.doesNotMatch(await client.config(), /frozen/);
  });

  it('give back, each its own kinds, what a rolled back deletion took', async () => {
    await commit(sami(vm({ mode: 'standby', more: sessions([1]) + NAT })));
    await commit(modeOf('vm1', 'learning'));
    assert.match(await read(), /<source-port>1<.*<external-src-port>2</);
    await commit(deleteVm('vm1'), '<confirmed/>');
    assert.doesNotMatch(await read(), /vm1/);
    await client.rpc('<cancel-commit/>');
    assert.match(await read(), /<source-port>1<.*<external-src-port>2</);
  });

  const loadNat = async (): Promise<void> => {
    await commit(sami(vm({ mode: 'standby', more: sessions([1]) + NAT })));
    await commit(modeOf('vm1', 'learning'));
    await client.edit(deleteVm('vm1'));
    scene.calls();
  };

  it('give back what they had learnt when another fails to apply a deletion', async () => {
    await loadNat();
    scene.gate.failNext = new Error('nft has crashed');
    await client.refused('<commit/>');
    assert.match(await read(), /<source-port>1<.*<external-src-port>2</);
    assert.doesNotMatch(await client.config(), /external-src-port/, 'it is no configuration');
    assert.deepEqual(
      scene.calls().slice(-6),
      ['rules', 'proxy'].flatMap((name) => [
        `${name}: prepare vm1:absent>learning`,
        `${name}: apply vm1:absent>learning`,
        `${name}: settle vm1:learning`,
      ]),
    );
  });

  it('delete what they had learnt also when one of them cannot be read (control)', async () => {
    await loadNat();
    scene.rules.failReads = new Error('no answer');
    await client.commit();
    scene.rules.failReads = undefined;
    assert.doesNotMatch(await read(), /<source-port>1<|<external-src-port>2</);
    assert.deepEqual(fixture.logger.events('warning'), ['plane-tables-not-kept']);
  });

  it('are read, each for its own kinds', async () => {
    await commit(sami(vm({ mode: 'standby', more: sessions([1]) + NAT })));
    await commit(modeOf('vm1', 'learning'));
    const text = await read();
    assert.match(text, /<plane>gate<\/plane><plane>rules<\/plane><plane>proxy<\/plane>/);
    for (const [kind, plane] of [
      ['session', 'gate'],
      ['nat', 'rules'],
      ['sticky', 'proxy'],
    ] as const) {
      assert.match(text, new RegExp(`<name>${kind}</name><plane>${plane}</plane>`));
    }
    assert.match(text, /<table><kind>session<\/kind><entries>1</);
    assert.match(text, /<table><kind>nat<\/kind><entries>1</);
    const asked = (plane: TablePlane): readonly string[] => [
      ...new Set(plane.reads.map(({ list }) => list.module.name)),
    ];
    assert.deepEqual(asked(scene.gate), ['sami-session']);
    assert.deepEqual(asked(scene.proxy), ['sami-sticky']);
  });

  it('do not take a session down when one cannot be read', async () => {
    await commit(sami(vm({ mode: 'standby', more: sessions([1]) + NAT })));
    await commit(modeOf('vm1', 'learning'));
    scene.rules.failReads = new Error('nft has crashed');
    const [error] = await client.refused('<get/>');
    assert.equal(error?.tag, 'operation-failed');
    assert.match(error.message ?? '', /^data plane "rules" failed; the log/);
    assert.ok(fixture.logger.events('error').includes('plane-failed'));
    const only = (content: string): string =>
      `<get><filter><sami xmlns="urn:sami:yang:sami"><vm>${content}</vm></sami></filter></get>`;
    const [reading] = await client.refused(only('<nat xmlns="urn:sami:yang:sami-nat"/>'));
    assert.match(reading?.message ?? '', /"rules" failed/);
    const others = await client.rpc(only('<sessions xmlns="urn:sami:yang:sami-session"/>'));
    assert.match(others, /<source-port>1</);
    scene.rules.failReads = undefined;
    assert.match(await read(), /<external-src-port>2</);
  });

  it('are all watched by a subscription, or none of them', async () => {
    await commit(sami(vm()));
    const subscribe = (): Promise<unknown> =>
      client.session.request(
        encodeEstablishSubscription({
          datastore: 'operational',
          filter: { type: 'subtree', content: sami('<vm><id>vm1</id></vm>') },
          trigger: { onChange: { syncOnStart: false } },
        }),
      );
    const watchers = (): readonly number[] =>
      scene.planes.map((plane) => plane.watcherCount('vm1'));
    scene.proxy.failReads = new Error('HAProxy has gone');
    await assert.rejects(subscribe(), /data plane "proxy" failed/);
    assert.deepEqual(watchers(), [0, 0, 0]);
    scene.proxy.failReads = undefined;
    await subscribe();
    assert.deepEqual(watchers(), [1, 1, 1]);
  });

  it('must not serve the same kind', async () => {
    const list = vmListNode(samiSchema());
    if (!list) throw new Error('the schema has no list of VMs');
    const one = new TablePlane(list, ['session', 'nat'], { name: 'linux' });
    const other = new TablePlane(list, ['nat', 'acl-dynamic'], { name: 'nftables' });
    await assert.rejects(
      createServer({ context: samiSchema(), planes: [one, other], clock: new FakeClock() }),
      /kind "nat" is served by data plane "linux" and by data plane "nftables": the option kind=/,
    );
    assert.deepEqual([...one.calls, ...other.calls], []);
  });
});
