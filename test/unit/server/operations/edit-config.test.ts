/** edit-config on the candidate (RFC 6241, section 7.2), and what leads to and from it. */
import assert from 'node:assert/strict';
import { Branch, DataList } from '../../../../src/data/index.ts';
import { RpcErrorException, resourceDenied } from '../../../../src/error/index.ts';
import { requester } from '../../../support/requester.ts';
import { ServerFixture } from '../../../support/server-fixture.ts';
import type { TestClient } from '../../../support/server-fixture.ts';
import { deleteVm, sami, vm } from '../../../support/sami-xml.ts';

const NC = 'xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0"';
const EMPTY = '<data/>';
const both = `<data><sami>${vm({ id: 'a' })}${vm({ id: 'b' })}</sami></data>`;
const withOperation = (operation: string, content: string): string =>
  sami(content.replace('<vm>', `<vm ${NC} nc:operation="${operation}">`));

describe('edit-config (RFC 6241, section 7.2)', () => {
  let fixture: ServerFixture;
  let client: TestClient;

  beforeEach(async () => {
    fixture = await ServerFixture.start();
    client = await fixture.connect();
    await client.edit(sami(vm({ id: 'a' })));
    await client.commit();
  });
  afterEach(() => fixture.stop());

  const edits: readonly {
    readonly name: string;
    readonly config: string;
    readonly options?: string;
    readonly expected: string;
  }[] = [
    { name: 'merges by default', config: sami(vm({ id: 'b' })), expected: both },
    { name: 'merges', config: withOperation('merge', vm({ id: 'b' })), expected: both },
    { name: 'creates', config: withOperation('create', vm({ id: 'b' })), expected: both },
    {
      name: 'replaces an entry',
      config: withOperation('replace', vm({ id: 'a', address: '10.0.0.9' })),
      expected: `<data><sami>${vm({ id: 'a', address: '10.0.0.9' })}</sami></data>`,
    },
    { name: 'deletes', config: deleteVm('a'), expected: EMPTY },
    { name: 'removes', config: withOperation('remove', '<vm><id>a</id></vm>'), expected: EMPTY },
    {
      name: 'removes what is not there without a word',
      config: withOperation('remove', '<vm><id>b</id></vm>'),
      expected: `<data><sami>${vm({ id: 'a' })}</sami></data>`,
    },
    {
      name: 'replaces everything by default operation',
      config: sami(vm({ id: 'c' })),
      options: '<default-operation>replace</default-operation>',
      expected: `<data><sami>${vm({ id: 'c' })}</sami></data>`,
    },
    {
      name: 'does nothing without an operation when the default is none',
      config: sami('<vm><id>a</id></vm>'),
      options: '<default-operation>none</default-operation>',
      expected: `<data><sami>${vm({ id: 'a' })}</sami></data>`,
    },
    {
      name: 'sets without a test',
      config: sami('<vm><id>b</id></vm>'),
      options: '<test-option>set</test-option>',
      expected: `<data><sami>${vm({ id: 'a' })}<vm><id>b</id></vm></sami></data>`,
    },
    {
      name: 'tests only',
      config: sami(vm({ id: 'b' })),
      options: '<test-option>test-only</test-option>',
      expected: `<data><sami>${vm({ id: 'a' })}</sami></data>`,
    },
  ];
  for (const { name, config, options, expected } of edits) {
    it(name, async () => {
      assert.equal(await client.edit(config, options), 'ok');
      assert.equal(await client.config('candidate'), expected);
      assert.equal(await client.config(), `<data><sami>${vm({ id: 'a' })}</sami></data>`);
    });
  }

  const refusals: readonly {
    readonly name: string;
    readonly config: string;
    readonly options?: string;
    readonly tags: readonly string[];
  }[] = [
    {
      name: 'create of what exists',
      config: withOperation('create', vm({ id: 'a' })),
      tags: ['data-exists'],
    },
    { name: 'delete of what does not exist', config: deleteVm('b'), tags: ['data-missing'] },
    { name: 'an unknown element', config: sami('<nothing/>'), tags: ['unknown-element'] },
    { name: 'an unknown namespace', config: '<x xmlns="urn:x"/>', tags: ['unknown-namespace'] },
    { name: 'state data', config: sami('<device/>'), tags: ['unknown-element'] },
    {
      name: 'a value outside its type',
      config: sami(vm({ address: 'here' })),
      tags: ['invalid-value'],
    },
    { name: 'an entry without its key', config: sami('<vm/>'), tags: ['missing-element'] },
    {
      name: 'an incomplete candidate when a test is asked for',
      config: sami('<vm><id>b</id></vm>'),
      options: '<test-option>test-then-set</test-option>',
      tags: ['operation-failed'],
    },
    {
      name: 'an incomplete candidate that is only to be tested',
      config: sami('<vm><id>b</id></vm>'),
      options: '<test-option>test-only</test-option>',
      tags: ['operation-failed'],
    },
    {
      name: 'an unknown test-option',
      config: sami(vm()),
      options: '<test-option>guess</test-option>',
      tags: ['invalid-value'],
    },
  ];
  for (const { name, config, options, tags } of refusals) {
    it(`refuses ${name} and changes nothing`, async () => {
      const before = await client.config('candidate');
      const request =
        `<edit-config><target><candidate/></target>${options ?? ''}` +
        `<config>${config}</config></edit-config>`;
      assert.deepEqual(await client.refusedWith(request), tags);
      assert.equal(await client.config('candidate'), before);
      assert.equal(await client.rpc('<lock><target><candidate/></target></lock>'), 'ok');
    });
  }

  for (const { option, kept } of [
    { option: '', kept: false },
    { option: '<error-option>stop-on-error</error-option>', kept: false },
    { option: '<error-option>rollback-on-error</error-option>', kept: false },
    { option: '<error-option>continue-on-error</error-option>', kept: true },
  ]) {
    it(`${kept ? 'keeps' : 'gives up'} the rest of a failed edit with "${option}"`, async () => {
      const config = sami(
        `${vm({ id: 'b' })}<vm ${NC} nc:operation="delete"><id>z</id></vm>${vm({ id: 'c' })}`,
      );
      const request = `<edit-config><target><candidate/></target>${option}<config>${config}</config></edit-config>`;
      assert.deepEqual(await client.refusedWith(request), ['data-missing']);
      const candidate = await client.config('candidate');
      assert.equal(/<id>b</.test(candidate) && /<id>c</.test(candidate), kept);
    });
  }

  it('writes running directly, through the data planes, and the candidate goes along', async () => {
    const request = `<edit-config><target><running/></target><config>${sami(vm({ id: 'b' }))}</config></edit-config>`;
    fixture.plane.calls.length = 0;
    assert.equal(await client.rpc(request), 'ok');
    assert.equal(await client.config(), both);
    assert.equal(await client.config('candidate'), both);
    assert.deepEqual(fixture.plane.calls.slice(0, 2), [
      'prepare b:absent>learning',
      'apply b:absent>learning',
    ]);
  });

  it('names the missing parameter', async () => {
    const [error] = await client.refused(
      '<edit-config><target><candidate/></target></edit-config>',
    );
    assert.equal(error?.tag, 'missing-element');
    assert.equal(error.info?.badElement, 'config');
  });

  it('names the missing target', async () => {
    const request = `<edit-config><config>${sami(vm())}</config></edit-config>`;
    assert.deepEqual(await client.refusedWith(request), ['missing-element']);
  });

  it('gives the path of what is at fault', async () => {
    const request = `<edit-config><target><candidate/></target><config>${sami(vm({ mode: 'x' as never }))}</config></edit-config>`;
    const [error] = await client.refused(request);
    assert.match(error?.path as string, /sami:vm\[sami:id='vm1'\]\/sami:mode$/);
  });
});

