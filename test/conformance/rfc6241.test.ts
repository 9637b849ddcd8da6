/**
 * RFC 6241: the operations (section 7) and what capabilities add to them (sections 8.2, 8.3 and 8.5 to 8.7).
 * Confirmed commit, messages and errors, and URLs have files of their own beside this one.
 */
import assert from 'node:assert/strict';
import type { SchemaContext } from '../../src/yang/index.ts';
import { deleteVm, sami, vm } from '../support/sami-xml.ts';
import { ServerFixture } from '../support/server-fixture.ts';
import type { TestClient } from '../support/server-fixture.ts';
import { serverSchema } from '../support/server-schemas.ts';
import { SurvivingStore } from '../support/surviving-store.ts';

const NC = 'xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0"';
const NOTHING = '<data/>';

interface Scene {
  readonly fixture: ServerFixture;
  readonly client: TestClient;
  readonly other: TestClient;
}

interface Row {
  /** Begins with the section. */
  readonly name: string;
  readonly context?: () => SchemaContext;
  play(scene: Scene): Promise<void>;
}

type Name = 'running' | 'candidate' | 'startup';

const withStartup = (): SchemaContext => serverSchema({ add: ['startup'] });
const data = (...ids: readonly string[]): string =>
  ids.length === 0 ? NOTHING : `<data><sami>${ids.map((id) => vm({ id })).join('')}</sami></data>`;
const vms = (...ids: readonly string[]): string => sami(ids.map((id) => vm({ id })).join(''));
const withOperation = (operation: string, id: string, more = ''): string =>
  sami(`<vm ${NC} nc:operation="${operation}"><id>${id}</id>${more}</vm>`);
const addressOf = (id: string): string => vm({ id }).replace(/^<vm><id>.<\/id>|<\/vm>$/g, '');
/** Well-formed and of the schema, but no configuration that may be in force: an address is missing. */
const INVALID = sami('<vm><id>bad</id></vm>');

const edit = (target: Name, config: string, options = ''): string =>
  `<edit-config><target><${target}/></target>${options}<config>${config}</config></edit-config>`;
const copy = (target: string, source: string): string =>
  `<copy-config><target>${target}</target><source>${source}</source></copy-config>`;
const on = (operation: string, target: string): string =>
  `<${operation}><target><${target}/></target></${operation}>`;
const content = ({ client }: Scene, name: Name): Promise<string> =>
  client.rpc(`<get-config><source><${name}/></source></get-config>`);
const option = (name: string, value: string): string => `<${name}>${value}</${name}>`;

async function expectContents(
  scene: Scene,
  expected: Partial<Record<Name, string>>,
): Promise<void> {
  for (const [name, tree] of Object.entries(expected)) {
    assert.equal(await content(scene, name as Name), tree, name);
  }
}

const GET_CONFIG: readonly Row[] = [
  {
    name: '§7.1 get-config returns the whole of the named datastore, and only that one',
    async play(scene) {
      await scene.client.edit(vms('a'));
      await expectContents(scene, { running: NOTHING, candidate: data('a') });
    },
  },
  {
    name: '§7.1 get-config returns what the filter selects',
    async play({ client }) {
      await client.rpc(edit('running', vms('a', 'b')));
      const filter = `<filter>${sami('<vm><id>b</id></vm>')}</filter>`;
      const source = '<source><running/></source>';
      assert.equal(await client.rpc(`<get-config>${source}${filter}</get-config>`), data('b'));
    },
  },
  {
    name: '§7.1 get-config returns no state',
    async play({ client }) {
      assert.equal(await client.config(), NOTHING);
      assert.match(await client.rpc('<get/>'), /netconf-state/);
    },
  },
  {
    name: '§7.1 get-config names the missing parameter source',
    async play({ client }) {
      const [error] = await client.refused('<get-config/>');
      assert.deepEqual(
        [error?.tag, error?.type, error?.info?.badElement],
        ['missing-element', 'protocol', 'source'],
      );
    },
  },
];

