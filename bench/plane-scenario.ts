/** A data plane in another process, in C: a million entries there and back through the protocol of the socket. */
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SocketDriver, TablePlane, loadSchema, silentLogger } from '../server/index.ts';
import { Branch, DataList } from '../src/data/index.ts';
import { SystemClock, packageYangDirectory } from '../src/node/index.ts';
import { kindsOf, vmListNode } from '../src/sami/index.ts';
import { fieldsOf } from '../server/plane/kit/fields.ts';
import type { Scenario } from './row.ts';
import { timed, withFolder } from './scratch.ts';

const ENTRIES = 1_000_000;
const MEBIBYTE = 2 ** 20;

export const planeScenario: Scenario = {
  name: 'plane',
  metrics: [
    { name: 'plane in C: prepare of 1 000 000 sessions', unit: 'ms' },
    { name: 'plane in C: apply of 1 000 000 sessions', unit: 'ms' },
    { name: 'plane in C: read of 1 000 000 sessions', unit: 'ms' },
    { name: 'plane in C: peak memory after apply', unit: 'MiB' },
    {
      name: 'plane in C: memory that reading adds',
      unit: 'MiB',
      bound: { kind: 'at most', value: 4 },
    },
  ],
  unavailable: () => Promise.resolve(missingCompiler()),
  run: () => withFolder(run),
};

function missingCompiler(): string | undefined {
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'there is no C compiler';
  }
}

async function run(folder: string): Promise<readonly number[]> {
  const program = join(folder, 'plane');
  const source = join(packageYangDirectory(), '..', 'examples', 'plane-c', 'plane.c');
  execFileSync('cc', ['-O2', '-o', program, source]);
  const path = join(folder, 'plane.sock');
  const child = spawn(program, [path, 'session'], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    await once(child.stdout, 'data');
    return await measure(path, child);
  } finally {
    const exit = once(child, 'exit');
    child.kill();
    await exit;
  }
}

async function measure(path: string, child: ChildProcess): Promise<readonly number[]> {
  const context = loadSchema();
  const clock = new SystemClock();
  const driver = await SocketDriver.connect({
    path,
    context,
    clock,
    logger: silentLogger,
    timeoutMs: 60_000,
  });
  const plane = new TablePlane(driver, { context, clock });
  const list = vmListNode(context);
  const session = list && kindsOf(list).find(({ name }) => name === 'session');
  const table = session?.lists[0];
  if (!list || !session || !table) throw new Error('the schema has no sessions');
  const before = fieldsOf(list).make({ id: 'vm1', address: ['192.0.2.1'], mode: 'standby' });
  const container = new Branch(session.container, []).with(table, sessions(table));
  const after = before.with(session.container, container);
  await plane.start([]);
  const empty = await plane.prepare([{ id: 'vm1', before: undefined, after: before }]);
  await empty.apply();
  let change = empty;
  const prepareMs = await timed(async () => {
    change = await plane.prepare([{ id: 'vm1', before, after }]);
  });
  const applyMs = await timed(() => change.apply());
  const learning = after.with(fieldsOf(list).node('mode'), 'learning');
  await (await plane.prepare([{ id: 'vm1', before: after, after: learning }])).apply();
  const applied = peakMemory(child);
  let count = 0;
  const readMs = await timed(async () => {
    for await (const batch of plane.read({ vm: learning, list: table })) count += batch.length;
  });
  if (count !== ENTRIES) throw new Error(`${count} entries came back`);
  await plane.close();
  return [prepareMs, applyMs, readMs, applied, peakMemory(child) - applied];
}

function sessions(table: DataList['schema']): DataList {
  const fields = fieldsOf(table);
  const rows = Array.from({ length: ENTRIES }, (_, n) =>
    fields.make({
      protocol: 6,
      'source-address': '192.0.2.1',
      'destination-address': `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`,
      'source-port': 1024 + (n % 60_000),
      'destination-port': 443,
      zone: 0,
      lifetime: 300,
    }),
  );
  return DataList.from(table, rows);
}

function peakMemory({ pid = 0 }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return (Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) * 1024) / MEBIBYTE;
}
