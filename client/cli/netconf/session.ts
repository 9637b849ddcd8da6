/** One session of the console, and what all its operations need. */
import {
  CAPABILITY,
  NETCONF_BASE_NS,
  NETMOD_NOTIFICATION_NS,
  SUBSCRIBED_NOTIFICATIONS_NS,
} from '../../../src/netconf/index.ts';
import type { ConfigDatastore, Notification, RpcBody } from '../../../src/netconf/index.ts';
import { ElementBuilder, XmlTokenizer, XmlWriter } from '../../../src/xml/index.ts';
import { qnameKey } from '../../../src/yang/index.ts';
import type { Clock } from '../../../src/util/index.ts';
import type { NetconfClient } from '../../netconf-client.ts';
import type { ReplyOutput } from './output/reply-output.ts';
import type { FindOperation } from './output/xml-as-json.ts';
import type { RawTap } from './output/raw-tap.ts';
import type { Parameters } from './parameters.ts';
import { withinReplyTime } from './reply-timeout.ts';
import type { DeviceSchema } from './schema/device-schema.ts';
import { Names } from './schema/names.ts';

export interface ConsoleSessionOptions {
  readonly client: NetconfClient;
  readonly schema: DeviceSchema;
  readonly output: ReplyOutput;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly warn: (text: string) => void;
  /** `-` is standard input. */
  readonly readFile: (path: string) => Promise<string>;
  readonly isFile: (path: string) => boolean;
  /** Print requests instead of sending them. */
  readonly dry: boolean;
  /** Has what arrives as it is. */
  readonly raw?: RawTap | undefined;
  /** Aborted when nobody reads what is printed any more. */
  readonly readerGone?: AbortSignal | undefined;
  /** How long a reply may take; undefined for ever. */
  readonly replyTimeoutMs?: number | undefined;
}

export class ConsoleSession {
  readonly client: NetconfClient;
  readonly schema: DeviceSchema;
  readonly output: ReplyOutput;
  readonly clock: Clock;
  readonly options: ConsoleSessionOptions;
  /** What ends the request that is under way; the console that asks line by line has one for each. */
  signal: AbortSignal;
  /** A confirmed commit that ends with this session: it has no name. */
  hasPendingCommit = false;
  #listens = false;
  /** Subscriptions that have been asked for and not ended yet. */
  #subscriptions = 0;
  readonly #allEnded = new AbortController();
  /** Printed before a notification, and after. */
  around: { before: () => void; after: () => void } | undefined;

  constructor(options: ConsoleSessionOptions) {
    this.client = options.client;
    this.schema = options.schema;
    this.output = options.output;
    this.clock = options.clock;
    this.signal = options.signal;
    this.options = options;
  }

  get isDry(): boolean {
    return this.options.dry;
  }

  /** Where edits go unless something else is said: candidate where there is one. */
  get editTarget(): ConfigDatastore {
    return this.hasCandidate ? 'candidate' : 'running';
  }

  get hasCandidate(): boolean {
    return this.client.capabilities.has(CAPABILITY.candidate);
  }

  /** Names of the device. `withSchema`: also of nodes, which costs more. */
  async names({ prefixes }: Parameters, withSchema: boolean): Promise<Names> {
    const context = withSchema ? await this.schema.context() : this.schema.known;
    return new Names({ bound: prefixes, modules: await this.schema.modules(), context });
  }

  /** Sends an operation and prints what the reply has. */
  async send(body: RpcBody, find: FindOperation = operationOf(body)): Promise<void> {
    if (this.isDry) {
      await this.#printRequest(body);
      return;
    }
    const { raw } = this.options;
    const receiver = raw?.replacesOutput === true ? DISCARDING : this.output.receive(find);
    const { sink: reply, pace } = receiver;
    raw?.start();
    try {
      await this.#within((signal) => this.client.request(body, { signal, reply, pace }));
    } finally {
      // What came before an error has been printed as it came.
      receiver.pace();
      raw?.stop();
    }
    await receiver.end();
  }

