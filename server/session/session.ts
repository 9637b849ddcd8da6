/** One client: hello, requests in order, and giving back what it held when it goes (RFC 6241, section 4). */
import {
  RpcErrorException,
  malformedMessage,
  operationNotSupported,
  tooBig,
} from '../../src/error/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import { NetconfError, exchangeHello } from '../../src/netconf/index.ts';
import type { IncomingMessage, OutgoingMessage, Transport } from '../../src/netconf/index.ts';
import { XmlError, XmlTokenizer } from '../../src/xml/index.ts';
import { qnameKey } from '../../src/yang/index.ts';
import type { OperationNode } from '../../src/yang/index.ts';
import { zeroCounters } from '../monitoring/netconf-state.ts';
import type {
  MonitoredSession,
  ServerStatistics,
  SessionCounters,
} from '../monitoring/netconf-state.ts';
import type { NotificationLimits } from '../notification/limits.ts';
import type { Subscriptions } from '../notification/subscriptions.ts';
import { OPERATIONS } from '../operations/operation-table.ts';
import type { SessionAccess } from '../access/access.ts';
import type { Operation, OperationServer, OperationSession } from '../operations/operation.ts';
import { toRpcErrors } from './internal-error.ts';
import { encodeErrorReply, encodeReply } from './reply-writer.ts';
import type { Reply } from './reply-writer.ts';
import { RequestReader } from './request-reader.ts';
import type { Request, RequestEnvelope } from './request-reader.ts';

export interface SessionLimits extends NotificationLimits {
  readonly maxMessageBytes: number;
  readonly helloTimeoutMs: number;
}

export interface SessionOptions {
  readonly id: number;
  readonly transport: Transport;
  readonly server: OperationServer;
  readonly capabilities: readonly string[];
  readonly statistics: ServerStatistics;
  readonly limits: SessionLimits;
  readonly access: SessionAccess;
}

/** A message as far as it could be read: a request, or what is wrong with it. */
interface Decoded {
  readonly envelope: RequestEnvelope;
  readonly request: Request | readonly RpcError[];
  readonly bad: boolean;
  /** Whether another message can follow this one. */
  readonly goOn: boolean;
}

export class Session implements OperationSession, MonitoredSession {
  readonly id: number;
  readonly username: string;
  readonly sourceHost: string | undefined;
  readonly loginTime: number;
  readonly access: SessionAccess;
  readonly counters: SessionCounters = zeroCounters();
  readonly subscriptions: Subscriptions;
  readonly #options: SessionOptions;
  readonly #transport: Transport;
  #base: '1.0' | '1.1' = '1.0';
  #ending = false;
  readonly #over = new AbortController();

  constructor(options: SessionOptions) {
    const { id, transport, server } = options;
    this.id = id;
    this.username = transport.peer.username ?? '';
    this.sourceHost = transport.peer.address;
    this.loginTime = server.clock.now();
    this.access = options.access;
    this.#options = options;
    this.#transport = transport;
    this.subscriptions = server.notifications.subscriptionsOf({
      requester: this,
      send: (message) => this.#sendNotification(message),
      cut: () => void this.kill(),
    });
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Serves the client until it leaves, is killed or breaks the protocol. Never rejects. */
  async run(): Promise<void> {
    void this.#transport.closed.then(() => {
      this.#over.abort();
    });
    try {
      if (await this.#exchangeHello()) await this.#serve();
    } catch (error) {
      this.#reportBroken(error);
    } finally {
      await this.#release();
      await this.#transport.close().catch(() => undefined);
    }
  }

  /** What the session held is given back; it takes no more requests. */
  async end(): Promise<void> {
    this.#ending = true;
    await this.#release();
  }

  /** Ends the session from outside and cuts the connection. */
  async kill(): Promise<void> {
    await this.end();
    this.#transport.abort();
  }

