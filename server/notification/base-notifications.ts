/** Events of the server itself: the notifications of RFC 6470, in the stream NETCONF. */
import { isIP } from 'node:net';
import type { Branch } from '../../src/data/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import type {
  ChangedBy,
  ConfirmedCommitEvent,
  DatastoreChange,
  DatastoreListener,
} from '../datastore/events.ts';
import {
  NetconfCapabilityChange,
  NetconfConfigChange,
  NetconfConfirmedCommit,
  NetconfSessionEnd,
  NetconfSessionStart,
} from '../generated/ietf-netconf-notifications.ts';
import type { Requester } from '../session/requester.ts';
import type { SessionEnd, SessionListener } from '../session/session-events.ts';
import { configEdits } from './config-edits.ts';
import type { TypedContent } from './state-notification.ts';

/** Capabilities that have come and gone; modified are those that have other parameters. */
export interface CapabilityChange {
  readonly by: ChangedBy;
  readonly added: readonly string[];
  readonly deleted: readonly string[];
  readonly modified: readonly string[];
}

export class BaseNotifications implements DatastoreListener, SessionListener {
  readonly #context: SchemaContext;
  readonly #publish: (content: Branch) => void;

  constructor(context: SchemaContext, publish: (content: Branch) => void) {
    this.#context = context;
    this.#publish = publish;
  }

  started(session: Requester): void {
    this.#tell(NetconfSessionStart, () => sessionParameters(session));
  }

  ended(session: Requester, { reason, killedBy }: SessionEnd): void {
    this.#tell(NetconfSessionEnd, () => ({
      ...sessionParameters(session),
      terminationReason: reason,
      killedBy,
    }));
  }

  capabilitiesChanged({ by, added, deleted, modified }: CapabilityChange): void {
    this.#tell(NetconfCapabilityChange, () => ({
      changedBy: changedBy(by),
      addedCapability: added,
      deletedCapability: deleted,
      modifiedCapability: modified,
    }));
  }

  changed({ datastore, before, after, by }: DatastoreChange): void {
    this.#tell(NetconfConfigChange, () => ({
      changedBy: changedBy(by),
      datastore,
      edit: configEdits(before, after),
    }));
  }

  confirmedCommit({ event, by, timeout }: ConfirmedCommitEvent): void {
    this.#tell(NetconfConfirmedCommit, () => ({
      ...(by === 'server' ? {} : sessionParameters(by)),
      confirmEvent: event,
      timeout,
    }));
  }

  /** Nothing is said in a schema without the module. */
  #tell<Value>(
    type: TypedContent<Value> & { find(context: SchemaContext): unknown },
    value: () => Value,
  ): void {
    if (!type.find(this.#context)) return;
    this.#publish(type.toTree(this.#context, value()));
  }
}

function changedBy(by: ChangedBy): NetconfConfigChange['changedBy'] {
  return by === 'server' ? { server: true } : sessionParameters(by);
}

/** An address that is none of IP, as within one process, is left out. */
function sessionParameters({ id, username, sourceHost }: Requester): NetconfSessionStart {
  const isAddress = sourceHost !== undefined && isIP(sourceHost) !== 0;
  return { username, sessionId: id, sourceHost: isAddress ? sourceHost : undefined };
}
