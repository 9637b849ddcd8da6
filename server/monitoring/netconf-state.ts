/** The container netconf-state of ietf-netconf-monitoring (RFC 6022, section 2.1). */
import type { TransportPeer } from '../../src/netconf/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import type { Datastores } from '../datastore/datastores.ts';
import type { Lock } from '../datastore/lock-table.ts';
import { NetconfState } from '../generated/ietf-netconf-monitoring.ts';
import type {
  NetconfStateDatastoresDatastore,
  NetconfStateDatastoresDatastoreLocksGlobalLock,
  NetconfStateSchemasSchema,
  NetconfStateSessionsSession,
  NetconfStateStatistics,
} from '../generated/ietf-netconf-monitoring.ts';
import { stateProvider } from './state-provider.ts';
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
  readonly protocol: TransportPeer['protocol'];
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
  const { context, capabilities, datastores, statistics } = sources;
  return stateProvider(context, NetconfState, () => ({
    capabilities: { capability: capabilities },
    datastores: { datastore: datastoresOf(datastores) },
    schemas: { schema: schemasOf(context) },
    sessions: { session: Array.from(sources.sessions(), sessionOf) },
    statistics: statisticsOf(statistics),
  }));
}

function datastoresOf({ locks }: Datastores): readonly NetconfStateDatastoresDatastore[] {
  return (['running', 'candidate'] as const).map((name) => {
    const lock = locks.get(name);
    return { name, locks: lock && { globalLock: lockOf(lock) } };
  });
}

function lockOf({ sessionId, since }: Lock): NetconfStateDatastoresDatastoreLocksGlobalLock {
  return { lockedBySession: sessionId, lockedTime: dateAndTime(since) };
}

function schemasOf({ modules }: SchemaContext): readonly NetconfStateSchemasSchema[] {
  return Array.from(modules.values(), ({ name, revision = '', namespace }) => ({
    identifier: name,
    version: revision,
    format: 'ietf-netconf-monitoring:yang',
    namespace,
    location: ['NETCONF'],
  }));
}

function sessionOf(session: MonitoredSession): NetconfStateSessionsSession {
  const { id, username, sourceHost, protocol, loginTime, counters } = session;
  return {
    sessionId: id,
    transport: `ietf-netconf-monitoring:netconf-${protocol === 'tls' ? 'tls' : 'ssh'}`,
    username,
    sourceHost,
    loginTime: dateAndTime(loginTime),
    ...counters,
  };
}

function statisticsOf({ startTime, ...counters }: ServerStatistics): NetconfStateStatistics {
  return { netconfStartTime: dateAndTime(startTime), ...counters };
}

/** RFC 6991, date-and-time. */
export function dateAndTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '+00:00');
}
