/** Tools that say when tables change (`nft monitor`, `bridge monitor`). */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { endGroup } from '../kit/launcher.ts';
import type { Launcher } from '../kit/launcher.ts';

/**
 * Runs a command until its own input ends, so that it does not outlive a server that is killed. It has no
 * traps: one that is set while a command is being started can lose the signal.
 */
const WHILE_WANTED = '"$@" & cat >/dev/null; kill $! 2>/dev/null';

export class Monitors {
  readonly #launcher: Launcher;
  readonly #children: ChildProcessWithoutNullStreams[] = [];

  constructor(launcher: Launcher) {
    this.#launcher = launcher;
  }

  /** Calls `heard` with every line that the command writes. Tables are polled besides, should it end. */
  async listen(command: readonly string[], heard: (line: string) => void): Promise<void> {
    const child = await this.#launcher.startGroup(['sh', '-c', WHILE_WANTED, 'sh', ...command]);
    this.#children.push(child);
    child.stderr.resume();
    createInterface({ input: child.stdout }).on('line', heard);
  }

  async close(): Promise<void> {
    await Promise.all(this.#children.map(endGroup));
  }
}
