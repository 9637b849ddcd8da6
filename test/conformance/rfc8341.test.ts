/** RFC 8341: access control, section by section, over real sessions. Random rules are in test/unit/server/access. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FileStore } from '../../server/index.ts';
import { RpcErrorException, accessDenied } from '../../src/error/index.ts';
import { childElements, textContent } from '../../src/xml/index.ts';
import type { XmlElement } from '../../src/xml/index.ts';
import type { FixtureOptions, TestClient } from '../support/server-fixture.ts';
import {
  AccessScene,
  GARDEN_NS,
  NC_PREFIX,
  PLANTS,
  call,
  editRunning,
  eventOf,
  garden,
  gardenOf,
  namesUntil,
  refusalOf,
  refusalText,
  staff,
  wayToBed,
} from '../support/access-scene.ts';
import { plain } from '../support/server-fixture.ts';
import { RecordingLogger } from '../support/recording-logger.ts';
import { packageRoot } from '../support/tools.ts';
import { withTemporaryDirectory } from '../support/temporary-directory.ts';
import { NACM_NS, gardenSchema, nacmXml } from '../support/access-schema.ts';
import type { NacmText, RuleText } from '../support/access-schema.ts';

const HARVEST = `<harvest ${GARDEN_NS}/>`;
const BURN = `<burn ${GARDEN_NS}/>`;
const PERMIT_ALL: RuleText = { action: 'permit' };
const BED = (row: number, plant: string, owner: string): string =>
  `<bed><row>${String(row)}</row><column>a</column><plant>${plant}</plant><owner>${owner}</owner></bed>`;
const subtree = (inside: string): string => `<filter>${garden(inside)}</filter>`;
const xpath = (select: string): string =>
  `<filter type="xpath" xmlns:g="urn:garden" select="${select}"/>`;
const water = (row: number): string =>
  `<action xmlns="urn:ietf:params:xml:ns:yang:1">${garden(
    `<bed><row>${String(row)}</row><column>a</column><water><litres>3</litres></water></bed>`,
  )}</action>`;

const OPERATIONS: NonNullable<FixtureOptions['operations']> = {
  'garden:harvest': () => ({ amount: 4 }),
  'garden:burn': () => undefined,
  '/garden:garden/bed/water': () => ({ wet: true }),
};

const CLEAR_STARTUP = '<delete-config><target><startup/></target></delete-config>';
const COPY_TO_STARTUP = (source: string): string =>
  `<copy-config><target><startup/></target><source><${source}/></source></copy-config>`;

function findElement(elements: readonly XmlElement[], name: string): XmlElement | undefined {
  for (const element of elements) {
    const found = element.local === name ? element : findElement(childElements(element), name);
    if (found) return found;
  }
  return undefined;
}

interface Row {
  /** Begins with the section. */
  readonly name: string;
  readonly nacm?: NacmText | undefined;
  readonly plants?: string;
  readonly play: (scene: AccessScene) => Promise<void>;
}

function rows(title: string, table: readonly Row[]): void {
  describe(title, () => {
    for (const { name, nacm, plants, play } of table) {
      it(name, async () => {
        const scene = await AccessScene.start(nacm, {
          operations: OPERATIONS,
          ...(plants === undefined ? {} : { plants }),
        });
        try {
          await play(scene);
        } finally {
          await scene.stop();
        }
      });
    }
  });
}

/** A row about whether ann may do something, by rules that permit it and by others. */
interface Verdict {
  readonly name: string;
  readonly nacm: NacmText | undefined;
  readonly may: boolean;
}

function verdicts(
  title: string,
  attempt: (client: TestClient) => Promise<unknown>,
  table: readonly Verdict[],
): void {
  rows(
    title,
    table.map(({ name, nacm, may }) => ({
      name,
      nacm,
      async play({ ann, admin }) {
        if (may) await attempt(ann);
        else {
          const errors = await refusalOf(attempt(ann));
          assert.deepEqual(
            errors.map(({ tag }) => tag),
            ['access-denied'],
          );
          await attempt(admin);
        }
      },
    })),
  );
}

