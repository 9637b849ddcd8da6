/** Events of the server itself: the notifications of RFC 6470, in the stream NETCONF. */
import { isIP } from 'node:net';
import { DataList, diffTree, pathStep, placePath } from '../../src/data/index.ts';
import type { Branch, DiffPlace, PathStep } from '../../src/data/index.ts';
import { quoteXPath } from '../../src/error/index.ts';
import type { DataSchemaNode, LeafValue, SchemaContext } from '../../src/yang/index.ts';
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
import type { NetconfConfigChangeEdit } from '../generated/ietf-netconf-notifications.ts';
import type { Requester } from '../session/requester.ts';
import type { SessionEnd, SessionListener } from '../session/session-events.ts';
import type { TypedContent } from './state-notification.ts';

/** Edits that one notification lists; of more, only which parts of the configuration have changed. */
const MAX_EDITS = 256;
/** How far down these parts are: an entry of a list below a top container. */
const PART_DEPTH = 2;

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
      edit: editsBetween(before, after),
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

/** Undefined when there are too many for a list. */
function editsBetween(
  before: Branch,
  after: Branch,
): readonly NetconfConfigChangeEdit[] | undefined {
  return collectEdits(before, after, Infinity) ?? collectEdits(before, after, PART_DEPTH);
}

/** Edits down to a depth; what changes below it is an edit of what is there. Undefined when there are too many. */
function collectEdits(
  before: Branch,
  after: Branch,
  maxDepth: number,
): readonly NetconfConfigChangeEdit[] | undefined {
  const edits: NetconfConfigChangeEdit[] = [];
  const add = (
    place: DiffPlace,
    node: DataSchemaNode,
    operation: NonNullable<NetconfConfigChangeEdit['operation']>,
    value?: unknown,
  ): void => {
    if (edits.length > MAX_EDITS) return;
    edits.push({ target: targetOf(place, node, value), operation });
  };
  let depth = 0;
  diffTree(before, after, {
    created: (node, value, place) => {
      for (const each of instancesOf(node, value)) add(place, node, 'create', each);
    },
    deleted: (node, value, place) => {
      for (const each of instancesOf(node, value)) add(place, node, 'delete', each);
    },
    changed: (node, old, now, place) => {
      if (node.kind !== 'leaf-list') {
        add(place, node, 'replace');
        return;
      }
      const had = new Set((old as readonly LeafValue[]).map((it) => node.type.canonical(it)));
      const has = new Set((now as readonly LeafValue[]).map((it) => node.type.canonical(it)));
      for (const value of now as readonly LeafValue[]) {
        if (!had.has(node.type.canonical(value))) add(place, node, 'create', value);
      }
      for (const value of old as readonly LeafValue[]) {
        if (!has.has(node.type.canonical(value))) add(place, node, 'delete', value);
      }
    },
    enter: (node, _old, now, place) => {
      if (edits.length > MAX_EDITS) return false;
      depth += 1;
      if (depth < maxDepth) return true;
      depth -= 1;
      add(place, node, 'merge', now);
      return false;
    },
    leave: () => {
      depth -= 1;
    },
    reordered: (node, _old, now, place) => {
      const [first] = now;
      add(place, node, 'merge', first);
    },
  });
  return edits.length > MAX_EDITS ? undefined : edits;
}

function instancesOf(node: DataSchemaNode, value: unknown): Iterable<unknown> {
  if (node.kind === 'leaf-list') return value as readonly LeafValue[];
  return value instanceof DataList ? value : [value];
}

/** With the name of the module as prefix of every node, as values of the type are (RFC 7950, section 9.13). */
function targetOf(place: DiffPlace, node: DataSchemaNode, value: unknown): string {
  const step = pathStep(node, value as { readonly slots: readonly unknown[] } | undefined);
  const last =
    node.kind === 'leaf-list' ? { ...step, value: node.type.canonical(value as LeafValue) } : step;
  return [...placePath(place), last].map(stepText).join('');
}

function stepText({ module, name, keys = [], value }: PathStep): string {
  const predicates = keys.map(([key, text]) => `[${module}:${key}=${quoteXPath(text)}]`);
  const own = value === undefined ? '' : `[.=${quoteXPath(value)}]`;
  return `/${module}:${name}${predicates.join('')}${own}`;
}
