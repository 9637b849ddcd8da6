/** Starts the kernel's tools as child processes, in the network namespace that the plane serves. */
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams, SpawnOptionsWithoutStdio } from 'node:child_process';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';

/** A tool that is missing, may not run, or says no. */
export class ToolError extends Error {
  readonly tool: string;
  /** Exit code; undefined when the tool could not be started or was ended by a signal. */
  readonly code: number | undefined;

  constructor(tool: string, message: string, code?: number) {
    super(`${tool}: ${message}`);
    this.name = 'ToolError';
    this.tool = tool;
    this.code = code;
  }
}

/** Far longer than any command takes that is not stuck: loading 50 000 elements of a set takes nft a second. */
const PATIENCE_MS = 60_000;

/** Runs commands in one network namespace. */
export class Launcher {
  readonly #prefix: readonly string[];
  readonly #patienceMs: number;

  /** Without `netns`: in the namespace of this process. `patienceMs`: after which a command is ended that {@link run} waits for. */
  constructor(netns?: string, patienceMs = PATIENCE_MS) {
    this.#prefix = netns === undefined ? [] : ['ip', 'netns', 'exec', netns];
    this.#patienceMs = patienceMs;
  }

  /** Starts a long-running child with pipes. Resolves when it runs; throws {@link ToolError}. */
  start(command: readonly string[]): Promise<ChildProcessWithoutNullStreams> {
    return this.#start(command, { stdio: 'pipe' });
  }

  /** The same with a process group of its own, to be ended by {@link endGroup}. */
  startGroup(command: readonly string[]): Promise<ChildProcessWithoutNullStreams> {
    return this.#start(command, { stdio: 'pipe', detached: true });
  }

  async #start(
    command: readonly string[],
    options: SpawnOptionsWithoutStdio,
  ): Promise<ChildProcessWithoutNullStreams> {
    const [program = '', ...args] = [...this.#prefix, ...command];
    const child = spawn(program, args, options);
    try {
      await once(child, 'spawn');
    } catch (error) {
      throw new ToolError(command[0] ?? program, startFailure(error));
    }
    // Errors of a pipe whose other end has gone show up as the end of the child's output.
    child.stdin.on('error', () => undefined);
    return child;
  }

  /** Runs a command to its end and returns what it wrote. Throws {@link ToolError}. */
  async run(command: readonly string[], input = ''): Promise<string> {
    const tool = command[0] ?? '';
    const timeout = this.#patienceMs;
    const child = await this.#start(command, { stdio: 'pipe', timeout, killSignal: 'SIGKILL' });
    const exit = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
    child.stdin.end(input);
    const [output, complaint, [code, signal]] = await Promise.all([
      readAll(child.stdout),
      readAll(child.stderr),
      exit,
    ]);
    if (code === 0) return output;
    // Whoever waits for a commit must not wait for ever.
    const end = child.killed
      ? `did not end within ${String(timeout / 1000)} s`
      : `ended with ${signal ?? `exit code ${String(code)}`}`;
    const reason = complaint.trim() || end;
    throw new ToolError(tool, reason, code ?? undefined);
  }
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function startFailure(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'not found on this machine';
  return error instanceof Error ? error.message : String(error);
}

/** Ends a child by its pipes, and by signal when it does not take the hint; waits for its end. */
export async function endChild(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'close');
  child.stdin.destroy();
  child.stdout.destroy();
  child.stderr.resume();
  child.kill('SIGTERM');
  await Promise.allSettled([exit, finished(child.stdin)]);
}

/** Ends a child with all that it has started; waits for the end of the child. */
export async function endGroup(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  process.kill(-child.pid, 'SIGTERM');
  await exit;
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
}