rows('RFC 8341, section 3.2: access to datastores', [
  {
    name: '§3.2.4 nodes that may not be read are left out, with all that is in them',
    nacm: staff([
      { path: '/g:garden/g:bed/g:owner', operations: 'read', action: 'deny' },
      { path: '/g:garden/g:shed', operations: 'read', action: 'deny' },
    ]),
    async play({ ann, admin }) {
      const beds = '<bed><row>1</row><column>a</column><plant>leek</plant></bed>';
      const other = '<bed><row>2</row><column>a</column><plant>kale</plant></bed>';
      assert.equal(
        await gardenOf(ann),
        `<name>home</name>${beds}${other}<fence><height>2</height></fence>`,
      );
      assert.ok((await gardenOf(admin)).includes('<tool>spade</tool>'));
    },
  },
  {
    name: '§3.2.4 get leaves them out too, of configuration and of state',
    nacm: staff([{ module: 'ietf-netconf-monitoring', operations: 'read', action: 'deny' }]),
    async play({ ann, admin }) {
      assert.ok(!(await ann.rpc('<get/>')).includes('<netconf-state>'));
      assert.ok((await admin.rpc('<get/>')).includes('<netconf-state>'));
    },
  },
  {
    name: '§3.2.4 an entry whose keys may not be read is left out',
    nacm: staff([{ path: '/g:garden/g:bed/g:column', operations: 'read', action: 'deny' }]),
    async play({ ann }) {
      assert.ok(!(await gardenOf(ann)).includes('<bed>'));
    },
  },
  ...[
    ['a content match', subtree('<bed><row/><owner>bob</owner></bed>')],
    ['an XPath condition', xpath("/g:garden/g:bed[g:owner='bob']")],
    ['an XPath condition with a function', xpath("/g:garden/g:bed[starts-with(g:owner,'b')]")],
    ['an XPath expression over several nodes', xpath('/g:garden/g:bed[../g:bed/g:owner]')],
    ['an XPath condition on the negation of it', xpath('/g:garden[not(g:bed/g:owner)]/g:safe')],
  ].map(([what = '', filter = '']): Row => ({
    name: `§3.2.4 a filter with ${what} sees only what may be read`,
    nacm: staff([{ path: '/g:garden/g:bed/g:owner', operations: 'read', action: 'deny' }]),
    async play({ ann, admin }) {
      assert.equal(await gardenOf(ann, filter), '');
      if (!what.includes('negation')) assert.ok((await gardenOf(admin, filter)).includes('<bed>'));
    },
  })),
  {
    name: '§3.2.5 nothing is needed for a node that is on the way only',
    nacm: staff([{ path: '/g:garden/g:bed', operations: 'create', action: 'permit' }]),
    async play({ ann, admin }) {
      assert.equal(await ann.rpc(editRunning(garden(BED(3, 'peas', 'ann')))), 'ok');
      assert.ok((await gardenOf(admin)).includes('<plant>peas</plant>'));
    },
  },
  {
    name: '§3.2.5 creating needs create, of every node that is created',
    nacm: staff([
      { path: '/g:garden/g:bed/g:owner', operations: 'create', action: 'deny' },
      { path: '/g:garden/g:bed', operations: 'create', action: 'permit' },
    ]),
    async play({ ann, admin }) {
      assert.equal(
        await refusalText(ann.rpc(editRunning(garden(BED(3, 'peas', 'ann'))))),
        "access-denied /garden/bed[row='3'][column='a']/owner",
      );
      assert.ok(!(await gardenOf(admin)).includes('peas'));
      const bare = '<bed><row>3</row><column>a</column><plant>peas</plant></bed>';
      assert.equal(await ann.rpc(editRunning(garden(bare))), 'ok');
    },
  },
  {
    name: '§3.2.5 deleting needs delete, of every node that is deleted',
    nacm: staff([
      { path: '/g:garden/g:bed/g:owner', operations: 'delete', action: 'deny' },
      { path: '/g:garden/g:bed', operations: 'delete update', action: 'permit' },
    ]),
    async play({ ann }) {
      const gone = garden(
        `<bed ${NC_PREFIX} nc:operation="delete"><row>1</row><column>a</column></bed>`,
      );
      assert.equal(
        await refusalText(ann.rpc(editRunning(gone))),
        "access-denied /garden/bed[row='1'][column='a']/owner",
      );
      const plant = `<plant ${NC_PREFIX} nc:operation="delete"/>`;
      const leaf = garden(`<bed><row>1</row><column>a</column>${plant}</bed>`);
      assert.equal(await ann.rpc(editRunning(leaf)), 'ok');
    },
  },
  {
    name: '§3.2.5 changing a value needs update, and nothing else',
    nacm: staff([{ path: '/g:garden/g:name', operations: 'update', action: 'permit' }]),
    async play({ ann }) {
      assert.equal(await ann.rpc(editRunning(garden('<name>away</name>'))), 'ok');
      const gone = garden(`<name ${NC_PREFIX} nc:operation="delete"/>`);
      assert.equal(await refusalText(ann.rpc(editRunning(gone))), 'access-denied /garden/name');
    },
  },
  {
    name: '§3.2.5 moving an entry of a list ordered by the user is an update of it',
    nacm: staff([
      { path: "/g:garden/g:visitor[g:who='b']", operations: 'update', action: 'permit' },
    ]),
    plants:
      '<visitor><who>a</who></visitor><visitor><who>b</who></visitor><visitor><who>c</who></visitor>',
    async play({ ann }) {
      const first = (who: string): string =>
        editRunning(
          garden(
            `<visitor ${NC_PREFIX} nc:operation="merge" xmlns:y="urn:ietf:params:xml:ns:yang:1" y:insert="first"><who>${who}</who></visitor>`,
          ),
        );
      assert.equal(await ann.rpc(first('b')), 'ok');
      assert.equal(
        await refusalText(ann.rpc(first('c'))),
        "access-denied /garden/visitor[who='c']",
      );
    },
  },
  {
    name: '§3.2.5 a container without presence is no node that is created or deleted',
    nacm: staff([
      { path: '/g:garden/g:shed/g:key', operations: 'create delete', action: 'permit' },
    ]),
    plants: '<name>home</name>',
    async play({ ann }) {
      assert.equal(await ann.rpc(editRunning(garden('<shed><key>k</key></shed>'))), 'ok');
      const gone = `<shed ${NC_PREFIX} nc:operation="delete"/>`;
      assert.equal(await ann.rpc(editRunning(garden(gone))), 'ok');
      assert.equal(
        await refusalText(ann.rpc(editRunning(garden('<pond/>')))),
        'access-denied /garden/pond',
      );
    },
  },
  {
    name: '§3.2.5 data that is given and changes nothing needs no right',
    nacm: staff([{ path: '/g:garden/g:fence', operations: 'update', action: 'permit' }]),
    async play({ ann }) {
      const same = `${BED(1, 'leek', 'ann')}<fence><height>3</height></fence>`;
      assert.equal(await ann.rpc(editRunning(garden(same))), 'ok');
    },
  },
  {
    name: '§3.2.5 data that a merge leaves alone needs no right; a replace takes it away',
    nacm: staff([{ path: '/g:garden/g:shed', operations: 'create update', action: 'permit' }]),
    plants: '<shed><tool>spade</tool><key>k</key></shed>',
    async play({ ann }) {
      assert.equal(await ann.rpc(editRunning(garden('<shed><tool>hoe</tool></shed>'))), 'ok');
      const replaced = `<shed ${NC_PREFIX} nc:operation="replace"><tool>axe</tool></shed>`;
      assert.equal(
        await refusalText(ann.rpc(editRunning(garden(replaced)))),
        "access-denied /garden/shed/key[.='k']",
      );
    },
  },
  {
    name: '§3.2.5 what another case pushes out needs no right',
    nacm: staff([{ path: '/g:garden/g:hedge', action: 'permit' }]),
    plants: '<bees>5</bees>',
    async play({ ann, admin }) {
      const gone = garden(`<bees ${NC_PREFIX} nc:operation="delete"/>`);
      assert.equal(await refusalText(ann.rpc(editRunning(gone))), 'access-denied /garden/bees');
      assert.equal(await ann.rpc(editRunning(garden('<hedge>box</hedge>'))), 'ok');
      assert.equal(await gardenOf(admin), '<hedge>box</hedge>');
    },
  },
  {
    name: '§3.2.5 what a when takes away needs no right',
    nacm: staff([{ path: '/g:garden/g:weather', action: 'permit' }]),
    plants: '<weather>rain</weather><umbrella>red</umbrella>',
    async play({ ann, admin }) {
      const gone = garden(`<umbrella ${NC_PREFIX} nc:operation="delete"/>`);
      assert.equal(await refusalText(ann.rpc(editRunning(gone))), 'access-denied /garden/umbrella');
      assert.equal(await ann.rpc(editRunning(garden('<weather>dry</weather>'))), 'ok');
      assert.equal(await gardenOf(admin), '<weather>dry</weather>');
    },
  },
  {
    name: '§3.2.5 errors do not tell what is hidden: create of what is there',
    nacm: staff([]),
    async play({ ann, admin }) {
      const create = (gold: string): string =>
        editRunning(garden(`<safe><gold ${NC_PREFIX} nc:operation="create">${gold}</gold></safe>`));
      const there = await refusalOf(ann.rpc(create('1')));
      assert.deepEqual(await admin.refusedWith(create('1')), ['data-exists']);
      const gone = `<safe ${NC_PREFIX} nc:operation="remove"/>`;
      assert.equal(await admin.rpc(editRunning(garden(gone))), 'ok');
      assert.deepEqual(await refusalOf(ann.rpc(create('1'))), there);
      assert.deepEqual(
        there.map(({ tag }) => tag),
        ['access-denied'],
      );
      assert.ok(!JSON.stringify(there).includes('safe'));
    },
  },
  {
    name: '§3.2.5 errors do not tell what is hidden: delete of what is not there',
    nacm: staff([]),
    plants: '<name>home</name>',
    async play({ ann, admin }) {
      const gone = garden(`<safe><gold ${NC_PREFIX} nc:operation="delete"/></safe>`);
      assert.deepEqual(await ann.refusedWith(editRunning(gone)), ['access-denied']);
      assert.deepEqual(await admin.refusedWith(editRunning(gone)), ['data-missing']);
    },
  },
  {
    name: '§3.2.6 copy-config to a datastore needs the right for every difference',
    nacm: staff([{ path: '/g:garden/g:name', action: 'permit' }]),
    plants: '<name>home</name><fence><height>2</height></fence>',
    async play({ ann }) {
      const copy = (inside: string): string =>
        `<copy-config><target><candidate/></target><source><config>${garden(inside)}</config></source></copy-config>`;
      const errors = await refusalText(ann.rpc(copy('<name>away</name>')));
      assert.match(errors, /access-denied \/garden\/fence\/height/);
    },
  },
  {
    name: '§3.2.6 running to startup needs the right to perform it only, and loses nothing',
    nacm: staff([{ path: '/g:garden/g:bed', operations: 'read', action: 'deny' }]),
    async play({ ann, admin }) {
      assert.equal(await ann.rpc(COPY_TO_STARTUP('running')), 'ok');
      assert.equal(await gardenOf(admin, subtree(''), 'startup'), PLANTS);
    },
  },
  {
    name: '§3.2.6 what may not be read is left out of the source',
    nacm: staff([{ path: '/g:garden/g:bed', operations: 'read', action: 'deny' }], {
      'write-default': 'permit',
    }),
    async play({ ann, admin }) {
      await admin.rpc(CLEAR_STARTUP);
      const fence = '<fence><height>2</height></fence>';
      assert.equal(
        await refusalText(ann.rpc(COPY_TO_STARTUP('candidate'))),
        'access-denied /garden/fence/height',
      );
      const gone = garden(`<fence ${NC_PREFIX} nc:operation="delete"/>`);
      assert.equal(await admin.edit(gone), 'ok');
      assert.equal(await ann.rpc(COPY_TO_STARTUP('candidate')), 'ok');
      assert.equal(
        await gardenOf(admin, subtree(''), 'startup'),
        '<name>home</name><shed><tool>spade</tool></shed>',
      );
      assert.ok((await gardenOf(admin)).endsWith(fence));
    },
  },
  {
    name: '§3.2.7 delete-config is denied by default, whatever exec-default says',
    nacm: staff([], { 'exec-default': 'permit' }),
    async play({ ann, admin }) {
      assert.deepEqual(await ann.refusedWith(CLEAR_STARTUP), ['access-denied']);
      assert.equal(await admin.rpc(CLEAR_STARTUP), 'ok');
    },
  },
  {
    name: '§3.2.7 a rule may permit delete-config',
    nacm: staff([
      { rpc: 'delete-config', module: 'ietf-netconf', operations: 'exec', action: 'permit' },
    ]),
    async play({ ann, admin }) {
      await admin.rpc(CLEAR_STARTUP);
      assert.equal(await ann.rpc(CLEAR_STARTUP), 'ok');
    },
  },
  {
    name: '§3.2.8 commit is checked for the nodes that differ from running only',
    nacm: staff([{ path: '/g:garden/g:name', operations: 'update', action: 'permit' }]),
    async play({ ann, admin }) {
      assert.equal(await ann.edit(garden('<name>away</name>')), 'ok');
      assert.equal(await ann.commit(), 'ok');
      assert.ok((await gardenOf(admin)).startsWith('<name>away</name>'));
      assert.equal(await ann.commit(), 'ok');
    },
  },
  {
    name: '§3.2.5 an edit that is only tested is denied like one that is made',
    nacm: staff([{ path: '/g:garden/g:name', operations: 'update', action: 'permit' }]),
    async play({ ann }) {
      const test = '<test-option>test-only</test-option>';
      assert.equal(await ann.edit(garden('<name>away</name>'), test), 'ok');
      assert.equal(
        await refusalText(ann.edit(garden('<shed><tool>axe</tool></shed>'), test)),
        'access-denied /garden/shed/tool',
      );
    },
  },
  {
    name: '§3.2.8 commit of what another session has put into the candidate is denied',
    nacm: staff([{ path: '/g:garden/g:name', operations: 'update', action: 'permit' }]),
    async play({ ann, admin }) {
      assert.equal(await admin.edit(garden('<shed><tool>axe</tool></shed>')), 'ok');
      assert.equal(await ann.edit(garden('<name>away</name>')), 'ok');
      assert.equal(await refusalText(ann.commit()), 'access-denied /garden/shed/tool');
      assert.ok((await gardenOf(admin)).startsWith('<name>home</name>'));
      assert.equal(await admin.commit(), 'ok');
    },
  },
  {
    name: '§3.2.4 partial-lock finds what may be read only (RFC 5717, §2.4.1)',
    nacm: staff([{ path: '/g:garden/g:shed', operations: 'read', action: 'deny' }]),
    async play({ ann, admin }) {
      const lock = (path: string): string =>
        `<partial-lock xmlns="urn:ietf:params:xml:ns:netconf:partial-lock:1.0"><select xmlns:g="urn:garden">${path}</select></partial-lock>`;
      const errors = await refusalOf(call(ann, lock('/g:garden/g:shed')));
      assert.deepEqual(
        errors.map(({ appTag }) => appTag),
        ['no-matches'],
      );
      assert.match(await call(ann, lock('/g:garden/g:name')), /<lock-id>/);
      assert.match(await call(admin, lock('/g:garden/g:shed')), /<lock-id>/);
    },
  },
  {
    name: '§3.2.9 discard-changes needs the right to perform it only',
    nacm: staff([]),
    async play({ ann, admin }) {
      await admin.edit(garden('<name>away</name>'));
      assert.equal(await ann.rpc('<discard-changes/>'), 'ok');
      assert.ok(!(await admin.config('candidate')).includes('away'));
    },
  },
  {
    name: '§3.2.9 a rule may deny discard-changes',
    nacm: staff([{ rpc: 'discard-changes', action: 'deny' }]),
    async play({ ann, admin }) {
      assert.deepEqual(await ann.refusedWith('<discard-changes/>'), ['access-denied']);
      assert.equal(await admin.rpc('<discard-changes/>'), 'ok');
    },
  },
  {
    name: '§3.2.10 kill-session is denied by default, whatever exec-default says',
    nacm: staff([], { 'exec-default': 'permit' }),
    async play(scene) {
      const victim = await scene.user({ username: 'victim' });
      const kill = `<kill-session><session-id>${String(victim.id)}</session-id></kill-session>`;
      assert.deepEqual(await scene.ann.refusedWith(kill), ['access-denied']);
      await scene.rule(staff([{ rpc: 'kill-session', operations: 'exec', action: 'permit' }]));
      assert.equal(await scene.ann.rpc(kill), 'ok');
    },
  },
]);

