/**
 * One device as the move sees it: sessions that are opened when they are needed and again when they
 * were lost, and messages with their step points.
 */
import { TimeoutError } from '../../src/netconf/index.ts';
import type { Clock } from '../../src/util/index.ts';
import type { NetconfClient } from '../netconf-client.ts';
import { blame } from './blame.ts';
import { withTimeout } from './clock.ts';
import { decodeDeviceState, deviceStateFilter } from './device-state.ts';
import type { DeviceState, StateDetail } from './device-state.ts';
import type { StepPoint } from './steps.ts';

/** Opens sessions with one device. */
export interface Connector {
  /** For people: `user@host:port`. */
  readonly name: string;
  connect(signal: AbortSignal): Promise<NetconfClient>;
}

export type DeviceRole = 'old' | 'new';

export interface DeviceHooks {
  readonly clock: Clock;
  /** How long a device may take to answer. */
  readonly answerTimeoutMs: number;
  /** Undefined when nobody listens. */
  readonly step:
    ((point: Pick<StepPoint, 'party' | 'message' | 'when'>) => Promise<void>) | undefined;
  onSession(role: DeviceRole, sessionId: number): Promise<void>;
  /** The session was closed in order. */
  onClosed(role: DeviceRole, sessionId: number): void;
  /** Called once for each session, when it is known which boot of the device it is with. */
  onBootId(role: DeviceRole, sessionId: number, bootId: string): Promise<void>;
}

/** A message of a {@link Device.pipeline}. */
export interface PipelinedMessage {
  readonly message: string;
  readonly send: (client: NetconfClient, signal: AbortSignal) => Promise<unknown>;
}

export class Device {
  readonly role: DeviceRole;
  readonly #connector: Connector;
  readonly #hooks: DeviceHooks;
  readonly #clients = new Set<NetconfClient>();
  /** Sessions of which {@link DeviceHooks.onBootId} has been told. */
  readonly #booted = new WeakSet<NetconfClient>();
  #control: Promise<NetconfClient> | undefined;
  #turn: Promise<void> = Promise.resolve();
  #cuts = 0;
  #bytesBefore = 0;

  constructor(role: DeviceRole, connector: Connector, hooks: DeviceHooks) {
    this.role = role;
    this.#connector = connector;
    this.#hooks = hooks;
  }

  get name(): string {
    return this.#connector.name;
  }

