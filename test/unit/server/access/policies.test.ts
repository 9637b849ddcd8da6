/** What the compiled rules of users share, and what they make of rules whose instances cannot be told. */
import assert from 'node:assert/strict';
import { AccessControl } from '../../../../server/access/access-control.ts';
import { FULL_ACCESS } from '../../../../server/access/access.ts';
import type { SessionAccess } from '../../../../server/access/access.ts';
import { emptyBranch, emptyRoot } from '../../../../src/data/index.ts';
import type { Branch } from '../../../../src/data/index.ts';
import { RpcErrorException } from '../../../../src/error/index.ts';
import { compileServerSchema, gardenSchema, nacmXml } from '../../../support/access-schema.ts';
import type { NacmText, RuleText } from '../../../support/access-schema.ts';
import { compileBody, dataOf, treeText } from '../../../support/data-text.ts';

const garden = (inside: string): Branch =>
  dataOf(gardenSchema(), `<garden xmlns="urn:garden">${inside}</garden>`);

function controlBy(nacm: NacmText): AccessControl {
  const context = gardenSchema();
  return new AccessControl({ context, datastores: { running: dataOf(context, nacmXml(nacm)) } });
}

function accessBy(rules: readonly RuleText[], leaves: NacmText['leaves'] = {}): SessionAccess {
  const lists = [{ groups: ['g'], rules }];
  return controlBy({ leaves, groups: { g: ['ann'] }, lists }).of({ username: 'ann' });
}

function isRefused(attempt: () => void): boolean {
  try {
    attempt();
    return false;
  } catch (error) {
    assert.ok(error instanceof RpcErrorException);
    return true;
  }
}

describe('policies (RFC 8341)', () => {
  it('are shared by users of the same groups, and not by others', () => {
    const control = controlBy({
      groups: { g: ['ann', 'bob'], h: ['eve'] },
      lists: [
        { groups: ['g', 'k'], rules: [{ path: '/g:garden/g:name', action: 'deny' }] },
        { groups: ['h'], rules: [{ path: '/g:garden/g:weather', action: 'deny' }] },
      ],
    });
    const view = (username: string, groups: readonly string[] = []) =>
      control.of({ username, groups }).readable();
    assert.equal(view('ann'), view('bob'));
    assert.equal(view('ann'), view('zoe', ['k']));
    assert.notEqual(view('ann'), view('eve'));
    assert.notEqual(view('ann'), view('zoe'));
  });

  it('are a user’s own when the rules speak of the user', () => {
    const control = controlBy({
      groups: { g: ['ann', 'bob'] },
      lists: [
        { groups: ['g'], rules: [{ path: '/g:garden/g:visitor[g:who=$USER]', action: 'deny' }] },
      ],
    });
    const view = (username: string) => control.of({ username }).readable();
    assert.notEqual(view('ann'), view('bob'));
    assert.equal(view('ann'), view('ann'));
  });

  it('are the same objects until the rules change, and others then', () => {
    const context = gardenSchema();
    const datastores = { running: emptyRoot(context) };
    const access = new AccessControl({ context, datastores }).of({ username: 'ann' });
    const before = access.readable();
    datastores.running = garden('<name>x</name>');
    assert.equal(access.readable(), before);
    const lists = [{ groups: ['*'], rules: [] }];
    datastores.running = dataOf(context, nacmXml({ groups: { g: ['ann'] }, lists }));
    assert.notEqual(access.readable(), before);
  });

  it('are those at the start of a request until it is over', () => {
    const context = gardenSchema();
    const datastores = { running: emptyRoot(context) };
    const access = new AccessControl({ context, datastores }).of({ username: 'ann' });
    const commit = context.rpcs.get('{urn:ietf:params:xml:ns:netconf:base:1.0}commit');
    assert.ok(commit);
    const write = (): void => {
      access.checkWrite(garden(''), garden('<name>x</name>'));
    };
    access.checkOperation(commit);
    datastores.running = dataOf(context, nacmXml({ leaves: { 'write-default': 'permit' } }));
    assert.ok(isRefused(write));
    access.checkOperation(commit);
    assert.ok(!isRefused(write));
  });

  it('let the marks of a replay through, whatever the rules (RFC 8341, section 3.4.6, step 3)', () => {
    const access = accessBy([{ action: 'deny' }], { 'read-default': 'deny' });
    const seen = [...gardenSchema().notifications.values()].filter((node) =>
      access.mayReceive(node, emptyBranch(node)),
    );
    assert.deepEqual(
      seen.map(({ name }) => name),
      ['replayComplete', 'notificationComplete'],
    );
  });

  it('are not there for administrators, nor where the schema has no access control', () => {
    const context = compileBody('leaf x { type string; }');
    const none = new AccessControl({ context, datastores: { running: emptyRoot(context) } });
    assert.equal(none.of({ username: 'ann' }), FULL_ACCESS);
    assert.equal(none.stateProvider(), undefined);
    assert.equal(controlBy({}).of({ username: 'ann', administrator: true }), FULL_ACCESS);
    assert.notEqual(controlBy({}).of({ username: 'ann' }), FULL_ACCESS);
  });

  it('leave nothing out, and cost nothing, where everything may be read', () => {
    const access = accessBy([{ action: 'permit' }]);
    assert.equal(access.readable(), undefined);
    const tree = garden('<bed><row>1</row><column>a</column></bed><shed><tool>x</tool></shed>');
    const partly = accessBy([{ path: '/g:garden/g:weather', action: 'deny' }]).readable();
    assert.ok(partly && !partly.all);
    assert.equal(partly.prune(tree), tree);
  });

  it('take a rule about an entry by its position for one about all when it denies, about none when it permits', () => {
    const context = gardenSchema();
    const sensors =
      '<sensors><reading><value>1</value></reading><reading><value>2</value></reading></sensors>';
    const tree = garden(sensors);
    const path = '/g:garden/g:sensors/g:reading[2]';
    const seen = (rules: readonly RuleText[]): string =>
      treeText(accessBy(rules).readable()?.prune(tree) ?? emptyRoot(context));
    assert.ok(!seen([{ path, action: 'deny' }]).includes('<value>'));
    const denied: RuleText = { path: '/g:garden/g:sensors/g:reading', action: 'deny' };
    assert.ok(!seen([{ path, action: 'permit' }, denied]).includes('<value>'));
    assert.ok(seen([]).includes('<value>2</value>'));
  });
});

