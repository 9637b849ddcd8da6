/** What becomes of replies and notifications: one class for all styles. */
import { NOTIFICATION_NS } from '../../../../src/netconf/index.ts';
import type { Notification } from '../../../../src/netconf/index.ts';
import { ElementBuilder, XmlWriter, escapeText, replay } from '../../../../src/xml/index.ts';
import type { XmlElement, XmlSink } from '../../../../src/xml/index.ts';
import { jsonOf } from '../../xml-json.ts';
import { XmlPrinter } from '../../xml-printer.ts';
import type { DeviceSchema } from '../schema/device-schema.ts';
import { Names } from '../schema/names.ts';
import { HidingSink } from './hiding-sink.ts';
import type { QName } from './hiding-sink.ts';
import { NoJsonError, isData, notificationAsJson, replyAsJson } from './xml-as-json.ts';
import type { FindOperation } from './xml-as-json.ts';
import { pathLines } from './xml-as-paths.ts';

/**
 * `xml` with line breaks, `compact` without, `json` by the schema (RFC 7951), `objects` without one, `paths` as
 * lines `PATH=VALUE`.
 */
export const STYLES = ['xml', 'compact', 'json', 'objects', 'paths'] as const;
export type Style = (typeof STYLES)[number];

export interface ReplyOutputOptions {
  readonly style: Style;
  readonly write: (text: string) => void;
  readonly warn: (text: string) => void;
  readonly schema: DeviceSchema;
  /** Elements at the top of the data that are not printed. */
  readonly hidden: readonly QName[];
}

/** Takes one reply as it arrives. */
interface ReplyReceiver {
  readonly sink: XmlSink;
  /** Hands on what has arrived. */
  readonly pace: () => undefined;
  /** After the reply, unless it was an error. */
  end(): Promise<void>;
}

export class ReplyOutput {
  readonly #options: ReplyOutputOptions;

  constructor(options: ReplyOutputOptions) {
    this.#options = options;
  }

  get style(): Style {
    return this.#options.style;
  }

  write(text: string): void {
    this.#options.write(text);
  }

  /** `find` gives the operation whose output it is. */
  receive(find: FindOperation): ReplyReceiver {
    const { style, hidden } = this.#options;
    const receiver =
      style === 'xml' || style === 'compact' ? this.#streaming(style) : this.#collecting(find);
    if (hidden.length === 0) return receiver;
    return { ...receiver, sink: new HidingSink(receiver.sink, hidden), end: () => receiver.end() };
  }

  /** Elements that are whole already. */
  async print(elements: readonly XmlElement[], find: FindOperation): Promise<void> {
    const receiver = this.receive(find);
    for (const element of elements) replay(element, receiver.sink);
    await receiver.end();
  }

  /** Written at once, so that a reply that comes next stands after it. */
  notification({ eventTime, element }: Notification): void {
    const { style, schema, write } = this.#options;
    if (style === 'xml' || style === 'compact') {
      const receiver = this.#streaming(style);
      replay(notificationElement(eventTime, element), receiver.sink);
      receiver.pace();
      return;
    }
    if (style === 'paths') {
      const names = new Names({ bound: new Map(), modules: [], context: schema.known });
      const lines = [...pathLines(names, { ...element, children: [element] })];
      write(`# ${eventTime}\n${lines.join('')}`);
      return;
    }
    const json = style === 'json' ? this.#notificationJson(eventTime, element) : undefined;
    this.#json(json ?? jsonOf([notificationElement(eventTime, element)]));
  }

  #notificationJson(eventTime: string, element: XmlElement): unknown {
    const { known } = this.#options.schema;
    try {
      return known && notificationAsJson(known, eventTime, element);
    } catch (error) {
      if (!(error instanceof NoJsonError)) throw error;
      return undefined;
    }
  }

  /** Whole lines are handed on, so that nothing gets between their parts. */
  #streaming(style: 'xml' | 'compact'): ReplyReceiver {
    let text = '';
    const add = (part: string): void => {
      text += part;
    };
    const pace = (): undefined => {
      const complete = text;
      text = '';
      if (complete !== '') this.#options.write(complete);
    };
    const sink = style === 'xml' ? new XmlPrinter(add) : new CompactPrinter(add);
    return {
      sink,
      pace,
      end: () => {
        pace();
        return Promise.resolve();
      },
    };
  }

  #collecting(find: FindOperation): ReplyReceiver {
    const builder = new ElementBuilder();
    return {
      sink: builder,
      pace: () => undefined,
      end: () => this.#printElements(builder.elements, find),
    };
  }

  async #printElements(elements: readonly XmlElement[], find: FindOperation): Promise<void> {
    if (elements.length === 0) return;
    const { style, schema, warn } = this.#options;
    if (style === 'objects') {
      this.#json(jsonOf(elements));
      return;
    }
    const context = await schema.context();
    if (style === 'paths') {
      await this.#paths(elements);
      return;
    }
    try {
      if (!context) throw new NoJsonError('the device does not give its modules');
      this.#json(replyAsJson(context, elements, find));
    } catch (error) {
      if (!(error instanceof NoJsonError)) throw error;
      warn(`not by the schema, because ${error.message}`);
      this.#json(jsonOf(elements));
    }
  }

  async #paths(elements: readonly XmlElement[]): Promise<void> {
    const { schema, write } = this.#options;
    const context = await schema.context();
    const names = new Names({ bound: new Map(), modules: await schema.modules(), context });
    for (const element of elements) {
      const root = isData(element) ? element : { ...element, children: [element] };
      for (const line of pathLines(names, root)) write(line);
    }
  }

  #json(value: unknown): void {
    this.#options.write(`${JSON.stringify(value, null, 2)}\n`);
  }
}

function notificationElement(eventTime: string, element: XmlElement): XmlElement {
  const shared = { namespace: NOTIFICATION_NS, attributes: [], bindings: new Map() };
  const time = { ...shared, local: 'eventTime', children: [eventTime] };
  return { ...shared, local: 'notification', children: [time, element] };
}

/** Elements one after the other, each on a line of its own, without line breaks inside. */
class CompactPrinter implements XmlSink {
  readonly #add: (text: string) => void;
  readonly #builder: XmlWriter;
  #depth = 0;

  constructor(add: (text: string) => void) {
    this.#add = add;
    this.#builder = new XmlWriter(add, { flushAt: 1 });
  }

  open(...[namespace, local, attributes, scope]: Parameters<XmlSink['open']>): void {
    this.#depth += 1;
    const bindings = new Map([...scope.all()].filter(([prefix]) => prefix !== ''));
    this.#builder.open(namespace, local, attributes, bindings);
  }

  text(text: string): void {
    this.#builder.raw(escapeText(text));
  }

  close(): void {
    this.#depth -= 1;
    this.#builder.close();
    if (this.#depth > 0) return;
    this.#builder.flush();
    this.#add('\n');
  }
}