  /** Bytes in both directions over all sessions so far. */
  get bytes(): number {
    let bytes = this.#bytesBefore;
    for (const client of this.#clients) bytes += client.bytesSent + client.bytesReceived;
    return bytes;
  }

  /** The session that everything but notifications goes over. */
  control(): Promise<NetconfClient> {
    if (!this.#control) {
      const opening = this.connect('hello');
      this.#control = opening;
      opening.catch(() => {
        if (this.#control === opening) this.#control = undefined;
      });
    }
    return this.#control;
  }

  /** The control session if there is one; opens none. */
  async openControl(): Promise<NetconfClient | undefined> {
    return this.#control?.catch(() => undefined);
  }

  /** A further session. */
  async connect(message: string): Promise<NetconfClient> {
    const { clock, answerTimeoutMs: timeoutMs, step } = this.#hooks;
    await step?.({ party: this.role, message, when: 'before' });
    const what = `connecting to the ${this.role} device ${this.name}`;
    const cuts = this.#cuts;
    const client = await withTimeout(clock, { what, timeoutMs }, (signal) =>
      this.#connector.connect(signal),
    ).catch((error: unknown) => {
      throw blame(error, this.role);
    });
    if (cuts !== this.#cuts) {
      // Everything was cut while this session was being opened: nobody would ever close it.
      client.abort();
      throw blame(new Error(`${what} was given up`), this.role);
    }
    this.#clients.add(client);
    void client.closed.then(() => {
      this.#forget(client);
    });
    await this.#hooks.onSession(this.role, client.sessionId);
    await step?.({ party: this.role, message, when: 'after' });
    return client;
  }

  /** Sends one message on the control session and waits for its answer. */
  async call<T>(
    message: string,
    send: (client: NetconfClient, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const [answer] = await this.pipeline([{ message, send }]);
    return answer as T;
  }

  /**
   * Sends messages without waiting for answers in between, in this order and with nothing else in
   * between. Fails with the first failure, but only when every answer is there or the session is lost.
   */
  async pipeline(
    messages: readonly PipelinedMessage[],
    { client, timeoutMs }: { readonly client?: NetconfClient; readonly timeoutMs?: number } = {},
  ): Promise<readonly unknown[]> {
    const session = client ?? (await this.control());
    const limit = {
      what: `${messages.map(({ message }) => message).join(', ')} on the ${this.role} device`,
      timeoutMs: timeoutMs ?? this.#hooks.answerTimeoutMs,
    };
    const answers = await withTimeout(this.#hooks.clock, limit, (signal) =>
      this.#sendInTurn(messages, session, signal),
    ).catch(async (error: unknown) => {
      // A session that owes an answer cannot be used for what undoes the request.
      if (error instanceof TimeoutError) await this.#destroy(session);
      throw blame(error, this.role);
    });
    for (const { message } of messages) {
      await this.#hooks.step?.({ party: this.role, message, when: 'after' });
    }
    return answers;
  }

  async #sendInTurn(
    messages: readonly PipelinedMessage[],
    session: NetconfClient,
    signal: AbortSignal,
  ): Promise<readonly unknown[]> {
    const sent: Promise<unknown>[] = [];
    const previous = this.#turn;
    const turn = (async () => {
      await previous;
      for (const { message, send } of messages) {
        await this.#hooks.step?.({ party: this.role, message, when: 'before' });
        const answer = send(session, signal);
        answer.catch(() => undefined);
        sent.push(answer);
      }
    })();
    this.#turn = turn.catch(() => undefined);
    try {
      await turn;
    } finally {
      await Promise.allSettled(sent);
    }
    return Promise.all(sent);
  }

  /** Reads what the device says of itself and of `vm`: lists that were not asked for are empty. */
  async readState(vm: string, detail: StateDetail, client?: NetconfClient): Promise<DeviceState> {
    const session = client ?? (await this.control());
    const filter = deviceStateFilter(vm, detail);
    const message: PipelinedMessage = {
      message: 'get',
      send: async (_, signal) => decodeDeviceState(await session.get({ filter, signal }), vm),
    };
    const [answer] = await this.pipeline([message], { client: session });
    const state = answer as DeviceState;
    if (state.bootId !== undefined && !this.#booted.has(session)) {
      this.#booted.add(session);
      await this.#hooks.onBootId(this.role, session.sessionId, state.bootId);
    }
    return state;
  }

  /** One of the open sessions has this number. */
  owns(sessionId: number): boolean {
    return [...this.#clients].some((client) => client.sessionId === sessionId);
  }

  /** Closes one session; its locks and subscriptions go with it. */
  async release(client: NetconfClient): Promise<void> {
    const { sessionId } = client;
    await client.close().then(
      () => {
        this.#hooks.onClosed(this.role, sessionId);
      },
      () => undefined,
    );
    this.#forget(client);
  }

  /** Closes all sessions politely. */
  async close(): Promise<void> {
    this.#cuts += 1;
    this.#control = undefined;
    await Promise.all([...this.#clients].map((client) => this.release(client)));
  }

  /** Cuts all sessions. The next message opens a new one. */
  async cut(): Promise<void> {
    this.#cuts += 1;
    this.#control = undefined;
    this.#turn = Promise.resolve();
    await Promise.all([...this.#clients].map((client) => this.#destroy(client)));
  }

  async #destroy(client: NetconfClient): Promise<void> {
    this.#forget(client);
    client.abort();
    await client.closed;
  }

  #forget(client: NetconfClient): void {
    if (!this.#clients.delete(client)) return;
    this.#bytesBefore += client.bytesSent + client.bytesReceived;
    const control = this.#control;
    control?.then(
      (session) => {
        if (session === client && this.#control === control) this.#control = undefined;
      },
      () => undefined,
    );
  }
}