/** What is left out counts as denied, so that reading fits into the same tables. */
const read = async (client: TestClient): Promise<void> => {
  const text = await gardenOf(client);
  if (!text.includes('<name>home</name>')) throw new RpcErrorException(accessDenied());
};
const write = (client: TestClient): Promise<string> =>
  client.rpc(editRunning(garden('<name>other</name>')));
const execute = (client: TestClient): Promise<string> => call(client, HARVEST);

verdicts('RFC 8341, section 3.3.4: global controls, reading', read, [
  { name: '§3.3.4.2 read-default is permit', nacm: staff([]), may: true },
  { name: '§3.3.4.2 read-default deny', nacm: staff([], { 'read-default': 'deny' }), may: false },
  {
    name: '§3.3.4.1 enable-nacm false permits everything',
    nacm: staff([{ action: 'deny' }], { 'enable-nacm': 'false', 'read-default': 'deny' }),
    may: true,
  },
  {
    name: '§3.3.4.2 read-default does not matter where a rule matches',
    nacm: staff([{ operations: 'read', action: 'permit' }], { 'read-default': 'deny' }),
    may: true,
  },
]);

verdicts('RFC 8341, section 3.3.4: global controls, writing', write, [
  {
    name: '§3.4.1 without /nacm nobody but a recovery session writes',
    nacm: undefined,
    may: false,
  },
  { name: '§3.3.4.3 write-default is deny', nacm: staff([]), may: false },
  {
    name: '§3.3.4.3 write-default permit',
    nacm: staff([], { 'write-default': 'permit' }),
    may: true,
  },
  {
    name: '§3.3.4.3 write-default permit does not matter where a rule matches',
    nacm: staff([{ operations: 'update', action: 'deny' }], { 'write-default': 'permit' }),
    may: false,
  },
  {
    name: '§3.3.4.1 enable-nacm false permits everything',
    nacm: staff([{ action: 'deny' }], { 'enable-nacm': 'false' }),
    may: true,
  },
]);

