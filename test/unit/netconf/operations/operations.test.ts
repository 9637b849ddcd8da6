/** Requests as they go on the wire. */
import assert from 'node:assert/strict';
import * as ops from '../../../../src/netconf/index.ts';
import type { RpcBody } from '../../../../src/netconf/index.ts';
import { parseXml } from '../../../../src/xml/index.ts';
import { asyncFrom } from '../../../support/byte-pieces.ts';

async function text(body: RpcBody): Promise<string> {
  if (typeof body === 'string') return body;
  let all = '';
  for await (const part of body) all += part;
  return all;
}

const B = 'xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"';
const NMDA = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-nmda"';
const DS = 'xmlns:ds="urn:ietf:params:xml:ns:yang:ietf-datastores"';
const SN = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-subscribed-notifications"';
const YP = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-yang-push"';
const prefixes = new Map([['s', 'urn:s']]);
const row = '<sami xmlns="urn:sami"/>';

describe('requests', () => {
  const cases: { name: string; body: RpcBody; xml: string }[] = [
    { name: 'get', body: ops.encodeGet(), xml: `<get ${B}/>` },
    {
      name: 'get with a subtree filter',
      body: ops.encodeGet({ filter: { type: 'subtree', content: row }, withDefaults: 'trim' }),
      xml: `<get ${B}><filter type="subtree">${row}</filter><with-defaults xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-with-defaults">trim</with-defaults></get>`,
    },
    {
      name: 'get-config with an XPath filter',
      body: ops.encodeGetConfig({
        source: 'running',
        filter: { type: 'xpath', select: `/s:a[b="<"]`, prefixes },
      }),
      xml: `<get-config ${B}><source><running/></source><filter xmlns:s="urn:s" type="xpath" select="/s:a[b=&quot;&lt;&quot;]"/></get-config>`,
    },
    {
      name: 'edit-config',
      body: ops.encodeEditConfig({
        target: 'candidate',
        defaultOperation: 'none',
        testOption: 'test-then-set',
        errorOption: 'rollback-on-error',
        config: row,
      }),
      xml: `<edit-config ${B}><target><candidate/></target><default-operation>none</default-operation><test-option>test-then-set</test-option><error-option>rollback-on-error</error-option><config>${row}</config></edit-config>`,
    },
    {
      name: 'edit-config with a configuration that is streamed',
      body: ops.encodeEditConfig({ target: 'running', config: asyncFrom([row, row]) }),
      xml: `<edit-config ${B}><target><running/></target><config>${row}${row}</config></edit-config>`,
    },
    {
      name: 'edit-config from a URL',
      body: ops.encodeEditConfig({ target: 'running', config: { url: 'file:///a&b' } }),
      xml: `<edit-config ${B}><target><running/></target><url>file:///a&amp;b</url></edit-config>`,
    },
    {
      name: 'copy-config',
      body: ops.encodeCopyConfig({ target: 'startup', source: { url: 'http://x' } }),
      xml: `<copy-config ${B}><target><startup/></target><source><url>http://x</url></source></copy-config>`,
    },
    {
      name: 'copy-config of a whole configuration',
      body: ops.encodeCopyConfig({ target: 'candidate', source: { config: [row] } }),
      xml: `<copy-config ${B}><target><candidate/></target><source><config>${row}</config></source></copy-config>`,
    },
    {
      name: 'delete-config',
      body: ops.encodeDeleteConfig('startup'),
      xml: `<delete-config ${B}><target><startup/></target></delete-config>`,
    },
    {
      name: 'validate',
      body: ops.encodeValidate('candidate'),
      xml: `<validate ${B}><source><candidate/></source></validate>`,
    },
    {
      name: 'lock',
      body: ops.encodeLock('running'),
      xml: `<lock ${B}><target><running/></target></lock>`,
    },
    {
      name: 'unlock',
      body: ops.encodeUnlock('running'),
      xml: `<unlock ${B}><target><running/></target></unlock>`,
    },
    { name: 'commit', body: ops.encodeCommit(), xml: `<commit ${B}/>` },
    {
      name: 'confirmed commit',
      body: ops.encodeCommit({
        confirmed: true,
        confirmTimeout: 120,
        persist: 'a',
        persistId: 'b',
      }),
      xml: `<commit ${B}><confirmed/><confirm-timeout>120</confirm-timeout><persist>a</persist><persist-id>b</persist-id></commit>`,
    },
    {
      name: 'cancel-commit',
      body: ops.encodeCancelCommit({ persistId: 'a' }),
      xml: `<cancel-commit ${B}><persist-id>a</persist-id></cancel-commit>`,
    },
    { name: 'discard-changes', body: ops.encodeDiscardChanges(), xml: `<discard-changes ${B}/>` },
    { name: 'close-session', body: ops.encodeCloseSession(), xml: `<close-session ${B}/>` },
    {
      name: 'kill-session',
      body: ops.encodeKillSession(4),
      xml: `<kill-session ${B}><session-id>4</session-id></kill-session>`,
    },
    {
      name: 'get-schema',
      body: ops.encodeGetSchema({ identifier: 'sami', version: '2026-11-20', format: 'yang' }),
      xml: '<get-schema xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"><identifier>sami</identifier><version>2026-11-20</version><format>yang</format></get-schema>',
    },
    {
      name: 'get-data',
      body: ops.encodeGetData({
        datastore: 'operational',
        filter: { type: 'xpath', select: '/s:a', prefixes },
        configFilter: false,
        maxDepth: 3,
        withOrigin: true,
      }),
      xml: `<get-data ${NMDA}><datastore ${DS}>ds:operational</datastore><xpath-filter xmlns:s="urn:s">/s:a</xpath-filter><config-filter>false</config-filter><max-depth>3</max-depth><with-origin/></get-data>`,
    },
    {
      name: 'edit-data',
      body: ops.encodeEditData({ datastore: 'running', defaultOperation: 'merge', config: row }),
      xml: `<edit-data ${NMDA}><datastore ${DS}>ds:running</datastore><default-operation>merge</default-operation><config>${row}</config></edit-data>`,
    },
    {
      name: 'establish-subscription on change',
      body: ops.encodeEstablishSubscription({
        datastore: 'operational',
        filter: { type: 'subtree', content: row },
        trigger: { onChange: { dampeningPeriod: 0, syncOnStart: false, excludedChange: ['move'] } },
      }),
      xml: `<establish-subscription ${SN}><datastore ${YP} ${DS}>ds:operational</datastore><datastore-subtree-filter ${YP}>${row}</datastore-subtree-filter><on-change ${YP}><dampening-period>0</dampening-period><sync-on-start>false</sync-on-start><excluded-change>move</excluded-change></on-change></establish-subscription>`,
    },
    {
      name: 'establish-subscription to a stream',
      body: ops.encodeEstablishSubscription({
        stream: 'NETCONF',
        stopTime: '2026-11-20T12:00:00Z',
      }),
      xml: `<establish-subscription ${SN}><stream>NETCONF</stream><stop-time>2026-11-20T12:00:00Z</stop-time></establish-subscription>`,
    },
    {
      name: 'delete-subscription',
      body: ops.encodeDeleteSubscription(22),
      xml: `<delete-subscription ${SN}><id>22</id></delete-subscription>`,
    },
    {
      name: 'resync-subscription',
      body: ops.encodeResyncSubscription(22),
      xml: `<resync-subscription ${YP}><id>22</id></resync-subscription>`,
    },
    {
      name: 'any element',
      body: ops.encodeElement(parseXml('<reboot xmlns="urn:r"><now/></reboot>')),
      xml: '<reboot xmlns="urn:r"><now/></reboot>',
    },
  ];
  for (const { name, body, xml } of cases) {
    it(`writes ${name}`, async () => {
      assert.equal(await text(body), xml);
      parseXml(xml);
    });
  }
});
