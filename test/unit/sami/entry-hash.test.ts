/** Digests of tables: what makes them differ and what does not (sami: vm/table/digest). */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DataList } from '../../../src/data/index.ts';
import {
  TableDigest,
  addEntry,
  countEntries,
  countList,
  entryHash,
  removeEntry,
  withNested,
} from '../../../src/sami/index.ts';
import { fromPlain } from '../../support/plain-data.ts';
import type { Plain } from '../../support/plain-data.ts';
import { listNode } from '../../support/simulated-device.ts';

function digestOf(path: string, ...rows: readonly Plain[]): string {
  const digest = new TableDigest();
  for (const row of rows) addEntry(digest, fromPlain(listNode(path), row));
  return digest.toString();
}

const SESSION: Plain = {
  protocol: 6,
  'source-address': '198.51.100.7',
  'destination-address': '10.0.0.5',
  'source-port': 1,
  'destination-port': 2,
  zone: 0,
  state: 'established',
};

function ace(name: string, more: Plain = {}): Plain {
  return { name, actions: { forwarding: 'accept' }, ...more };
}

function acl(name: string, ...aces: readonly Plain[]): Plain {
  return { name, aces: { ace: aces } };
}

describe('the digest of a table', () => {
  const same: readonly {
    name: string;
    path: string;
    left: readonly Plain[];
    right: readonly Plain[];
  }[] = [
    {
      name: 'in another order',
      path: 'session/session',
      left: [SESSION, { ...SESSION, zone: 1 }],
      right: [{ ...SESSION, zone: 1 }, SESSION],
    },
    {
      name: 'with other volatile values',
      path: 'session/session',
      left: [SESSION],
      right: [{ ...SESSION, lifetime: 5, 'original-packets': 7 }],
    },
    {
      name: 'with local values',
      path: 'session/session',
      left: [SESSION],
      right: [{ ...SESSION, interface: 'eth0', 'last-heard': '2026-11-20T12:00:00Z' }],
    },
    {
      name: 'with a default spelt out',
      path: 'acl-dynamic/ace',
      left: [ace('x')],
      right: [ace('x', { precedence: 0 })],
    },
    {
      name: 'with an empty container',
      path: 'acl-dynamic/ace',
      left: [ace('x')],
      right: [ace('x', { matches: { eth: {} } })],
    },
    {
      name: 'with a local value in a container',
      path: 'acl-dynamic/ace',
      left: [ace('x')],
      right: [ace('x', { matches: { 'ingress-interface': 'eth0' } })],
    },
  ];
  for (const { name, path, left, right } of same) {
    it(`is the same ${name}`, () => {
      assert.equal(digestOf(path, ...left), digestOf(path, ...right));
    });
  }

  const different: readonly {
    name: string;
    path: string;
    left: readonly Plain[];
    right: readonly Plain[];
  }[] = [
    {
      name: 'another value',
      path: 'session/session',
      left: [SESSION],
      right: [{ ...SESSION, state: 'syn-sent' }],
    },
    {
      name: 'another key',
      path: 'session/session',
      left: [SESSION],
      right: [{ ...SESSION, 'source-port': 2 }],
    },
    {
      name: 'ports exchanged',
      path: 'session/session',
      left: [SESSION],
      right: [{ ...SESSION, 'source-port': 2, 'destination-port': 1 }],
    },
    {
      name: 'a value moved to another leaf',
      path: 'session/session',
      left: [{ ...SESSION, mark: 5 }],
      right: [{ ...SESSION, 'reply-verification-tag': 5 }],
    },
    {
      name: 'a presence container',
      path: 'acl-dynamic/ace',
      left: [ace('x')],
      right: [ace('x', { matches: { tcp: {} } })],
    },
    {
      name: 'a value moved to another container',
      path: 'acl-dynamic/ace',
      left: [ace('x', { matches: { tcp: { 'source-port': { port: 1 } } } })],
      right: [ace('x', { matches: { tcp: { 'destination-port': { port: 1 } } } })],
    },
    {
      name: 'nested entries exchanged between lists',
      path: 'acl-static/acl',
      left: [acl('a', ace('x')), acl('b', ace('y'))],
      right: [acl('a', ace('y')), acl('b', ace('x'))],
    },
    {
      name: 'nested entries in another order where order counts',
      path: 'acl-static/acl',
      left: [acl('a', ace('x'), ace('y'))],
      right: [acl('a', ace('y'), ace('x'))],
    },
    {
      name: 'a counter beyond 2^53',
      path: 'cumulative-accounting/account',
      left: [{ address: '10.0.0.5', packets: 2n ** 60n }],
      right: [{ address: '10.0.0.5', packets: 2n ** 60n + 1n }],
    },
    {
      name: 'counters that differ by 2^32',
      path: 'cumulative-accounting/account',
      left: [{ address: '10.0.0.5', packets: 1 }],
      right: [{ address: '10.0.0.5', packets: 2 ** 32 + 1 }],
    },
  ];
  for (const { name, path, left, right } of different) {
    it(`differs by ${name}`, () => {
      assert.notEqual(digestOf(path, ...left), digestOf(path, ...right));
    });
  }

  it('does not depend on the order of nested entries where order does not count', () => {
    const server = (address: string): Plain => ({ 'server-farm': 'f', address, port: 80 });
    const group = (...servers: readonly Plain[]): Plain => ({ name: 'g', 'real-server': servers });
    assert.equal(
      digestOf('sticky-group/group', group(server('10.0.0.1'), server('10.0.0.2'))),
      digestOf('sticky-group/group', group(server('10.0.0.2'), server('10.0.0.1'))),
    );
  });

  it('counts nested entries', () => {
    const row = fromPlain(listNode('acl-static/acl'), acl('a', ace('x'), ace('y')));
    assert.equal(countEntries(row), 3);
    assert.equal([...withNested(row)].length, 3);
    assert.equal(countList(DataList.from(listNode('acl-static/acl'), [row])), 3);
    const digest = new TableDigest();
    addEntry(digest, row);
    assert.equal(digest.entries, 3);
    removeEntry(digest, row);
    assert.deepEqual([digest.entries, digest.toString()], [0, '0000000000000000']);
  });

  it('kept up to date entry by entry is that of what is left, counted from nothing', () => {
    const change = fc.record({ port: fc.integer({ min: 0, max: 9 }), mark: fc.option(fc.nat(3)) });
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const list = listNode('session/session');
        const present = new Map<number, Plain>();
        const digest = new TableDigest();
        for (const { port, mark } of changes) {
          const before = present.get(port);
          if (before) removeEntry(digest, fromPlain(list, before));
          if (mark === null) {
            present.delete(port);
          } else {
            present.set(port, { ...SESSION, 'source-port': port, mark });
            addEntry(digest, fromPlain(list, present.get(port) as Plain));
          }
        }
        assert.equal(digest.entries, present.size);
        assert.equal(digest.toString(), digestOf('session/session', ...present.values()));
      }),
    );
  });

  it('has no collisions among 100 000 sessions that differ in one port', () => {
    const seen = new Set<number>();
    for (let number = 0; number < 100_000; number += 1) {
      const row = {
        ...SESSION,
        'source-port': number % 60_000,
        'destination-port': Math.floor(number / 60_000),
      };
      const { high, low } = entryHash(fromPlain(listNode('session/session'), row));
      seen.add(high * 2 ** 21 + (low >>> 11));
    }
    assert.equal(seen.size, 100_000);
  });
});
