/** partial-lock and partial-unlock (RFC 5717). */
import { Branch, encodeChildren, emptyRoot } from '../../src/data/index.ts';
import type { NodeRef, Selection } from '../../src/data/index.ts';
import {
  RpcErrorException,
  missingElement,
  operationFailed,
  resourceDenied,
} from '../../src/error/index.ts';
import { PARTIAL_LOCK_NS } from '../../src/netconf/index.ts';
import { VisitBudget } from '../../src/xpath/index.ts';
import { LockedNode } from '../datastore/locked-node.ts';
import { PartialLockOutput, PartialUnlockInput } from '../generated/ietf-netconf-partial-lock.ts';
import { OK, smallReply } from '../session/reply-writer.ts';
import type { XPathText } from '../session/request-reader.ts';
import { nodesOf } from './lock-expression.ts';
import type { Operation } from './operation.ts';
import { operationTable } from './operation.ts';

/** What the expressions of one request may visit and find together: nobody else has a turn meanwhile. */
const MAX_VISITS = 400_000;
const MAX_NODES = 1000;
/** Expressions of one request, and their characters together: they are compiled in one go. */
const MAX_EXPRESSIONS = 1000;
const MAX_TEXT = 65_536;

const partialLock: Operation = async ({ request, session, server }) => {
  const { context, datastores } = server;
  const { expressions } = request;
  checkSize(expressions);
  const lock = await datastores.partialLock(session, (running) => {
    const readable = session.access.readable();
    const tree = readable ? (readable.prune(running) ?? emptyRoot(context)) : running;
    const evaluation = {
      context,
      tree,
      budget: new VisitBudget(MAX_VISITS),
      maxNodes: MAX_NODES,
    };
    const scope = new Map<string, LockedNode>();
    for (const expression of expressions) {
      for (const ref of nodesOf(expression, evaluation)) {
        if (readable && !isVisible(ref, readable)) continue;
        const node = new LockedNode(ref);
        scope.set(node.path, node);
      }
    }
    if (scope.size === 0) {
      const details = { type: 'application', appTag: 'no-matches' } as const;
      throw new RpcErrorException(operationFailed('no expression finds a node', details));
    }
    return { select: expressions.map(({ text }) => text), nodes: [...scope.values()] };
  });
  const lockedNode = lock.nodes.map(({ path }) => path);
  const output = PartialLockOutput.toTree(context, { lockId: lock.id, lockedNode });
  return smallReply((writer) => {
    encodeChildren(writer, output);
  });
};

function checkSize(expressions: readonly XPathText[]): void {
  const length = expressions.reduce((sum, { text }) => sum + text.length, 0);
  if (expressions.length <= MAX_EXPRESSIONS && length <= MAX_TEXT) return;
  const limits = `${String(MAX_EXPRESSIONS)} expressions or ${String(MAX_TEXT)} characters`;
  throw new RpcErrorException(resourceDenied(`more than ${limits}`, { type: 'protocol' }));
}

/**
 * Containers without presence are there for every expression (RFC 7950, section 7.5.1), also those that the user may
 * not read.
 */
function isVisible({ schema, parent }: NodeRef, readable: Selection): boolean {
  if (!parent || !('slot' in schema)) return true;
  return viewOf(parent, readable)?.selects(schema) === true;
}

/** What may be read in a branch; undefined when the branch itself may not be. */
function viewOf({ schema, parent, value }: NodeRef, readable: Selection): Selection | undefined {
  if (!parent) return readable;
  const above = viewOf(parent, readable);
  if (schema.kind === 'container') return above?.container(schema);
  if (schema.kind !== 'list' || !(value instanceof Branch)) return undefined;
  return above?.list(schema)?.entry(value);
}

const partialUnlock: Operation = async ({ input, session, server }) => {
  const { lockId } = PartialUnlockInput.fromTree(input);
  if (lockId === undefined) {
    throw new RpcErrorException(missingElement('lock-id', { type: 'protocol' }));
  }
  await server.datastores.partialUnlock(lockId, session);
  return OK;
};

export const PARTIAL_LOCK_OPERATIONS = operationTable(PARTIAL_LOCK_NS, {
  'partial-lock': partialLock,
  'partial-unlock': partialUnlock,
});