/** Operations, default operations and options of edit-config, on every target alike. */
function editRows(target: Name): readonly Row[] {
  const edited = (
    name: string,
    config: string,
    expected: readonly string[],
    options = '',
  ): Row => ({
    name: `§7.2 edit-config of ${target}: ${name}`,
    async play(scene) {
      await scene.client.rpc(edit(target, vms('a', 'b')));
      assert.equal(await scene.client.rpc(edit(target, config, options)), 'ok');
      await expectContents(scene, { [target]: data(...expected) });
    },
  });
  const refused = (
    name: string,
    config: string,
    tags: readonly string[],
    expected: readonly string[],
    options = '',
  ): Row => ({
    name: `§7.2 edit-config of ${target}: ${name}`,
    async play(scene) {
      await scene.client.rpc(edit(target, vms('a', 'b')));
      assert.deepEqual(await scene.client.refusedWith(edit(target, config, options)), tags);
      await expectContents(scene, { [target]: data(...expected) });
    },
  });
  // The first and the last are good, the one between is not.
  const faulty = sami(
    `${vm({ id: 'c' })}<vm ${NC} nc:operation="delete"><id>z</id></vm>${vm({ id: 'd' })}`,
  );
  const rollback = option('error-option', 'rollback-on-error');
  return [
    edited('merges by default', vms('c'), ['a', 'b', 'c']),
    edited('merge', withOperation('merge', 'c', addressOf('c')), ['a', 'b', 'c']),
    edited(
      'replace takes the place of what is there',
      withOperation('replace', 'a', addressOf('a')),
      ['a', 'b'],
    ),
    edited('create', withOperation('create', 'c', addressOf('c')), ['a', 'b', 'c']),
    edited('delete', deleteVm('a'), ['b']),
    edited('remove', withOperation('remove', 'a'), ['b']),
    edited('remove ignores what is not there', withOperation('remove', 'z'), ['a', 'b']),
    edited(
      'default-operation merge',
      vms('c'),
      ['a', 'b', 'c'],
      option('default-operation', 'merge'),
    ),
    edited(
      'default-operation replace replaces the whole datastore',
      vms('c'),
      ['c'],
      option('default-operation', 'replace'),
    ),
    edited(
      'default-operation none leaves alone what has no operation',
      sami('<vm><id>a</id></vm>'),
      ['a', 'b'],
      option('default-operation', 'none'),
    ),
    refused(
      'default-operation none needs what leads to the data',
      sami('<vm><id>z</id></vm>'),
      ['data-missing'],
      ['a', 'b'],
      option('default-operation', 'none'),
    ),
    refused(
      'create of what exists is data-exists',
      withOperation('create', 'a', addressOf('a')),
      ['data-exists'],
      ['a', 'b'],
    ),
    refused(
      'delete of what does not exist is data-missing',
      deleteVm('z'),
      ['data-missing'],
      ['a', 'b'],
    ),
    refused('stop-on-error is the default', faulty, ['data-missing'], ['a', 'b', 'c']),
    refused(
      'stop-on-error aborts on the first error and keeps what came before it',
      faulty,
      ['data-missing'],
      ['a', 'b', 'c'],
      option('error-option', 'stop-on-error'),
    ),
    refused(
      'continue-on-error goes on after an error, and says so',
      faulty,
      ['data-missing'],
      ['a', 'b', 'c', 'd'],
      option('error-option', 'continue-on-error'),
    ),
    refused(
      'continue-on-error reports every error',
      sami(['y', 'z'].map((id) => deleteVm(id).replace(/<\/?sami[^>]*>/g, '')).join('')),
      ['data-missing', 'data-missing'],
      ['a', 'b'],
      option('error-option', 'continue-on-error'),
    ),
    refused(
      'stop-on-error reports the first error only',
      sami(['y', 'z'].map((id) => deleteVm(id).replace(/<\/?sami[^>]*>/g, '')).join('')),
      ['data-missing'],
      ['a', 'b'],
      option('error-option', 'stop-on-error'),
    ),
    refused('rollback-on-error restores the start', faulty, ['data-missing'], ['a', 'b'], rollback),
    refused(
      'what the schema does not know is refused whole, whatever the error-option',
      sami(`${vm({ id: 'c' })}<nothing/>`),
      ['unknown-element'],
      ['a', 'b'],
      option('error-option', 'continue-on-error'),
    ),
    edited('test-option set', vms('c'), ['a', 'b', 'c'], option('test-option', 'set')),
    edited(
      'test-option test-then-set sets what is valid',
      vms('c'),
      ['a', 'b', 'c'],
      option('test-option', 'test-then-set'),
    ),
    refused(
      'test-option test-then-set does not set what is not',
      INVALID,
      ['operation-failed'],
      ['a', 'b'],
      option('test-option', 'test-then-set'),
    ),
    edited(
      'test-option test-only sets nothing',
      vms('c'),
      ['a', 'b'],
      option('test-option', 'test-only'),
    ),
    refused(
      'test-option test-only reports what it finds',
      INVALID,
      ['operation-failed'],
      ['a', 'b'],
      option('test-option', 'test-only'),
    ),
  ];
}

