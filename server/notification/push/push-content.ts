/**
 * What a subscription to a datastore selects, as its subscriber may read it, and how it is read (RFC 8641,
 * sections 3.6 and 3.9).
 */
import { within } from '../../../src/data/index.ts';
import type { Branch, Selection } from '../../../src/data/index.ts';
import { XmlWriter } from '../../../src/xml/index.ts';
import type { Datastores } from '../../datastore/datastores.ts';
import type { DatastoreName } from '../../datastore/lock-table.ts';
import type { StateReader } from '../../read/state-reader.ts';
import type { Requester } from '../../session/requester.ts';

/** Intended is what running is: there are no templates and nothing inactive (RFC 8342, section 5.1.4). */
export type PushDatastore = DatastoreName | 'intended' | 'operational';

export interface PushSources {
  readonly datastores: Datastores;
  readonly stateReader: StateReader;
}

export interface PushContentOptions {
  readonly sources: PushSources;
  readonly requester: Requester;
  readonly datastore: PushDatastore;
  readonly filter: Selection | undefined;
}

export class PushContent {
  readonly datastore: PushDatastore;
  readonly #sources: PushSources;
  readonly #requester: Requester;
  readonly #filter: Selection | undefined;
  #readable: Selection | undefined;
  #view: Selection | undefined;

  constructor({ sources, requester, datastore, filter }: PushContentOptions) {
    this.datastore = datastore;
    this.#sources = sources;
    this.#requester = requester;
    this.#filter = filter;
    this.#readable = requester.access.readable();
    this.#view = within(this.#readable, filter);
  }

  /** What is selected of what the subscriber may read now; the same object as long as that is the same. */
  get view(): Selection | undefined {
    const readable = this.#requester.access.readable();
    if (readable !== this.#readable) {
      this.#readable = readable;
      this.#view = within(readable, this.#filter);
    }
    return this.#view;
  }

  /** Nodes that the evaluation of a filter may visit. */
  get maxFilterVisits(): number {
    return this.#sources.stateReader.limits.maxFilterVisits;
  }

  /** The same datastore with another filter. */
  withFilter(filter: Selection | undefined): PushContent {
    const { datastore } = this;
    return new PushContent({
      sources: this.#sources,
      requester: this.#requester,
      datastore,
      filter,
    });
  }

  /** The configuration datastore that it comes from. */
  get source(): DatastoreName {
    const { datastore } = this;
    return datastore === 'operational' || datastore === 'intended' ? 'running' : datastore;
  }

  /** Configuration as it is. */
  get configuration(): Branch {
    return this.#sources.datastores.tree(this.source, this.#requester);
  }

  /** Writes what `view` leaves. It yields wherever what has been written may be sent. */
  write(writer: XmlWriter, view: Selection | undefined): AsyncIterable<void> {
    const { stateReader } = this.#sources;
    if (this.datastore === 'operational') return stateReader.write(writer, view);
    return stateReader.write(writer, view, { branch: this.configuration });
  }

  /** How long it is, in bytes, as far as `limit`; beyond that only that it is longer. */
  async measure(view: Selection | undefined, limit: number): Promise<number> {
    let bytes = 0;
    const writer = new XmlWriter((part) => {
      bytes += part.length;
    });
    const steps = this.write(writer, view)[Symbol.asyncIterator]();
    while (bytes <= limit && (await steps.next()).done !== true) writer.flush();
    await steps.return?.();
    writer.flush();
    return bytes;
  }
}
