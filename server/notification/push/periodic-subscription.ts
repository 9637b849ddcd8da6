/**
 * Updates at fixed times with all that is selected (RFC 8641, section 4.2, `periodic`). One that is not taken before
 * two more are due suspends the subscription: nothing is collected for a reader that is slower than its period.
 */
import type { OutgoingMessage } from '../../../src/netconf/index.ts';
import type { Timer } from '../../../src/util/index.ts';
import type { SubscriptionOptions } from '../subscription.ts';
import { PushSubscription } from './push-subscription.ts';
import type { PushTerms } from './push-subscription.ts';

export interface Period {
  /** Hundredths of a second. */
  readonly period: number;
  /** Updates are a multiple of the period from it, in milliseconds since 1970; undefined: from the first one. */
  readonly anchor: number | undefined;
}

export class PeriodicSubscription extends PushSubscription {
  #period: Period;
  #timer: Timer | undefined;
  #isDue = false;

  constructor(options: SubscriptionOptions, terms: PushTerms, period: Period) {
    super(options, terms);
    this.#period = period;
  }

  get period(): Period {
    return this.#period;
  }

  /** The subscriber knows of it: the first update is due now, or at the next multiple of the period. */
  override activate(): void {
    if (this.isHeld && !this.#timer) this.setPeriod(this.#period);
    super.activate();
  }

  setPeriod(period: Period): void {
    const now = this.clock.now();
    this.#period = { ...period, anchor: period.anchor ?? now };
    if (period.anchor === undefined) this.#isDue = true;
    this.#arm();
  }

  #arm(): void {
    this.#timer?.cancel();
    const { period, anchor = 0 } = this.#period;
    const length = period * 10;
    const since = (this.clock.now() - anchor) % length;
    const left = since < 0 ? -since : length - since;
    this.#timer = this.clock.setTimer(left, () => {
      this.#onTick();
    });
  }

  #onTick(): void {
    if (this.isOver) return;
    this.#arm();
    if (!this.isActive) {
      this.countExcluded();
    } else if (this.#isDue) {
      this.countExcluded();
      this.suspend('ietf-subscribed-notifications:unsupportable-volume');
    } else {
      this.#isDue = true;
      this.wake();
    }
  }

  protected override nextMessage(): OutgoingMessage | undefined {
    if (!this.#isDue) return undefined;
    this.#isDue = false;
    this.countSent();
    return this.fullUpdate(this.content.view);
  }

  protected override discard(): void {
    this.#isDue = false;
  }

  protected override release(): void {
    this.#timer?.cancel();
  }
}