verdicts('RFC 8341, section 3.3.4: global controls, executing', execute, [
  { name: '§3.3.4.4 exec-default is permit', nacm: undefined, may: true },
  {
    name: '§3.3.4.4 exec-default deny',
    nacm: staff([], { 'exec-default': 'deny' }),
    may: false,
  },
  {
    name: '§3.3.4.4 exec-default deny does not matter where a rule matches',
    nacm: staff([{ rpc: 'harvest', action: 'permit' }], { 'exec-default': 'deny' }),
    may: true,
  },
]);

rows('RFC 8341, section 3.3: users and groups', [
  {
    name: '§3.3.4.5 groups that the transport reports count with those that are configured',
    nacm: {
      groups: { staff: ['ann'] },
      lists: [{ groups: ['guests'], rules: [{ rpc: 'harvest', action: 'deny' }] }],
    },
    async play(scene) {
      const guest = await scene.user({ username: 'bob', groups: ['guests'] });
      assert.match(await refusalText(call(guest, HARVEST)), /^access-denied/);
      assert.equal(
        await call(await scene.user({ username: 'bob', groups: ['x'] }), HARVEST),
        HARVESTED,
      );
    },
  },
  {
    name: '§3.3.4.5 enable-external-groups false: they are ignored',
    nacm: {
      leaves: { 'enable-external-groups': 'false' },
      groups: { staff: ['ann'] },
      lists: [{ groups: ['guests', 'staff'], rules: [{ rpc: 'harvest', action: 'deny' }] }],
    },
    async play(scene) {
      const guest = await scene.user({ username: 'bob', groups: ['guests'] });
      assert.equal(await call(guest, HARVEST), HARVESTED);
      assert.match(await refusalText(call(scene.ann, HARVEST)), /^access-denied/);
    },
  },
  {
    name: '§3.3.2 a user is in several groups, and the order of the rule-lists decides',
    nacm: {
      groups: { first: ['ann', 'bob'], second: ['ann'] },
      lists: [
        { groups: ['second'], rules: [{ rpc: 'harvest', action: 'permit' }] },
        { groups: ['first'], rules: [{ rpc: 'harvest', action: 'deny' }] },
      ],
    },
    async play(scene) {
      assert.equal(await call(scene.ann, HARVEST), HARVESTED);
      const bob = await scene.user({ username: 'bob' });
      assert.match(await refusalText(call(bob, HARVEST)), /^access-denied/);
    },
  },
  {
    name: '§3.5.2 the group * is every group, and a user in no group has none',
    nacm: {
      groups: { staff: ['ann'] },
      lists: [{ groups: ['*'], rules: [{ rpc: 'harvest', action: 'deny' }] }],
    },
    async play(scene) {
      assert.match(await refusalText(call(scene.ann, HARVEST)), /^access-denied/);
      assert.equal(await call(await scene.user({ username: 'bob' }), HARVEST), HARVESTED);
    },
  },
  {
    name: '§3.3.3 a recovery session is exempt, whatever the rules say',
    nacm: {
      leaves: { 'read-default': 'deny', 'exec-default': 'deny' },
      groups: { all: ['ann', 'root'] },
      lists: [{ groups: ['*'], rules: [{ action: 'deny' }] }],
    },
    async play(scene) {
      const root = await scene.user({ username: 'root', administrator: true });
      await write(root);
      assert.equal(await call(root, BURN), 'ok');
      assert.match(
        await refusalText(write(await scene.user({ username: 'root' }))),
        /^access-denied/,
      );
    },
  },
]);

const HARVESTED = '<amount>4</amount>';

rows('RFC 8341, section 3.4: enforcement', [
  {
    name: '§3.4 changed rules hold for the next request of sessions that are open',
    nacm: staff([]),
    async play(scene) {
      assert.equal(await call(scene.ann, HARVEST), HARVESTED);
      await scene.rule(staff([{ rpc: 'harvest', action: 'deny' }]));
      assert.match(await refusalText(call(scene.ann, HARVEST)), /^access-denied/);
      await scene.rule(staff([{ rpc: 'harvest', action: 'permit' }]));
      assert.equal(await call(scene.ann, HARVEST), HARVESTED);
    },
  },
  {
    name: '§3.4 a request that takes rights away from itself is carried out by the rules at its start',
    nacm: staff([PERMIT_ALL]),
    async play({ ann }) {
      const both = `${nacmXml(staff([]), `${NC_PREFIX} nc:operation="replace"`)}${garden('<name>away</name>')}`;
      assert.equal(await ann.rpc(editRunning(both)), 'ok');
      assert.deepEqual(await ann.refusedWith(editRunning(garden('<name>home</name>'))), [
        'access-denied',
      ]);
    },
  },
  {
    name: '§3.4 rules in the candidate are not in force',
    nacm: staff([]),
    async play({ admin, ann }) {
      const replace = `${NC_PREFIX} nc:operation="replace"`;
      await admin.edit(nacmXml(staff([{ rpc: 'harvest', action: 'deny' }]), replace));
      assert.equal(await call(ann, HARVEST), HARVESTED);
      await admin.commit();
      assert.match(await refusalText(call(ann, HARVEST)), /^access-denied/);
    },
  },
  {
    name: '§3.4.4 the error of a denied operation names it',
    nacm: staff([{ rpc: 'edit-config', action: 'deny' }]),
    async play({ ann }) {
      const [error] = await refusalOf(ann.rpc(editRunning(garden(''))));
      assert.deepEqual(
        [error?.tag, error?.type, error?.path],
        ['access-denied', 'protocol', '/ietf-netconf:rpc/ietf-netconf:edit-config'],
      );
    },
  },
  {
    name: '§3.4.4 step 3: close-session is always permitted',
    nacm: staff([{ action: 'deny' }], { 'exec-default': 'deny' }),
    async play({ ann }) {
      assert.deepEqual(await ann.refusedWith('<get/>'), ['access-denied']);
      assert.equal(await ann.rpc('<close-session/>'), 'ok');
    },
  },
]);

verdicts('RFC 8341, section 3.4.4: rules about operations', execute, [
  {
    name: 'step 7: a rule with the name',
    nacm: staff([{ rpc: 'harvest', action: 'deny' }]),
    may: false,
  },
  { name: 'step 7: another name', nacm: staff([{ rpc: 'burn', action: 'deny' }]), may: true },
  { name: 'step 7: the name *', nacm: staff([{ rpc: '*', action: 'deny' }]), may: false },
  {
    name: 'step 7: the name in its module',
    nacm: staff([{ module: 'garden', rpc: 'harvest', action: 'deny' }]),
    may: false,
  },
  {
    name: 'step 7: the name in another module',
    nacm: staff([{ module: 'annex', rpc: 'harvest', action: 'deny' }]),
    may: true,
  },
  {
    name: 'step 7: a rule about the module',
    nacm: staff([{ module: 'garden', action: 'deny' }]),
    may: false,
  },
  {
    name: 'step 7: a rule about another module',
    nacm: staff([{ module: 'annex', action: 'deny' }]),
    may: true,
  },
  {
    name: 'step 7: a rule about a notification of that name',
    nacm: staff([{ notification: 'harvest', action: 'deny' }]),
    may: true,
  },
  { name: 'step 7: a rule about data', nacm: staff([{ path: '/', action: 'deny' }]), may: true },
  {
    name: 'step 7: the bit exec is not set',
    nacm: staff([{ rpc: 'harvest', operations: 'create read update delete', action: 'deny' }]),
    may: true,
  },
  {
    name: 'step 7: the bit exec is set',
    nacm: staff([{ rpc: 'harvest', operations: 'exec read', action: 'deny' }]),
    may: false,
  },
  {
    name: 'step 7: the first rule that matches decides',
    nacm: staff([
      { rpc: 'harvest', action: 'permit' },
      { rpc: '*', action: 'deny' },
    ]),
    may: true,
  },
  {
    name: 'step 6: a rule-list of another group',
    nacm: {
      groups: { staff: ['ann'] },
      lists: [{ groups: ['guests'], rules: [{ rpc: 'harvest', action: 'deny' }] }],
    },
    may: true,
  },
]);

