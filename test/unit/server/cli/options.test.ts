/** The options of samid, and that its document knows them all (server/cli, docs/samid.md). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Option } from 'commander';
import {
  bytes,
  duration,
  durationOrNever,
  endpoint,
  limit,
} from '../../../../server/cli/arguments.ts';
import { connectionLimits, sessionLimits } from '../../../../server/cli/limit-options.ts';
import type { LimitOptions } from '../../../../server/cli/limit-options.ts';
import { SERVE_OPTIONS } from '../../../../server/cli/options.ts';
import { ServerMetrics } from '../../../../server/metrics/server-metrics.ts';
import { processMetrics } from '../../../../server/metrics/process-metrics.ts';
import { DEFAULT_SESSION_LIMITS } from '../../../../server/session/session-limits.ts';
import { ConnectionGate } from '../../../../src/node/connection-gate.ts';
import { DEFAULT_SSH_SERVER_LIMITS } from '../../../../src/node/ssh-limits.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { packageRoot } from '../../../support/tools.ts';

const DOCUMENT = readFileSync(join(packageRoot(), 'docs/samid.md'), 'utf8');

describe('options of samid', () => {
  for (const [name, row] of Object.entries(SERVE_OPTIONS)) {
    const option = new Option(row.flags);
    it(`${String(option.long)} is called as the code calls it, and is in the document`, () => {
      assert.equal(option.attributeName(), name);
      assert.match(DOCUMENT, new RegExp(`\`${String(option.long)}[ \`]`));
    });
  }

  it('have the defaults of the library', () => {
    const defaults = Object.fromEntries(
      Object.entries(SERVE_OPTIONS).map(([name, { value }]) => [name, value]),
    ) as unknown as LimitOptions;
    assert.deepEqual(sessionLimits(defaults), DEFAULT_SESSION_LIMITS);
    assert.deepEqual(connectionLimits(defaults), {
      ...DEFAULT_SSH_SERVER_LIMITS,
      maxMessageBytes: Infinity,
    });
  });

  const values: [string, (text: string) => unknown, string, unknown][] = [
    ['a time', duration, '30', 30_000],
    ['a time', duration, '500ms', 500],
    ['a time', duration, '2h', 7_200_000],
    ['a time', duration, '0', undefined],
    ['a time', duration, '1w', undefined],
    ['a time or never', durationOrNever, '0', 0],
    ['a size', bytes, '64k', 65_536],
    ['a size', bytes, '1G', 2 ** 30],
    ['a size', bytes, '-1', undefined],
    ['a limit', limit, '0', Infinity],
    ['a limit', limit, '12', 12],
    ['a limit', limit, 'many', undefined],
    ['an endpoint', endpoint, '[::1]:830', { host: '::1', port: 830 }],
    ['an endpoint', endpoint, ':830', { host: '::', port: 830 }],
    ['an endpoint', endpoint, 'here', undefined],
  ];
  for (const [what, parse, text, expected] of values) {
    it(`${text} is ${expected === undefined ? what.replace(/^an?/, 'no') : what}`, () => {
      if (expected === undefined) assert.throws(() => parse(text), /Expected/);
      else assert.deepEqual(parse(text), expected);
    });
  }

  it('every metric is in the document', async () => {
    const metrics = new ServerMetrics();
    metrics.watchGate(new ConnectionGate({ clock: new FakeClock() }));
    metrics.addAll(processMetrics());
    const names = [...(await metrics.text()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    assert.ok(names.length > 15);
    for (const name of names) assert.ok(DOCUMENT.includes(`\`${String(name)}\``), name);
  });
});
