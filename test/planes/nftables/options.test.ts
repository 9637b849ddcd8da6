/** What `--plane nftables,…` takes, and what it says of what it does not. */
import assert from 'node:assert/strict';
import { NftablesDriver, nftablesFactory } from '../../../server/plane/nftables/index.ts';
import { readOptions } from '../../../server/plane/nftables/options.ts';
import { deviceSchema } from '../../support/simulated-device.ts';

const given = (options: Readonly<Record<string, string>>): Map<string, string[]> =>
  new Map(Object.entries(options).map(([name, value]) => [name, [value]]));

describe('options of the nftables plane', () => {
  it('have defaults that limit nothing', () => {
    const { policy, established, family, table, priority, limits } = readOptions(given({}));
    assert.deepEqual(
      { policy, established, family, table, priority, limits },
      {
        policy: 'accept',
        established: 'accept',
        family: 'inet',
        table: 'sami-policy',
        priority: 0,
        limits: {},
      },
    );
  });

  it('are read', () => {
    const options = readOptions(
      given({
        netns: 'fw',
        kind: 'acl-static',
        'limit.acl-dynamic': '500',
        'half-open-threshold': '50',
        'syn-rate': '100/10',
        policy: 'drop',
        priority: '-5',
        'in-flight': 'elsewhere',
      }),
    );
    assert.deepEqual(
      [options.netns, options.kinds, options.limits, options.halfOpenThreshold, options.synRate],
      ['fw', ['acl-static'], { 'acl-dynamic': 500 }, 50, { count: 100, seconds: 10 }],
    );
    assert.deepEqual(
      [options.policy, options.priority, options.inFlight],
      ['drop', -5, 'elsewhere'],
    );
  });

  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ['policy', 'deny', /policy: expected accept or drop, not "deny"/],
    ['family', 'ip', /family: expected inet or bridge/],
    ['half-open-threshold', '0', /half-open-threshold: expected a number from 1 to 65535/],
    ['half-open-threshold', '1e3', /expected a number/],
    ['syn-rate', '100', /syn-rate: expected REQUESTS\/SECONDS/],
    ['syn-rate', '0/10', /syn-rate/],
    ['table', 'a b', /table: expected letters/],
    ['table', 'x; flush ruleset', /table: expected letters/],
    ['limit.acl-dynamic', 'many', /limit\.acl-dynamic/],
  ];
  for (const [name, value, message] of wrong) {
    it(`refuse ${name}=${value}`, () => {
      assert.throws(() => readOptions(given({ [name]: value })), message);
    });
  }

  it('refuse a kind that the family does not serve', () => {
    const options = { family: 'bridge', kinds: ['cumulative-security'] } as const;
    assert.throws(
      () => new NftablesDriver(deviceSchema(), options),
      /a table of family bridge serves .*, not "cumulative-security"/,
    );
  });

  it('are all declared', () => {
    const names = nftablesFactory.options.map((option) => option.name);
    assert.equal(new Set(names).size, names.length);
    for (const [name] of wrong)
      assert.ok(names.includes(name.replace(/^limit\..*/, 'limit.KIND')), name);
  });
});
