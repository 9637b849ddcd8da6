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
const WD = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-with-defaults"';
const PL = 'xmlns="urn:ietf:params:xml:ns:netconf:partial-lock:1.0"';
const TXID = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-txid"';
const CMP = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-nmda-compare"';
const NOTIF = 'xmlns="urn:ietf:params:xml:ns:netconf:notification:1.0"';
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
      name: 'copy-config with defaults',
      body: ops.encodeCopyConfig({
        target: { url: 'file:///a' },
        source: 'running',
        withDefaults: 'report-all',
      }),
      xml: `<copy-config ${B}><target><url>file:///a</url></target><with-defaults ${WD}>report-all</with-defaults><source><running/></source></copy-config>`,
    },
    {
      name: 'copy-config of a whole configuration with defaults',
      body: ops.encodeCopyConfig({
        target: 'startup',
        source: { config: row },
        withDefaults: 'trim',
      }),
      xml: `<copy-config ${B}><target><startup/></target><with-defaults ${WD}>trim</with-defaults><source><config>${row}</config></source></copy-config>`,
    },
    {
      name: 'validate of a datastore by its identity',
      body: ops.encodeValidate({ datastore: 'intended' }),
      xml: `<validate ${B}><source><datastore ${NMDA} ${DS}>ds:intended</datastore></source></validate>`,
    },
    {
      name: 'validate of a whole configuration',
      body: ops.encodeValidate({ config: row }),
      xml: `<validate ${B}><source><config>${row}</config></source></validate>`,
    },
    {
      name: 'lock of a datastore by its identity',
      body: ops.encodeLock({ datastore: { namespace: 'urn:d', name: 'mine' } }),
      xml: `<lock ${B}><target><datastore ${NMDA} xmlns:ds="urn:d">ds:mine</datastore></target></lock>`,
    },
    {
      name: 'partial-lock',
      body: ops.encodePartialLock([
        { select: '/s:a', prefixes },
        { select: '/t:b', prefixes: new Map([['t', 'urn:t']]) },
      ]),
      xml: `<partial-lock ${PL}><select xmlns:s="urn:s">/s:a</select><select xmlns:t="urn:t">/t:b</select></partial-lock>`,
    },
    {
      name: 'partial-unlock',
      body: ops.encodePartialUnlock(127),
      xml: `<partial-unlock ${PL}><lock-id>127</lock-id></partial-unlock>`,
    },
    {
      name: 'get of a page of a list',
      body: ops.encodeGet({
        filter: { type: 'xpath', select: '/s:a', prefixes },
        pagination: {
          where: "s:b='1'",
          sortBy: 's:c',
          locale: 'sv_SE',
          direction: 'backwards',
          cursor: 'x',
          offset: 2,
          limit: 10,
          sublistLimit: 'unbounded',
          prefixes,
        },
      }),
      xml:
        `<get ${B}><filter xmlns:s="urn:s" type="xpath" select="/s:a"/><list-pagination xmlns="urn:ietf:params:xml:ns:yang:ietf-list-pagination-nc">` +
        `<where xmlns:s="urn:s">s:b='1'</where><locale>sv_SE</locale><sort-by xmlns:s="urn:s">s:c</sort-by><direction>backwards</direction>` +
        `<cursor>x</cursor><offset>2</offset><limit>10</limit><sublist-limit>unbounded</sublist-limit></list-pagination></get>`,
    },
    {
      name: 'get-config of what is not known yet',
      body: ops.encodeGetConfig({ source: 'running', etag: 'a-1', lastModified: '?' }),
      xml: `<get-config ${B} xmlns:txid="urn:ietf:params:xml:ns:netconf:txid:1.0" txid:etag="a-1" txid:last-modified="?"><source><running/></source></get-config>`,
    },
    {
      name: 'commit with transaction ids',
      body: ops.encodeCommit({ withEtag: true, withLastModified: false }),
      xml: `<commit ${B}><with-etag ${TXID}>true</with-etag><with-last-modified ${TXID}>false</with-last-modified></commit>`,
    },
    {
      name: 'edit-config with a transaction id',
      body: ops.encodeEditConfig({ target: 'running', config: row, withEtag: true }),
      xml: `<edit-config ${B}><target><running/></target><with-etag ${TXID}>true</with-etag><config>${row}</config></edit-config>`,
    },
    {
      name: 'get-data by origin',
      body: ops.encodeGetData({
        datastore: 'operational',
        originFilter: ['learned', { namespace: 'urn:o', name: 'mine' }],
        maxDepth: 'unbounded',
        withDefaults: 'report-all-tagged',
      }),
      xml:
        `<get-data ${NMDA}><datastore ${DS}>ds:operational</datastore><origin-filter xmlns:or="urn:ietf:params:xml:ns:yang:ietf-origin">or:learned</origin-filter>` +
        `<origin-filter xmlns:or="urn:o">or:mine</origin-filter><max-depth>unbounded</max-depth><with-defaults>report-all-tagged</with-defaults></get-data>`,
    },
    {
      name: 'get-data without an origin',
      body: ops.encodeGetData({ datastore: 'operational', negatedOriginFilter: ['default'] }),
      xml: `<get-data ${NMDA}><datastore ${DS}>ds:operational</datastore><negated-origin-filter xmlns:or="urn:ietf:params:xml:ns:yang:ietf-origin">or:default</negated-origin-filter></get-data>`,
    },
    {
      name: 'edit-data from a URL',
      body: ops.encodeEditData({ datastore: 'candidate', config: { url: 'https://h/c' } }),
      xml: `<edit-data ${NMDA}><datastore ${DS}>ds:candidate</datastore><url>https://h/c</url></edit-data>`,
    },
    {
      name: 'compare',
      body: ops.encodeCompare({
        source: 'operational',
        target: 'intended',
        all: true,
        reportOrigin: true,
        filter: { type: 'xpath', select: '/s:a', prefixes },
      }),
      xml: `<compare ${CMP}><source ${DS}>ds:operational</source><target ${DS}>ds:intended</target><all/><report-origin/><xpath-filter xmlns:s="urn:s">/s:a</xpath-filter></compare>`,
    },
    {
      name: 'create-subscription',
      body: ops.encodeCreateSubscription({
        stream: 'NETCONF',
        filter: { type: 'subtree', content: row },
        startTime: '2026-11-20T12:00:00Z',
        stopTime: '2026-11-20T13:00:00Z',
      }),
      xml: `<create-subscription ${NOTIF}><stream>NETCONF</stream><filter type="subtree">${row}</filter><startTime>2026-11-20T12:00:00Z</startTime><stopTime>2026-11-20T13:00:00Z</stopTime></create-subscription>`,
    },
    {
      name: 'establish-subscription with every parameter of a stream',
      body: ops.encodeEstablishSubscription({
        stream: 'NETCONF',
        filter: { type: 'named', name: 'mine' },
        replayStartTime: '2026-11-20T11:00:00Z',
        stopTime: '2026-11-20T12:00:00Z',
        dscp: 10,
        weighting: 3,
        dependency: 22,
        encoding: 'encode-xml',
      }),
      xml:
        `<establish-subscription ${SN}><stream-filter-name>mine</stream-filter-name><stream>NETCONF</stream><replay-start-time>2026-11-20T11:00:00Z</replay-start-time>` +
        `<stop-time>2026-11-20T12:00:00Z</stop-time><dscp>10</dscp><weighting>3</weighting><dependency>22</dependency>` +
        `<encoding xmlns:sn="urn:ietf:params:xml:ns:yang:ietf-subscribed-notifications">sn:encode-xml</encoding></establish-subscription>`,
    },
    {
      name: 'establish-subscription that is periodic',
      body: ops.encodeEstablishSubscription({
        datastore: 'running',
        filter: { type: 'named', name: 'mine' },
        trigger: { periodic: { period: 500, anchorTime: '2026-11-20T00:00:00Z' } },
      }),
      xml: `<establish-subscription ${SN}><datastore ${YP} ${DS}>ds:running</datastore><selection-filter-ref ${YP}>mine</selection-filter-ref><periodic ${YP}><period>500</period><anchor-time>2026-11-20T00:00:00Z</anchor-time></periodic></establish-subscription>`,
    },
    {
      name: 'modify-subscription of a stream',
      body: ops.encodeModifySubscription({
        id: 7,
        filter: { type: 'xpath', select: '/s:a', prefixes },
        stopTime: '2026-11-20T12:00:00Z',
      }),
      xml: `<modify-subscription ${SN}><id>7</id><stream-xpath-filter xmlns:s="urn:s">/s:a</stream-xpath-filter><stop-time>2026-11-20T12:00:00Z</stop-time></modify-subscription>`,
    },
    {
      name: 'modify-subscription of a datastore',
      body: ops.encodeModifySubscription({
        id: 7,
        datastore: 'operational',
        trigger: { onChange: { dampeningPeriod: 100 } },
      }),
      xml: `<modify-subscription ${SN}><id>7</id><datastore ${YP} ${DS}>ds:operational</datastore><on-change ${YP}><dampening-period>100</dampening-period></on-change></modify-subscription>`,
    },
    {
      name: 'kill-subscription',
      body: ops.encodeKillSubscription(22),
      xml: `<kill-subscription ${SN}><id>22</id></kill-subscription>`,
    },
    {
      name: 'an rpc of a module',
      body: ops.encodeOperation({
        namespace: 'urn:r',
        name: 'reboot',
        input: '<now xmlns="urn:r"/>',
      }),
      xml: '<reboot xmlns="urn:r"><now xmlns="urn:r"/></reboot>',
    },
    {
      name: 'an rpc without input',
      body: ops.encodeOperation({ namespace: 'urn:r', name: 'reboot' }),
      xml: '<reboot xmlns="urn:r"/>',
    },
    {
      name: 'an action as a tree',
      body: ops.encodeAction(parseXml('<if xmlns="urn:s"><name>eth1</name><ping/></if>')),
      xml: '<action xmlns="urn:ietf:params:xml:ns:yang:1"><if xmlns="urn:s"><name>eth1</name><ping/></if></action>',
    },
    {
      name: 'an action as text',
      body: ops.encodeAction(row),
      xml: `<action xmlns="urn:ietf:params:xml:ns:yang:1">${row}</action>`,
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
