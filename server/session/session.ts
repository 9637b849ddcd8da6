/** One client: hello, requests in order, and giving back what it held when it goes (RFC 6241, section 4). */
import { RpcErrorException, operationNotSupported, resourceDenied } from '../../src/error/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import { CAPABILITY, NetconfError, exchangeHello } from '../../src/netconf/index.ts';
import type { OutgoingMessage, Transport, TransportPeer } from '../../src/netconf/index.ts';
import { qnameKey } from '../../src/yang/index.ts';
import type { OperationNode } from '../../src/yang/index.ts';
import type { SessionAccess } from '../access/access.ts';
import { zeroCounters } from '../monitoring/netconf-state.ts';
import type {
  MonitoredSession,
  ServerStatistics,
  SessionCounters,
} from '../monitoring/netconf-state.ts';
import type { Subscriptions } from '../notification/subscriptions.ts';
import { OPERATIONS } from '../operation-table.ts';
import type { Operation, OperationServer, OperationSession } from '../operations/operation.ts';
import { boundErrors } from './bounded-errors.ts';
import { IdleTimer } from './idle-timer.ts';
import { toRpcErrors } from './internal-error.ts';
import { encodeErrorReply, encodeReply } from './reply-writer.ts';
import type { Reply } from './reply-writer.ts';
import { decodeRequest } from './request-decoding.ts';
import type { Decoded } from './request-decoding.ts';
import type { Request, RequestEnvelope } from './request-reader.ts';
import type { SessionEnd, SessionEvents, SessionRefusal } from './session-events.ts';
import type { SessionLimits } from './session-limits.ts';

export interface SessionOptions {
  readonly id: number;
  readonly transport: Transport;
  readonly server: OperationServer;
  readonly capabilities: readonly string[];
  readonly statistics: ServerStatistics;
  readonly limits: SessionLimits;
  readonly access: SessionAccess;
  readonly events: SessionEvents;
  /** There is no room for this session: its first request is refused, and then it ends. */
  readonly refusal?: SessionRefusal | undefined;
}

const REFUSAL_TEXT: Readonly<Record<SessionRefusal, string>> = {
  'too-many-sessions': 'the server has as many sessions as it may have; try again later',
  'too-many-sessions-of-user': 'the user has as many sessions as it may have; end another one',
};

export class Session implements OperationSession, MonitoredSession {
  readonly id: number;
  readonly username: string;
  readonly sourceHost: string | undefined;
  readonly protocol: TransportPeer['protocol'];
  readonly loginTime: number;
  readonly access: SessionAccess;
  readonly counters: SessionCounters = zeroCounters();
  readonly subscriptions: Subscriptions;
  readonly #options: SessionOptions;
  readonly #transport: Transport;
  readonly #idle: IdleTimer;
  readonly #over = new AbortController();
  #base: '1.0' | '1.1' = '1.0';
  #hasPrivateCandidate = false;
  /** Why it ends; the first reason counts. */
  #end: SessionEnd | undefined;
  /** An answer is being made or sent. */
  #isAnswering = false;
  /** An answer is being made: no silence of the client's. */
  #isWorking = false;

