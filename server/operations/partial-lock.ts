/** partial-lock and partial-unlock (RFC 5717). */
import { encodeChildren, emptyRoot } from '../../src/data/index.ts';
import { RpcErrorException, missingElement, operationFailed } from '../../src/error/index.ts';
import { PARTIAL_LOCK_NS } from '../../src/netconf/index.ts';
import { LockedNode } from '../datastore/locked-node.ts';
import { PartialLockOutput, PartialUnlockInput } from '../generated/ietf-netconf-partial-lock.ts';
import { OK, smallReply } from '../session/reply-writer.ts';
import { nodesOf } from './lock-expression.ts';
import type { Operation } from './operation.ts';
import { operationTable } from './operation.ts';

/** Nodes that the expressions of one request may visit, and find. */
const MAX_VISITS = 400_000;
const MAX_NODES = 1000;

const partialLock: Operation = async ({ request, session, server }) => {
  const { context, datastores } = server;
  const expressions = request.expressions;
  const lock = await datastores.partialLock(session, (running) => {
    const readable = session.access.readable();
    const tree = readable ? (readable.prune(running) ?? emptyRoot(context)) : running;
    const evaluation = { context, tree, maxVisits: MAX_VISITS, maxNodes: MAX_NODES };
    const nodes = expressions.flatMap((it) => nodesOf(it, evaluation));
    const scope = new Map(nodes.map((ref) => new LockedNode(ref)).map((it) => [it.path, it]));
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