verdicts('RFC 8341, section 3.4.4: default-deny-all', (client) => call(client, BURN), [
  { name: 'step 10: it is denied by default', nacm: undefined, may: false },
  {
    name: 'step 10: a rule goes first',
    nacm: staff([{ rpc: 'burn', action: 'permit' }]),
    may: true,
  },
  {
    name: 'step 10: a rule about its module too',
    nacm: staff([{ module: 'garden', operations: 'exec', action: 'permit' }]),
    may: true,
  },
  {
    name: 'step 1: not with enable-nacm false',
    nacm: staff([], { 'enable-nacm': 'false' }),
    may: true,
  },
]);

verdicts('RFC 8341, section 3.4.5: rules about data, reading', read, [
  {
    name: 'step 6: a path to the node',
    nacm: staff([{ path: '/g:garden/g:name', action: 'deny' }]),
    may: false,
  },
  {
    name: 'step 6: a path to a node above',
    nacm: staff([{ path: '/g:garden', action: 'deny' }]),
    may: false,
  },
  { name: 'step 6: the path /', nacm: staff([{ path: '/', action: 'deny' }]), may: false },
  {
    name: 'step 6: another path',
    nacm: staff([{ path: '/g:garden/g:shed', action: 'deny' }]),
    may: true,
  },
  { name: 'step 6: the module', nacm: staff([{ module: 'garden', action: 'deny' }]), may: false },
  { name: 'step 6: another module', nacm: staff([{ module: 'annex', action: 'deny' }]), may: true },
  {
    name: 'step 6: the path with another module',
    nacm: staff([{ module: 'annex', path: '/g:garden', action: 'deny' }]),
    may: true,
  },
  {
    name: 'step 6: a rule about operations',
    nacm: staff([{ rpc: '*', operations: 'read', action: 'deny' }]),
    may: true,
  },
  {
    name: 'step 6: a rule about notifications',
    nacm: staff([{ notification: '*', action: 'deny' }]),
    may: true,
  },
  {
    name: 'step 6: the bit read is not set',
    nacm: staff([{ path: '/', operations: 'create update delete exec', action: 'deny' }]),
    may: true,
  },
  {
    name: 'step 6: no bit is set',
    nacm: staff([{ path: '/', operations: '', action: 'deny' }]),
    may: true,
  },
  {
    name: 'step 6: the first rule that matches decides',
    nacm: staff([
      { path: '/g:garden/g:name', action: 'permit' },
      { path: '/g:garden/g:name', action: 'deny' },
    ]),
    may: true,
  },
  {
    name: 'step 7: what is permitted below what is denied is not in the reply',
    nacm: staff([
      { path: '/g:garden/g:name', action: 'permit' },
      { path: '/g:garden', action: 'deny' },
    ]),
    may: false,
  },
  {
    name: 'step 11: nor below what read-default denies',
    nacm: staff([{ path: '/g:garden/g:name', action: 'permit' }], { 'read-default': 'deny' }),
    may: false,
  },
]);

rows('RFC 8341, section 3.4.5: data, actions and notifications in it', [
  {
    name: 'step 6: entries by their keys, all of them and some of them',
    nacm: staff([
      { path: "/g:garden/g:bed[g:row='1'][g:column='a']/g:owner", action: 'deny' },
      { path: "/g:garden/g:bed[g:row='2']/g:plant", action: 'deny' },
      { path: "/g:garden/g:bed[g:column='b']", action: 'deny' },
    ]),
    plants: `${BED(1, 'leek', 'ann')}${BED(2, 'kale', 'bob')}<bed><row>1</row><column>b</column></bed>`,
    async play({ ann }) {
      const first = '<bed><row>1</row><column>a</column><plant>leek</plant></bed>';
      const second = '<bed><row>2</row><column>a</column><owner>bob</owner></bed>';
      assert.equal(await gardenOf(ann), first + second);
    },
  },
  {
    name: 'step 9: default-deny-all hides a node and what is in it',
    nacm: staff([]),
    async play({ ann, admin }) {
      assert.ok(!(await gardenOf(ann)).includes('gold'));
      assert.ok((await gardenOf(admin)).includes('gold'));
    },
  },
  {
    name: 'step 9: a rule goes first',
    nacm: staff([{ path: '/g:garden/g:safe', operations: 'read', action: 'permit' }]),
    async play({ ann }) {
      assert.ok((await gardenOf(ann)).includes('<safe><gold>9</gold></safe>'));
    },
  },
  {
    name: 'step 9: not with enable-nacm false',
    nacm: staff([], { 'enable-nacm': 'false' }),
    async play({ ann }) {
      assert.ok((await gardenOf(ann)).includes('<gold>9</gold>'));
    },
  },
  {
    name: 'step 10: default-deny-write is readable, and not written with write-default permit',
    nacm: staff([], { 'write-default': 'permit' }),
    async play(scene) {
      const { ann } = scene;
      assert.ok((await gardenOf(ann)).includes('<height>2</height>'));
      const higher = editRunning(garden('<fence><height>3</height></fence>'));
      assert.equal(await refusalText(ann.rpc(higher)), 'access-denied /garden/fence/height');
      await scene.rule(
        staff([{ path: '/g:garden/g:fence', operations: 'update', action: 'permit' }]),
      );
      assert.equal(await ann.rpc(higher), 'ok');
    },
  },
  {
    name: 'step 10: default-deny-all is not written with write-default permit, and the path is not told',
    nacm: staff([], { 'write-default': 'permit' }),
    async play({ ann }) {
      const rob = editRunning(garden('<safe><gold>0</gold></safe>'));
      assert.equal(await refusalText(ann.rpc(rob)), 'access-denied /garden');
    },
  },
  {
    name: 'an action needs read of all nodes on its way, and exec of itself',
    nacm: staff([]),
    async play(scene) {
      const { ann } = scene;
      assert.equal(await call(ann, water(1)), '<wet>true</wet>');
      for (const rule of [
        { path: '/g:garden/g:bed/g:water', operations: 'exec', action: 'deny' },
        { path: '/g:garden/g:bed', operations: 'read', action: 'deny' },
        { path: '/g:garden', operations: 'read', action: 'deny' },
        { module: 'garden', operations: 'exec', action: 'deny' },
      ] as const) {
        await scene.rule(staff([rule]));
        assert.match(
          await refusalText(call(ann, water(1))),
          /^access-denied/,
          JSON.stringify(rule),
        );
      }
      await scene.rule(staff([{ rpc: 'water', action: 'deny' }]));
      assert.equal(await call(ann, water(1)), '<wet>true</wet>');
    },
  },
  {
    name: 'an action of one instance, and step 13: exec-default',
    nacm: staff([{ path: "/g:garden/g:bed[g:row='1']/g:water", action: 'permit' }], {
      'exec-default': 'deny',
    }),
    async play({ ann, admin }) {
      assert.equal(await call(ann, water(1)), '<wet>true</wet>');
      assert.match(await refusalText(call(ann, water(2))), /^access-denied/);
      assert.equal(await call(admin, water(2)), '<wet>true</wet>');
    },
  },
  {
    name: '§5 whether the instance of a denied action exists is not told',
    nacm: staff([{ path: '/g:garden/g:bed', operations: 'read', action: 'deny' }]),
    async play({ ann, admin }) {
      const [there, absent] = [
        await refusalOf(call(ann, water(1))),
        await refusalOf(call(ann, water(7))),
      ];
      assert.deepEqual(there, absent);
      assert.doesNotMatch(await refusalText(call(admin, water(7))), /access-denied/);
    },
  },
]);