const EDIT_CONFIG: readonly Row[] = [
  ...editRows('candidate'),
  ...editRows('running'),
  {
    name: '§7.2 edit-config of candidate: test-option set takes what is not valid (RFC 7950, §8.3.3)',
    async play({ client }) {
      await client.edit(INVALID, option('test-option', 'set'));
      assert.match(await client.config('candidate'), /<id>bad</);
      assert.deepEqual(await client.refusedWith('<commit/>'), ['operation-failed']);
    },
  },
  {
    name: '§7.2 edit-config of running: test-option set leaves running valid (RFC 7950, §8.3.3)',
    async play(scene) {
      const request = edit('running', INVALID, option('test-option', 'set'));
      assert.deepEqual(await scene.client.refusedWith(request), ['operation-failed']);
      await expectContents(scene, { running: NOTHING });
    },
  },
  {
    name: '§7.2 edit-config of running: what was done before an error is in force only if it is valid',
    async play(scene) {
      const config = sami(`<vm><id>bad</id></vm><vm ${NC} nc:operation="delete"><id>z</id></vm>`);
      const tags = await scene.client.refusedWith(edit('running', config));
      assert.deepEqual(tags, ['data-missing', 'operation-failed']);
      await expectContents(scene, { running: NOTHING });
    },
  },
  {
    name: '§7.2 edit-config names the missing target, and config',
    async play({ client }) {
      const rows = [
        [`<edit-config><config>${vms('a')}</config></edit-config>`, 'target'],
        ['<edit-config><target><candidate/></target></edit-config>', 'config'],
      ] as const;
      for (const [request, element] of rows) {
        const [error] = await client.refused(request);
        assert.deepEqual([error?.tag, error?.info?.badElement], ['missing-element', element]);
      }
    },
  },
];

const COPY_CONFIG: readonly Row[] = [
  ...(['running', 'candidate', 'startup'] as const).flatMap((target) =>
    (['running', 'candidate', 'startup', 'config'] as const).map((source): Row => ({
      name: `§7.3 copy-config from ${source} to ${target}`,
      context: withStartup,
      async play(scene) {
        const { client } = scene;
        await client.rpc(edit('running', vms('r')));
        await client.rpc(edit('candidate', vms('c'), option('default-operation', 'replace')));
        await client.rpc(copy('<startup/>', `<config>${vms('s')}</config>`));
        const before = { running: data('r'), candidate: data('c'), startup: data('s') };
        await expectContents(scene, before);
        const from = source === 'config' ? `<config>${vms('x')}</config>` : `<${source}/>`;
        const request = copy(`<${target}/>`, from);
        if (source === target) {
          assert.deepEqual(await client.refusedWith(request), ['invalid-value']);
          await expectContents(scene, before);
        } else {
          assert.equal(await client.rpc(request), 'ok');
          const copied = source === 'config' ? data('x') : before[source];
          await expectContents(scene, { ...before, [target]: copied });
        }
      },
    })),
  ),
  ...(['running', 'startup'] as const).map((target): Row => ({
    name: `§7.3 copy-config to ${target} of what is not valid changes nothing (RFC 7950, §8.3.3)`,
    context: withStartup,
    async play(scene) {
      const request = copy(`<${target}/>`, `<config>${INVALID}</config>`);
      assert.deepEqual(await scene.client.refusedWith(request), ['operation-failed']);
      await expectContents(scene, { [target]: NOTHING });
    },
  })),
  {
    name: '§7.3 copy-config names the missing source',
    async play({ client }) {
      const [error] = await client.refused(
        '<copy-config><target><candidate/></target></copy-config>',
      );
      assert.equal(error?.info?.badElement, 'source');
    },
  },
];

