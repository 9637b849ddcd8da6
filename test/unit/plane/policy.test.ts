/** A device policy that was read from a file. */
import assert from 'node:assert/strict';
import { parsePolicy } from '../../../server/plane/simulated/index.ts';

describe('the policy of a simulated device', () => {
  it('may be empty or complete', () => {
    assert.deepEqual(parsePolicy({}), {});
    const complete = {
      defaultAction: 'accept',
      loose: true,
      timeouts: { udp: 5 },
      nat: [{ internal: ['10.0.0.0/8'], external: ['203.0.113.1'], ports: { first: 1, last: 2 } }],
      halfOpenThreshold: 50,
      synRate: { limit: 10, intervalSeconds: 1, blockSeconds: 60 },
      accounting: true,
      windowTracking: 'strict',
      dhcpSnooping: true,
      proxy: true,
      contentRules: [
        {
          virtualAddress: '192.0.2.80',
          protocol: 'http',
          url: '/shop/',
          cookie: { name: 'tier', value: 'gold' },
          serverFarm: 'special',
        },
      ],
    };
    assert.equal(parsePolicy(complete), complete);
  });

  const bad: readonly { policy: unknown; message: RegExp }[] = [
    { policy: [], message: /a policy is an object/ },
    { policy: { default: 'accept' }, message: /a policy has no "default"/ },
    { policy: { toString: 'accept' }, message: /a policy has no "toString"/ },
    { policy: { defaultAction: 'allow' }, message: /"defaultAction" of the policy/ },
    { policy: { loose: 1 }, message: /"loose"/ },
    { policy: { timeouts: { udpp: 1 } }, message: /"timeouts"/ },
    { policy: { timeouts: { udp: -1 } }, message: /"timeouts"/ },
    { policy: { nat: [{ internal: '10.0.0.0/8', external: [] }] }, message: /"nat"/ },
    { policy: { nat: [{ internal: [], external: [], ports: { first: 1 } }] }, message: /"nat"/ },
    { policy: { halfOpenThreshold: '50' }, message: /"halfOpenThreshold"/ },
    { policy: { synRate: { limit: 1 } }, message: /"synRate"/ },
    { policy: { windowTracking: true }, message: /"windowTracking"/ },
    { policy: { dhcpSnooping: 1 }, message: /"dhcpSnooping"/ },
    { policy: { contentRules: [{ protocol: 'http' }] }, message: /"contentRules"/ },
    {
      policy: {
        contentRules: [{ virtualAddress: 'a', serverFarm: 'f', protocol: 'http', cookie: 'x' }],
      },
      message: /"contentRules"/,
    },
  ];
  for (const { policy, message } of bad) {
    it(`is not ${JSON.stringify(policy)}`, () => {
      assert.throws(() => parsePolicy(policy), message);
    });
  }
});
