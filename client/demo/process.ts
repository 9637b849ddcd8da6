/** Runs other programs: to the end, or as a companion that answers line by line. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { LineExchange } from './line-exchange.ts';
import type { Answer } from './line-exchange.ts';

export class CommandError extends Error {
  constructor(command: string, status: string, stderr: string) {
    super(`${command}: ${stderr.trim() || status}`);
    this.name = 'CommandError';
  }
}

/** Runs a program to its end and returns what it printed. Throws {@link CommandError} with its stderr. */
export async function run(
  command: string,
  args: readonly string[],
  input?: string | Iterable<string>,
): Promise<string> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // A program that does not read its input must not end us with EPIPE.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<string | undefined>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve(code === 0 ? undefined : (signal ?? `exit code ${code ?? '?'}`));
    });
  });
  child.stdin.end(input === undefined || typeof input === 'string' ? input : [...input].join(''));
  const failure = await ended;
  if (failure !== undefined) {
    throw new CommandError([command, ...args].join(' '), failure, stderr);
  }
  return stdout;
}

/** A process that takes one JSON object a line and answers each with one. */
export class Companion {
  readonly #child: ChildProcess;
  readonly #exchange: LineExchange;

  constructor(command: string, args: readonly string[]) {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const exchange = new LineExchange(child.stdout, child.stdin);
    this.#child = child;
    this.#exchange = exchange;
    child.stdin.on('error', () => undefined);
    child.once('error', (error) => {
      exchange.end(error);
    });
    child.once('exit', (code, signal) => {
      exchange.end(new Error(`${command} ended (${String(signal ?? code)})`));
    });
  }

  ask(question: object): Promise<Answer> {
    return this.#exchange.ask(question);
  }

  close(): void {
    this.#child.kill('SIGKILL');
  }
}
