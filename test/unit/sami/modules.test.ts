/** Our modules: what they accept of each kind and what they refuse, with the error that reaches a client. */
import assert from 'node:assert/strict';
import { Branch, DataList, emptyRoot, validateFull } from '../../../src/data/index.ts';
import { printPath } from '../../../src/error/index.ts';
import { SAMI_NAMESPACE } from '../../../src/sami/index.ts';
import type { Plain } from '../../support/plain-data.ts';
import { deviceSchema, makeVm, vmNode } from '../../support/simulated-device.ts';

const VM = { id: 'v', address: ['10.0.0.5', '2001:db8::5'], 'mac-address': '02:00:00:00:00:05' };

function errorsOf(content: Plain): readonly string[] {
  const context = deviceSchema();
  const top = context.root.dataChild(SAMI_NAMESPACE, 'sami');
  if (top?.kind !== 'container') throw new Error('no container sami');
  const vms = DataList.from(vmNode(), [makeVm({ ...VM, ...content })]);
  const tree = emptyRoot(context).with(top, new Branch(top, []).with(vmNode(), vms));
  return validateFull(tree, context).map(({ tag, appTag, path }) => {
    const text = typeof path === 'string' ? path : printPath(path ?? []);
    return `${tag} ${appTag ?? '-'} ${text.replace("/sami:sami/vm[id='v']/", '')}`;
  });
}

const SESSION = {
  protocol: 6,
  'source-address': '198.51.100.7',
  'destination-address': '10.0.0.5',
  'source-port': 1,
  'destination-port': 2,
  zone: 0,
};
const MAPPING = {
  'transport-protocol': 6,
  'internal-src-address': '10.0.0.5',
  'internal-src-port': 1,
  'external-src-address': '203.0.113.1',
  'external-src-port': 2,
  type: 'static',
};
const ace = (matches: Plain, more: Plain = {}): Plain => ({
  name: 'a',
  matches,
  actions: { forwarding: 'accept' },
  ...more,
});
const acl = (one: Plain): Plain => ({
  'acl-static': { acl: [{ name: 'l', aces: { ace: [one] } }] },
});
const group = (more: Plain = {}): Plain => ({
  name: 'g',
  type: 'client-address',
  'virtual-address': '192.0.2.80',
  'server-farm': 'f',
  'real-server': [{ 'server-farm': 'f', address: '10.0.0.5', port: 80 }],
  ...more,
});
const stuck = (address: string): Plain => ({
  'sticky-connection': [{ group: 'g', client: 'c', 'real-server-address': address }],
});

const OWN: readonly { name: string; content: Plain }[] = [
  { name: 'a session to the VM', content: { sessions: { session: [SESSION] } } },
  {
    name: 'a session of the VM, IPv6',
    content: {
      sessions: {
        session: [
          { ...SESSION, 'source-address': '2001:db8::5', 'destination-address': '2001:db8::9' },
        ],
      },
    },
  },
  {
    name: 'a session translated to the VM',
    content: {
      sessions: {
        session: [
          {
            ...SESSION,
            'destination-address': '203.0.113.1',
            'reply-source-address': '10.0.0.5',
            'reply-destination-address': '198.51.100.7',
            'reply-source-port': 2,
            'reply-destination-port': 1,
          },
        ],
      },
    },
  },
  { name: 'a mapping of the VM', content: { nat: { 'mapping-entry': [MAPPING] } } },
  {
    name: 'a static entry by source',
    content: acl(ace({ ipv4: { 'source-ipv4-network': '10.0.0.5/32' } })),
  },
  {
    name: 'a static entry by destination, IPv6',
    content: acl(ace({ ipv6: { 'destination-ipv6-network': '2001:db8::5/128' } })),
  },
  {
    name: 'a dynamic entry by link-layer address',
    content: {
      'acl-dynamic': { ace: [ace({ eth: { 'source-mac-address': '02:00:00:00:00:05' } })] },
    },
  },
  {
    name: 'a count of half-open connections',
    content: { 'cumulative-security': { 'half-open': [{ address: '10.0.0.5', count: 30 }] } },
  },
  {
    name: 'a rate towards the VM',
    content: {
      'cumulative-security': {
        'syn-rate': [{ 'client-address': '198.51.100.7', 'server-address': '10.0.0.5', count: 3 }],
      },
    },
  },
  {
    name: 'a block of the VM',
    content: {
      'cumulative-security': {
        'blocked-client': [{ 'client-address': '10.0.0.5', 'server-address': '198.51.100.7' }],
      },
    },
  },
  {
    name: 'an account',
    content: {
      'cumulative-accounting': {
        account: [{ address: '2001:db8::5', direction: 'from-vm', 'traffic-class': 'default' }],
      },
    },
  },
  {
    name: 'a group with the VM for a real server',
    content: { 'sticky-groups': { group: [group()] } },
  },
  {
    name: 'a group whose virtual address is the VM',
    content: {
      'sticky-groups': { group: [group({ 'virtual-address': '10.0.0.5', 'real-server': [] })] },
    },
  },
  {
    name: 'a client that sticks to the VM, without its group',
    content: { sticky: stuck('10.0.0.5') },
  },
  {
    name: 'a client of a group whose virtual address is the VM',
    content: {
      'sticky-groups': { group: [group({ 'virtual-address': '10.0.0.5' })] },
      sticky: stuck('10.9.9.9'),
    },
  },
];

