/** What subscriptions to datastores have in common (RFC 8641, section 3). */
import type { OutgoingMessage } from '../../../src/netconf/index.ts';
import type { Logger } from '../../logger.ts';
import type { FilterSpec } from '../filters.ts';
import { Subscription } from '../subscription.ts';
import type { SubscriptionOptions } from '../subscription.ts';
import type { PushContent } from './push-content.ts';
import { pushUpdate } from './push-update.ts';

export interface PushTerms {
  readonly content: PushContent;
  /** As it was given, for whoever asks what the terms are. */
  readonly filter: FilterSpec;
  readonly stopTime: number | undefined;
  readonly maxUpdateBytes: number;
  readonly logger: Logger;
}

export abstract class PushSubscription extends Subscription {
  #terms: PushTerms;

  constructor(options: SubscriptionOptions, terms: PushTerms) {
    super(options);
    this.#terms = terms;
    this.setStopTime(terms.stopTime);
  }

  get terms(): PushTerms {
    return this.#terms;
  }

  protected get content(): PushContent {
    return this.#terms.content;
  }

  /** Another selection; what is sent from now on follows it. */
  select(content: PushContent, filter: FilterSpec): void {
    this.#terms = { ...this.#terms, content, filter };
    this.selected();
  }

  protected selected(): void {
    // The next update is what is selected then.
  }

  /** Everything that is selected at the time at which it is sent. */
  protected fullUpdate(view: PushContent['view']): OutgoingMessage {
    const { content, maxUpdateBytes, logger } = this.#terms;
    return pushUpdate({
      id: this.id,
      time: this.clock.now(),
      maxBytes: maxUpdateBytes,
      write: (writer) => content.write(writer, view),
      onIncomplete: (error) => {
        logger.log('warning', 'push-update-incomplete', { subscription: this.id, error });
      },
    });
  }
}
