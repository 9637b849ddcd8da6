/**
 * Replies as elements that are taken one by one, so that a reply of any size needs no memory: while nobody
 * takes the next element the session does not read on, and the device has to wait.
 */
import { AsyncQueue, createDeferred } from '../src/util/index.ts';
import type { Deferred } from '../src/util/index.ts';
import { ElementBuilder } from '../src/xml/index.ts';
import type { NamespaceScope, XmlAttribute, XmlElement, XmlSink } from '../src/xml/index.ts';
import type { ReplyOptions } from './session-calls.ts';

/** What of a reply becomes elements. */
export interface RowOptions {
  /**
   * Which elements of the reply are wanted: names from the top on, as `['interfaces', 'interface']`. `*` is
   * any name; `{urn:x}name` a name in one namespace. Default: the topmost elements.
   */
  readonly rows?: readonly string[] | undefined;
}

/** Elements that may wait to be taken before reading stops, beyond those of one piece from the network. */
const HIGH_WATER = 64;

/**
 * The request goes out when the first element is asked for. Leaving the loop, or the signal, gives the
 * rest of the reply up; the session goes on.
 */
export async function* streamElements(
  send: (options: ReplyOptions) => Promise<unknown>,
  { rows = ['*'], ...options }: RowOptions & ReplyOptions,
): AsyncGenerator<XmlElement, void, undefined> {
  const left = new AbortController();
  const queue = new AsyncQueue<XmlElement>({ capacity: Infinity });
  let room: Deferred<void> | undefined;
  const { signal = left.signal } = options;
  const asking = send({
    ...options,
    signal: AbortSignal.any([signal, left.signal]),
    reply: new RowSelector(rows, (element) => void queue.push(element)),
    pace: () => (queue.size < HIGH_WATER ? undefined : (room ??= createDeferred()).promise),
  });
  asking.then(
    () => {
      queue.end();
    },
    (error: unknown) => {
      if (signal.aborted) queue.clear();
      queue.fail(error);
    },
  );
  try {
    for (;;) {
      const next = await queue.next();
      if (next.done) return;
      if (queue.size < HIGH_WATER / 2) {
        room?.resolve();
        room = undefined;
      }
      yield next.value;
    }
  } finally {
    left.abort();
  }
}

/** Builds the elements at one path and skips all others. */
class RowSelector implements XmlSink {
  readonly #path: readonly string[];
  readonly #onElement: (element: XmlElement) => void;
  #depth = 0;
  /** How many of the open elements match the beginning of the path. */
  #matched = 0;
  #builder: ElementBuilder | undefined;
  #inBuilder = 0;

  constructor(path: readonly string[], onElement: (element: XmlElement) => void) {
    this.#path = path;
    this.#onElement = onElement;
  }

  open(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    if (!this.#builder && this.#matched === this.#depth && this.#matches(namespace, local)) {
      if (this.#depth === this.#path.length - 1) this.#builder = new ElementBuilder();
      else this.#matched += 1;
    }
    if (this.#builder) {
      this.#inBuilder += 1;
      this.#builder.open(namespace, local, attributes, scope);
    } else {
      this.#depth += 1;
    }
  }

  text(text: string): void {
    this.#builder?.text(text);
  }

  close(): void {
    if (!this.#builder) {
      this.#depth -= 1;
      this.#matched = Math.min(this.#matched, this.#depth);
      return;
    }
    this.#builder.close();
    this.#inBuilder -= 1;
    if (this.#inBuilder > 0) return;
    const element = this.#builder.result;
    this.#builder = undefined;
    this.#onElement(element);
  }

  #matches(namespace: string, local: string): boolean {
    const wanted = this.#path[this.#depth];
    return wanted === '*' || wanted === local || wanted === `{${namespace}}${local}`;
  }
}
