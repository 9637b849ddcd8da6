/** What travels with an entry, and how it combines with what is there (sami: local, combine). */
import assert from 'node:assert/strict';
import {
  addIntegers,
  changesState,
  combineEntries,
  kindsOf,
  modeOf,
  portable,
  vmAddresses,
  withoutEphemeral,
} from '../../../src/sami/index.ts';
import { fromPlain, toPlain } from '../../support/plain-data.ts';
import type { Plain } from '../../support/plain-data.ts';
import { listNode, makeVm, vmNode } from '../../support/simulated-device.ts';

describe('the kinds of state', () => {
  it('are found by their marks, with what is ephemeral', () => {
    assert.deepEqual(
      kindsOf(vmNode()).map(({ name, ephemeral }) => [name, ephemeral]),
      [
        ['session', true],
        ['nat', true],
        ['acl-static', false],
        ['acl-dynamic', true],
        ['cumulative-security', true],
        ['cumulative-accounting', true],
        ['sticky-group', false],
        ['sticky', true],
        ['dhcp-binding', true],
        ['multicast-membership', true],
        ['proxied-connection', true],
        ['balancer-connection', true],
        ['vlan', false],
        ['profile', false],
      ],
    );
  });

  it('leave a VM without its dynamic tables where these are not stored', () => {
    const vm = makeVm({
      id: 'v',
      address: ['10.0.0.5'],
      sessions: { session: [] },
      'acl-static': { acl: [{ name: 'a' }] },
    });
    assert.deepEqual(Object.keys(toPlain(withoutEphemeral(vm, kindsOf(vmNode())))), [
      'id',
      'address',
      'acl-static',
    ]);
  });

  it('know the mode and addresses of a VM', () => {
    assert.equal(modeOf(makeVm({ id: 'v' })), 'learning');
    assert.equal(modeOf(makeVm({ id: 'v', mode: 'frozen' })), 'frozen');
    assert.deepEqual(vmAddresses(makeVm({ id: 'v', address: ['10.0.0.5'] })), ['10.0.0.5']);
  });
});

describe('what is copied to another device', () => {
  const cases: readonly { path: string; row: Plain; portable: Plain }[] = [
    {
      path: 'session/session',
      row: { protocol: 6, interface: 'eth0', lifetime: 5, 'creation-time': 'x' },
      portable: { protocol: 6, lifetime: 5 },
    },
    {
      path: 'acl-dynamic/ace',
      row: { name: 'x', matches: { 'ingress-interface': 'a', tcp: {} } },
      portable: { name: 'x', matches: { tcp: {} } },
    },
    {
      path: 'acl-static/acl',
      row: { name: 'x', aces: { ace: [{ name: 'y', matches: { 'egress-interface': 'a' } }] } },
      portable: { name: 'x', aces: { ace: [{ name: 'y', matches: {} }] } },
    },
  ];
  for (const { path, row, portable: expected } of cases) {
    it(`leaves out what is local in ${path}`, () => {
      assert.deepEqual(toPlain(portable(fromPlain(listNode(path), row))), expected);
    });
  }

  it('is the same object when nothing is left out', () => {
    const row = fromPlain(listNode('session/session'), { protocol: 6 });
    assert.equal(portable(row), row);
    const list = fromPlain(listNode('acl-static/acl'), {
      name: 'x',
      aces: { ace: [{ name: 'y' }] },
    });
    assert.equal(portable(list), list);
  });
});

describe('an entry that meets one with the same key', () => {
  it('adds counters, keeps the longer time and replaces the rest', () => {
    const list = listNode('cumulative-security/blocked-client');
    const make = (reason: string, times: number, remaining: number, dropped: number): Plain => ({
      'client-address': 'c',
      'server-address': 's',
      reason,
      'times-blocked': times,
      'remaining-time': remaining,
      'dropped-packets': dropped,
    });
    const combined = combineEntries(
      fromPlain(list, make('operator', 1, 60, 5)),
      fromPlain(list, make('syn-rate', 2, 30, 6)),
    );
    assert.deepEqual(toPlain(combined), make('syn-rate', 3, 60, 11));
  });

  it('keeps sums that a number cannot hold exact, and wraps at 64 bits', () => {
    assert.equal(addIntegers(2 ** 53 - 1, 2), 2n ** 53n + 1n);
    assert.equal(addIntegers(2n ** 64n - 1n, 2), 1);
    assert.equal(addIntegers(1, 2), 3);
  });
});

describe('a change of state', () => {
  const list = listNode('session/session');
  const row = fromPlain(list, { protocol: 6, state: 'syn-sent', lifetime: 5 });
  const cases: readonly { name: string; after: Plain; expected: boolean }[] = [
    {
      name: 'volatile values',
      after: { protocol: 6, state: 'syn-sent', lifetime: 9, 'idle-time': 1 },
      expected: false,
    },
    {
      name: 'local values',
      after: { protocol: 6, state: 'syn-sent', lifetime: 5, 'last-heard': 'x' },
      expected: false,
    },
    {
      name: 'other values',
      after: { protocol: 6, state: 'established', lifetime: 5 },
      expected: true,
    },
  ];
  for (const { name, after, expected } of cases) {
    it(`is ${expected ? '' : 'not '}made by ${name}`, () => {
      assert.equal(changesState(row, fromPlain(list, after)), expected);
    });
  }
});