const DELETE_CONFIG: readonly Row[] = [
  ...['running', 'candidate'].map((target): Row => ({
    name: `§7.4 delete-config does not delete ${target}`,
    context: withStartup,
    async play({ client }) {
      await client.rpc(edit('running', vms('a')));
      assert.deepEqual(await client.refusedWith(on('delete-config', target)), ['unknown-element']);
      assert.equal(await client.config(), data('a'));
    },
  })),
  {
    name: '§7.4 delete-config deletes startup, and §8.7.5.1 the device starts as from the factory',
    context: withStartup,
    async play(scene) {
      await scene.client.rpc(copy('<startup/>', `<config>${vms('s')}</config>`));
      assert.equal(await scene.client.rpc(on('delete-config', 'startup')), 'ok');
      await expectContents(scene, { startup: NOTHING });
    },
  },
];

const LOCKS: readonly Row[] = (['running', 'candidate', 'startup'] as const).flatMap((name) => {
  const row = (title: string, play: Row['play']): Row => ({
    name: title.replace('LOCK', name),
    context: withStartup,
    play,
  });
  const change =
    name === 'startup' ? copy('<startup/>', `<config>${vms('x')}</config>`) : edit(name, vms('x'));
  return [
    row(
      '§7.5 lock of LOCK is denied while another session has it, whose number is told',
      async ({ client, other }) => {
        await client.rpc(on('lock', name));
        const [error] = await other.refused(on('lock', name));
        assert.deepEqual(
          [error?.tag, error?.type, error?.info?.sessionId],
          ['lock-denied', 'protocol', client.id],
        );
      },
    ),
    row('§7.5 lock of LOCK is denied to the session that has it', async ({ client }) => {
      await client.rpc(on('lock', name));
      assert.deepEqual(await client.refusedWith(on('lock', name)), ['lock-denied']);
    }),
    row('§7.5 while LOCK is locked only its holder changes it', async (scene) => {
      await scene.client.rpc(on('lock', name));
      assert.deepEqual(await scene.other.refusedWith(change), ['in-use']);
      await expectContents(scene, { [name]: NOTHING });
      assert.equal(await scene.client.rpc(change), 'ok');
      await expectContents(scene, { [name]: data('x') });
    }),
    row(
      '§7.5 the lock of LOCK ends with its session, however it ends',
      async ({ fixture, client, other }) => {
        await client.rpc(on('lock', name));
        client.vanish();
        await fixture.settled();
        assert.equal(await other.rpc(on('lock', name)), 'ok');
        await other.rpc('<close-session/>');
        const third = await fixture.connect();
        assert.equal(await third.rpc(on('lock', name)), 'ok');
      },
    ),
    row('§7.5 kill-session breaks the lock of LOCK', async ({ client, other }) => {
      await client.rpc(on('lock', name));
      await other.rpc(`<kill-session><session-id>${String(client.id)}</session-id></kill-session>`);
      assert.equal(await other.rpc(on('lock', name)), 'ok');
    }),
    row('§7.6 unlock of LOCK fails when it is not locked', async ({ client }) => {
      assert.deepEqual(await client.refusedWith(on('unlock', name)), ['operation-failed']);
    }),
    row(
      '§7.6 unlock of LOCK fails when another session has locked it',
      async ({ client, other }) => {
        await client.rpc(on('lock', name));
        assert.deepEqual(await other.refusedWith(on('unlock', name)), ['operation-failed']);
        assert.deepEqual(await other.refusedWith(on('lock', name)), ['lock-denied']);
        assert.equal(await client.rpc(on('unlock', name)), 'ok');
        assert.equal(await other.rpc(on('lock', name)), 'ok');
      },
    ),
  ];
});

