/**
 * The messages that a client receives, from XML events to those who wait for them
 * (RFC 6241, section 4.2; RFC 5277, section 4).
 *
 * Nothing of a message is kept here but what is small: data goes to a sink as it arrives.
 */
import { ElementBuilder } from '../xml/index.ts';
import type { NamespaceScope, XmlAttribute, XmlSink } from '../xml/index.ts';
import { NETCONF_BASE_NS, NOTIFICATION_NS } from './constants.ts';
import { ProtocolError } from './errors.ts';

/** Takes one child of an rpc-reply or notification after the other. */
export interface ChildReceiver {
  /** The sink for the child that now begins; it gets all events of it, its own start tag first. */
  childSink(namespace: string, local: string): XmlSink;
}

/** A message whose beginning has been read. */
export interface MessageReceiver extends ChildReceiver {
  /** After the end of the message. What it returns is waited for before the next message is read. */
  end(): void | Promise<void>;
}

interface MessageRouter {
  /** `undefined` when the peer left the message-id out, which it may for one kind of error only. */
  reply(messageId: string | undefined): MessageReceiver;
  notification(): MessageReceiver;
}

/** The sink for one message. */
export class IncomingSink implements XmlSink {
  readonly #router: MessageRouter;
  #receiver: MessageReceiver | undefined;
  #child: XmlSink | undefined;
  #depth = 0;

  constructor(router: MessageRouter) {
    this.#router = router;
  }

  /** Who the message is for, once that is known. */
  get receiver(): MessageReceiver | undefined {
    return this.#receiver;
  }

  open(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    const depth = this.#depth++;
    if (depth === 0) {
      this.#receiver = this.#route(namespace, local, attributes);
      return;
    }
    if (depth === 1) this.#child = this.#receiver?.childSink(namespace, local);
    this.#child?.open(namespace, local, attributes, scope);
  }

  text(text: string): void {
    if (this.#depth > 1) this.#child?.text(text);
  }

  close(scope: NamespaceScope): void {
    this.#depth--;
    if (this.#depth === 0) return;
    this.#child?.close(scope);
    if (this.#depth === 1) this.#child = undefined;
  }

  #route(namespace: string, local: string, attributes: readonly XmlAttribute[]): MessageReceiver {
    // Some servers forget the namespace of what they write themselves.
    if (local === 'rpc-reply' && (namespace === NETCONF_BASE_NS || namespace === '')) {
      const id = attributes.find((item) => item.local === 'message-id' && item.namespace === '');
      return this.#router.reply(id?.value);
    }
    if (namespace === NOTIFICATION_NS && local === 'notification') {
      return this.#router.notification();
    }
    throw new ProtocolError(`<${local}> is not a message that a client understands`);
  }
}

/** Builds one child and hands it on when it is complete. */
export class ChildBuilder extends ElementBuilder {
  readonly #onComplete: (builder: ElementBuilder) => void;
  #level = 0;

  constructor(onComplete: (builder: ElementBuilder) => void) {
    super();
    this.#onComplete = onComplete;
  }

  override open(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    this.#level++;
    super.open(namespace, local, attributes, scope);
  }

  override close(): void {
    super.close();
    if (--this.#level === 0) this.#onComplete(this);
  }
}