  /** A reply that is text; undefined when nothing was sent. */
  async ask<T>(
    body: RpcBody,
    request: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    if (!this.isDry) return this.#within(request);
    await this.#printRequest(body);
    return undefined;
  }

  /** Prints notifications from now on. */
  listen(): void {
    if (this.#listens || this.isDry) return;
    this.#listens = true;
    const { raw } = this.options;
    if (raw) raw.listens = true;
    this.client.onNotification((head) => {
      const builder = new ElementBuilder();
      return {
        sink: builder,
        end: () => {
          const element = builder.result;
          if (raw?.replacesOutput !== true) {
            this.#printNotification({ eventTime: head.eventTime, element });
          }
          if (ENDS.has(qnameKey(element.namespace, element.local)) && --this.#subscriptions === 0) {
            this.#allEnded.abort();
          }
        },
      };
    });
  }

  get listens(): boolean {
    return this.#listens;
  }

  /** A subscription is asked for: its notifications may come before the reply. */
  subscribes(): void {
    this.#subscriptions += 1;
    this.listen();
  }

  /** Until the session or its last subscription ends, the user has enough, or nobody reads on. */
  async waitForEnd(): Promise<void> {
    const signals = [this.signal, this.#allEnded.signal, this.options.readerGone];
    const enough = AbortSignal.any(signals.filter((it) => it !== undefined));
    if (enough.aborted) return;
    await new Promise<void>((resolve) => {
      enough.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
      void this.client.closed.then(resolve);
    });
  }

  #printNotification(notification: Notification): void {
    this.around?.before();
    this.output.notification(notification);
    this.around?.after();
  }

  async #printRequest(body: RpcBody): Promise<void> {
    let text = '';
    if (typeof body === 'string') text = body;
    else for await (const part of body) text += part;
    const builder = new ElementBuilder();
    const tokenizer = new XmlTokenizer(builder);
    tokenizer.write(`<rpc xmlns="${NETCONF_BASE_NS}" message-id="1">${text}</rpc>`);
    tokenizer.end();
    // With all prefixes: what an expression in an attribute uses is nowhere else.
    const writer = new XmlWriter(
      (part) => {
        this.output.write(part);
      },
      { indent: 2 },
    );
    writer.element(builder.result);
    writer.end();
  }

  /** Gives up when the time for a reply is over. */
  #within<T>(request: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return withinReplyTime(this.options, this.signal, request);
  }
}

/** What comes last for a subscription (RFC 5277, section 3.3.2; RFC 8639, section 2.7). */
const ENDS: ReadonlySet<string> = new Set([
  qnameKey(NETMOD_NOTIFICATION_NS, 'notificationComplete'),
  qnameKey(SUBSCRIBED_NOTIFICATIONS_NS, 'subscription-completed'),
  qnameKey(SUBSCRIBED_NOTIFICATIONS_NS, 'subscription-terminated'),
]);

/** With `--raw` the bytes have been printed already. */
const DISCARDING = {
  sink: { open: () => undefined, text: () => undefined, close: () => undefined },
  pace: (): undefined => undefined,
  end: () => Promise.resolve(),
};

/** The rpc that a request is, by the start tag of its element. */
function operationOf(body: RpcBody): FindOperation {
  const head = typeof body === 'string' ? body : Array.isArray(body) ? String(body[0]) : '';
  const [, prefix = '', name = ''] = /^\s*<(?:([\w.-]+):)?([\w.-]+)/.exec(head) ?? [];
  const declared = prefix === '' ? 'xmlns' : `xmlns:${prefix}`;
  const [, double, single] =
    new RegExp(`^\\s*<[^>]*?\\s${declared}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(head) ?? [];
  return (context) => context.rpcs.get(qnameKey(double ?? single ?? NETCONF_BASE_NS, name));
}
