/** Capabilities: URIs, some with parameters (RFC 6241, section 8; RFC 6020, section 5.6.4). */
import { BASE_1_0, BASE_1_1 } from './constants.ts';

/** A URI and what follows it as a query (RFC 6241, section 8; RFC 6020, section 5.6.4). */
export interface Capability {
  /** The URI as sent. */
  readonly text: string;
  /** What comes before `?`: what capabilities are compared by. */
  readonly uri: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** A YANG module that a peer without YANG library announces in its hello. */
export interface ModuleCapability {
  readonly name: string;
  readonly namespace: string;
  readonly revision?: string;
  readonly features: readonly string[];
  readonly deviations: readonly string[];
}

/** Never fails: what is no parameter is passed over. */
export function parseCapability(text: string): Capability {
  const question = text.indexOf('?');
  if (question === -1) return { text, uri: text, parameters: new Map() };
  const parameters = new Map<string, string>();
  for (const pair of text.slice(question + 1).split(/&amp;|[&;]/)) {
    const [name = '', ...value] = pair.split('=');
    if (name !== '') parameters.set(name, decode(value.join('=')));
  }
  return { text, uri: text.slice(0, question), parameters };
}

/** Parameters go out in the order given; values are lists of names and URIs and need no escapes but `&`. */
export function printCapability(
  uri: string,
  parameters: Iterable<readonly [name: string, value: string]> = [],
): string {
  const pairs = Array.from(
    parameters,
    ([name, value]) => `${name}=${value.replaceAll('&', '%26')}`,
  );
  return pairs.length === 0 ? uri : `${uri}?${pairs.join('&')}`;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** The capabilities of a peer. */
export class CapabilitySet implements Iterable<Capability> {
  readonly #byUri = new Map<string, Capability>();

  constructor(texts: Iterable<string>) {
    for (const text of texts) {
      const capability = parseCapability(text);
      if (!this.#byUri.has(capability.uri)) this.#byUri.set(capability.uri, capability);
    }
  }

  /** Parameters do not count. */
  has(uri: string): boolean {
    return this.#byUri.has(uri);
  }

  get(uri: string): Capability | undefined {
    return this.#byUri.get(uri);
  }

  /** The YANG modules announced one by one. */
  get modules(): readonly ModuleCapability[] {
    return [...this].flatMap(asModule);
  }

  [Symbol.iterator](): Iterator<Capability> {
    return this.#byUri.values();
  }
}

function asModule({ uri, parameters }: Capability): ModuleCapability[] {
  const name = parameters.get('module');
  if (name === undefined) return [];
  const revision = parameters.get('revision');
  const list = (key: string): string[] =>
    (parameters.get(key) ?? '').split(',').filter((item) => item !== '');
  return [
    {
      name,
      namespace: uri,
      ...(revision === undefined ? {} : { revision }),
      features: list('features'),
      deviations: list('deviations'),
    },
  ];
}

/** The highest version of the protocol that both have (RFC 6241, section 8.1). */
export function commonBase(ours: CapabilitySet, theirs: CapabilitySet): '1.0' | '1.1' | undefined {
  if (ours.has(BASE_1_1) && theirs.has(BASE_1_1)) return '1.1';
  return ours.has(BASE_1_0) && theirs.has(BASE_1_0) ? '1.0' : undefined;
}
