/** Configuration outside the datastores, at URLs (RFC 6241, section 8.8). */
import type { Branch, DecodedTree, WithDefaults } from '../../src/data/index.ts';
import { RpcErrorException, invalidValue } from '../../src/error/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import { FileScheme } from './file-scheme.ts';
import { HttpsScheme } from './https-scheme.ts';
import type { HttpsOptions } from './https-scheme.ts';
import { documentPieces, readDocument } from './url-document.ts';
import { shownUrl } from './url-scheme.ts';
import type { UrlScheme } from './url-scheme.ts';

/** Where configurations may be; the server needs the feature `url` as well. */
export interface UrlOptions {
  /** The directory that URLs with `file:` are in. Without it there are none. */
  readonly directory?: string | undefined;
  /** Without it there are none with `https:`. */
  readonly https?: HttpsOptions | undefined;
  /** Bytes of one configuration. Default 64 MiB. */
  readonly maxBytes?: number;
}

/** A parser would resolve them without a word, and what is meant by one that climbs too far is not clear. */
const DOT_SEGMENT = /[/\\](?:\.|%2e){1,2}(?:[/\\?#]|$)/i;
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

export class UrlConfigurations {
  readonly #context: SchemaContext;
  readonly #schemes: ReadonlyMap<string, UrlScheme>;
  readonly #maxBytes: number;

  constructor(context: SchemaContext, { directory, https, maxBytes }: UrlOptions) {
    const schemes = [
      ...(directory === undefined ? [] : [new FileScheme(directory)]),
      ...(https ? [new HttpsScheme(https)] : []),
    ];
    this.#context = context;
    this.#schemes = new Map(schemes.map((scheme) => [`${scheme.name}:`, scheme]));
    this.#maxBytes = maxBytes ?? DEFAULT_MAX_BYTES;
  }

  /** Names for the capability (RFC 6241, section 8.8.3). */
  get schemes(): readonly string[] {
    return Array.from(this.#schemes.values(), ({ name }) => name);
  }

  /** What edit-config takes: content with operations. Throws RpcErrorException. */
  readEdit(url: string): Promise<DecodedTree> {
    return this.#read(url, true);
  }

  /** A whole configuration. Throws RpcErrorException. */
  readWhole(url: string): Promise<DecodedTree> {
    return this.#read(url, false);
  }

  /** Makes a whole configuration what is at the URL, at once or not at all. Throws RpcErrorException. */
  async write(url: string, content: Branch, withDefaults?: WithDefaults): Promise<void> {
    const { scheme, parsed } = this.#locate(url);
    await scheme.write(parsed, documentPieces(content, withDefaults));
  }

  /** Throws RpcErrorException, data-missing when there is nothing. */
  async remove(url: string): Promise<void> {
    const { scheme, parsed } = this.#locate(url);
    await scheme.remove(parsed);
  }

  async #read(url: string, edit: boolean): Promise<DecodedTree> {
    const { scheme, parsed } = this.#locate(url);
    const options = { context: this.#context, edit, maxBytes: this.#maxBytes };
    return scheme.read(parsed, async (pieces) => {
      try {
        return await readDocument(pieces, options);
      } catch (error) {
        throw atUrl(error, parsed);
      }
    });
  }

  #locate(url: string): { readonly scheme: UrlScheme; readonly parsed: URL } {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    const scheme = parsed && this.#schemes.get(parsed.protocol);
    if (scheme && !DOT_SEGMENT.test(url)) return { scheme, parsed };
    if (scheme)
      throw new RpcErrorException(invalidValue('"." and ".." are no parts of a path here'));
    const names = this.schemes.join(', ');
    const what = parsed ? `"${parsed.protocol}" is no scheme of this server` : 'it is no URL';
    throw new RpcErrorException(
      invalidValue(`${what}; there are: ${names === '' ? 'none' : names}`, { type: 'protocol' }),
    );
  }
}

/** Says of which document a fault is. */
function atUrl(error: unknown, url: URL): unknown {
  if (!(error instanceof RpcErrorException)) return error;
  const where = shownUrl(url);
  return new RpcErrorException(
    error.errors.map((it) => ({ ...it, message: `${where}: ${it.message ?? it.tag}` })),
    { cause: error },
  );
}
