/**
 * What the arguments of `sami netconf` do: some perform an operation, the others set parameters for the
 * operations that follow.
 */
import {
  NETCONF_BASE_NS,
  encodeElement,
  encodeGet,
  encodeGetConfig,
} from '../../src/netconf/index.ts';
import type {
  CommitRequest,
  ConfigDatastore,
  Filter,
  RpcBody,
  XmlContent,
} from '../../src/netconf/index.ts';
import { XmlError, childElements, parseXml, replay } from '../../src/xml/index.ts';
import type { XmlElement } from '../../src/xml/index.ts';
import type { NetconfClient } from '../netconf-client.ts';
import { UsageError } from './exit-code.ts';
import { jsonOf } from './xml-json.ts';
import { XmlPrinter } from './xml-printer.ts';

export interface OperationContext {
  readonly client: NetconfClient;
  readonly signal: AbortSignal;
  readonly json: boolean;
  readonly write: (text: string) => void;
  /** `-` is standard input. */
  readFile(path: string): Promise<string>;
}

/** What the operations that follow use. */
interface CurrentParameters {
  filter: Filter | undefined;
  readonly prefixes: Map<string, string>;
  target: ConfigDatastore;
  defaultOperation: 'merge' | 'replace' | 'none' | undefined;
  commit: CommitRequest;
}

function datastore(value: string | undefined): ConfigDatastore {
  const name = value ?? 'candidate';
  if (name === 'running' || name === 'candidate' || name === 'startup') return name;
  if (/^[a-z]+:\/\//.test(name)) return { url: name };
  throw new UsageError(`"${name}" is not a datastore`);
}

/** Performs arguments one after the other on one session. */
export class OperationRunner {
  readonly #context: OperationContext;
  readonly #parameters: CurrentParameters = {
    filter: undefined,
    prefixes: new Map(),
    target: 'candidate',
    defaultOperation: undefined,
    commit: {},
  };

  constructor(context: OperationContext) {
    this.#context = context;
  }

  hello(): void {
    const { sessionId, capabilities } = this.#context.client;
    const texts = Array.from(capabilities, ({ text }) => text);
    if (this.#context.json) this.#json({ sessionId, capabilities: texts });
    else this.#context.write(`session ${sessionId}\n${texts.map((text) => `${text}\n`).join('')}`);
  }

  async setFilter(value = ''): Promise<void> {
    const content = value.trimStart().startsWith('<') ? value : await this.#context.readFile(value);
    this.#parameters.filter = { type: 'subtree', content: withoutDeclaration(content, '--filter') };
  }

  setTarget(value: string | undefined): void {
    this.#parameters.target = datastore(value);
  }

  setPersist(persist = ''): void {
    this.#parameters.commit = { ...this.#parameters.commit, persist };
  }

  setPersistId(persistId = ''): void {
    this.#parameters.commit = { ...this.#parameters.commit, persistId };
  }

  setPrefix(value = ''): void {
    const equals = value.indexOf('=');
    if (equals < 1) throw new UsageError(`"${value}" is not PREFIX=NAMESPACE`);
    this.#parameters.prefixes.set(value.slice(0, equals), value.slice(equals + 1));
  }

  setXPath(select = ''): void {
    this.#parameters.filter = {
      type: 'xpath',
      select,
      prefixes: new Map(this.#parameters.prefixes),
    };
  }

  setDefaultOperation(value: string | undefined): void {
    if (value !== 'merge' && value !== 'replace' && value !== 'none') {
      throw new UsageError(`"${value ?? ''}" is not merge, replace or none`);
    }
    this.#parameters.defaultOperation = value;
  }

  get(): Promise<void> {
    return this.#print(encodeGet(this.#filtered()));
  }

  getConfig(source = 'running'): Promise<void> {
    return this.#print(encodeGetConfig({ source: datastore(source), ...this.#filtered() }));
  }

  async editConfig(path = '-'): Promise<void> {
    const { target, defaultOperation } = this.#parameters;
    const config = unwrapped(withoutDeclaration(await this.#context.readFile(path), path));
    await this.#context.client.editConfig({
      target,
      config,
      signal: this.#context.signal,
      ...(defaultOperation ? { defaultOperation } : {}),
    });
  }

  copyConfig(source: string | undefined): Promise<void> {
    const { target } = this.#parameters;
    const { client, signal } = this.#context;
    return client.copyConfig({ source: datastore(source), target, signal });
  }

  deleteConfig(target: string | undefined): Promise<void> {
    return this.#context.client.deleteConfig(datastore(target), this.#context);
  }

  lock(target: string | undefined): Promise<void> {
    return this.#context.client.lock(datastore(target), this.#context);
  }

  unlock(target: string | undefined): Promise<void> {
    return this.#context.client.unlock(datastore(target), this.#context);
  }

  validate(source: string | undefined): Promise<void> {
    return this.#context.client.validate(datastore(source), this.#context);
  }

  discardChanges(): Promise<void> {
    return this.#context.client.discardChanges(this.#context);
  }

  killSession(id = ''): Promise<void> {
    if (!/^\d+$/.test(id)) throw new UsageError(`"${id}" is not the id of a session`);
    return this.#context.client.killSession(Number(id), this.#context);
  }

  commit(): Promise<void> {
    return this.#commit({});
  }

  async #commit(request: CommitRequest): Promise<void> {
    await this.#context.client.commit({
      ...this.#parameters.commit,
      ...request,
      signal: this.#context.signal,
    });
    this.#parameters.commit = {};
  }

  commitConfirmed(seconds: string | undefined): Promise<void> {
    if (seconds !== undefined && !/^\d+$/.test(seconds)) {
      throw new UsageError(`"${seconds}" is not a number of seconds`);
    }
    const timeout = seconds === undefined ? {} : { confirmTimeout: Number(seconds) };
    return this.#commit({ confirmed: true, ...timeout });
  }

  async cancelCommit(): Promise<void> {
    const { persistId } = this.#parameters.commit;
    this.#parameters.commit = {};
    await this.#context.client.cancelCommit({
      signal: this.#context.signal,
      ...(persistId === undefined ? {} : { persistId }),
    });
  }

  async getSchema(value = ''): Promise<void> {
    const [identifier = '', version] = value.split('@', 2);
    const text = await this.#context.client.getSchema({
      identifier,
      signal: this.#context.signal,
      ...(version === undefined ? {} : { version }),
    });
    this.#context.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  async rpc(path = '-'): Promise<void> {
    await this.#print(withoutDeclaration(await this.#context.readFile(path), path));
  }

  /** Ends when the session does, or by the signal. */
  async subscribe(select = ''): Promise<void> {
    const filter = { type: 'xpath', select, prefixes: this.#parameters.prefixes } as const;
    const trigger = { onChange: { syncOnStart: false } };
    const { signal, client } = this.#context;
    const notifications = client.notifications();
    await client.establishSubscription({
      datastore: 'operational',
      filter,
      trigger,
      signal,
    });
    signal.addEventListener('abort', () => void client.close(), { once: true });
    for await (const { element } of notifications) {
      if (this.#context.json) this.#json(jsonOf([element]));
      else this.#printElement(element);
    }
  }

  #filtered(): { readonly filter?: Filter } {
    const { filter } = this.#parameters;
    return filter ? { filter } : {};
  }

  async #print(body: RpcBody): Promise<void> {
    const { json, write } = this.#context;
    if (json) {
      const { output } = await this.#context.client.request(body, { signal: this.#context.signal });
      if (output.length > 0) this.#json(jsonOf(output));
      return;
    }
    const pieces: string[] = [];
    const printer = new XmlPrinter((text) => void pieces.push(text));
    const flush = (): undefined => {
      write(pieces.splice(0).join(''));
    };
    await this.#context.client.request(body, {
      signal: this.#context.signal,
      reply: printer,
      pace: flush,
    });
    flush();
  }

  #printElement(element: XmlElement): void {
    const printer = new XmlPrinter(this.#context.write);
    replay(element, printer);
  }

  #json(value: unknown): void {
    this.#context.write(`${JSON.stringify(value, null, 2)}\n`);
  }
}