const FOREIGN: readonly { name: string; content: Plain; path: string }[] = [
  {
    name: 'a session of others',
    content: { sessions: { session: [{ ...SESSION, 'destination-address': '10.0.0.6' }] } },
    path: "sami-session:sessions/session[protocol='6'][source-address='198.51.100.7'][destination-address='10.0.0.6'][source-port='1'][destination-port='2'][zone='0']",
  },
  {
    name: 'a mapping of others to the address of the VM',
    content: {
      nat: {
        'mapping-entry': [
          { ...MAPPING, 'internal-src-address': '10.0.0.6', 'external-src-address': '10.0.0.5' },
        ],
      },
    },
    path: "sami-nat:nat/mapping-entry[transport-protocol='6'][internal-src-address='10.0.0.6'][internal-src-port='1'][external-src-address='10.0.0.5'][external-src-port='2']",
  },
  {
    name: 'a static entry for a prefix around the VM',
    content: acl(ace({ ipv4: { 'source-ipv4-network': '10.0.0.0/24' } })),
    path: "sami-acl:acl-static/acl[name='l']/aces/ace[name='a']",
  },
  {
    name: 'a static entry for all',
    content: acl(ace({})),
    path: "sami-acl:acl-static/acl[name='l']/aces/ace[name='a']",
  },
  {
    name: 'a dynamic entry for another host',
    content: {
      'acl-dynamic': { ace: [ace({ ipv6: { 'source-ipv6-network': '2001:db8::6/128' } })] },
    },
    path: "sami-acl:acl-dynamic/ace[name='a']",
  },
  {
    name: 'a dynamic entry for another link-layer address',
    content: {
      'acl-dynamic': { ace: [ace({ eth: { 'source-mac-address': '02:00:00:00:00:06' } })] },
    },
    path: "sami-acl:acl-dynamic/ace[name='a']",
  },
  {
    name: 'a count of another host',
    content: { 'cumulative-security': { 'half-open': [{ address: '10.0.0.6', count: 30 }] } },
    path: "sami-cumulative:cumulative-security/half-open[address='10.0.0.6']",
  },
  {
    name: 'a rate between others',
    content: {
      'cumulative-security': {
        'syn-rate': [{ 'client-address': '198.51.100.7', 'server-address': '10.0.0.6', count: 3 }],
      },
    },
    path: "sami-cumulative:cumulative-security/syn-rate[client-address='198.51.100.7'][server-address='10.0.0.6']",
  },
  {
    name: 'a block between others',
    content: {
      'cumulative-security': {
        'blocked-client': [{ 'client-address': '10.0.0.6', 'server-address': '198.51.100.7' }],
      },
    },
    path: "sami-cumulative:cumulative-security/blocked-client[client-address='10.0.0.6'][server-address='198.51.100.7']",
  },
  {
    name: 'an account of another host',
    content: {
      'cumulative-accounting': {
        account: [{ address: '2001:db8::6', direction: 'from-vm', 'traffic-class': 'default' }],
      },
    },
    path: "sami-cumulative:cumulative-accounting/account[address='2001:db8::6'][direction='from-vm'][traffic-class='default']",
  },
  {
    name: 'a group without the VM',
    content: { 'sticky-groups': { group: [group({ 'real-server': [] })] } },
    path: "sami-sticky:sticky-groups/group[name='g']",
  },
  {
    name: 'a client that sticks to another host',
    content: { sticky: stuck('10.9.9.9') },
    path: "sami-sticky:sticky/sticky-connection[group='g'][client='c']",
  },
];

describe('entries of a VM in our modules', () => {
  for (const { name, content } of OWN) {
    it(`may be ${name}`, () => {
      assert.deepEqual(errorsOf(content), []);
    });
  }
  for (const { name, content, path } of FOREIGN) {
    it(`may not be ${name} (X3)`, () => {
      assert.deepEqual(errorsOf(content), [`operation-failed address-not-owned ${path}`]);
    });
  }

  it('have all of a reply tuple or nothing', () => {
    const [error] = errorsOf({ sessions: { session: [{ ...SESSION, 'reply-source-port': 7 }] } });
    assert.match(error ?? '', /^operation-failed incomplete-reply-tuple /);
  });

  it('name the next hop when packets of a frozen VM are forwarded, and only then', () => {
    assert.deepEqual(errorsOf({ 'in-flight': { action: 'forward', 'next-hop': '192.0.2.9' } }), []);
    assert.match(errorsOf({ 'in-flight': { action: 'forward' } })[0] ?? '', /missing|data-missing/);
    assert.equal(errorsOf({ 'in-flight': { action: 'drop', 'next-hop': '192.0.2.9' } }).length, 1);
  });
});
