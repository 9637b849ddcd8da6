/** Keeps a connection to a plane in another process: when it is lost, it is made anew, ever more patiently. */
import type { Clock, Timer } from '../../../src/util/index.ts';
import type { Logger } from '../../logger.ts';
import { PlaneLink } from './link.ts';
import type { LinkOptions } from './link.ts';
import { PlaneLostError } from './call-errors.ts';

export interface ConnectionOptions extends LinkOptions {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Gives the plane what it has to have, before anybody uses the connection. */
export type OnConnected = (link: PlaneLink) => Promise<void>;

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;
/** A connection that has lasted so long is a good one: after it the next attempt may come soon again. */
const GOOD_MS = 5_000;

export class PlaneConnection {
  readonly #options: ConnectionOptions;
  readonly #onConnected: OnConnected;
  #link: PlaneLink | undefined;
  #reason = new PlaneLostError('it has not been connected yet');
  #retryMs = FIRST_RETRY_MS;
  #timer: Timer | undefined;
  #closed = false;

  /** Takes over a link that is in use already. */
  constructor(link: PlaneLink, options: ConnectionOptions, onConnected: OnConnected) {
    this.#options = options;
    this.#onConnected = onConnected;
    this.#use(link);
  }

  /** The link to use now. Throws {@link PlaneLostError} while there is none. */
  get link(): PlaneLink {
    if (!this.#link || this.#link.isOver) throw this.#reason;
    return this.#link;
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#link?.fail('the device server closes it');
  }

  #use(link: PlaneLink): void {
    this.#link = link;
    const since = this.#options.clock.now();
    void link.ended.then((reason) => {
      if (this.#options.clock.now() - since >= GOOD_MS) this.#retryMs = FIRST_RETRY_MS;
      this.#link = undefined;
      this.#reason = reason;
      if (this.#closed) return;
      this.#log('warning', 'plane-lost', { reason: reason.message });
      this.#retryLater();
    });
  }

  #retryLater(): void {
    if (this.#closed) return;
    this.#timer = this.#options.clock.setTimer(this.#retryMs, () => void this.#retry());
    this.#retryMs = Math.min(2 * this.#retryMs, LONGEST_RETRY_MS);
  }

  async #retry(): Promise<void> {
    let link: PlaneLink | undefined;
    try {
      link = await PlaneLink.open(this.#options);
      await this.#onConnected(link);
    } catch (error) {
      link?.fail('it did not take what is configured');
      if (link) this.#log('error', 'plane-restore-failed', { error });
      this.#reason = new PlaneLostError(error instanceof Error ? error.message : String(error));
      this.#retryLater();
      return;
    }
    if (this.#isClosed()) link.fail('the device server closes it');
    else this.#log('info', 'plane-connected', { plane: link.hello.name });
    this.#use(link);
  }

  #isClosed(): boolean {
    return this.#closed;
  }

  #log(level: 'info' | 'warning' | 'error', event: string, details: object): void {
    this.#options.logger.log(level, event, { socket: this.#options.path, ...details });
  }
}