const MORE_LOCKS: readonly Row[] = [
  {
    name: '§7.5 lock of candidate is denied while it has changes',
    async play({ client }) {
      await client.edit(vms('a'));
      const [error] = await client.refused(on('lock', 'candidate'));
      assert.deepEqual([error?.tag, error?.info?.sessionId], ['lock-denied', 0]);
      await client.rpc('<discard-changes/>');
      assert.equal(await client.rpc(on('lock', 'candidate')), 'ok');
    },
  },
  {
    name: '§7.5 lock of running is denied while another session has a confirmed commit pending',
    async play({ client, other }) {
      await client.edit(vms('a'));
      await client.commit('<confirmed/>');
      assert.deepEqual(await other.refusedWith(on('lock', 'running')), ['lock-denied']);
      assert.equal(await client.rpc(on('lock', 'running')), 'ok');
    },
  },
  {
    name: '§7.5 lock names the missing target, not one of the datastores',
    async play({ client }) {
      for (const request of ['<lock/>', '<unlock/>']) {
        const [error] = await client.refused(request);
        assert.deepEqual(
          [error?.tag, error?.type, error?.info?.badElement],
          ['missing-element', 'protocol', 'target'],
        );
      }
    },
  },
];

const SESSIONS: readonly Row[] = [
  {
    name: '§7.7 get returns configuration and state',
    async play({ client }) {
      await client.rpc(edit('running', vms('a')));
      const reply = await client.rpc('<get/>');
      assert.match(reply, /<id>a<\/id>/);
      assert.match(reply, /<netconf-state>/);
    },
  },
  {
    name: '§7.8 close-session is answered, and releases locks',
    async play({ client, other }) {
      await client.rpc(on('lock', 'running'));
      assert.equal(await client.rpc('<close-session/>'), 'ok');
      assert.equal(await other.rpc(on('lock', 'running')), 'ok');
    },
  },
  {
    name: '§7.9 kill-session rolls back what the session has on trial',
    async play({ fixture, client, other }) {
      await client.edit(vms('a'));
      await client.commit('<confirmed/>');
      await other.rpc(`<kill-session><session-id>${String(client.id)}</session-id></kill-session>`);
      await fixture.settled();
      assert.equal(await other.config(), NOTHING);
    },
  },
  {
    name: '§7.9 kill-session of the session itself is invalid-value',
    async play({ client }) {
      const kill = `<kill-session><session-id>${String(client.id)}</session-id></kill-session>`;
      assert.deepEqual(await client.refusedWith(kill), ['invalid-value']);
      assert.equal(await client.config(), NOTHING);
    },
  },
  {
    name: '§7.9 kill-session of a session that is not there is invalid-value',
    async play({ client }) {
      for (const id of ['999', '0']) {
        const kill = `<kill-session><session-id>${id}</session-id></kill-session>`;
        assert.deepEqual(await client.refusedWith(kill), ['invalid-value']);
      }
    },
  },
];

/** Operations and parameters that a schema without a feature does not have. */
const WITHOUT: readonly (readonly [feature: string, request: string, tag: string])[] = [
  ['writable-running', edit('running', vms('a')), 'unknown-element'],
  ['writable-running', copy('<running/>', '<candidate/>'), 'unknown-element'],
  ['candidate', edit('candidate', vms('a')), 'unknown-element'],
  ['candidate', '<commit/>', 'operation-not-supported'],
  ['candidate', '<discard-changes/>', 'operation-not-supported'],
  ['candidate', on('lock', 'candidate'), 'unknown-element'],
  ['confirmed-commit', '<commit><confirmed/></commit>', 'unknown-element'],
  ['confirmed-commit', '<cancel-commit/>', 'operation-not-supported'],
  ['validate', '<validate><source><running/></source></validate>', 'operation-not-supported'],
  ['validate', edit('running', vms('a'), option('test-option', 'set')), 'unknown-element'],
  ['startup', on('lock', 'startup'), 'unknown-element'],
  ['startup', on('delete-config', 'startup'), 'unknown-element'],
  ['startup', copy('<startup/>', '<running/>'), 'unknown-element'],
  ['url', copy('<running/>', '<url>file:///a</url>'), 'unknown-element'],
  [
    'xpath',
    '<get-config><source><running/></source><filter type="xpath" select="/"/></get-config>',
    'bad-attribute',
  ],
  [
    'rollback-on-error',
    edit('running', vms('a'), option('error-option', 'rollback-on-error')),
    'invalid-value',
  ],
];

