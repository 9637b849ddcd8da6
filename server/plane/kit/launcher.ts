/** Starts the kernel's tools as child processes, in the network namespace that the plane serves. */
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
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

/** Runs commands in one network namespace. */
export class Launcher {
  readonly #prefix: readonly string[];

  /** Without `netns`: in the namespace of this process. */
  constructor(netns?: string) {
    this.#prefix = netns === undefined ? [] : ['ip', 'netns', 'exec', netns];
  }

  /** Starts a long-running child with pipes. Resolves when it runs; throws {@link ToolError}. */
  async start(command: readonly string[]): Promise<ChildProcessWithoutNullStreams> {
    const [program = '', ...args] = [...this.#prefix, ...command];
    const child = spawn(program, args, { stdio: 'pipe' });
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
    const child = await this.start(command);
    const exit = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
    child.stdin.end(input);
    const [output, complaint, [code, signal]] = await Promise.all([
      readAll(child.stdout),
      readAll(child.stderr),
      exit,
    ]);
    if (code === 0) return output;
    const reason = complaint.trim() || `ended with ${signal ?? `exit code ${String(code)}`}`;
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