  async #exchangeHello(): Promise<boolean> {
    const { capabilities, limits, server, statistics } = this.#options;
    try {
      const { base } = await exchangeHello(this.#transport, {
        hello: { capabilities, sessionId: this.id },
        timeoutMs: limits.helloTimeoutMs,
        clock: server.clock,
      });
      this.#base = base;
      statistics.inSessions += 1;
      return true;
    } catch (error) {
      statistics.inBadHellos += 1;
      server.logger.log('warning', 'bad-hello', { session: this.id, error: String(error) });
      return false;
    }
  }

  /**
   * While one request is carried out the next one is decoded, and no more than that one: a client that
   * sends without waiting keeps both the network and the data plane busy, and memory stays bounded.
   */
  async #serve(): Promise<void> {
    const messages = this.#transport.messages()[Symbol.asyncIterator]();
    let performing = Promise.resolve(true);
    try {
      for (;;) {
        const arriving = messages.next();
        const arrived = arriving.then(() => true);
        if (!(await Promise.race([performing, arrived]))) return;
        const next = await arriving;
        if (next.done === true) break;
        const decoded = await this.#decode(next.value);
        if (!(await performing) || this.#ending) return;
        performing = this.#perform(decoded);
      }
      await performing;
    } finally {
      await performing.catch(() => undefined);
    }
    if (!this.#ending) this.#options.statistics.droppedSessions += 1;
  }

  async #decode(message: IncomingMessage): Promise<Decoded> {
    const reader = new RequestReader(this.#options.server.context);
    try {
      await decodeMessage(message, reader, this.#options.limits.maxMessageBytes);
    } catch (error) {
      if (error instanceof NetconfError) throw error;
      const goOn = !(error instanceof XmlError || error instanceof TooLongError);
      return { envelope: reader.envelope, request: this.#decodeFailure(error), bad: true, goOn };
    }
    const request = this.#forPeer(this.#attempt(() => reader.finish()));
    const bad = !('operation' in request) && request.some((error) => error.type === 'rpc');
    return { envelope: reader.envelope, request, bad, goOn: reader.isRpc };
  }

  /** False when the session cannot go on. */
  async #perform({ envelope, request, bad, goOn }: Decoded): Promise<boolean> {
    this.#count(bad ? 'inBadRpcs' : 'inRpcs');
    if ('operation' in request) await this.#answer(request);
    else await this.#refuse(envelope, request);
    return goOn && !this.#ending;
  }

  #attempt(finish: () => Request | readonly RpcError[]): Request | readonly RpcError[] {
    try {
      return finish();
    } catch (error) {
      return this.#toErrors(error);
    }
  }

  /** RFC 6241, appendix A: malformed-message is for peers that know base:1.1. */
  #forPeer<T extends object>(request: T | readonly RpcError[]): T | readonly RpcError[] {
    if (!Array.isArray(request) || this.#base === '1.1') return request;
    return (request as readonly RpcError[]).map((error) =>
      error.tag === 'malformed-message' ? { ...error, tag: 'operation-failed' } : error,
    );
  }

  #decodeFailure(error: unknown): readonly RpcError[] {
    if (error instanceof TooLongError) return [tooBig(error.message, { type: 'rpc' })];
    if (!(error instanceof XmlError)) return this.#toErrors(error);
    if (error.code === 'limit') return [tooBig(error.message, { type: 'rpc' })];
    return this.#forPeer([malformedMessage(error.message)]);
  }

  async #answer(request: Request): Promise<void> {
    const { server } = this.#options;
    const { operation } = request;
    let reply: Reply;
    try {
      const perform = operationOf(operation, server);
      if (request.instance) this.access.checkAction(operation, request.instance.root);
      else this.access.checkOperation(operation);
      reply = await perform({ request, input: request.input, session: this, server });
    } catch (error) {
      await this.#refuse(request, this.#toErrors(error));
      return;
    }
    const toErrors = (error: unknown): readonly RpcError[] => {
      this.#count('outRpcErrors');
      return this.#toErrors(error);
    };
    await this.#send(encodeReply(request, reply, { toErrors }));
  }

  async #refuse(envelope: RequestEnvelope, errors: readonly RpcError[]): Promise<void> {
    this.#count('outRpcErrors');
    await this.#send(encodeErrorReply(envelope, errors));
  }

  /** A reply comes after every notification of what happened before it. */
  async #send(message: string | AsyncIterable<string>): Promise<void> {
    await this.subscriptions.flush();
    const sending = this.#transport.send(message);
    this.subscriptions.activate();
    await sending;
  }

  async #sendNotification(message: OutgoingMessage): Promise<void> {
    this.#count('outNotifications');
    await this.#transport.send(message);
  }

  #toErrors(error: unknown): readonly RpcError[] {
    return toRpcErrors(error, this.#options.server.logger, this.id);
  }

  #count(counter: keyof SessionCounters): void {
    this.counters[counter] += 1;
    this.#options.statistics[counter] += 1;
  }

  async #release(): Promise<void> {
    this.#over.abort();
    await this.subscriptions.close();
    await this.#options.server.datastores.sessionEnded(this);
  }

  #reportBroken(error: unknown): void {
    if (this.#ending) return;
    this.#options.statistics.droppedSessions += 1;
    const isExpected = error instanceof NetconfError;
    this.#options.server.logger.log(isExpected ? 'warning' : 'error', 'session-broken', {
      session: this.id,
      error: isExpected ? error.message : error,
    });
  }
}

/** Who carries the operation out. */
function operationOf(operation: OperationNode, { ownOperations }: OperationServer): Operation {
  const key = qnameKey(operation.module.namespace, operation.name);
  const found =
    ownOperations.get(operation) ?? (operation.kind === 'rpc' ? OPERATIONS.get(key) : undefined);
  if (found) return found;
  const reason = `operation <${operation.name}> is not supported`;
  throw new RpcErrorException(operationNotSupported(reason));
}

/** What fits into the limit is decoded, so that the answer can name the request. */
async function decodeMessage(
  message: IncomingMessage,
  reader: RequestReader,
  maxMessageBytes: number,
): Promise<void> {
  const tokenizer = new XmlTokenizer(reader, { maxBytes: Infinity });
  let left = maxMessageBytes;
  for await (const piece of message) {
    tokenizer.write(piece.length > left ? piece.subarray(0, left) : piece);
    left -= piece.length;
    if (left < 0) throw new TooLongError(maxMessageBytes);
  }
  tokenizer.end();
}

class TooLongError extends Error {
  constructor(limit: number) {
    super(`the message is longer than ${String(limit)} bytes`);
  }
}
