/** Netlink below connection tracking: addresses, and messages cut anywhere. */
import assert from 'node:assert/strict';
import { isIPv6 } from 'node:net';
import {
  AddressSet,
  AddressTexts,
  formatIpv6,
  parseAddress,
} from '../../../server/plane/kit/netlink/address.ts';
import { forEachMessage, wholeMessages } from '../../../server/plane/kit/netlink/message.ts';
import { RECORDED } from './recorded-messages.ts';

const ADDRESSES: readonly (readonly [text: string, hex: string])[] = [
  ['0.0.0.0', '00000000'],
  ['255.1.20.3', 'ff011403'],
  ['::', '00000000000000000000000000000000'],
  ['::1', '00000000000000000000000000000001'],
  ['2001:db8::', '20010db8000000000000000000000000'],
  ['2001:db8:0:1:1:1:1:1', '20010db8000000010001000100010001'],
  ['2001:0:0:1::1', '20010000000000010000000000000001'],
  ['fe80::1:0:0:1', 'fe800000000000000001000000000001'],
  ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
  ['::ffff:192.0.2.1', '00000000000000000000ffffc0000201'],
];

describe('Linux data plane: addresses (RFC 5952)', () => {
  for (const [text, hex] of ADDRESSES) {
    it(`reads and prints ${text}`, () => {
      const bytes = parseAddress(text);
      assert.equal(Buffer.from(bytes).toString('hex'), hex);
      const texts = new AddressTexts(1);
      assert.equal(texts.read(Buffer.from(bytes), 0, bytes.length), text);
      assert.equal(texts.read(Buffer.from(bytes), 0, bytes.length), text);
      if (isIPv6(text)) assert.equal(formatIpv6(bytes, 0), text);
    });
  }

  it('finds an address in place', () => {
    const set = new AddressSet(['10.1.1.1', '2001:db8::1']);
    const buffer = Buffer.from('000a01010120010db8000000000000000000000001', 'hex');
    assert.ok(set.has(buffer, 1, 4));
    assert.ok(set.has(buffer, 5, 16));
    assert.ok(!set.has(buffer, 0, 4));
    assert.ok(!set.has(buffer, 4, 16));
    assert.ok(set.hasFamily(4) && set.hasFamily(16));
    assert.ok(!new AddressSet(['10.1.1.1']).hasFamily(16));
  });
});

describe('Linux data plane: netlink messages', () => {
  const first = Buffer.from(RECORDED.tcp, 'hex');
  const second = Buffer.from(RECORDED.udp6, 'hex');
  const both = Buffer.concat([first, second]);

  it('takes only whole messages, wherever the stream is cut', () => {
    for (let cut = 0; cut <= both.length; cut += 1) {
      const expected = cut === both.length ? cut : cut >= first.length ? first.length : 0;
      assert.equal(wholeMessages(both.subarray(0, cut)), expected, `cut at ${cut}`);
    }
  });

  it('walks over every message', () => {
    const seen: number[] = [];
    forEachMessage(both, (type, sequence, _buffer, start, end) => {
      seen.push(type, sequence, start, end);
    });
    assert.deepEqual(seen, [0x100, 1, 0, first.length, 0x100, 1, first.length, both.length]);
  });
});
