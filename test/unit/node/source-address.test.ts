/** How peers are told apart (src/node/source-address.ts). */
import assert from 'node:assert/strict';
import { plainAddress, sourceOf } from '../../../src/node/source-address.ts';

describe('source addresses', () => {
  for (const [address, plain, source] of [
    ['192.0.2.1', '192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1', '192.0.2.1'],
    ['2001:db8:0:1:2:3:4:5', '2001:db8:0:1:2:3:4:5', '2001:db8:0:1::/64'],
    ['2001:DB8::5', '2001:DB8::5', '2001:db8:0:0::/64'],
    ['::1', '::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::', '2001:db8:1:2::/64'],
  ] as const) {
    it(`${address} counts as ${source}`, () => {
      assert.equal(plainAddress(address), plain);
      assert.equal(sourceOf(address), source);
    });
  }

  it('two addresses of one /64 are one source, those of two are not', () => {
    assert.equal(sourceOf('2001:db8::1'), sourceOf('2001:db8::ffff:1'));
    assert.notEqual(sourceOf('2001:db8::1'), sourceOf('2001:db8:0:1::1'));
  });
});
