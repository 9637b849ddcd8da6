/** The device server: a schema, datastores, data planes, and a session for each transport it is given. */
import { randomUUID } from 'node:crypto';
import type { Branch } from '../src/data/index.ts';
import type { Transport } from '../src/netconf/index.ts';
import { SystemClock } from '../src/node/system-clock.ts';
import type { Clock } from '../src/util/index.ts';
import type { OperationNode, SchemaContext } from '../src/yang/index.ts';
import { AccessControl } from './access/access-control.ts';
import { capabilitiesOf } from './capabilities.ts';
import { Datastores } from './datastore/datastores.ts';
import type { ConfigurationParticipant } from './datastore/participant.ts';
import { VolatileStore } from './datastore/store.ts';
import type { ConfigurationStore } from './datastore/store.ts';
import { silentLogger } from './logger.ts';
import type { Logger } from './logger.ts';
import { netconfState, zeroCounters } from './monitoring/netconf-state.ts';
import type { ServerStatistics } from './monitoring/netconf-state.ts';
import { yangLibrary } from './monitoring/yang-library.ts';
import { ownOperations } from './operations/embedded.ts';
import type { OwnOperations } from './operations/embedded.ts';
import type { Operation, OperationServer } from './operations/operation.ts';
import { checkKindOwners } from './plane/kind-owners.ts';
import { checkKindModules } from './plane/kit/kind-modules.ts';
import { Notifications } from './notification/notifications.ts';
import type { PublishOptions } from './notification/notifications.ts';
import { noConfiguredSubscriptions } from './notification/no-configured.ts';
import { notificationState } from './notification/state.ts';
import type { DataPlane } from './plane/plane.ts';
import type { ReadLimits } from './read/limits.ts';
import { StateReader } from './read/state-reader.ts';
import type { StateSource } from './read/state-source.ts';
import { SessionEvents } from './session/session-events.ts';
import type { SessionListener } from './session/session-events.ts';
import { DEFAULT_SESSION_LIMITS } from './session/session-limits.ts';
import type { SessionLimits } from './session/session-limits.ts';
import { datastoreLog, sessionLog } from './session/session-log.ts';
import { SessionTable } from './session/session-table.ts';
import { Session } from './session/session.ts';
import { hasTransactionIds } from './txid/has-transaction-ids.ts';
import { TransactionIds } from './txid/transaction-ids.ts';
import { UrlConfigurations } from './url/url-configurations.ts';
import type { UrlOptions } from './url/url-configurations.ts';

export interface ServerOptions {
  readonly context: SchemaContext;
  /** Each kind of state belongs to one plane. Without any the server is a plain datastore. */
  readonly planes?: readonly DataPlane[];
  /** Who agrees to changes of running beside the planes, in the order in which they are asked. */
  readonly participants?: readonly ConfigurationParticipant[];
  /** Where the configuration is kept; by default nowhere. */
  readonly store?: ConfigurationStore;
  readonly clock?: Clock;
  readonly logger?: Logger;
  readonly limits?: Partial<SessionLimits>;
  /** Sets a stored configuration aside that does not fit the schema, instead of refusing to start. Default false. */
  readonly recover?: boolean;
  /** Where configurations at URLs are (RFC 6241, section 8.8); with the feature `url`. */
  readonly url?: UrlOptions;
  /** What one request may cost that reads. */
  readonly reading?: Partial<ReadLimits>;
  /** Nodes that constraints may visit in one validation for a session. Default 5 000 000, below a second of work. */
  readonly maxValidationVisits?: number;
  /** State of modules that the server itself knows nothing of. */
  readonly state?: readonly StateSource[];
  /** RPCs and actions of modules that the server itself knows nothing of. */
  readonly operations?: OwnOperations;
}

/** Makes a server; it serves what is given to {@link Server.accept}. */
export async function createServer(options: ServerOptions): Promise<Server> {
  const { context, planes = [], clock = new SystemClock(), logger = silentLogger } = options;
  checkKindModules(context);
  checkKindOwners(planes);
  const store = options.store ?? new VolatileStore();
  const { participants = [] } = options;
  const datastores = await Datastores.open({
    context,
    planes,
    participants: [noConfiguredSubscriptions(context), ...participants],
    store,
    clock,
    logger,
    recover: options.recover ?? false,
    maxValidationVisits: options.maxValidationVisits,
  });
  return new Server(options, { context, planes, datastores, clock, logger });
}

