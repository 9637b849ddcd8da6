/** Mappings as elements of nftables maps, and back. */
import assert from 'node:assert/strict';
import { sharesOutside } from '../../../server/plane/linux/nat/mapping.ts';
import type { Mapping } from '../../../server/plane/linux/nat/mapping.ts';
import {
  addElement,
  destinationElement,
  familyOf,
  mappingOf,
  readMaps,
  sourceElements,
} from '../../../server/plane/linux/nat/nat-ruleset.ts';

const PORTS: Mapping = {
  protocol: 6,
  internal: '10.1.1.1',
  internalPort: 5000,
  external: '192.0.2.80',
  externalPort: 80,
  type: 'static',
  lifetime: undefined,
};
const PROTOCOL: Mapping = { ...PORTS, internalPort: 0, externalPort: 0 };
const HOST: Mapping = { ...PROTOCOL, protocol: 0 };
const SIX: Mapping = { ...PORTS, internal: '2001:db8::1', external: '2001:db8::80' };
const ASKED: Mapping = { ...PORTS, type: 'dynamic-explicit', lifetime: 60 };

const TEXTS: readonly (readonly [string, Mapping, string])[] = [
  [
    'ports',
    PORTS,
    'ip sami-nat dnat-ports { 6 . 192.0.2.80 . 80 comment "static" : 10.1.1.1 . 5000 }',
  ],
  [
    'a protocol',
    PROTOCOL,
    'ip sami-nat dnat-protocols { 6 . 192.0.2.80 comment "static" : 10.1.1.1 }',
  ],
  ['an address', HOST, 'ip sami-nat dnat-hosts { 192.0.2.80 comment "static" : 10.1.1.1 }'],
  [
    'ports over IPv6',
    SIX,
    'ip6 sami-nat dnat-ports { 6 . 2001:db8::80 . 80 comment "static" : 2001:db8::1 . 5000 }',
  ],
  [
    'ports for a time',
    ASKED,
    'ip sami-nat dnat-ports { 6 . 192.0.2.80 . 80 timeout 60s comment "dynamic-explicit" : 10.1.1.1 . 5000 }',
  ],
];

describe('Linux data plane: NAT mappings in maps', () => {
  for (const [title, mapping, text] of TEXTS) {
    it(`writes a mapping of ${title}, and reads it again`, () => {
      const element = destinationElement(mapping);
      assert.equal(addElement(familyOf(mapping), element), `add element ${text}\n`);
      assert.deepEqual(mappingOf(element), mapping);
    });
  }

  it('reads what nft prints, also elements that somebody made by hand', () => {
    const elem = [
      [{ concat: [17, '192.0.2.80', 53] }, { concat: ['10.1.1.1', 53] }],
      [
        { elem: { val: { concat: [6, '192.0.2.80', 81] }, timeout: 60, expires: 9 } },
        { concat: ['10.1.1.1', 81] },
      ],
    ];
    const printed = { nftables: [{ metainfo: {} }, { map: { name: 'dnat-ports', elem } }] };
    assert.deepEqual(readMaps(printed.nftables).map(mappingOf), [
      { ...PORTS, protocol: 17, internalPort: 53, externalPort: 53 },
      { ...ASKED, internalPort: 81, externalPort: 81, lifetime: 9 },
    ]);
    assert.deepEqual(readMaps([]), []);
  });

  it('lets packets of one inside leave by one outside, the same in whatever order', () => {
    const other = { ...PORTS, external: '192.0.2.70' };
    for (const mappings of [
      [PORTS, other],
      [other, PORTS],
    ]) {
      assert.deepEqual(
        sourceElements(mappings).map(([{ value }]) => value),
        ['192.0.2.70 . 80'],
      );
    }
  });

  const SHARED: readonly (readonly [string, Mapping, Mapping, boolean])[] = [
    ['the same port', PORTS, { ...PORTS, internal: '10.1.1.2' }, true],
    ['a port and its protocol', PORTS, PROTOCOL, true],
    ['a port and its address', HOST, PORTS, true],
    ['another port', PORTS, { ...PORTS, externalPort: 81 }, false],
    ['another protocol', PORTS, { ...PORTS, protocol: 17 }, false],
    ['another address', PORTS, { ...HOST, external: '192.0.2.81' }, false],
  ];
  for (const [title, a, b, expected] of SHARED) {
    it(`finds that ${title} ${expected ? 'share' : 'do not share'} an outside`, () => {
      assert.equal(sharesOutside(a, b), expected);
      assert.equal(sharesOutside(b, a), expected);
    });
  }
});
