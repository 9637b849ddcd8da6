/**
 * The server as one process: start and size of the single file, sessions that are open and idle, and how much one
 * client that does not read its answer delays others.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { connectNetconf } from '../client/index.ts';
import type { NetconfClient } from '../client/index.ts';
import type { Scenario } from './row.ts';
import { residentBytes, withFolder } from './scratch.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SAMID = join(ROOT, 'dist/server/main.js');
const IDLE_SESSIONS = 1000;
const WORKERS = 20;
const REQUESTS = 40;
const ROUNDS = 5;
const STARTS = 5;
const LOGIN = { name: 'bench', password: 'bench', administrator: true };
/** What the client that does not read asks for, in bytes at least. */
const REPLY_BYTES = 100_000_000;

interface Device extends AsyncDisposable {
  readonly pid: number;
  readonly startMs: number;
  connect(): Promise<NetconfClient>;
}

async function start(command: readonly string[], folder: string): Promise<Device> {
  mkdirSync(folder, { recursive: true });
  const users = join(folder, 'users.json');
  writeFileSync(users, JSON.stringify({ users: [LOGIN] }), { mode: 0o600 });
  const args = ['--listen', '127.0.0.1:0', '--state-dir', join(folder, 'state'), '--users', users];
  const begin = performance.now();
  const child = spawn(process.execPath, [...command, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const line = await firstLine(child);
  const startMs = performance.now() - begin;
  const [, port = '', fingerprint = ''] = /:(\d+), host key (\S+)$/.exec(line) ?? [];
  return {
    pid: child.pid ?? 0,
    startMs,
    connect: () =>
      connectNetconf({
        host: '127.0.0.1',
        port: Number(port),
        username: LOGIN.name,
        password: LOGIN.password,
        hostKey: { kind: 'fingerprint', fingerprint },
      }),
    async [Symbol.asyncDispose]() {
      child.kill();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('no standard output');
  const [line] = (await once(createInterface({ input: stdout }), 'line')) as [string];
  return line;
}

/** In MiB. */
const residentOf = (pid: number): number => residentBytes(pid) / 2 ** 20;

type Bundle = (target: string, root: string) => Promise<number>;

async function bundleInto(folder: string): Promise<string> {
  const script = pathToFileURL(join(ROOT, 'scripts/bundle.mjs')).href;
  const { bundle } = (await import(script)) as { readonly bundle: Bundle };
  const target = join(folder, 'samid.mjs');
  await bundle(target, ROOT);
  return target;
}

export const bundleScenario: Scenario = {
  name: 'bundle',
  metrics: [
    {
      name: 'the single file, from its start until it listens, best of 5',
      unit: 'ms',
      bound: { kind: 'at most', value: 400 },
    },
    { name: 'the single file, idle', unit: 'MiB', bound: { kind: 'at most', value: 80 } },
  ],
  run: () =>
    withFolder(async (folder) => {
      const file = await bundleInto(folder);
      // The first start makes the host key.
      await (await start([file], folder))[Symbol.asyncDispose]();
      const starts: number[] = [];
      for (let time = 1; time < STARTS; time += 1) {
        await using device = await start([file], folder);
        starts.push(device.startMs);
      }
      await using device = await start([file], folder);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      return [Math.min(...starts, device.startMs), residentOf(device.pid)];
    }),
};

export const sessionsScenario: Scenario = {
  name: 'sessions',
  metrics: [
    {
      name: `${IDLE_SESSIONS} open sessions`,
      unit: 'MiB',
      bound: { kind: 'at most', value: 1000 },
    },
  ],
  run: () =>
    withFolder(async (folder) => {
      await using device = await start([SAMID], folder);
      const clients: NetconfClient[] = [];
      while (clients.length < IDLE_SESSIONS) {
        clients.push(...(await Promise.all(Array.from({ length: 10 }, () => device.connect()))));
      }
      const resident = residentOf(device.pid);
      for (const client of clients) client.abort();
      return [resident];
    }),
};

/** Names long enough to make an answer of that size. */
function bulk(): string {
  const text = 'x'.repeat(10_000);
  const users = Array.from(
    { length: REPLY_BYTES / 1e6 },
    (_, group) =>
      `<group><name>g${group}</name>${Array.from({ length: 100 }, (_user, at) => `<user-name>${text}${at}</user-name>`).join('')}</group>`,
  );
  return `<nacm xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-acm"><groups>${users.join('')}</groups></nacm>`;
}

const FILTER = {
  type: 'subtree',
  content:
    '<netconf-state xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"><statistics/></netconf-state>',
} as const;

/** The longest of all answers to many requests, in milliseconds. */
async function longest(clients: readonly NetconfClient[]): Promise<number> {
  const times = await Promise.all(
    clients.map(async (client) => {
      let worst = 0;
      for (let request = 0; request < REQUESTS; request += 1) {
        const begin = performance.now();
        await client.get({ filter: FILTER });
        worst = Math.max(worst, performance.now() - begin);
      }
      return worst;
    }),
  );
  return Math.max(...times);
}

/** The least of some rounds: what the machine does besides only adds. */
async function quietest(clients: readonly NetconfClient[]): Promise<number> {
  const rounds: number[] = [];
  while (rounds.length < ROUNDS) rounds.push(await longest(clients));
  return Math.min(...rounds);
}

export const isolationScenario: Scenario = {
  name: 'isolation',
  metrics: [
    {
      name: `delay of ${WORKERS} sessions by one that does not read 100 MB`,
      unit: 'ms',
      bound: { kind: 'at most', value: 50 },
    },
    { name: `longest answer to ${WORKERS} sessions without it`, unit: 'ms' },
  ],
  run: () =>
    withFolder(async (folder) => {
      await using device = await start([SAMID], folder);
      const setUp = await device.connect();
      await setUp.editConfig({ target: 'running', config: bulk() });
      const workers: NetconfClient[] = [];
      while (workers.length < WORKERS) workers.push(await device.connect());
      const baseline = await quietest(workers);
      // It asks for all of it and takes one row: when its window is full the server has to wait for it.
      const silent = await device.connect();
      const request = { source: 'running', rows: ['nacm', 'groups', 'group'] } as const;
      const rows = silent.getConfigRows(request)[Symbol.asyncIterator]();
      await rows.next();
      const beside = await quietest(workers);
      for (const client of [setUp, silent, ...workers]) client.abort();
      return [Math.max(0, beside - baseline), baseline];
    }),
};
