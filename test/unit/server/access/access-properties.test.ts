/** Random rules over random trees: what is compiled agrees with RFC 8341, section 3.4.5, taken step by step. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AccessControl } from '../../../../server/access/access-control.ts';
import { emptyRoot } from '../../../../src/data/index.ts';
import type { Branch } from '../../../../src/data/index.ts';
import { RpcErrorException } from '../../../../src/error/index.ts';
import { gardenSchema, nacmXml } from '../../../support/access-schema.ts';
import type { RuleText } from '../../../support/access-schema.ts';
import { dataOf } from '../../../support/data-text.ts';
import { instancesOf, isVisible, mayAccess, pathOf } from '../../../support/naive-access.ts';
import type {
  NaiveInstance,
  NaivePathStep,
  NaiveRule,
  NaiveRules,
} from '../../../support/naive-access.ts';

const USER = 'p';

const option = (arbitrary: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.option(arbitrary, { nil: '' });
const join = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((all) => all.join(''));
const word = fc.constantFrom('p', 'q');
const leaf = (name: string, value: fc.Arbitrary<unknown> = word): fc.Arbitrary<string> =>
  option(value.map((it) => `<${name}>${String(it)}</${name}>`));
const small = fc.integer({ min: 1, max: 2 });
const wrap = (name: string, inside: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  option(inside.map((it) => `<${name}>${it}</${name}>`));
const values = (name: string): fc.Arbitrary<string> =>
  fc
    .uniqueArray(fc.constantFrom('p', 'q', 'r'), { maxLength: 3 })
    .map((all) => all.map((it) => `<${name}>${it}</${name}>`).join(''));
const rows = (
  name: string,
  key: fc.Arbitrary<string>,
  inside: fc.Arbitrary<string>,
): fc.Arbitrary<string> =>
  fc
    .uniqueArray(fc.tuple(key, inside), { selector: ([it]) => it, maxLength: 4 })
    .map((all) => all.map(([it, rest]) => `<${name}>${it}${rest}</${name}>`).join(''));

const bedKey = fc
  .tuple(small, word)
  .map(([row, column]) => `<row>${String(row)}</row><column>${column}</column>`);
const label = option(word.map((it) => `<label xmlns="urn:annex">${it}</label>`));
const pots = rows(
  'pot',
  small.map((it) => `<number>${String(it)}</number>`),
  leaf('herb'),
);
const style = fc.oneof(leaf('bees', small), leaf('hedge'));
const rain = fc.constantFrom(
  '',
  '<weather>dry</weather>',
  '<weather>rain</weather>',
  '<weather>rain</weather><umbrella>p</umbrella>',
);

/** Content of running. */
const garden: fc.Arbitrary<string> = join(
  leaf('name'),
  rain,
  values('colour'),
  values('walk'),
  wrap('shed', join(leaf('tool'), values('key'))),
  wrap('pond', leaf('depth', small)),
  rows('bed', bedKey, join(leaf('plant'), leaf('owner'), pots, label)),
  rows(
    'visitor',
    fc.constantFrom('p', 'q', 'r').map((it) => `<who>${it}</who>`),
    leaf('note'),
  ),
  style,
  wrap('safe', join(leaf('gold'), values('jewel'))),
  wrap('fence', leaf('height', small)),
  option(word.map((it) => `<annexed xmlns="urn:annex">${it}</annexed>`)),
).map((inside) => `<garden xmlns="urn:garden">${inside}</garden>`);

const user = fc.constantFrom('p', 'q', '$USER');
const step = (name: string, keys: Readonly<Record<string, fc.Arbitrary<string>>> = {}) =>
  fc.record(keys, { requiredKeys: [] }).map((it) => ({ name, keys: it }) as NaivePathStep);