describe('copy-config, discard-changes, validate, delete-config', () => {
  let fixture: ServerFixture;
  let client: TestClient;
  const ofB = `<data><sami>${vm({ id: 'b' })}</sami></data>`;
  const ofA = `<data><sami>${vm({ id: 'a' })}</sami></data>`;

  beforeEach(async () => {
    fixture = await ServerFixture.start();
    client = await fixture.connect();
    await client.edit(sami(vm({ id: 'a' })));
    await client.commit();
    await client.edit(sami(vm({ id: 'b' })));
  });
  afterEach(() => fixture.stop());

  it('copies running to candidate, which is then unmodified', async () => {
    await client.rpc(
      '<copy-config><target><candidate/></target><source><running/></source></copy-config>',
    );
    assert.equal(await client.config('candidate'), ofA);
    assert.equal(await client.rpc('<lock><target><candidate/></target></lock>'), 'ok');
  });

  it('copies inline content to candidate', async () => {
    const source = `<source><config>${sami(vm({ id: 'b' }))}</config></source>`;
    await client.rpc(`<copy-config><target><candidate/></target>${source}</copy-config>`);
    assert.equal(await client.config('candidate'), ofB);
    await client.commit();
    assert.equal(await client.config(), ofB);
  });

  it('refuses to copy a datastore onto itself', async () => {
    const request =
      '<copy-config><target><candidate/></target><source><candidate/></source></copy-config>';
    assert.deepEqual(await client.refusedWith(request), ['invalid-value']);
  });

  it('copies candidate to running', async () => {
    const request =
      '<copy-config><target><running/></target><source><candidate/></source></copy-config>';
    assert.equal(await client.rpc(request), 'ok');
    assert.equal(await client.config(), await client.config('candidate'));
    assert.match(await client.config(), /<id>b</);
  });

  it('discards changes', async () => {
    await client.rpc('<discard-changes/>');
    assert.equal(await client.config('candidate'), ofA);
  });

  for (const source of ['<candidate/>', '<running/>', `<config>${sami(vm())}</config>`]) {
    it(`validates ${source.slice(0, 12)}`, async () => {
      assert.equal(await client.rpc(`<validate><source>${source}</source></validate>`), 'ok');
    });
  }

  it('reports what validation finds, with its path', async () => {
    await client.edit(sami('<vm><id>c</id></vm>'));
    const [error] = await client.refused('<validate><source><candidate/></source></validate>');
    assert.equal(error?.appTag, 'too-few-elements');
    assert.match(error.path as string, /address/);
  });

  it('reports what is wrong with inline content', async () => {
    const source = `<source><config>${sami('<vm><id>c</id></vm>')}</config></source>`;
    assert.deepEqual(await client.refusedWith(`<validate>${source}</validate>`), [
      'operation-failed',
    ]);
  });

  it('does not delete running', async () => {
    const request = '<delete-config><target><running/></target></delete-config>';
    assert.deepEqual(await client.refusedWith(request), ['unknown-element']);
  });
});

