/** Notifications as a client receives them (RFC 5277, section 2.2.1). */
import { textContent } from '../xml/index.ts';
import type { XmlElement, XmlSink } from '../xml/index.ts';
import { NOTIFICATION_NS } from './constants.ts';
import { ProtocolError } from './errors.ts';
import { ChildBuilder } from './incoming-router.ts';
import type { MessageReceiver } from './incoming-router.ts';

/** One that has been read (RFC 5277, section 4). */
export interface Notification {
  /** RFC 3339 date and time, as received. */
  readonly eventTime: string;
  readonly element: XmlElement;
}

/** Takes one notification as it arrives. */
export interface NotificationReceiver {
  /** Gets the events of the notification's element, its own start tag first. */
  readonly sink: XmlSink;
  /** After the end. The session reads no further before what it returns has settled. */
  end?(): void | Promise<void>;
}

/** What is known of a notification when its content begins. */
export interface NotificationHead {
  readonly eventTime: string;
  readonly namespace: string;
  readonly local: string;
}

/** Decides who takes a notification; `undefined` leaves it to others. */
export type NotificationFactory = (head: NotificationHead) => NotificationReceiver | undefined;

export interface NotificationTargets {
  readonly factories: Iterable<NotificationFactory>;
  /** Takes what no factory wants. */
  deliver(notification: Notification): void | Promise<void>;
}

/** Receives one notification message. */
export class IncomingNotification implements MessageReceiver {
  readonly #targets: NotificationTargets;
  #eventTime: string | undefined;
  #receiver: NotificationReceiver | undefined;
  #element: XmlElement | undefined;

  constructor(targets: NotificationTargets) {
    this.#targets = targets;
  }

  childSink(namespace: string, local: string): XmlSink {
    if (namespace === NOTIFICATION_NS && local === 'eventTime') {
      return new ChildBuilder(({ result }) => {
        this.#eventTime = textContent(result).trim();
      });
    }
    if (this.#eventTime === undefined || this.#receiver || this.#element) {
      throw new ProtocolError('a notification must have eventTime and then one element');
    }
    this.#receiver = this.#choose({ eventTime: this.#eventTime, namespace, local });
    if (this.#receiver) return this.#receiver.sink;
    return new ChildBuilder(({ result }) => {
      this.#element = result;
    });
  }

  end(): void | Promise<void> {
    if (this.#receiver) return this.#receiver.end?.();
    if (this.#eventTime !== undefined && this.#element) {
      return this.#targets.deliver({ eventTime: this.#eventTime, element: this.#element });
    }
    throw new ProtocolError('a notification has no content');
  }

  #choose(head: NotificationHead): NotificationReceiver | undefined {
    for (const factory of this.#targets.factories) {
      const receiver = factory(head);
      if (receiver) return receiver;
    }
    return undefined;
  }
}