const URN = 'urn:ietf:params:netconf:capability:';
const CAPABILITIES: readonly (readonly [section: string, feature: string, urn: string])[] = [
  ['§8.2.3', 'writable-running', `${URN}writable-running:1.0`],
  ['§8.3.3', 'candidate', `${URN}candidate:1.0`],
  ['§8.4.3', 'confirmed-commit', `${URN}confirmed-commit:1.1`],
  ['§8.5.3', 'rollback-on-error', `${URN}rollback-on-error:1.0`],
  ['§8.6.3', 'validate', `${URN}validate:1.1`],
  ['§8.7.3', 'startup', `${URN}startup:1.0`],
  ['§8.9.3', 'xpath', `${URN}xpath:1.0`],
];

const OPTIONAL: readonly Row[] = [
  ...CAPABILITIES.flatMap(([section, feature, urn]): readonly Row[] => [
    {
      name: `${section} ${feature} is announced by a server that has it`,
      context: () => serverSchema({ add: [feature] }),
      play({ fixture }) {
        assert.ok(fixture.server.capabilities.includes(urn));
        return Promise.resolve();
      },
    },
    {
      name: `${section} ${feature} is not announced by a server without it`,
      context: () => serverSchema({ omit: [feature] }),
      play({ fixture }) {
        assert.ok(!fixture.server.capabilities.some((it) => it.includes(`:${feature}:`)));
        return Promise.resolve();
      },
    },
  ]),
  ...WITHOUT.map(([feature, request, tag]): Row => ({
    name: `§8 without ${feature} a server refuses ${request.slice(0, 60)}… with ${tag}`,
    context: () => serverSchema({ omit: [feature] }),
    async play({ client }) {
      assert.deepEqual(await client.refusedWith(request), [tag]);
    },
  })),
  {
    name: '§8 a server of the base protocol alone can be read, and locked',
    context: () => serverSchema({ omit: CAPABILITIES.map(([, feature]) => feature) }),
    async play({ client }) {
      assert.equal(await client.config(), NOTHING);
      assert.match(await client.rpc('<get/>'), /<netconf-state>/);
      assert.equal(await client.rpc(on('lock', 'running')), 'ok');
      assert.equal(await client.rpc(on('unlock', 'running')), 'ok');
      assert.equal(await client.rpc('<close-session/>'), 'ok');
    },
  },
];

const WRITABLE_RUNNING: readonly Row[] = [
  {
    name: '§8.2 an edit of running takes a candidate without changes along',
    async play(scene) {
      await scene.client.rpc(edit('running', vms('a')));
      await expectContents(scene, { running: data('a'), candidate: data('a') });
      assert.equal(await scene.client.rpc(on('lock', 'candidate')), 'ok');
    },
  },
  {
    name: '§8.2 an edit of running leaves a candidate with changes as it is, and §8.3.4.1 its commit wins',
    async play(scene) {
      await scene.client.edit(vms('c'));
      await scene.other.rpc(edit('running', vms('a')));
      await expectContents(scene, { running: data('a'), candidate: data('c') });
      await scene.client.commit();
      await expectContents(scene, { running: data('c') });
    },
  },
  {
    name: '§8.2 an edit of running that a data plane refuses changes nothing',
    async play(scene) {
      scene.fixture.plane.refuseNext = new Error('no');
      await assert.rejects(scene.client.rpc(edit('running', vms('a'))));
      await expectContents(scene, { running: NOTHING, candidate: NOTHING });
      assert.equal(await scene.client.rpc(edit('running', vms('a'))), 'ok');
    },
  },
  {
    name: '§8.2 an edit of running that changes nothing asks no data plane',
    async play({ fixture, client }) {
      await client.rpc(edit('running', vms('a')));
      const calls = fixture.plane.calls.length;
      assert.equal(await client.rpc(edit('running', vms('a'))), 'ok');
      assert.equal(fixture.plane.calls.length, calls);
    },
  },
];

