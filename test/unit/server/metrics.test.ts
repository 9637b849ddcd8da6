/** Metrics, read by a parser that takes nothing but text format 0.0.4 (server/metrics). */
import assert from 'node:assert/strict';
import { Counter, Histogram, exposition } from '../../../server/metrics/registry.ts';
import { serveMetrics } from '../../../server/metrics/metrics-endpoint.ts';
import { processMetrics } from '../../../server/metrics/process-metrics.ts';
import { ServerMetrics } from '../../../server/metrics/server-metrics.ts';
import { ConnectionGate } from '../../../src/node/connection-gate.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { parseMetrics } from '../../support/prometheus.ts';
import { ServerFixture } from '../../support/server-fixture.ts';

describe('metrics', () => {
  it('escapes what labels and help texts may have', async () => {
    const counter = new Counter({ name: 'x_total', help: 'a\\b\nc' }, 'what');
    counter.add('a"b\\c\nd');
    const text = await exposition([counter]);
    assert.equal(text.includes('what="a\\"b\\\\c\\nd"'), true);
    assert.equal(parseMetrics(text).value('x_total', { what: 'a"b\\c\nd' }), 1);
  });

  it('counts into buckets that add up', async () => {
    const histogram = new Histogram({ name: 'x_seconds', help: 'x' }, [1, 2]);
    for (const value of [0.5, 1, 1.5, 3]) histogram.observe(value);
    const metrics = parseMetrics(await exposition([histogram]));
    assert.equal(metrics.value('x_seconds_bucket', { le: '1' }), 2);
    assert.equal(metrics.value('x_seconds_bucket', { le: '2' }), 3);
    assert.equal(metrics.value('x_seconds_bucket', { le: '+Inf' }), 4);
    assert.equal(metrics.value('x_seconds_sum'), 6);
  });

  it('keeps a bounded number of series, whatever comes', async () => {
    const counter = new Counter({ name: 'x_total', help: 'x' }, 'what');
    for (let index = 0; index < 1000; index += 1) counter.add(String(index));
    const lines = (await exposition([counter])).split('\n').filter((it) => it.startsWith('x_'));
    assert.equal(lines.length, 201);
    assert.equal(parseMetrics(lines.join('\n')).value('x_total', { what: 'other' }), 800);
  });

  describe('of a server', () => {
    let fixture: ServerFixture;
    let metrics: ServerMetrics;
    beforeEach(async () => {
      fixture = await ServerFixture.start();
      metrics = new ServerMetrics();
      metrics.watch(fixture.server);
      metrics.watchGate(new ConnectionGate({ clock: new FakeClock() }));
      metrics.addAll(processMetrics());
    });
    afterEach(() => fixture.stop());
    const read = async (): Promise<ReturnType<typeof parseMetrics>> =>
      parseMetrics(await metrics.text());

    it('follow sessions, requests, errors and commits', async () => {
      const client = await fixture.connect();
      await client.commit();
      await client.refused('<no-such-thing/>');
      const during = await read();
      assert.equal(during.value('samid_sessions'), 1);
      assert.equal(during.value('samid_sessions_started_total'), 1);
      assert.equal(during.value('samid_notifications_total'), 0);
      assert.equal(during.value('samid_rpcs_total', { operation: 'commit' }), 1);
      assert.equal(during.value('samid_rpc_errors_total', { tag: 'operation-not-supported' }), 1);
      assert.equal(during.value('samid_rpc_errors_total', { tag: 'in-use' }), 0);
      assert.equal(during.value('samid_commit_duration_seconds_count'), 1);
      await client.rpc('<close-session/>');
      await fixture.settled();
      const after = await read();
      assert.equal(after.value('samid_sessions'), 0);
      assert.equal(after.value('samid_sessions_ended_total', { reason: 'closed' }), 1);
    });

    it('follow notifications that are sent', async () => {
      const client = await fixture.connect();
      await client.session.request(
        '<create-subscription xmlns="urn:ietf:params:xml:ns:netconf:notification:1.0"/>',
      );
      await fixture.connect();
      await fixture.settled();
      assert.equal((await read()).value('samid_notifications_total'), 1);
    });

    it('follow logins and refusals', async () => {
      const from = { address: '192.0.2.1', protocol: 'ssh', username: 'amy' } as const;
      metrics.observeConnection({ kind: 'login', method: 'password', ...from });
      metrics.observeConnection({
        kind: 'login-refused',
        method: 'publickey',
        reason: 'x',
        ...from,
      });
      metrics.observeConnection({ kind: 'dropped', address: 'x', reason: 'too-many-connections' });
      const all = await read();
      assert.equal(all.value('samid_logins_total', { method: 'password' }), 1);
      assert.equal(all.value('samid_login_failures_total', { method: 'publickey' }), 1);
      const labels = { reason: 'too-many-connections' };
      assert.equal(all.value('samid_connections_dropped_total', labels), 1);
    });

    it('are served at /metrics and nowhere else', async () => {
      const endpoint = await serveMetrics({ host: '127.0.0.1', port: 0 }, () => metrics.text());
      const url = `http://127.0.0.1:${String(endpoint.port)}`;
      try {
        const response = await fetch(`${url}/metrics`);
        assert.equal(
          response.headers.get('content-type'),
          'text/plain; version=0.0.4; charset=utf-8',
        );
        assert.ok(
          (parseMetrics(await response.text()).value('process_resident_memory_bytes') ?? 0) > 0,
        );
        assert.equal((await fetch(url)).status, 404);
        assert.equal((await fetch(`${url}/metrics`, { method: 'POST' })).status, 405);
      } finally {
        await endpoint.close();
      }
    });
  });
});