describe('checking changes (RFC 8341, section 3.2.5)', () => {
  interface Row {
    readonly name: string;
    readonly rules: readonly RuleText[];
    readonly before: string;
    readonly after: string;
    readonly refused: boolean;
  }
  const visitors = (order: string): string =>
    Array.from(order, (who) => `<visitor><who>${who}</who></visitor>`).join('');
  const walks = (order: string): string => Array.from(order, (it) => `<walk>${it}</walk>`).join('');
  const moves = (name: string): RuleText => ({
    path: name,
    operations: 'update',
    action: 'permit',
  });
  const shed: readonly RuleText[] = [
    { path: '/g:garden/g:shed/g:tool', action: 'permit' },
    { path: '/g:garden/g:shed', action: 'deny' },
  ];
  const table: readonly Row[] = [
    {
      name: 'a container without presence that appears needs nothing',
      rules: shed,
      before: '',
      after: '<shed><tool>x</tool></shed>',
      refused: false,
    },
    {
      name: 'a container without presence that disappears needs nothing',
      rules: shed,
      before: '<shed><tool>x</tool></shed>',
      after: '',
      refused: false,
    },
    {
      name: 'what is in it does',
      rules: shed,
      before: '',
      after: '<shed><tool>x</tool><key>y</key></shed>',
      refused: true,
    },
    {
      name: 'a presence container needs create',
      rules: [{ path: '/g:garden/g:pond/g:depth', action: 'permit' }],
      before: '',
      after: '<pond><depth>1</depth></pond>',
      refused: true,
    },
    {
      name: 'an entry that is moved needs update, those it passes do not',
      rules: [moves("/g:garden/g:visitor[g:who='d']")],
      before: visitors('abcd'),
      after: visitors('dabc'),
      refused: false,
    },
    {
      name: 'another entry that is moved does not get it from that one',
      rules: [moves("/g:garden/g:visitor[g:who='d']")],
      before: visitors('abcd'),
      after: visitors('cabd'),
      refused: true,
    },
    {
      name: 'an entry that is added in the middle moves nothing',
      rules: [{ path: '/g:garden/g:visitor', operations: 'create', action: 'permit' }],
      before: visitors('ac'),
      after: visitors('abc'),
      refused: false,
    },
    {
      name: 'an entry of a leaf-list that is moved needs update',
      rules: [moves("/g:garden/g:walk[.='c']")],
      before: walks('abc'),
      after: walks('cab'),
      refused: false,
    },
    {
      name: 'another entry of it does not get it from that one',
      rules: [moves("/g:garden/g:walk[.='c']")],
      before: walks('abc'),
      after: walks('bca'),
      refused: true,
    },
    {
      name: 'an entry of a leaf-list that is added needs create of that entry',
      rules: [{ path: "/g:garden/g:colour[.='red']", operations: 'create', action: 'permit' }],
      before: '<colour>blue</colour>',
      after: '<colour>blue</colour><colour>red</colour>',
      refused: false,
    },
    {
      name: 'and not of another',
      rules: [{ path: "/g:garden/g:colour[.='red']", operations: 'create', action: 'permit' }],
      before: '<colour>blue</colour>',
      after: '<colour>blue</colour><colour>pink</colour>',
      refused: true,
    },
    {
      name: 'nothing is needed where nothing differs',
      rules: [],
      before: visitors('ab'),
      after: visitors('ab'),
      refused: false,
    },
  ];
  for (const { name, rules, before, after, refused } of table) {
    it(name, () => {
      const check = (): void => {
        accessBy(rules).checkWrite(garden(before), garden(after));
      };
      assert.equal(isRefused(check), refused);
    });
  }

  it('tells at most ten errors of a large change', () => {
    const beds = Array.from(
      { length: 500 },
      (_, row) => `<bed><row>${String(row)}</row><column>a</column></bed>`,
    ).join('');
    try {
      accessBy([]).checkWrite(garden(''), garden(beds));
      assert.fail('it was permitted');
    } catch (error) {
      assert.ok(error instanceof RpcErrorException);
      assert.equal(error.errors.length, 10);
    }
  });
});

describe('a schema without a module of access control of its own', () => {
  it('permits everything', () => {
    // Its extensions are known as soon as some module imports them, which must not turn it on.
    const context = compileServerSchema([{ name: 'garden' }], [{ name: 'ietf-netconf' }]);
    assert.equal(context.modules.get('ietf-netconf-acm')?.implemented, false);
    const control = new AccessControl({ context, datastores: { running: emptyRoot(context) } });
    assert.equal(control.of({ username: 'ann' }), FULL_ACCESS);
  });
});