  constructor(options: SessionOptions) {
    const { id, transport, server, limits, refusal } = options;
    this.id = id;
    this.username = transport.peer.username ?? '';
    this.sourceHost = transport.peer.address;
    this.protocol = transport.peer.protocol;
    this.loginTime = server.clock.now();
    this.access = options.access;
    this.#options = options;
    this.#transport = transport;
    this.subscriptions = server.notifications.subscriptionsOf({
      requester: this,
      send: (message) => this.#sendNotification(message),
      cut: () => void this.kill({ reason: 'other', detail: 'it did not read its notifications' }),
    });
    this.#idle = new IdleTimer({
      clock: server.clock,
      timeoutMs: refusal ? limits.helloTimeoutMs : limits.idleTimeoutMs,
      isBusy: () => this.#isWorking || this.#isSubscribed,
      onIdle: () => void this.kill({ reason: 'timeout' }),
    });
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  get hasPrivateCandidate(): boolean {
    return this.#hasPrivateCandidate;
  }

  /** Serves the client until it leaves, is killed or breaks the protocol. Never rejects. */
  async run(): Promise<void> {
    void this.#transport.closed.then(() => {
      this.#over.abort();
    });
    try {
      if (await this.#exchangeHello()) {
        this.#idle.start();
        await this.#serve();
      }
    } catch (error) {
      this.#reportBroken(error);
    } finally {
      this.#idle.stop();
      this.#conclude({ reason: 'dropped' });
      await this.#release();
      await this.#close();
      this.#reportEnd(this.#end ?? { reason: 'other' });
    }
  }

  /** What the session held is given back; it takes no more requests. */
  async end(): Promise<void> {
    this.#conclude({ reason: 'closed' });
    await this.#release();
  }

  /** Ends the session from outside and cuts the connection. */
  async kill(end: SessionEnd = { reason: 'killed' }): Promise<void> {
    this.#conclude(end);
    await this.#release();
    this.#transport.abort();
  }

  /** Lets the answer in progress be given, then ends the session from outside. */
  stop(end: SessionEnd): void {
    this.#conclude(end);
    if (!this.#isAnswering) void this.#close();
  }

  get #isSubscribed(): boolean {
    return this.subscriptions.size > 0;
  }

  #conclude(end: SessionEnd): void {
    this.#end ??= end;
  }

  async #exchangeHello(): Promise<boolean> {
    const { capabilities, limits, server, statistics, events, refusal } = this.#options;
    try {
      const { base, capabilities: theirs } = await exchangeHello(this.#transport, {
        hello: { capabilities, sessionId: this.id },
        timeoutMs: limits.helloTimeoutMs,
        clock: server.clock,
      });
      this.#base = base;
      this.#hasPrivateCandidate = theirs.has(CAPABILITY.privateCandidate);
    } catch (error) {
      if (!this.#end) statistics.inBadHellos += 1;
      const detail = error instanceof Error ? error.message : String(error);
      this.#conclude({ reason: helloFailure(error), detail });
      return false;
    }
    if (refusal) {
      events.refused(this, refusal);
    } else {
      statistics.inSessions += 1;
      events.started(this);
    }
    return true;
  }

  /**
   * While one request is carried out the next one is decoded, and no more than that one: a client that
   * sends without waiting keeps both the network and the data plane busy, and memory stays bounded.
   */
  async #serve(): Promise<void> {
    const messages = this.#transport.messages()[Symbol.asyncIterator]();
    let performing = Promise.resolve(true);
    try {
      while (!this.#end) {
        const arriving = messages.next();
        const arrived = arriving.then(() => true);
        if (!(await Promise.race([performing, arrived]))) return;
        const next = await arriving;
        if (next.done === true) break;
        const decoded = await decodeRequest(next.value, {
          context: this.#options.server.context,
          limits: this.#options.limits,
          base: this.#base,
          toErrors: (error) => this.#toErrors(error),
          onPiece: () => {
            this.#idle.touch();
          },
        });
        if (!(await performing) || this.#isOver()) return;
        performing = this.#perform(decoded);
      }
      await performing;
    } finally {
      await performing.catch(() => undefined);
    }
  }

  #isOver(): boolean {
    return this.#end !== undefined;
  }

  /** False when the session cannot go on. */
  async #perform({ envelope, request, bad, goOn }: Decoded): Promise<boolean> {
    const { server, events, refusal } = this.#options;
    const begun = server.clock.now();
    this.#count(bad ? 'inBadRpcs' : 'inRpcs');
    this.#isAnswering = true;
    try {
      let errors: readonly RpcError[];
      if (refusal) errors = await this.#refuse(envelope, [denied(refusal)]);
      else if ('operation' in request) errors = await this.#answer(request);
      else errors = await this.#refuse(envelope, request);
      const operation = 'operation' in request ? request.operation.name : undefined;
      events.performed(this, { operation, errors, milliseconds: server.clock.now() - begun });
    } finally {
      this.#isAnswering = false;
      this.#idle.touch();
    }
    if (refusal) this.#conclude({ reason: 'closed' });
    else if (!goOn) this.#conclude({ reason: 'other', detail: 'the message could not be read' });
    return !this.#end;
  }

  /** The errors that the answer has, if any. */
  async #answer(request: Request): Promise<readonly RpcError[]> {
    let reply: Reply;
    this.#isWorking = true;
    try {
      reply = await this.#carryOut(request);
    } catch (error) {
      return await this.#refuse(request, this.access.conceal(this.#toErrors(error)));
    } finally {
      this.#isWorking = false;
    }
    let errors: readonly RpcError[] = [];
    const toErrors = (error: unknown): readonly RpcError[] => {
      this.#count('outRpcErrors');
      errors = this.access.conceal(this.#toErrors(error));
      return errors;
    };
    await this.#send(this.#noticed(encodeReply(request, reply, { toErrors })));
    return errors;
  }

  async #carryOut(request: Request): Promise<Reply> {
    const { server } = this.#options;
    const { operation } = request;
    const perform = operationOf(operation, server);
    if (request.instance) this.access.checkAction(operation, request.instance.root);
    else this.access.checkOperation(operation);
    return perform({ request, input: request.input, session: this, server });
  }

  async #refuse(
    envelope: RequestEnvelope,
    errors: readonly RpcError[],
  ): Promise<readonly RpcError[]> {
    this.#count('outRpcErrors');
    const bounded = boundErrors(errors);
    await this.#send(encodeErrorReply(envelope, bounded));
    return bounded;
  }

  /** A client that reads is not silent. */
  async *#noticed(pieces: AsyncIterable<string>): AsyncGenerator<string, void> {
    for await (const piece of pieces) {
      this.#idle.touch();
      yield piece;
    }
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
    this.#options.events.notified(this);
    await this.#transport.send(message);
  }

  #toErrors(error: unknown): readonly RpcError[] {
    return boundErrors(toRpcErrors(error, this.#options.server.logger, this.id));
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

  /** A client that does not read what is on its way to it is not waited for without end. */
  async #close(): Promise<void> {
    const { server, limits } = this.#options;
    const timer = server.clock.setTimer(limits.closeTimeoutMs, () => {
      this.#transport.abort();
    });
    await this.#transport.close().catch(() => undefined);
    timer.cancel();
  }

  #reportEnd(end: SessionEnd): void {
    const { events, statistics, refusal } = this.#options;
    if (refusal) return;
    // RFC 6022: neither close-session nor kill-session, and no bad hello.
    if (end.reason === 'dropped' || end.reason === 'timeout') statistics.droppedSessions += 1;
    events.ended(this, end);
  }

  #reportBroken(error: unknown): void {
    if (error instanceof NetconfError) {
      this.#conclude({ reason: 'dropped', detail: error.message });
    } else {
      if (!this.#end) this.#options.server.logger.log('error', 'bug', { session: this.id, error });
      this.#conclude({ reason: 'other', detail: 'internal error' });
    }
  }
}

function denied(refusal: SessionRefusal): RpcError {
  return resourceDenied(REFUSAL_TEXT[refusal], { type: 'protocol' });
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

/** RFC 6470, section 2.2: a client may say nothing, go away, or say something else. */
function helloFailure(error: unknown): SessionEnd['reason'] {
  const code = error instanceof NetconfError ? error.code : undefined;
  if (code === 'timeout') return 'timeout';
  return code === 'transport' || code === 'session-closed' ? 'dropped' : 'bad-hello';
}