const bed = step('g:bed', { row: small.map(String), column: user });
const below: readonly fc.Arbitrary<readonly NaivePathStep[]>[] = [
  fc.tuple(step('g:name')),
  fc.tuple(step('g:weather')),
  fc.tuple(step('g:umbrella')),
  fc.tuple(step('g:colour', { '.': user })),
  fc.tuple(step('g:walk', { '.': user })),
  fc.tuple(step('g:shed')),
  fc.tuple(step('g:shed'), step('g:key', { '.': user })),
  fc.tuple(step('g:pond')),
  fc.tuple(step('g:pond'), step('g:depth')),
  fc.tuple(bed),
  fc.tuple(bed, fc.oneof(step('g:plant'), step('x:label'), step('g:row'), step('g:column'))),
  fc.tuple(bed, step('g:pot', { number: small.map(String) })),
  fc.tuple(bed, step('g:pot', { number: small.map(String) }), step('g:herb')),
  fc.tuple(step('g:visitor', { who: user })),
  fc.tuple(step('g:visitor', { who: user }), step('g:note')),
  fc.tuple(step('g:bees')),
  fc.tuple(step('g:safe')),
  fc.tuple(step('g:safe'), step('g:gold')),
  fc.tuple(step('g:fence')),
  fc.tuple(step('x:annexed')),
  fc.constant([]),
];
const path = fc.oneof(
  fc.constant<readonly NaivePathStep[]>([]),
  fc.oneof(...below).map((it) => [{ name: 'g:garden', keys: {} }, ...it]),
);
const operations = fc.oneof(
  fc.constant('*' as const),
  fc.uniqueArray(fc.constantFrom('create', 'read', 'update', 'delete', 'exec')),
);
const rule: fc.Arbitrary<NaiveRule> = fc.record({
  module: fc.constantFrom('*', '*', '*', 'garden', 'annex', 'other'),
  path: fc.option(path, { nil: undefined, freq: 8 }),
  operations,
  permit: fc.boolean(),
});
const rules: fc.Arbitrary<NaiveRules> = fc.record({
  rules: fc.array(rule, { maxLength: 6 }),
  readDefault: fc.boolean(),
  writeDefault: fc.boolean(),
  user: fc.constant(USER),
});

function ruleText({ module, path: steps, operations: bits, permit }: NaiveRule): RuleText {
  return {
    module,
    ...(steps ? { path: pathText(steps) } : {}),
    operations: bits === '*' ? '*' : bits.join(' '),
    action: permit ? 'permit' : 'deny',
  };
}

function pathText(steps: readonly NaivePathStep[]): string {
  const text = steps.map(({ name, keys }) => {
    const tests = Object.entries(keys).map(([key, value]) => {
      const text = value === '$USER' ? value : `'${value}'`;
      return key === '.' ? `[.=${text}]` : `[g:${key}=${text}]`;
    });
    return `/${name}${tests.join('')}`;
  });
  return text.join('') || '/';
}

function accessFor(given: NaiveRules) {
  const context = gardenSchema();
  const word = (isPermitted: boolean) => (isPermitted ? 'permit' : 'deny');
  const running = dataOf(
    context,
    nacmXml({
      leaves: {
        'read-default': word(given.readDefault),
        'write-default': word(given.writeDefault),
      },
      groups: { staff: [USER] },
      lists: [{ groups: ['staff'], rules: given.rules.map(ruleText) }],
    }),
  );
  return new AccessControl({ context, datastores: { running } }).of({ username: USER });
}

function linesOf(instances: readonly NaiveInstance[]): readonly string[] {
  return instances.map((it) => `${pathOf(it)} ${it.value ?? ''}`);
}

describe('access control, compiled and step by step (RFC 8341, section 3.4.5)', () => {
  it('reads the same', () => {
    const context = gardenSchema();
    let hidden = 0;
    fc.assert(
      fc.property(garden, rules, (xml, given) => {
        const tree = dataOf(context, xml);
        const view = accessFor(given).readable();
        const actual = view ? (view.prune(tree) ?? emptyRoot(context)) : tree;
        const all = instancesOf(tree);
        const visible = all.filter(({ steps }) => isVisible(given, steps));
        if (visible.length < all.length) hidden += 1;
        assert.deepEqual(linesOf(instancesOf(actual)), linesOf(visible));
      }),
      { numRuns: 600 },
    );
    assert.ok(hidden > 100, String(hidden));
  });

  it('permits the same changes, and names no path in a refusal that may not be read', () => {
    const context = gardenSchema();
    const seen = { permitted: 0, denied: 0 };
    fc.assert(
      fc.property(garden, garden, rules, (old, now, given) => {
        const before = dataOf(context, old);
        const after = dataOf(context, now);
        const refused = refusal(() => {
          accessFor(given).checkWrite(before, after);
        });
        const { certain, possible } = naiveWrite(given, before, after);
        if (certain) assert.ok(refused, 'it must be denied');
        else if (!possible) assert.equal(refused, undefined);
        seen[refused ? 'denied' : 'permitted'] += 1;
        const shown = [...instancesOf(before), ...instancesOf(after)].filter(({ steps }) =>
          isVisible(given, steps),
        );
        for (const text of refused ?? []) checkShown(text, shown);
      }),
      { numRuns: 1000 },
    );
    assert.ok(seen.permitted > 50 && seen.denied > 50, JSON.stringify(seen));
  });
});

