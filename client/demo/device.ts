/** Starts a `samid` as a process of its own for the demonstration and tells how to reach it. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { DeviceAddress } from './world.ts';

const USERNAME = 'demo';

export interface Device {
  readonly address: DeviceAddress;
  readonly pid: number;
  /** Ends the process and waits for it. May be called more than once. */
  close(): Promise<void>;
}

export interface DeviceOptions {
  readonly name: string;
  /** The device's state directory and users file are made below it. */
  readonly folder: string;
  /** Further arguments of `samid`. */
  readonly args: readonly string[];
}

/** Resolves when the device listens; rejects with what it said when it does not get there. */
export async function startDevice(options: DeviceOptions): Promise<Device> {
  const stateDir = join(options.folder, options.name);
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const password = crypto.randomUUID();
  const users = join(options.folder, `${options.name}-users.json`);
  writeFileSync(
    users,
    JSON.stringify({ users: [{ name: USERNAME, password, administrator: true }] }),
    { mode: 0o600 },
  );

  const main = resolve(import.meta.dirname, '../../server/main.js');
  const args = ['--listen', '127.0.0.1:0', '--state-dir', stateDir, '--users', users];
  const child = spawn(process.execPath, [main, ...args, '--name', options.name, ...options.args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000);
  });
  const exited = new Promise<void>((done) =>
    child.once('close', () => {
      done();
    }),
  );

  const ready = new Promise<{ port: number; fingerprint: string }>((found, failed) => {
    child.once('error', failed);
    void exited.then(() => {
      failed(new Error(`samid (${options.name}) ended: ${said.trim()}`));
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const port = /listening on \S+:(\d+)/.exec(line)?.[1];
      const fingerprint = /SHA256:\S+/.exec(line)?.[0];
      if (port && fingerprint) found({ port: Number(port), fingerprint });
    });
  });
  const { port, fingerprint } = await ready;
  return {
    pid: child.pid ?? 0,
    address: {
      host: '127.0.0.1',
      port,
      username: USERNAME,
      password,
      hostKeyFingerprint: fingerprint,
    },
    close: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
