/** The container netconf-state of ietf-netconf-monitoring (RFC 6022, section 2.1). */
import type { TransportPeer } from '../../src/netconf/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import type { Datastores } from '../datastore/datastores.ts';
import type { Lock } from '../datastore/lock-table.ts';
import type { PartialLock } from '../datastore/partial-locks.ts';
import { NetconfState } from '../generated/ietf-netconf-monitoring.ts';
import type {
  NetconfStateDatastoresDatastore,
  NetconfStateDatastoresDatastoreLocksGlobalLock,
  NetconfStateDatastoresDatastoreLocksPartialLock,
  NetconfStateSchemasSchema,
  NetconfStateSessionsSession,
  NetconfStateStatistics,
} from '../generated/ietf-netconf-monitoring.ts';
import { SCHEMA_FORMATS, knownSchemas } from './schemas.ts';
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

function datastoresOf({
  names,
  locks,
  partialLocks,
}: Datastores): readonly NetconfStateDatastoresDatastore[] {
  return names.map((name) => {
    const lock = locks.get(name);
    if (lock) return { name, locks: { globalLock: lockOf(lock) } };
    const partial = name === 'running' ? partialLocks.all : [];
    return partial.length > 0 ? { name, locks: { partialLock: partial.map(partOf) } } : { name };
  });
}

function lockOf({ sessionId, since }: Lock): NetconfStateDatastoresDatastoreLocksGlobalLock {
  return { lockedBySession: sessionId, lockedTime: dateAndTime(since) };
}

/** RFC 5717. */
function partOf(lock: PartialLock): NetconfStateDatastoresDatastoreLocksPartialLock {
  const lockedNode = lock.nodes.map(({ path }) => path);
  return { lockId: lock.id, ...lockOf(lock), select: lock.select, lockedNode };
}

function schemasOf(context: SchemaContext): readonly NetconfStateSchemasSchema[] {
  return knownSchemas(context).flatMap((schema) =>
    SCHEMA_FORMATS.map((format) => ({ ...schema, format, location: ['NETCONF'] })),
  );
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