const CANDIDATE: readonly Row[] = [
  {
    name: '§8.3.1 the candidate is shared by the sessions',
    async play({ client, other }) {
      await client.edit(vms('a'));
      assert.equal(await other.config('candidate'), data('a'));
    },
  },
  {
    name: '§8.3.4.1 commit makes running what the candidate is',
    async play(scene) {
      await scene.client.edit(vms('a'));
      assert.equal(await scene.client.commit(), 'ok');
      await expectContents(scene, { running: data('a'), candidate: data('a') });
    },
  },
  {
    name: '§8.3.4.1 running is unchanged when not all of the candidate can be committed',
    async play(scene) {
      await scene.client.edit(vms('a'));
      scene.fixture.plane.refuseNext = new Error('no');
      await assert.rejects(scene.client.commit());
      await expectContents(scene, { running: NOTHING, candidate: data('a') });
    },
  },
  ...(['running', 'candidate'] as const).map((name): Row => ({
    name: `§8.3.4.1 commit is in-use while another session has ${name} locked`,
    async play({ client, other }) {
      await client.rpc(on('lock', name));
      assert.deepEqual(await other.refusedWith('<commit/>'), ['in-use']);
      assert.equal(await client.commit(), 'ok');
    },
  })),
  {
    name: '§8.3.4.2 discard-changes makes the candidate what running is',
    async play(scene) {
      await scene.client.rpc(edit('running', vms('a')));
      await scene.client.edit(vms('b'));
      assert.equal(await scene.client.rpc('<discard-changes/>'), 'ok');
      await expectContents(scene, { running: data('a'), candidate: data('a') });
    },
  },
  {
    name: '§8.3.4.2 discard-changes is in-use while another session has the candidate locked',
    async play({ client, other }) {
      await client.rpc(on('lock', 'candidate'));
      await client.edit(vms('a'));
      assert.deepEqual(await other.refusedWith('<discard-changes/>'), ['in-use']);
      assert.equal(await client.config('candidate'), data('a'));
    },
  },
  {
    name: '§8.3.5.2 unlock discards changes of the candidate',
    async play(scene) {
      await scene.client.rpc(on('lock', 'candidate'));
      await scene.client.edit(vms('a'));
      await scene.client.rpc(on('unlock', 'candidate'));
      await expectContents(scene, { candidate: NOTHING });
    },
  },
  {
    name: '§8.3.5.2 so does the end of the session that has it locked, and only of that one',
    async play({ fixture, client, other }) {
      await client.rpc(on('lock', 'candidate'));
      await client.edit(vms('a'));
      const third = await fixture.connect();
      third.vanish();
      await fixture.settled();
      assert.equal(await other.config('candidate'), data('a'));
      client.vanish();
      await fixture.settled();
      assert.equal(await other.config('candidate'), NOTHING);
    },
  },
];

const VALIDATE: readonly Row[] = [
  ...['<running/>', '<candidate/>', '<startup/>', `<config>${vms('a')}</config>`].map(
    (source): Row => ({
      name: `§8.6.4.1 validate of ${source.slice(0, 11)} that is valid`,
      context: withStartup,
      async play({ client }) {
        assert.equal(await client.rpc(`<validate><source>${source}</source></validate>`), 'ok');
      },
    }),
  ),
  {
    name: '§8.6.4.1 validate says where the candidate is not valid, and changes nothing',
    async play(scene) {
      await scene.client.edit(INVALID);
      const before = await content(scene, 'candidate');
      const request = '<validate><source><candidate/></source></validate>';
      const [error] = await scene.client.refused(request);
      assert.match(error?.path as string, /address/);
      await expectContents(scene, { candidate: before, running: NOTHING });
    },
  },
  {
    name: '§8.6.4.1 validate says what is wrong with a complete configuration',
    async play({ client }) {
      const request = `<validate><source><config>${INVALID}</config></source></validate>`;
      assert.deepEqual(await client.refusedWith(request), ['operation-failed']);
    },
  },
];