/**
 * `<?xml …?>` has no place inside a message; what is not well-formed is said here, not by the device.
 * `source` is the file or option that the text is from.
 */
function withoutDeclaration(text: string, source: string): string {
  const content = text.replace(/^\uFEFF?\s*<\?xml[^>]*\?>\s*/, '');
  const skipped = text.slice(0, text.length - content.length).split('\n').length - 1;
  if (content.startsWith('<!DOCTYPE')) {
    const reason = 'a document type declaration is not allowed (RFC 6241, section 3)';
    throw new Error(`${source}, line ${skipped + 1}, column 0: ${reason}`);
  }
  try {
    // On a line of its own, so that columns in messages are those of the text.
    parseXml(`<content>\n${content}</content>`);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    const line = error.line - 1 + skipped;
    const reason = error.message.replace(/ \(line \d+, column \d+\)$/, '');
    throw new Error(`${source}, line ${line}, column ${error.column}: ${reason}`);
  }
  return content;
}

/** Files for other clients have a `<config>` around the content, and what --get-config printed has `<data>`. */
function unwrapped(content: string): XmlContent {
  const [root, ...more] = childElements(parseXml(`<content>${content}</content>`));
  if (!root || more.length > 0) return content;
  const { local, namespace } = root;
  const isWrapper =
    (local === 'config' && (namespace === NETCONF_BASE_NS || namespace === '')) ||
    (local === 'data' && namespace === NETCONF_BASE_NS);
  if (!isWrapper) return content;
  return childElements(root).map((child) => encodeElement(child) as string);
}
