/** The metrics of a server: sessions, requests, commits, logins, traffic, entries of planes. */
import { ERROR_TAGS } from '../../src/netconf/index.ts';
import type { ConnectionEvent, ConnectionObserver } from '../../src/node/connection-events.ts';
import type { ConnectionGate } from '../../src/node/connection-gate.ts';
import type { Server } from '../server.ts';
import type { SessionListener } from '../session/session-events.ts';
import { Counter, Histogram, exposition, sampled } from './registry.ts';
import type { Metric, Sample } from './registry.ts';

const TERMINATION_REASONS = ['closed', 'killed', 'dropped', 'timeout', 'bad-hello', 'other'];

export class ServerMetrics {
  readonly #metrics: Metric[] = [];
  readonly #rpcs = this.#add(
    new Counter({ name: 'samid_rpcs_total', help: 'Requests that were answered.' }, 'operation'),
  );
  readonly #errors = this.#add(
    new Counter(
      { name: 'samid_rpc_errors_total', help: 'Errors in answers, by error-tag.' },
      'tag',
      ERROR_TAGS,
    ),
  );
  readonly #rpcSeconds = this.#add(
    new Histogram({
      name: 'samid_rpc_duration_seconds',
      help: 'From a request to the end of its answer.',
    }),
  );
  readonly #commitSeconds = this.#add(
    new Histogram({ name: 'samid_commit_duration_seconds', help: 'Of commits that succeeded.' }),
  );
  readonly #started = this.#add(
    new Counter({ name: 'samid_sessions_started_total', help: 'Sessions that have begun.' }),
  );
  readonly #ended = this.#add(
    new Counter(
      { name: 'samid_sessions_ended_total', help: 'Sessions that are over, by reason (RFC 6470).' },
      'reason',
      TERMINATION_REASONS,
    ),
  );
  readonly #refused = this.#add(
    new Counter(
      { name: 'samid_sessions_refused_total', help: 'Sessions for which there was no room.' },
      'reason',
      ['too-many-sessions', 'too-many-sessions-of-user'],
    ),
  );
  readonly #notifications = this.#add(
    new Counter({ name: 'samid_notifications_total', help: 'Notifications that were sent.' }),
  );
  readonly #logins = this.#add(
    new Counter({ name: 'samid_logins_total', help: 'Logins, by method.' }, 'method', [
      'password',
      'publickey',
      'certificate',
    ]),
  );
  readonly #loginsRefused = this.#add(
    new Counter(
      { name: 'samid_login_failures_total', help: 'Logins that were refused, by method.' },
      'method',
      ['password', 'publickey', 'certificate'],
    ),
  );
  readonly #dropped = this.#add(
    new Counter(
      {
        name: 'samid_connections_dropped_total',
        help: 'Connections that were not let in, or ended before they had a session, by reason.',
      },
      'reason',
    ),
  );

  /** Counts what the server does from now on. */
  watch(server: Server): void {
    server.listenSessions(this.#sessionListener());
    this.#add(
      sampled(
        'gauge',
        { name: 'samid_sessions', help: 'Sessions that are open.' },
        () => server.sessionIds.length,
      ),
    );
    this.#add(
      sampled(
        'gauge',
        { name: 'samid_plane_entries', help: 'Entries of VMs in the data planes, by kind.' },
        () => planeEntries(server),
      ),
    );
  }

  watchGate(gate: ConnectionGate): void {
    this.#add(
      sampled(
        'gauge',
        { name: 'samid_connections', help: 'Connections that are open.' },
        () => gate.connections,
      ),
    );
    this.#add(
      sampled(
        'gauge',
        {
          name: 'samid_connections_unauthenticated',
          help: 'Of these, how many have not logged in.',
        },
        () => gate.unauthenticated,
      ),
    );
    this.#add(
      sampled(
        'counter',
        { name: 'samid_received_bytes_total', help: 'Bytes received over SSH and TLS.' },
        () => gate.traffic.received,
      ),
    );
    this.#add(
      sampled(
        'counter',
        { name: 'samid_sent_bytes_total', help: 'Bytes sent over SSH and TLS.' },
        () => gate.traffic.sent,
      ),
    );
  }

  addAll(metrics: Iterable<Metric>): void {
    for (const metric of metrics) this.#add(metric);
  }

  readonly observeConnection: ConnectionObserver = (event: ConnectionEvent) => {
    if (event.kind === 'login') this.#logins.add(event.method);
    else if (event.kind === 'login-refused') this.#loginsRefused.add(event.method);
    else this.#dropped.add(event.reason);
  };

  text(): Promise<string> {
    return exposition(this.#metrics);
  }

  #add<T extends Metric>(metric: T): T {
    this.#metrics.push(metric);
    return metric;
  }

  #sessionListener(): SessionListener {
    return {
      started: () => {
        this.#started.add();
      },
      ended: (_session, { reason }) => {
        this.#ended.add(reason);
      },
      refused: (_session, reason) => {
        this.#refused.add(reason);
      },
      notified: () => {
        this.#notifications.add();
      },
      performed: (_session, { operation, errors, milliseconds }) => {
        this.#rpcs.add(operation ?? 'none');
        for (const { tag } of errors) this.#errors.add(tag);
        this.#rpcSeconds.observe(milliseconds / 1000);
        if (operation === 'commit' && errors.length === 0) {
          this.#commitSeconds.observe(milliseconds / 1000);
        }
      },
    };
  }
}

/** The VMs are configuration: there are as many series as kinds. */
async function planeEntries({ planes }: Server): Promise<Iterable<Sample>> {
  // A plane that cannot say has no numbers, and must not keep the others from view.
  const uses = await Promise.all(planes.map((plane) => plane.use().catch(() => [])));
  return uses.flat().map(({ kind, used }) => ({ labels: { kind }, value: Number(used) }));
}