rows('RFC 8341, section 3.5: the configuration', [
  {
    name: '§3.5.2 /nacm is protected: it is neither read nor written without a rule',
    nacm: staff([], { 'write-default': 'permit' }),
    async play(scene) {
      const filter = `<filter><nacm xmlns="${NACM_NS}"/></filter>`;
      const get = `<get-config><source><running/></source>${filter}</get-config>`;
      assert.equal(await scene.ann.rpc(get), '<data/>');
      assert.ok((await scene.admin.rpc(get)).includes('<user-name>ann</user-name>'));
      const open = editRunning(nacmXml({ leaves: { 'enable-nacm': 'false' } }));
      assert.equal(await refusalText(scene.ann.rpc(open)), 'access-denied -');
      await scene.rule(staff([PERMIT_ALL]));
      assert.ok((await scene.ann.rpc(get)).includes('<user-name>ann</user-name>'));
    },
  },
  {
    name: '§3.5.2 paths are given back with prefixes that are declared',
    nacm: staff([{ path: "/g:garden/g:bed[g:row='1']/x:label", action: 'deny' }]),
    async play({ admin }) {
      const reply = await admin.session.request(
        `<get-config ${NC_PREFIX.replace(':nc', '')}><source><running/></source></get-config>`,
      );
      const path = reply.ok ? undefined : findElement(reply.output, 'path');
      assert.ok(path);
      const [, first = '', second = ''] =
        /^\/(\w+):garden\/\1:bed\[\1:row='1'\]\/(\w+):label$/.exec(textContent(path)) ?? [];
      assert.equal(path.bindings.get(first), 'urn:garden');
      assert.equal(path.bindings.get(second), 'urn:annex');
    },
  },
  {
    name: '§3.5.2 prefixes of a path are those in scope where it stands',
    async play({ admin, ann }) {
      const rule = nacmXml(staff([{ path: '/g:garden/g:name', action: 'deny' }]))
        .replace('xmlns:g="urn:garden"', 'xmlns:other="urn:garden"')
        .replace('/g:garden/g:name', '\n  /other:garden/other:name\n ');
      assert.equal(await admin.rpc(editRunning(rule)), 'ok');
      assert.ok(!(await gardenOf(ann)).includes('<name>'));
    },
  },
  ...[
    ['a node that the schema does not have', '/g:garden/g:gnome'],
    ['a prefix that is not declared', '/z:garden'],
    ['a name without a prefix', '/garden/name'],
    ['a key that the list does not have', "/g:garden/g:bed[g:plant='x']"],
    ['a value that the key cannot have', "/g:garden/g:bed[g:row='one']"],
    ['something that is no path', 'garden'],
    ['a function', "/g:garden/g:bed[starts-with(g:column,'a')]"],
  ].map(([what = '', path = '']): Row => ({
    name: `§3.5.2 a path with ${what} is refused, so that a mistake opens nothing`,
    async play({ admin, ann }) {
      const rule = nacmXml(staff([{ path, action: 'deny' }]));
      const [error] = await refusalOf(admin.rpc(editRunning(rule)));
      assert.equal(error?.tag, 'invalid-value');
      assert.ok((await gardenOf(ann)).includes('<name>'));
    },
  })),
  {
    name: '§3.5.2 $USER is the name of the user',
    nacm: {
      groups: { staff: ['ann', 'bob'] },
      lists: [
        {
          groups: ['staff'],
          rules: [
            { path: '/g:garden/g:visitor[g:who=$USER]', action: 'permit' },
            { path: '/g:garden/g:visitor', action: 'deny' },
          ],
        },
      ],
    },
    plants: '<visitor><who>ann</who></visitor><visitor><who>bob</who></visitor>',
    async play(scene) {
      assert.equal(await gardenOf(scene.ann), '<visitor><who>ann</who></visitor>');
      const bob = await scene.user({ username: 'bob' });
      assert.equal(await gardenOf(bob), '<visitor><who>bob</who></visitor>');
    },
  },
  {
    name: '§3.5.2 denials are counted, and nothing else',
    nacm: staff([{ rpc: 'harvest', action: 'deny' }]),
    async play(scene) {
      const { ann } = scene;
      assert.equal(await scene.denied('operations'), 0);
      await refusalOf(call(ann, HARVEST));
      await refusalOf(call(ann, BURN));
      await refusalOf(write(ann));
      await gardenOf(ann);
      assert.equal(await scene.denied('operations'), 2);
      assert.equal(await scene.denied('data-writes'), 1);
      assert.equal(await scene.denied('notifications'), 0);
    },
  },
  {
    name: '§3.5.2 a denied action is a denied operation',
    nacm: staff([{ path: '/g:garden/g:bed/g:water', action: 'deny' }]),
    plants: BED(1, 'rose', 'ann'),
    async play(scene) {
      await refusalOf(call(scene.ann, water(1)));
      assert.equal(await scene.denied('operations'), 1);
      assert.equal(await call(scene.admin, water(1)), '<wet>true</wet>');
      assert.equal(await scene.denied('operations'), 1);
    },
  },
  {
    name: '§3.5.2 the counters begin anew when the server does',
    nacm: staff([]),
    async play(scene) {
      await refusalOf(write(scene.ann));
      const again = await AccessScene.start(staff([]));
      assert.equal(await again.denied('data-writes'), 0);
      await again.stop();
    },
  },
]);

const SUBSCRIBE = '<create-subscription xmlns="urn:ietf:params:xml:ns:netconf:notification:1.0"/>';

/** What ann gets of a frost, then of a theft, then of beds that have wilted, before the session of victim begins. */
async function received(scene: AccessScene): Promise<readonly string[]> {
  const { ann, fixture } = scene;
  const notifications = ann.session.notifications()[Symbol.asyncIterator]();
  assert.equal(await call(ann, SUBSCRIBE), 'ok');
  fixture.server.publish(eventOf('frost'));
  fixture.server.publish(eventOf('theft'));
  for (const row of [1, 2]) {
    fixture.server.publish(eventOf('wilted'), { instance: wayToBed(row) });
  }
  await scene.user({ username: 'victim' });
  const names = await namesUntil(notifications, 'netconf-session-start');
  return names.slice(0, -1);
}

const BEDS = ['garden', 'garden'];