/** The paths of a refusal; undefined when nothing is refused. */
function refusal(attempt: () => void): readonly string[] | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (!(error instanceof RpcErrorException)) throw error;
    assert.ok(error.errors.every(({ tag }) => tag === 'access-denied'));
    return error.errors.flatMap(({ path: steps }) =>
      typeof steps === 'object'
        ? [
            steps
              .map(({ name, keys = [], value: item }) => {
                const tests = item === undefined ? keys : [['.', item] as const];
                return `/${name}${tests.map(([key, value]) => `[${key}='${value}']`).join('')}`;
              })
              .join(''),
          ]
        : [],
    );
  }
}

/** Some visible instance has the path, or is below it. */
function checkShown(text: string, shown: readonly NaiveInstance[]): void {
  const isShown = shown.some((it) => {
    const plain = pathOf(it).replaceAll(/\/\w+:/g, '/');
    return plain === text || plain.startsWith(`${text}/`);
  });
  assert.ok(isShown || text === '/garden' || isContainer(text), text);
}

/** Containers without presence are not among the instances. */
function isContainer(text: string): boolean {
  return /^\/garden\/(shed|safe|fence)$/.test(text);
}

/**
 * Whether a change must be denied, and whether it may be: which entries of an ordered list have been moved can be
 * said in several ways, as long as as many as possible have stayed.
 */
function naiveWrite(
  given: NaiveRules,
  before: Branch,
  after: Branch,
): { readonly certain: boolean; readonly possible: boolean } {
  const old = new Map(instancesOf(before).map((it) => [pathOf(it), it]));
  const now = new Map(instancesOf(after).map((it) => [pathOf(it), it]));
  const has = (name: string): boolean => [...now.keys()].some((it) => it === `/g:garden/g:${name}`);
  const isRain = now.get('/g:garden/g:weather')?.value === 'rain';
  const gone = [...old].filter(([key]) => !now.has(key));
  const implicit = (key: string): boolean =>
    (key === '/g:garden/g:bees' && has('hedge')) ||
    (key === '/g:garden/g:hedge' && has('bees')) ||
    (key === '/g:garden/g:umbrella' && !isRain);
  const denied =
    gone.some(([key, it]) => !implicit(key) && !mayAccess(given, 'delete', it.steps)) ||
    [...now].some(([key, it]) => {
      const was = old.get(key);
      if (!was) return !mayAccess(given, 'create', it.steps);
      return was.value !== it.value && !mayAccess(given, 'update', it.steps);
    });
  if (denied) return { certain: true, possible: true };
  const moves = ['/g:garden/g:walk[', '/g:garden/g:visitor['].map((list) => {
    const isEntry = (key: string): boolean => key.startsWith(list) && !key.includes(']/');
    const order = [...old.keys()].filter((key) => isEntry(key) && now.has(key));
    const target = [...now.keys()].filter((key) => isEntry(key) && old.has(key));
    const choices = waysToMove(order, target).map((moved) =>
      moved.every((key) => mayAccess(given, 'update', now.get(key)?.steps ?? [])),
    );
    return { some: choices.some((it) => it), every: choices.every((it) => it) };
  });
  return { certain: moves.some(({ some }) => !some), possible: moves.some(({ every }) => !every) };
}

/** The sets of entries that can be said to have been moved, as small as possible. */
function waysToMove(order: readonly string[], target: readonly string[]): readonly string[][] {
  const subsets = Array.from({ length: 1 << order.length }, (_, mask) =>
    order.filter((_key, index) => (mask >> index) & 1),
  );
  const valid = subsets.filter((moved) => {
    const rest = (keys: readonly string[]): string =>
      keys.filter((it) => !moved.includes(it)).join();
    return rest(order) === rest(target);
  });
  const least = Math.min(...valid.map(({ length }) => length));
  return valid.filter(({ length }) => length === least);
}
