/**
 * The states of the process for systemd (sd_notify(3)). Its socket is a datagram socket, which Node.js cannot open:
 * the tool systemd-notify does. Without NOTIFY_SOCKET nothing is run.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Logger } from '../logger.ts';

const run = promisify(execFile);
const TIMEOUT_MS = 5000;

export class ServiceManager {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #logger: Logger;
  #watchdog: NodeJS.Timeout | undefined;
  #hasFailed = false;
  /** One message after the other. */
  #sent: Promise<void> = Promise.resolve();

  constructor(environment: NodeJS.ProcessEnv, logger: Logger) {
    this.#environment = environment;
    this.#logger = logger;
  }

  /** Everything is served; from now on the watchdog is fed, if there is one. */
  async ready(status: string): Promise<void> {
    await this.#send('READY=1', `STATUS=${status}`);
    const microseconds = Number(this.#environment['WATCHDOG_USEC'] ?? 0);
    if (microseconds > 0 && !this.#watchdog) {
      this.#watchdog = setInterval(() => void this.#send('WATCHDOG=1'), microseconds / 2000);
      this.#watchdog.unref();
    }
  }

  /** Followed by {@link ready}. */
  reloading(): Promise<void> {
    // CLOCK_MONOTONIC, which is what hrtime is on Linux, in microseconds.
    return this.#send('RELOADING=1', `MONOTONIC_USEC=${String(process.hrtime.bigint() / 1000n)}`);
  }

  stopping(): Promise<void> {
    clearInterval(this.#watchdog);
    return this.#send('STOPPING=1');
  }

  #send(...states: readonly string[]): Promise<void> {
    if (!this.#environment['NOTIFY_SOCKET']) return Promise.resolve();
    this.#sent = this.#sent.then(() => this.#run(states));
    return this.#sent;
  }

  async #run(states: readonly string[]): Promise<void> {
    try {
      const env = { ...this.#environment, LC_ALL: 'C' };
      const pid = `--pid=${String(process.pid)}`;
      await run('systemd-notify', [pid, ...states], { env, timeout: TIMEOUT_MS });
    } catch (error) {
      if (this.#hasFailed) return;
      this.#hasFailed = true;
      this.#logger.log('error', 'notify-failed', {
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }
}
