/** The container netconf-state of ietf-netconf-monitoring (RFC 6022, section 2.1). */
import type { SchemaContext } from '../../src/yang/index.ts';
import type { Datastores } from '../datastore/datastores.ts';
import type { Lock } from '../datastore/lock-table.ts';
import { buildBranch } from './build-branch.ts';
import type { StateFields } from './build-branch.ts';
import { topContainer } from './state-provider.ts';
import type { StateProvider } from './state-provider.ts';

export const MONITORING_NAMESPACE = 'urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring';

/** The grouping common-counters. */
export interface SessionCounters {
  inRpcs: number;
  inBadRpcs: number;
  outRpcErrors: number;
  outNotifications: number;
}

export function zeroCounters(): SessionCounters {
  return { inRpcs: 0, inBadRpcs: 0, outRpcErrors: 0, outNotifications: 0 };
}

export interface ServerStatistics extends SessionCounters {
  readonly startTime: number;
  inBadHellos: number;
  inSessions: number;
  droppedSessions: number;
}

export interface MonitoredSession {
  readonly id: number;
  readonly username: string;
  readonly sourceHost: string | undefined;
  readonly loginTime: number;
  readonly counters: SessionCounters;
}

export interface NetconfStateSources {
  readonly context: SchemaContext;
  readonly capabilities: readonly string[];
  readonly datastores: Datastores;
  readonly statistics: ServerStatistics;
  sessions(): Iterable<MonitoredSession>;
}

/** Undefined when the schema lacks the module. */
export function netconfState(sources: NetconfStateSources): StateProvider | undefined {
  const node = topContainer(sources.context, MONITORING_NAMESPACE, 'netconf-state');
  if (!node) return undefined;
  return {
    node,
    read: () =>
      buildBranch(node, {
        capabilities: { capability: sources.capabilities },
        datastores: { datastore: datastoreFields(sources.datastores) },
        schemas: { schema: schemaFields(sources.context) },
        sessions: { session: [...sources.sessions()].map((it) => sessionFields(it, sources)) },
        statistics: statisticsFields(sources.statistics),
      }),
  };
}

function datastoreFields({ locks }: Datastores): readonly StateFields[] {
  return (['running', 'candidate'] as const).map((name) => {
    const lock = locks.get(name);
    return { name, ...(lock ? { locks: { 'global-lock': lockFields(lock) } } : {}) };
  });
}

function lockFields(lock: Lock): StateFields {
  return { 'locked-by-session': lock.sessionId, 'locked-time': dateAndTime(lock.since) };
}

function schemaFields(context: SchemaContext): readonly StateFields[] {
  const format = context.identity('ietf-netconf-monitoring', 'yang');
  return [...context.modules.values()].map(({ name, revision = '', namespace }) => ({
    identifier: name,
    version: revision,
    format,
    namespace,
    location: ['NETCONF'],
  }));
}

function sessionFields(session: MonitoredSession, { context }: NetconfStateSources): StateFields {
  return {
    'session-id': session.id,
    transport: context.identity('ietf-netconf-monitoring', 'netconf-ssh'),
    username: session.username,
    'source-host': session.sourceHost,
    'login-time': dateAndTime(session.loginTime),
    ...counterFields(session.counters),
  };
}

function statisticsFields(statistics: ServerStatistics): StateFields {
  return {
    'netconf-start-time': dateAndTime(statistics.startTime),
    'in-bad-hellos': statistics.inBadHellos,
    'in-sessions': statistics.inSessions,
    'dropped-sessions': statistics.droppedSessions,
    ...counterFields(statistics),
  };
}

function counterFields(counters: SessionCounters): StateFields {
  return {
    'in-rpcs': counters.inRpcs,
    'in-bad-rpcs': counters.inBadRpcs,
    'out-rpc-errors': counters.outRpcErrors,
    'out-notifications': counters.outNotifications,
  };
}

/** RFC 6991, date-and-time. */
export function dateAndTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '+00:00');
}
