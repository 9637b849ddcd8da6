/** `samid --plane NAME,OPTION=VALUE…`: what it takes, what it refuses, and what it closes. */
import assert from 'node:assert/strict';
import { limitsOf, optionValue, valuesByKind } from '../../../../server/plane/factory.ts';
import type { PlaneFactory, PlaneOptionValues } from '../../../../server/plane/factory.ts';
import { PlaneUsageError, parsePlaneArgument } from '../../../../server/plane/plane-argument.ts';
import { PLANES, describePlanes, openPlanes } from '../../../../server/plane/registry.ts';
import type { OpenPlanes, PlaneTable } from '../../../../server/plane/registry.ts';
import { vmListNode } from '../../../../src/sami/index.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { RecordingLogger } from '../../../support/recording-logger.ts';
import { samiSchema } from '../../../support/server-fixture.ts';
import { TablePlane } from '../../../support/table-plane.ts';

describe('the argument of --plane', () => {
  const good: readonly (readonly [string, string, ...(readonly [string, string])[]])[] = [
    ['linux', 'linux'],
    ['linux,netns=fw1', 'linux', ['netns', 'fw1']],
    ['a,x=1,x=2', 'a', ['x', '1'], ['x', '2']],
    ['a,x=', 'a', ['x', '']],
    ['a,x=1=2', 'a', ['x', '1=2']],
    ['a,x=1\\,2,y=\\\\', 'a', ['x', '1,2'], ['y', '\\']],
  ];
  for (const [text, name, ...options] of good) {
    it(`may be ${text}`, () => {
      assert.deepEqual(parsePlaneArgument(text), { name, options });
    });
  }

  const bad: readonly (readonly [string, RegExp])[] = [
    ['', /expected NAME\[,OPTION=VALUE\]/],
    [',netns=a', /expected NAME/],
    ['netns=a', /expected NAME/],
    ['linux,netns', /expected OPTION=VALUE, not "netns"/],
    ['linux,', /expected OPTION=VALUE, not ""/],
    ['linux,=a', /expected OPTION=VALUE, not "=a"/],
    ['linux,x=a,b', /not "b" \(a comma in a value is "\\,"\)/],
    ['linux,x=a\\', /nothing follows the last backslash/],
  ];
  for (const [text, says] of bad) {
    it(`must not be "${text}"`, () => {
      assert.throws(() => parsePlaneArgument(text), says);
    });
  }
});

