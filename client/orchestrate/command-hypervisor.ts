/**
 * A hypervisor that is told by a command: `CMD stop|continue|abort VM`.
 *
 * The command runs in a shell, so it may carry arguments of its own; the action and the VM follow them.
 * It reports success by exit code 0, and has to be idempotent as {@link Hypervisor} says.
 */
import { spawn } from 'node:child_process';
import type { Hypervisor } from './hypervisor.ts';

export type HookAction = 'stop' | 'continue' | 'abort';

export interface CommandHypervisorOptions {
  readonly command: string;
  readonly vm: string;
  /** Added to the environment, such as `SAMI_MOVE`. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** The hook failed; the message has its last words. */
export class HookError extends Error {
  readonly code = 'hook-failed';
  readonly action: HookAction;

  constructor(action: HookAction, reason: string) {
    super(`hook "${action}" ${reason}`);
    this.name = 'HookError';
    this.action = action;
  }
}

const LONGEST_COMPLAINT = 4096;

export class CommandHypervisor implements Hypervisor {
  readonly #options: CommandHypervisorOptions;

  constructor(options: CommandHypervisorOptions) {
    this.#options = options;
  }

  stop(): Promise<void> {
    return this.#run('stop');
  }

  continueOnNew(): Promise<void> {
    return this.#run('continue');
  }

  resumeOnOld(): Promise<void> {
    return this.#run('abort');
  }

  #run(action: HookAction): Promise<void> {
    const { command, vm, environment, timeoutMs = 60_000 } = this.#options;
    return new Promise((resolve, reject) => {
      const child = spawn('/bin/sh', ['-c', `${command} "$@"`, 'sami-hook', action, vm], {
        env: { ...process.env, ...environment, SAMI_ACTION: action, SAMI_VM: vm },
        stdio: ['ignore', 'ignore', 'pipe'],
        timeout: timeoutMs,
      });
      let complaint = '';
      child.stderr.setEncoding('utf8');
      child.stderr.on('readable', () => {
        for (let text = child.stderr.read() as string | null; text;) {
          complaint = (complaint + text).slice(-LONGEST_COMPLAINT);
          text = child.stderr.read() as string | null;
        }
      });
      child.once('error', (error) => {
        reject(new HookError(action, `cannot be run: ${error.message}`));
      });
      child.once('close', (code, signal) => {
        if (code === 0) resolve();
        else reject(new HookError(action, describeEnd(code, signal, complaint)));
      });
    });
  }
}

function describeEnd(code: number | null, signal: string | null, complaint: string): string {
  const how = signal ? `was ended by ${signal}` : `exited with ${String(code)}`;
  const last = complaint.trim().split('\n').at(-1);
  return last ? `${how}: ${last}` : how;
}
