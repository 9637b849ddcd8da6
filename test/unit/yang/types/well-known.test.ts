/** Canonical forms of the typedefs of RFC 6991, with IPv6 addresses as RFC 5952 writes them. */
import assert from 'node:assert/strict';
import { canonicalizerOf } from '../../../../src/yang/types/index.ts';

const CASES: Readonly<Record<string, readonly (readonly [text: string, canonical: string])[]>> = {
  'ietf-inet-types:ipv4-address': [
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1%eth0', '192.0.2.1%eth0'],
  ],
  'ietf-inet-types:ipv6-address': [
    // RFC 5952, section 4.1 and 4.2
    ['2001:0db8::0001', '2001:db8::1'],
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    // section 4.3
    ['2001:DB8:AAAA::FFFF', '2001:db8:aaaa::ffff'],
    // section 5
    ['::FFFF:192.0.2.1', '::ffff:192.0.2.1'],
    ['::ffff:c000:201', '::ffff:192.0.2.1'],
    ['0:0:0:0:0:ffff:192.000.02.1', '::ffff:192.0.2.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['::192.0.2.1', '::c000:201'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['FE80::1%eth0', 'fe80::1%eth0'],
    // Not addresses: no more than lower case.
    ['1:2:3:4:5:6:7:8:9::A', '1:2:3:4:5:6:7:8:9::a'],
    ['1:2:3:4::5:6:7:8', '1:2:3:4::5:6:7:8'],
    ['A:', 'a:'],
  ],
  'ietf-inet-types:ipv4-prefix': [
    ['10.1.2.3/12', '10.0.0.0/12'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['10.1.2.3/32', '10.1.2.3/32'],
    ['10.1.2.3/31', '10.1.2.2/31'],
    ['255.255.255.255/0', '0.0.0.0/0'],
    ['255.255.255.255/1', '128.0.0.0/1'],
  ],
  'ietf-inet-types:ipv6-prefix': [
    ['2001:DB8:FFFF::1/36', '2001:db8:f000::/36'],
    ['2001:db8::1/128', '2001:db8::1/128'],
    ['2001:db8::1/127', '2001:db8::/127'],
    ['ffff::/0', '::/0'],
    ['2001:db8::/032', '2001:db8::/32'],
  ],
  'ietf-inet-types:ipv6-address-and-prefix': [['2001:DB8::1/64', '2001:db8::1/64']],
  'ietf-inet-types:domain-name': [['WWW.Example.COM.', 'www.example.com.']],
  'ietf-yang-types:mac-address': [['00:1B:44:11:3A:B7', '00:1b:44:11:3a:b7']],
  'ietf-yang-types:phys-address': [['AB:CD', 'ab:cd']],
  'ietf-yang-types:hex-string': [['DE:AD', 'de:ad']],
  'ietf-yang-types:uuid': [
    ['F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6', 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'],
  ],
  'ietf-yang-types:date-and-time': [
    ['2026-11-20T10:00:00Z', '2026-11-20T10:00:00+00:00'],
    ['2026-11-20T10:00:00+00:00', '2026-11-20T10:00:00+00:00'],
    ['2026-11-20T10:00:00-00:00', '2026-11-20T10:00:00-00:00'],
    ['2026-11-20T00:30:15.250+01:00', '2026-11-19T23:30:15.250+00:00'],
    ['2026-12-31T23:30:00-02:15', '2027-01-01T01:45:00+00:00'],
    ['2024-02-28T23:59:60-00:01', '2024-02-29T00:00:60+00:00'],
    ['0099-01-01T00:00:00Z', '0099-01-01T00:00:00+00:00'],
    ['0000-01-01T00:00:00+01:00', '0000-01-01T00:00:00+01:00'],
    ['9999-12-31T23:59:59-01:00', '9999-12-31T23:59:59-01:00'],
    ['2026-13-45T10:00:00Z', '2026-13-45T10:00:00Z'],
    ['2026-02-30T10:00:00Z', '2026-02-30T10:00:00Z'],
  ],
};

describe('canonical forms of well-known typedefs', () => {
  for (const [typedef, cases] of Object.entries(CASES)) {
    const [module = '', name = ''] = typedef.split(':');
    const canonicalize = canonicalizerOf(module, name);
    for (const [text, canonical] of cases) {
      it(`${name} ${text}`, () => {
        assert.equal(canonicalize?.(text), canonical);
        assert.equal(canonicalize(canonical), canonical, 'stays as it is');
      });
    }
  }

  // RFC 9911: "Z" is for an offset that is not known, as in RFC 9557.
  const since2025: readonly (readonly [text: string, canonical: string])[] = [
    ['2026-11-20T10:00:00Z', '2026-11-20T10:00:00Z'],
    ['2026-11-20T10:00:00-00:00', '2026-11-20T10:00:00Z'],
    ['2026-11-20T10:00:00.5z', '2026-11-20T10:00:00.5Z'],
    ['2026-11-20T10:00:00+01:00', '2026-11-20T09:00:00+00:00'],
    ['2026-02-30T10:00:00+01:00', '2026-02-30T10:00:00+01:00'],
  ];
  for (const [text, canonical] of since2025) {
    it(`date-and-time of 2025 ${text}`, () => {
      const canonicalize = canonicalizerOf('ietf-yang-types', 'date-and-time', '2025-12-22');
      assert.equal(canonicalize?.(text), canonical);
      const before = canonicalizerOf('ietf-yang-types', 'date-and-time', '2013-07-15');
      assert.equal(before, canonicalizerOf('ietf-yang-types', 'date-and-time'));
    });
  }

  it('has none for other typedefs', () => {
    assert.equal(canonicalizerOf('ietf-yang-types', 'counter32'), undefined);
    assert.equal(canonicalizerOf('example', 'ipv6-address'), undefined);
    assert.equal(canonicalizerOf('constructor', 'name'), undefined);
    assert.equal(canonicalizerOf('ietf-inet-types', 'constructor'), undefined);
  });
});