rows(
  'RFC 8341, section 3.4.6: notifications',
  (
    [
      ['step 11: read-default permits', undefined, ['frost', ...BEDS]],
      [
        'step 10: default-deny-all is permitted by a rule',
        [{ notification: 'theft', action: 'permit' }],
        ['frost', 'theft', ...BEDS],
      ],
      ['step 7: a rule with the name', [{ notification: 'frost', action: 'deny' }], BEDS],
      [
        'step 7: the name in its module',
        [{ module: 'garden', notification: 'frost', action: 'deny' }],
        BEDS,
      ],
      [
        'step 7: the name in another module',
        [{ module: 'annex', notification: 'frost', action: 'deny' }],
        ['frost', ...BEDS],
      ],
      [
        'step 7: a rule about the module, about those in the data tree too',
        [{ module: 'garden', action: 'deny' }],
        [],
      ],
      [
        'step 7: a rule about an operation of that name',
        [{ rpc: 'frost', action: 'deny' }],
        ['frost', ...BEDS],
      ],
      [
        'step 7: the bit read is not set',
        [{ notification: 'frost', operations: 'exec', action: 'deny' }],
        ['frost', ...BEDS],
      ],
      [
        'step 7: the first rule that matches decides',
        [
          { notification: 'frost', action: 'permit' },
          { notification: 'frost', action: 'deny' },
        ],
        ['frost', ...BEDS],
      ],
      [
        'in the data tree: by the path of the notification',
        [{ path: '/g:garden/g:bed/g:wilted', action: 'deny' }],
        ['frost'],
      ],
      [
        'in the data tree: by the instance',
        [{ path: "/g:garden/g:bed[g:row='1']/g:wilted", action: 'deny' }],
        ['frost', 'garden'],
      ],
      [
        'in the data tree: what is above has to be readable',
        [
          { path: '/g:garden/g:bed/g:wilted', action: 'permit' },
          { path: "/g:garden/g:bed[g:row='2']", operations: 'read', action: 'deny' },
        ],
        ['frost', 'garden'],
      ],
      [
        'in the data tree: a rule about notifications says nothing',
        [{ notification: 'wilted', action: 'deny' }],
        ['frost', ...BEDS],
      ],
    ] as readonly (readonly [string, readonly RuleText[] | undefined, readonly string[]])[]
  ).map(([name, rules, expected]) => ({
    name,
    nacm: rules && staff(rules),
    async play(scene) {
      assert.deepEqual(await received(scene), expected);
      assert.equal(await scene.denied('notifications'), 4 - expected.length);
    },
  })),
);

rows('RFC 8341, section 3.4.6: notifications, the marks of a replay and the switches', [
  {
    name: 'step 3: replayComplete is always sent',
    nacm: staff([{ operations: 'read', action: 'deny' }]),
    async play({ ann, fixture }) {
      fixture.server.publish(eventOf('frost'));
      const notifications = ann.session.notifications()[Symbol.asyncIterator]();
      const replay = SUBSCRIBE.replace(
        '/>',
        '><startTime>2000-01-01T00:00:00Z</startTime></create-subscription>',
      );
      assert.equal(await call(ann, replay), 'ok');
      assert.deepEqual(await namesUntil(notifications, 'replayComplete'), ['replayComplete']);
    },
  },
  {
    name: 'step 11: read-default deny drops what no rule is about',
    nacm: staff([{ module: 'ietf-netconf-notifications', action: 'permit' }], {
      'read-default': 'deny',
    }),
    async play(scene) {
      assert.deepEqual(await received(scene), []);
    },
  },
  {
    name: 'step 1: enable-nacm false permits all',
    nacm: staff([{ operations: 'read', action: 'deny' }], { 'enable-nacm': 'false' }),
    async play(scene) {
      assert.deepEqual(await received(scene), ['frost', 'theft', ...BEDS]);
    },
  },
  {
    name: 'a rule that comes later holds for the subscriptions that are there',
    nacm: staff([]),
    async play(scene) {
      const { ann, fixture } = scene;
      const notifications = ann.session.notifications()[Symbol.asyncIterator]();
      await call(ann, SUBSCRIBE);
      fixture.server.publish(eventOf('frost'));
      await scene.rule(staff([{ notification: 'frost', action: 'deny' }]));
      fixture.server.publish(eventOf('frost'));
      await scene.user({ username: 'victim' });
      const names = await namesUntil(notifications, 'netconf-session-start');
      assert.equal(names.filter((it) => it === 'frost').length, 1);
    },
  },
]);

const HIDDEN_OWNER = staff(
  [{ path: '/g:garden/g:bed/g:owner', operations: 'read', action: 'deny' }],
  { 'write-default': 'permit' },
);
const NMDA_DATASTORES = 'xmlns:ds="urn:ietf:params:xml:ns:yang:ietf-datastores"';
const GET_DATA = (datastore: string, filter = ''): string =>
  `<get-data xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-nmda" ${NMDA_DATASTORES} xmlns:g="urn:garden"><datastore>ds:${datastore}</datastore>${filter}</get-data>`;

rows('RFC 8341, section 3.2.4: whatever reads', [
  ...['running', 'candidate', 'intended', 'operational'].map((datastore): Row => ({
    name: `§3.2.4 get-data of ${datastore} leaves out what may not be read`,
    nacm: HIDDEN_OWNER,
    async play({ ann, admin }) {
      assert.ok(!(await call(ann, GET_DATA(datastore))).includes('<owner>'));
      assert.ok((await call(admin, GET_DATA(datastore))).includes('<owner>'));
    },
  })),
  {
    name: '§3.2.4 a filter of get-data sees only what may be read',
    nacm: HIDDEN_OWNER,
    async play({ ann, admin }) {
      const filter = `<xpath-filter>/g:garden/g:bed[g:owner='bob']</xpath-filter>`;
      assert.equal(await call(ann, GET_DATA('running', filter)), '<data/>');
      assert.ok((await call(admin, GET_DATA('running', filter))).includes('kale'));
    },
  },
  {
    name: '§3.2.4 compare tells nothing of what may not be read',
    nacm: HIDDEN_OWNER,
    async play({ ann, admin }) {
      const compare = `<compare xmlns="urn:ietf:params:xml:ns:yang:ietf-nmda-compare" ${NMDA_DATASTORES}><source>ds:running</source><target>ds:candidate</target></compare>`;
      await admin.edit(garden(BED(1, 'leek', 'eve')));
      assert.doesNotMatch(await call(ann, compare), /<edit>/);
      assert.match(await call(admin, compare), /eve/);
      await admin.edit(garden(BED(1, 'peas', 'eve')));
      const seen = await call(ann, compare);
      assert.match(seen, /peas/);
      assert.doesNotMatch(seen, /eve|owner/);
    },
  },
  {
    name: '§3.2.4 a subscription to a datastore tells only of changes that may be read',
    nacm: HIDDEN_OWNER,
    async play(scene) {
      const { ann } = scene;
      const notifications = ann.session.notifications()[Symbol.asyncIterator]();
      const subscribe = `<establish-subscription xmlns="urn:ietf:params:xml:ns:yang:ietf-subscribed-notifications" xmlns:p="urn:ietf:params:xml:ns:yang:ietf-yang-push" ${NMDA_DATASTORES} xmlns:g="urn:garden"><p:datastore>ds:running</p:datastore><p:datastore-xpath-filter>/g:garden/g:bed</p:datastore-xpath-filter><p:on-change><p:sync-on-start>false</p:sync-on-start></p:on-change></establish-subscription>`;
      assert.match(await call(ann, subscribe), /<id>/);
      await scene.write(garden(BED(1, 'leek', 'eve')));
      await scene.write(garden(BED(1, 'peas', 'joe')));
      const { value } = (await notifications.next()) as {
        readonly value: { readonly element: XmlElement };
      };
      const text = plain(value.element);
      assert.match(text, /peas/);
      assert.doesNotMatch(text, /eve|joe|owner/);
    },
  },
  {
    name: '§3.2.4 validate and commit do not name what may not be read',
    nacm: HIDDEN_OWNER,
    async play({ ann, admin }) {
      const twice = (owner: string): string =>
        garden(
          [1, 2]
            .map((row) => BED(row, 'leek', 'x').replace('<owner>x', `<owner>${owner}`))
            .join(''),
        );
      await admin.edit(twice('nobody'));
      const validate = '<validate><source><candidate/></source></validate>';
      const told = await refusalOf(admin.rpc(validate));
      assert.match(JSON.stringify(told), /owner/);
      for (const attempt of [validate, '<commit/>']) {
        const errors = await refusalOf(ann.rpc(attempt));
        assert.ok(errors.length > 0);
        assert.doesNotMatch(JSON.stringify(errors), /owner|nobody/, attempt);
      }
    },
  },
  {
    name: '§3.2.4 values that must be unique together are not told of what may not be read',
    nacm: staff([{ path: "/g:garden/g:bed[g:row='2']", operations: 'read', action: 'deny' }]),
    async play({ ann, admin }) {
      await admin.edit(garden(BED(1, 'kale', 'bob')));
      const validate = '<validate><source><candidate/></source></validate>';
      assert.match(JSON.stringify(await refusalOf(admin.rpc(validate))), /row.{1,6}2/);
      assert.doesNotMatch(JSON.stringify(await refusalOf(ann.rpc(validate))), /row.{1,6}2/);
    },
  },
  {
    name: 'kill-subscription is denied by default, by its module',
    async play(scene) {
      const kill = `<kill-subscription xmlns="urn:ietf:params:xml:ns:yang:ietf-subscribed-notifications"><id>1</id></kill-subscription>`;
      assert.match(await refusalText(call(scene.ann, kill)), /^access-denied/);
      assert.doesNotMatch(await refusalText(call(scene.admin, kill)), /access-denied/);
    },
  },
]);

