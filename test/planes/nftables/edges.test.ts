/** Names and numbers at the edges of what the modules allow: either the kernel has them, or nothing has changed. */
import assert from 'node:assert/strict';
import { RpcErrorException } from '../../../src/error/index.ts';
import { describeOnKernel } from '../../support/namespaces.ts';
import type { PlaneDevice } from '../../support/plane-device.ts';
import type { Plain } from '../../support/plain-data.ts';
import { CLIENT, Crossing, VM, VM_2 } from './crossing.ts';
import { startPlane } from './devices.ts';

const MOST_32 = 4_294_967_295;
const MOST_64 = (1n << 64n) - 1n;
const LARGEST_QUOTA = (1n << 63n) - 1n;

const PLAIN = { id: 'vm1', address: [VM] };
const account = (content: Plain): Plain => ({
  ...PLAIN,
  'cumulative-accounting': {
    account: [{ address: VM, direction: 'to-vm', 'traffic-class': 'default', ...content }],
  },
});
const security = (content: Plain): Plain => ({ ...PLAIN, 'cumulative-security': content });
const halfOpen = (count: number): Plain => security({ 'half-open': [{ address: VM, count }] });
const blocked = (seconds: number): Plain =>
  security({
    'blocked-client': [
      { 'client-address': CLIENT, 'server-address': VM, 'remaining-time': seconds },
    ],
  });
const ace = (content: Plain, name = 'a'): Plain => ({
  ...PLAIN,
  'acl-dynamic': {
    ace: [
      {
        name,
        matches: { ipv4: { 'source-ipv4-network': `${VM}/32` } },
        actions: { forwarding: 'drop', logging: 'log-syslog' },
        ...content,
      },
    ],
  },
});

const TAKEN: readonly (readonly [what: string, vm: Plain])[] = [
  ['the largest quota', account({ 'octet-limit': LARGEST_QUOTA })],
  ['the largest rate', account({ 'committed-rate': 9_223_372_036n })],
  ['the longest block', blocked(MOST_32)],
  ['the longest lifetime', ace({ lifetime: MOST_32, 'idle-timeout': MOST_32 })],
  ['an entry whose name ends a rule', ace({}, 'a"; }\nflush ruleset\n#')],
  ['an entry with the longest name', ace({}, 'ё'.repeat(255))],
];

const REFUSED: readonly (readonly [what: string, vm: Plain, tag: string, why: RegExp])[] = [
  [
    'a larger quota',
    account({ 'octet-limit': LARGEST_QUOTA + 1n }),
    'operation-not-supported',
    /octet-limit: the kernel counts to/,
  ],
  [
    'the largest burst of all',
    account({ 'committed-rate': 1_000, 'committed-burst': MOST_64 }),
    'operation-not-supported',
    /committed-burst: the kernel counts to/,
  ],
  [
    'a rate that the kernel cannot count',
    account({ 'committed-rate': 10_000_000_000n }),
    'operation-not-supported',
    /takes 18446744073 at most/,
  ],
  ['a rate of nothing', account({ 'committed-rate': 0 }), 'operation-not-supported', /rate of 0/],
  ['more half-open connections than ports', halfOpen(MOST_32), 'resource-denied', /65535 fit/],
  [
    'a class of service that ends a rule',
    account({ 'traffic-class': 'ef; flush ruleset' }),
    'operation-not-supported',
    /traffic-class/,
  ],
];

describeOnKernel('nftables: values at the edges', function () {
  this.timeout(30_000);
  let crossing: Crossing;
  let device: PlaneDevice;

  const ruleset = (): Promise<string> => crossing.namespaces.run('old', 'nft list ruleset');

  before(async () => {
    crossing = await Crossing.create();
  });

  beforeEach(async () => {
    device = await startPlane(crossing, 'old');
    await device.commit(PLAIN);
  });

  afterEach(async () => {
    await device[Symbol.asyncDispose]();
    await crossing.clear('old');
  });

  after(async () => {
    await crossing[Symbol.asyncDispose]();
  });

  for (const [what, vm] of TAKEN) {
    it(`takes ${what}`, async () => {
      const before = await ruleset();
      await device.commit(vm);
      // The control: it has changed something, and can be taken away again.
      assert.notEqual(await ruleset(), before);
      await device.commit(PLAIN);
      await device.commit(vm);
    });
  }

  for (const [what, vm, tag, why] of REFUSED) {
    it(`refuses ${what}, and nothing has changed`, async () => {
      const before = await ruleset();
      await assert.rejects(device.commit(vm), (error) => {
        assert.ok(error instanceof RpcErrorException);
        assert.equal(error.errors[0]?.tag, tag);
        assert.match(error.message, why);
        return true;
      });
      assert.equal(await ruleset(), before);
    });
  }

  it('counts of 64 bits come back to the last digit', async () => {
    const counts = {
      packets: MOST_64,
      octets: MOST_64 - 2n,
      'dropped-packets': 2n ** 53n + 1n,
      'dropped-octets': 5,
      'octet-limit': LARGEST_QUOTA,
    };
    await device.commit(account(counts));
    const rows = await device.rows('cumulative-accounting/account');
    const row = rows.find((it) => it['direction'] === 'to-vm');
    for (const [name, value] of Object.entries(counts)) assert.equal(row?.[name], value, name);
  });

  it('refuses the address of another VM, and takes it once that has gone', async () => {
    const before = await ruleset();
    await assert.rejects(device.commit({ id: 'vm2', address: [VM_2, VM] }), (error) => {
      assert.ok(error instanceof RpcErrorException);
      assert.equal(error.errors[0]?.appTag, 'address-in-use');
      return true;
    });
    assert.equal(await ruleset(), before);
    // The control.
    await device.commit(undefined, 'vm1');
    await device.commit({ id: 'vm2', address: [VM_2, VM] });
  });
});