type Core = Pick<OperationServer, 'context' | 'planes' | 'datastores' | 'clock' | 'logger'>;

export class Server implements OperationServer {
  readonly context: SchemaContext;
  readonly datastores: Datastores;
  readonly planes: readonly DataPlane[];
  readonly urls: UrlConfigurations | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly transactionIds: TransactionIds | undefined;
  readonly stateReader: StateReader;
  readonly notifications: Notifications;
  readonly capabilities: readonly string[];
  readonly ownOperations: ReadonlyMap<OperationNode, Operation>;
  readonly #limits: SessionLimits;
  readonly #accessControl: AccessControl;
  readonly #statistics: ServerStatistics;
  readonly #sessions: SessionTable;
  readonly #sessionEvents: SessionEvents;
  #closed = false;

  /** @internal Use {@link createServer}. */
  constructor(options: ServerOptions, core: Core) {
    this.context = core.context;
    this.datastores = core.datastores;
    this.planes = core.planes;
    this.urls = options.url && new UrlConfigurations(core.context, options.url);
    this.clock = core.clock;
    this.logger = core.logger;
    this.#limits = { ...DEFAULT_SESSION_LIMITS, ...options.limits };
    this.#sessions = new SessionTable(this.#limits, core.clock);
    this.#sessionEvents = new SessionEvents((error) => {
      core.logger.log('error', 'bug', { error });
    });
    this.#sessionEvents.listen(sessionLog(core.logger));
    this.datastores.listen(datastoreLog(core.logger));
    if (hasTransactionIds(core.context)) this.transactionIds = new TransactionIds(core);
    if (this.transactionIds) this.datastores.listen(this.transactionIds);
    this.notifications = new Notifications({ ...core, limits: this.#limits });
    this.capabilities = capabilitiesOf(core.context, this.urls?.schemes);
    this.ownOperations = ownOperations(core.context, options.operations ?? {});
    this.#accessControl = new AccessControl(core);
    this.#statistics = {
      ...zeroCounters(),
      startTime: core.clock.now(),
      inBadHellos: 0,
      inSessions: 0,
      droppedSessions: 0,
    };
    this.stateReader = new StateReader({
      ...core,
      bootId: randomUUID(),
      limits: options.reading,
      state: options.state ?? [],
      providers: [
        this.#monitoring(),
        this.#accessControl.stateProvider(),
        ...yangLibrary(core.context),
        ...notificationState(core.context, this.notifications),
      ].flatMap((it) => it ?? []),
    });
    this.datastores.listen(this.notifications.base);
    this.datastores.listen(this.notifications);
    this.#sessionEvents.listen(this.notifications.base);
  }

  /** Serves a client; resolves when its session is over. */
  async accept(transport: Transport): Promise<void> {
    if (this.#closed) {
      transport.abort();
      return;
    }
    const access = this.#accessControl.of(transport.peer);
    await this.#sessions.run(
      transport.peer.username,
      (id, refusal) =>
        new Session({
          id,
          transport,
          server: this,
          capabilities: this.capabilities,
          statistics: this.#statistics,
          limits: this.#limits,
          access,
          events: this.#sessionEvents,
          refusal,
        }),
    );
  }

  get sessionIds(): readonly number[] {
    return this.#sessions.ids;
  }

  /** Tells what sessions do from now on; for metrics and for embedding programs. */
  listenSessions(listener: SessionListener): void {
    this.#sessionEvents.listen(listener);
  }

  async killSession(id: number, by?: number): Promise<boolean> {
    return this.#sessions.kill(id, { reason: 'killed', killedBy: by });
  }

  /**
   * Puts an event into the stream NETCONF (RFC 5277, section 3.2.3): `content` is an instance of a notification of
   * the schema. Throws TypeError when it is not.
   */
  publish(content: Branch, options?: PublishOptions): void {
    this.notifications.publish(content, options);
  }

  /**
   * Ends all sessions, then stops the planes. A persistent confirmed commit stays pending on disk. Answers that are
   * being given are waited for up to `graceMs` milliseconds, by default not at all.
   */
  async close({ graceMs = 0 }: { readonly graceMs?: number } = {}): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#sessions.close(graceMs);
    await this.datastores.close();
    for (const plane of this.planes) await plane.close();
  }

  #monitoring(): ReturnType<typeof netconfState> {
    return netconfState({
      context: this.context,
      capabilities: this.capabilities,
      datastores: this.datastores,
      statistics: this.#statistics,
      sessions: () => this.#sessions,
    });
  }
}
