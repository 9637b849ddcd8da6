/** The example plane in C: built once with the system's compiler, each one a process of its own. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { packageYangDirectory } from '../../../src/node/index.ts';

const run = promisify(execFile);

export const PLANE_SOURCE = join(packageYangDirectory(), '..', 'examples', 'plane-c', 'plane.c');

/** Flags that a vendor's build would have, so that the example does not teach bad habits. */
const FLAGS = ['-O2', '-Wall', '-Wextra', '-Werror'];

let directory: string | undefined;
let built: Promise<string> | undefined;

/** A directory for programs and sockets, gone with the process. */
export function scratch(): string {
  if (directory === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'sami-plane-'));
    directory = made;
    process.once('exit', () => {
      rmSync(made, { recursive: true, force: true });
    });
  }
  return directory;
}

/** The path of the program. */
function buildPlane(): Promise<string> {
  const program = join(scratch(), 'plane');
  built ??= run('cc', [...FLAGS, '-o', program, PLANE_SOURCE]).then(() => program);
  return built;
}

/** `describe` for tests that need a C compiler: skipped without one, and failing in CI. */
export function describeWithCompiler(title: string, body: () => void): void {
  let missing: string | undefined;
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
  } catch {
    missing = 'needs a C compiler';
  }
  if (missing === undefined) {
    describe(title, body);
    return;
  }
  describe(`${title} (${missing})`, () => {
    it('builds the plane', function () {
      if (process.env['CI'] === 'true') throw new Error(missing);
      this.skip();
    });
  });
}

let count = 0;

/** A socket path that nobody has. */
export function freshSocket(): string {
  count += 1;
  return join(scratch(), `${count}.sock`);
}

export class CPlane implements AsyncDisposable {
  readonly socket: string;
  readonly #kinds: readonly string[];
  #child: ChildProcessByStdio<Writable, Readable, null>;

  private constructor(
    socket: string,
    kinds: readonly string[],
    child: ChildProcessByStdio<Writable, Readable, null>,
  ) {
    this.socket = socket;
    this.#kinds = kinds;
    this.#child = child;
  }

  /** Serves kinds, each `NAME` or `NAME=LIMIT`. Resolves when it listens. */
  static async start(...kinds: readonly string[]): Promise<CPlane> {
    const socket = freshSocket();
    return new CPlane(socket, kinds, await spawnPlane(socket, kinds));
  }

  /** What stands for traffic: `set VM KIND/LIST KEY JSON` or `remove VM KIND/LIST KEY`. */
  traffic(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Ends it as a crash would. */
  async crash(): Promise<void> {
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }

  /** Starts it anew, empty, on the same socket. */
  async restart(): Promise<void> {
    this.#child = await spawnPlane(this.socket, this.#kinds);
  }

  /** Makes it hang; the connection stays. */
  hang(): void {
    this.#child.kill('SIGSTOP');
  }

  wake(): void {
    this.#child.kill('SIGCONT');
  }

  /** The most memory that it has had, in bytes. */
  async peakMemory(): Promise<number> {
    const status = await readFile(`/proc/${this.#child.pid ?? 0}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.crash();
  }
}

async function spawnPlane(
  socket: string,
  kinds: readonly string[],
): Promise<ChildProcessByStdio<Writable, Readable, null>> {
  const child = spawn(await buildPlane(), [socket, ...kinds], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const end = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  await once(child.stdout, 'data');
  return child;
}