const STARTUP: readonly Row[] = [
  {
    name: '§8.7.1 operations on running do not change startup until it is copied',
    context: withStartup,
    async play(scene) {
      const { client } = scene;
      await client.edit(vms('a'));
      await client.commit();
      await client.rpc(edit('running', vms('b')));
      await expectContents(scene, { running: data('a', 'b'), startup: NOTHING });
      await client.rpc(copy('<startup/>', '<running/>'));
      await expectContents(scene, { startup: data('a', 'b') });
    },
  },
  {
    name: '§8.7.5.1 get-config, copy-config, lock, unlock, validate and delete-config take startup',
    context: withStartup,
    async play({ client }) {
      for (const request of [
        on('lock', 'startup'),
        copy('<startup/>', '<running/>'),
        '<validate><source><startup/></source></validate>',
        on('delete-config', 'startup'),
        on('unlock', 'startup'),
      ]) {
        assert.equal(await client.rpc(request), 'ok', request);
      }
    },
  },
  {
    name: '§8.7 an edit of startup is not among them',
    context: withStartup,
    async play({ client }) {
      assert.deepEqual(await client.refusedWith(edit('startup', vms('a'))), ['unknown-element']);
    },
  },
];

const AREAS: Readonly<Record<string, readonly Row[]>> = {
  'get-config': GET_CONFIG,
  'edit-config': EDIT_CONFIG,
  'copy-config': COPY_CONFIG,
  'delete-config': DELETE_CONFIG,
  'lock and unlock': [...LOCKS, ...MORE_LOCKS],
  'get, close-session and kill-session': SESSIONS,
  'optional parts': OPTIONAL,
  'writable running': WRITABLE_RUNNING,
  candidate: CANDIDATE,
  validate: VALIDATE,
  startup: STARTUP,
};

describe('RFC 6241', () => {
  for (const [area, rows] of Object.entries(AREAS)) {
    describe(area, () => {
      for (const row of rows) {
        it(row.name, async () => {
          const context = row.context?.();
          const fixture = await ServerFixture.start(context ? { context } : {});
          try {
            const client = await fixture.connect();
            const other = await fixture.connect();
            await row.play({ fixture, client, other });
          } finally {
            await fixture.stop();
          }
        });
      }
    });
  }

  describe('startup over a restart', () => {
    const restart = async (
      context: SchemaContext,
      play: (client: TestClient) => Promise<void>,
    ): Promise<string> => {
      const store = new SurvivingStore();
      const first = await ServerFixture.start({ context, store });
      await play(await first.connect());
      await first.stop();
      const second = await ServerFixture.start({ context, store });
      try {
        return await (await second.connect()).config();
      } finally {
        await second.stop();
      }
    };

    it('§8.7.1 the device boots from startup, not from what running was', async () => {
      const running = await restart(withStartup(), async (client) => {
        await client.rpc(edit('running', vms('a')));
        await client.rpc(copy('<startup/>', '<running/>'));
        await client.rpc(edit('running', vms('b')));
      });
      assert.equal(running, data('a'));
    });

    it('§8.7.1 without startup it boots with what running was', async () => {
      const running = await restart(serverSchema(), async (client) => {
        await client.rpc(edit('running', vms('a')));
        await client.edit(vms('b'));
        await client.commit();
        await client.edit(vms('c'));
      });
      assert.equal(running, data('a', 'b'));
    });

    it('§8.7.5.1 after delete-config of startup it boots as from the factory', async () => {
      const running = await restart(withStartup(), async (client) => {
        await client.rpc(copy('<startup/>', `<config>${vms('a')}</config>`));
        await client.rpc(on('delete-config', 'startup'));
      });
      assert.equal(running, NOTHING);
    });

    it('§8.4.1 with startup a confirmed commit has to be copied to be kept', async () => {
      const play = async (client: TestClient): Promise<void> => {
        await client.edit(vms('a'));
        await client.commit('<confirmed/>');
        await client.commit();
      };
      assert.equal(await restart(withStartup(), play), NOTHING);
      const copied = await restart(withStartup(), async (client) => {
        await play(client);
        await client.rpc(copy('<startup/>', '<running/>'));
      });
      assert.equal(copied, data('a'));
    });
  });
});