describe('openPlanes', () => {
  let calls: string[] = [];
  let opened: PlaneOptionValues[] = [];

  beforeEach(() => {
    calls = [];
    opened = [];
  });

  /** A factory of planes that serve these kinds. */
  function factory(name: string, kinds: readonly string[], failure?: Error): PlaneFactory {
    return {
      name,
      kinds,
      options: [
        { name: 'netns', description: 'network namespace' },
        { name: 'kind', description: 'kind to serve', repeatable: true },
        { name: 'limit.KIND', description: 'entries that fit' },
        ...(name === 'proxy' ? [{ name: 'socket', description: 'path', required: true }] : []),
      ],
      open(values) {
        opened.push(values);
        if (failure) return Promise.reject(failure);
        const list = vmListNode(samiSchema());
        if (!list) throw new Error('no list of VMs');
        const plane = new TablePlane(list, values.get('kind') ?? kinds, { name, journal: calls });
        const close = (): Promise<void> => Promise.resolve(void calls.push(`${name}: after`));
        return Promise.resolve({ plane, close });
      },
    };
  }

  const table: PlaneTable = {
    gate: () => Promise.resolve(factory('gate', ['session', 'nat'])),
    rules: () => Promise.resolve(factory('rules', ['nat', 'acl-dynamic'])),
    proxy: () => Promise.resolve(factory('proxy', ['sticky'])),
    broken: () => Promise.resolve(factory('broken', [], new Error('no such network namespace'))),
    heavy: () => Promise.reject(new Error('loaded although nobody asked for it')),
  };

  const open = (...texts: readonly string[]): Promise<OpenPlanes> =>
    openPlanes(
      texts.map(parsePlaneArgument),
      {
        context: samiSchema(),
        clock: new FakeClock(),
        logger: new RecordingLogger(),
        stateDirectory: '/nowhere',
      },
      table,
    );

  it('makes none where none is asked for', async () => {
    assert.deepEqual((await open()).planes, []);
  });

  it('makes them in the order given, with their options', async () => {
    const made = await open(
      'proxy,socket=/run/a\\,b.sock',
      'gate,netns=fw1,kind=session,limit.session=7',
      'rules,kind=nat,kind=acl-dynamic',
    );
    assert.deepEqual(
      made.planes.map(({ name }) => name),
      ['proxy', 'gate', 'rules'],
    );
    const [proxy, gate, rules] = opened;
    assert.ok(proxy && gate && rules);
    assert.equal(optionValue(proxy, 'socket'), '/run/a,b.sock');
    assert.equal(optionValue(proxy, 'netns'), undefined);
    assert.deepEqual([...valuesByKind(gate, 'limit')], [['session', ['7']]]);
    assert.deepEqual(limitsOf(gate), { session: 7 });
    assert.deepEqual(rules.get('kind'), ['nat', 'acl-dynamic']);
    await made.close();
    assert.deepEqual(calls, ['proxy: after', 'gate: after', 'rules: after']);
  });

  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    [
      'a plane that is not there',
      ['gate', 'paper'],
      /no data plane "paper"; there are: gate, rules, proxy, broken, heavy$/,
    ],
    ['a name that every object has', ['constructor'], /no data plane "constructor"/],
    [
      'an option that is not there',
      ['gate,nets=a'],
      /"gate" has no option "nets"; its options are: netns, kind, limit\.KIND$/,
    ],
    ['an option given twice', ['gate,netns=a,netns=b'], /"gate": option "netns" is given twice/],
    ['a limit given twice', ['gate,limit.nat=1,limit.nat=2'], /"limit\.nat" is given twice/],
    ['an option left out', ['proxy'], /"proxy" needs the option socket=… \(path\)/],
    ['a kind that is not there', ['gate,kind=sessions'], /no kind "sessions"; .*\bsession\b/],
    [
      'a kind of another plane',
      ['gate,kind=sticky'],
      /"gate" has no kind "sticky"; .*: session, nat$/,
    ],
    ['a limit of no kind', ['gate,limit.sessions=1'], /no kind "sessions"/],
    ['a limit of another plane', ['gate,limit.sticky=1'], /"gate" has no kind "sticky"/],
  ];
  for (const [name, texts, says] of refused) {
    it(`refuses ${name}, before any plane is made`, async () => {
      await assert.rejects(open(...texts), (error) => {
        assert.ok(error instanceof PlaneUsageError);
        assert.match(error.message, says);
        return true;
      });
      assert.deepEqual(opened, []);
    });
  }

  it('refuses two owners of a kind, and says which and the way out', async () => {
    await assert.rejects(
      open('gate', 'rules'),
      /kind "nat" is served by data plane "gate" and by data plane "rules": the option kind=/,
    );
    assert.deepEqual(calls, ['gate: close', 'rules: close', 'gate: after', 'rules: after']);
    // The way out.
    const { planes } = await open('gate,kind=session', 'rules');
    assert.equal(planes.length, 2);
  });

  it('closes those that were made when a later one cannot be', async () => {
    await assert.rejects(
      open('gate', 'broken'),
      /^Error: data plane "broken": no such network namespace$/,
    );
    assert.deepEqual(calls, ['gate: close', 'gate: after']);
  });

  it('takes numbers for limits only', () => {
    for (const text of ['', '-1', '1.5', 'many', '1e3', '9'.repeat(16)]) {
      assert.throws(
        () => limitsOf(new Map([['limit.session', [text]]])),
        /limit\.session: expected a number of entries/,
      );
    }
  });
});

describe('the planes that samid knows', () => {
  for (const [name, load] of Object.entries(PLANES)) {
    it(`${name}: goes by its name and has options that can be given`, async () => {
      const factory = await load();
      assert.equal(factory.name, name);
      for (const { name: option, description } of factory.options) {
        assert.match(option, /^[a-z][a-z-]*(\.KIND)?$/);
        assert.match(description, /^\S.*[^.]$/);
      }
      const help = await describePlanes();
      assert.match(help, new RegExp(`^  ${name}$`, 'm'));
    });
  }
});