describe('commit (RFC 6241, section 8.3.4.1)', () => {
  let fixture: ServerFixture;
  let client: TestClient;

  beforeEach(async () => {
    fixture = await ServerFixture.start();
    client = await fixture.connect();
  });
  afterEach(() => fixture.stop());

  it('makes running what candidate is', async () => {
    await client.edit(sami(vm()));
    await client.commit();
    assert.equal(await client.config(), `<data><sami>${vm()}</sami></data>`);
    assert.deepEqual(fixture.plane.calls.slice(1, 3), [
      'prepare vm1:absent>learning',
      'apply vm1:absent>learning',
    ]);
  });

  it('changes nothing when the candidate is not valid', async () => {
    await client.edit(sami('<vm><id>a</id></vm>'));
    const candidate = await client.config('candidate');
    assert.deepEqual(await client.refusedWith('<commit/>'), ['operation-failed']);
    assert.equal(await client.config(), '<data/>');
    assert.equal(await client.config('candidate'), candidate);
    assert.deepEqual(fixture.plane.calls, ['start']);
  });

  it('changes nothing when a data plane refuses, and tells why and where', async () => {
    await client.edit(sami(vm()));
    fixture.plane.refuseNext = new RpcErrorException(
      resourceDenied('the table is full', { path: "/sami:sami/sami:vm[sami:id='vm1']" }),
    );
    const [error] = await client.refused('<commit/>');
    assert.equal(error?.tag, 'resource-denied');
    assert.equal(error.message, 'the table is full');
    assert.equal(await client.config(), '<data/>');
    assert.match(await client.config('candidate'), /vm1/);
    await client.commit();
    assert.match(await client.config(), /vm1/);
  });

  it('changes nothing when a data plane breaks its word', async () => {
    await client.edit(sami(vm()));
    fixture.plane.failNext = new Error('hardware');
    assert.deepEqual(await client.refusedWith('<commit/>'), ['operation-failed']);
    assert.equal(await client.config(), '<data/>');
    assert.ok(fixture.logger.events('error').includes('plane-apply-failed'));
  });

  it('refuses a kind that no data plane serves', async () => {
    const { vmTree } = fixture.server.datastores;
    const kind = vmTree?.kinds.find((it) => it.name !== 'session' && it.lists.length > 0);
    const list = kind?.lists[0];
    assert.ok(vmTree && kind && list);
    await client.edit(sami(vm()));
    await fixture.server.datastores.edit('candidate', requester(client.id), (root) => {
      const row = vmTree.find(root, 'vm1');
      assert.ok(row);
      const container = new Branch(kind.container, []).with(list, DataList.empty(list));
      return vmTree.withVms(root, vmTree.vms(root)?.with(row.with(kind.container, container)));
    });
    const [error] = await client.refused('<commit/>');
    assert.equal(error?.tag, 'operation-not-supported');
    assert.match(error.path as string, new RegExp(`vm1.*${kind.container.name}`));
  });

  it('is done one after the other', async () => {
    const other = await fixture.connect();
    const reader = await fixture.connect();
    let open: () => void = () => undefined;
    fixture.plane.gate = new Promise((resolve) => (open = resolve));
    await client.edit(sami(vm({ id: 'a' })));
    const first = client.commit();
    const second = other.edit(sami(vm({ id: 'b' }))).then(() => other.commit());
    // Reading does not wait for the commit that is under way.
    assert.equal(await reader.config(), '<data/>');
    open();
    await Promise.all([first, second]);
    assert.deepEqual(
      fixture.plane.calls.filter((call) => call.startsWith('apply')),
      ['apply a:absent>learning', 'apply b:absent>learning'],
    );
  });
});
