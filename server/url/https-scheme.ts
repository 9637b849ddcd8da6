/**
 * `https:` with GET, PUT and DELETE. The server's certificate is verified, redirections are not followed, and
 * nothing takes longer or is longer than a limit. Addresses that mean this device itself or its own link are refused,
 * after resolving names: a manager must not reach through the device what only the device may reach. Private
 * networks are where managers of devices are, and are allowed.
 */
import type { IncomingMessage, RequestOptions } from 'node:http';
import { request } from 'node:https';
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RpcErrorException, dataMissing, invalidValue } from '../../src/error/index.ts';
import { failed, refuse, shownUrl } from './url-scheme.ts';
import type { UrlScheme } from './url-scheme.ts';

/** Which servers configurations may come from and go to, and for how long. */
export interface HttpsOptions {
  /** Certificates of authorities, as PEM, instead of those that Node.js has. */
  readonly ca?: string | readonly string[] | undefined;
  /** Milliseconds for one transfer as a whole. Default 60 000. */
  readonly timeoutMs?: number;
  /** Also addresses of the device itself and of its link. */
  readonly allowLocal?: boolean;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const LOCAL = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
] as const) {
  LOCAL.addSubnet(network, bits, 'ipv4');
}
for (const [network, bits] of [
  ['::', 127],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  LOCAL.addSubnet(network, bits, 'ipv6');
}

export class HttpsScheme implements UrlScheme {
  readonly name = 'https';
  readonly #options: HttpsOptions;

  constructor(options: HttpsOptions) {
    this.#options = options;
  }

  read<T>(url: URL, use: (pieces: AsyncIterable<Uint8Array>) => Promise<T>): Promise<T> {
    return this.#exchange(url, 'GET', undefined, use);
  }

  async write(url: URL, pieces: Iterable<string>): Promise<void> {
    await this.#exchange(url, 'PUT', pieces, () => Promise.resolve());
  }

  async remove(url: URL): Promise<void> {
    await this.#exchange(url, 'DELETE', undefined, () => Promise.resolve());
  }

  async #exchange<T>(
    url: URL,
    method: string,
    body: Iterable<string> | undefined,
    use: (answer: IncomingMessage) => Promise<T>,
  ): Promise<T> {
    const { ca, timeoutMs = DEFAULT_TIMEOUT_MS } = this.#options;
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await send(url, body, {
        method,
        signal,
        agent: false,
        ...(ca === undefined ? {} : { ca: typeof ca === 'string' ? ca : [...ca] }),
        ...(await this.#whereTo(url)),
      });
      try {
        checkStatus(answer, url);
        return await use(answer);
      } finally {
        answer.destroy();
      }
    } catch (error) {
      if (error instanceof RpcErrorException) throw error;
      const reason = signal.aborted ? `no answer within ${String(timeoutMs)} ms` : messageOf(error);
      return failed(`${shownUrl(url)}: ${reason}`, error);
    }
  }

  /** The address is looked up once, and what has been checked is what is connected to. */
  async #whereTo(url: URL): Promise<RequestOptions> {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const { address, family } = await lookup(host);
    if (this.#options.allowLocal !== true && isLocal(address, family)) {
      refuse(invalidValue(`${shownUrl(url)} is an address of this device itself or of its link`));
    }
    const servername = isIP(host) === 0 ? { servername: host } : {};
    return { host: address, family, ...servername };
  }
}

/** Also what interfaces have now: what listens there may trust whoever is on the device. */
function isLocal(address: string, family: number): boolean {
  const type = family === 6 ? 'ipv6' : 'ipv4';
  const own = new BlockList();
  for (const it of Object.values(networkInterfaces()).flatMap((all) => all ?? [])) {
    own.addAddress(it.address, it.family === 'IPv6' ? 'ipv6' : 'ipv4');
  }
  return LOCAL.check(address, type) || own.check(address, type);
}

function send(
  url: URL,
  body: Iterable<string> | undefined,
  options: RequestOptions,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const auth = url.username === '' ? {} : { auth: credentials(url) };
    const type = body ? { 'content-type': 'application/xml' } : {};
    const outgoing = request({
      ...options,
      ...auth,
      port: url.port === '' ? 443 : Number(url.port),
      path: `${url.pathname}${url.search}`,
      headers: { host: url.host, accept: 'application/xml', ...type },
    });
    outgoing.on('response', resolve);
    outgoing.on('error', reject);
    if (body) pipeline(Readable.from(body), outgoing).catch(reject);
    else outgoing.end();
  });
}

function credentials({ username, password }: URL): string {
  return `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
}

function checkStatus({ statusCode = 0 }: IncomingMessage, url: URL): void {
  if (statusCode >= 200 && statusCode < 300) return;
  const shown = shownUrl(url);
  if (statusCode === 404 || statusCode === 410) {
    refuse(dataMissing({ message: `there is no ${shown}` }));
  }
  const hint =
    statusCode >= 300 && statusCode < 400 ? ', a redirection, which is not followed' : '';
  failed(`${shown} answers with status ${String(statusCode)}${hint}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