rows('RFC 8341, sections 2.8 and 5.3: what modules protect', [
  {
    name: '§5.3 what could be used to break into connections of VMs is not readable by default',
    async play({ ann, admin }) {
      const ids =
        '<protocol>6</protocol><source-port>9</source-port><destination-port>80</destination-port>';
      const ends =
        '<source-address>10.0.0.1</source-address><destination-address>10.0.0.2</destination-address>';
      const session = `<session>${ids}${ends}<zone>0</zone><lifetime>9</lifetime><original-sequence-end>77</original-sequence-end></session>`;
      await admin.rpc(
        editRunning(
          `<sami xmlns="urn:sami:yang:sami"><vm><id>v</id><address>10.0.0.1</address><mode>standby</mode><sessions xmlns="urn:sami:yang:sami-session">${session}</sessions></vm></sami>`,
        ),
      );
      const get = '<get><filter><sami xmlns="urn:sami:yang:sami"/></filter></get>';
      const [seen, all] = [await ann.rpc(get), await admin.rpc(get)];
      assert.ok(all.includes('<original-sequence-end>77<'));
      assert.equal(seen, all.replace('<original-sequence-end>77</original-sequence-end>', ''));
    },
  },
]);

describe('RFC 8341, section 3.4.1: initial operation', () => {
  it('§3.4.1 rules that are stored are in force after a restart, paths and all', async () => {
    await withTemporaryDirectory(async (directory) => {
      const context = gardenSchema();
      const logger = new RecordingLogger();
      const open = (): FileStore => new FileStore({ directory, context, logger });
      const rules = staff([{ path: "/g:garden/g:bed[g:row='1']/x:label", action: 'deny' }]);
      const label = '<label xmlns="urn:annex">new</label>';
      const plants = [1, 2].map((row) =>
        BED(row, String(row), 'ann').replace('</bed>', `${label}</bed>`),
      );
      const first = await AccessScene.start(rules, { plants: plants.join(''), store: open() });
      assert.equal(await first.admin.rpc(COPY_TO_STARTUP('running')), 'ok');
      await first.stop();
      const second = await AccessScene.start(undefined, { plants: '', store: open() });
      const text = await gardenOf(second.ann);
      assert.equal(text.split('<label>').length, 2, text);
      assert.equal((await gardenOf(second.admin)).split('<label>').length, 3);
      await second.stop();
    });
  });
});

rows('docs/access-control.md', [
  {
    name: '§3.3.5 the rules that it shows do what it says',
    plants: '',
    async play(scene) {
      const text = await readFile(join(packageRoot(), 'docs/access-control.md'), 'utf8');
      const [, rules = ''] = /```xml\n([^]*?)```/.exec(text) ?? [];
      await scene.write(rules);
      const vms = ['vm1', 'vm2'].map(
        (id, at) => `<vm><id>${id}</id><address>10.0.0.${String(at + 1)}</address></vm>`,
      );
      const sami = (inside: string): string => `<sami xmlns="urn:sami:yang:sami">${inside}</sami>`;
      const [mover, wilma, tenant] = [
        await scene.user({ username: 'orchestrator' }),
        await scene.user({ username: 'wilma' }),
        await scene.user({ username: 'vm1' }),
      ];
      const write = editRunning(sami(vms.join('')));
      assert.deepEqual(await wilma.refusedWith(write), ['access-denied', 'access-denied']);
      assert.equal(await mover.rpc(write), 'ok');
      const get = `<get-config><source><running/></source><filter>${sami('<vm><id/></vm>')}</filter></get-config>`;
      const ids = (given: readonly string[]): string =>
        `<data><sami>${given.map((id) => `<vm><id>${id}</id></vm>`).join('')}</sami></data>`;
      assert.equal(await wilma.rpc(get), ids(['vm1', 'vm2']));
      assert.equal(await tenant.rpc(get), ids(['vm1']));
      const lock = '<lock><target><candidate/></target></lock>';
      assert.deepEqual(await tenant.refusedWith(lock), ['access-denied']);
      assert.equal(await mover.rpc(lock), 'ok');
    },
  },
]);

/** Appendix A of the RFC, with the modules of this server. */
const APPENDIX: NacmText = {
  groups: { admin: ['adam'], limited: ['wilma'], guest: ['guest'] },
  lists: [
    {
      groups: ['guest'],
      rules: [{ module: 'ietf-netconf-monitoring', operations: '*', action: 'deny' }],
    },
    {
      groups: ['limited'],
      rules: [
        { module: 'ietf-netconf-monitoring', operations: 'read', action: 'permit' },
        { module: '*', operations: 'exec', action: 'permit' },
      ],
    },
    {
      groups: ['guest', 'limited'],
      rules: [
        {
          path: "/g:garden/g:bed[g:row='1'][g:column='a']",
          operations: 'read update',
          action: 'permit',
        },
      ],
    },
    { groups: ['admin'], rules: [{ module: '*', operations: '*', action: 'permit' }] },
  ],
};

rows('RFC 8341, appendix A: the examples', [
  {
    name: 'A.2 rules about modules',
    nacm: APPENDIX,
    async play(scene) {
      const guest = await scene.user({ username: 'guest' });
      const wilma = await scene.user({ username: 'wilma' });
      assert.ok(!(await guest.rpc('<get/>')).includes('<netconf-state>'));
      assert.ok((await wilma.rpc('<get/>')).includes('<netconf-state>'));
      assert.equal(await call(wilma, BURN), 'ok');
      assert.match(await refusalText(call(guest, BURN)), /^access-denied/);
      assert.equal(await write(await scene.user({ username: 'adam' })), 'ok');
    },
  },
  {
    name: 'A.4 an entry that can be altered, but neither created nor deleted',
    nacm: APPENDIX,
    async play(scene) {
      const guest = await scene.user({ username: 'guest' });
      const update = garden('<bed><row>1</row><column>a</column><plant>peas</plant></bed>');
      assert.equal(await guest.rpc(editRunning(update)), 'ok');
      const gone = garden(
        `<bed ${NC_PREFIX} nc:operation="delete"><row>1</row><column>a</column></bed>`,
      );
      assert.deepEqual((await guest.refusedWith(editRunning(gone)))[0], 'access-denied');
      const other = garden('<bed><row>2</row><column>a</column><plant>peas</plant></bed>');
      assert.deepEqual(await guest.refusedWith(editRunning(other)), ['access-denied']);
    },
  },
]);
