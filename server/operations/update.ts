/** update: brings changes of running into the private candidate of the session (draft-ietf-netconf-privcand). */
import { PRIVATE_CANDIDATE_NS } from '../../src/netconf/index.ts';
import { UpdateInput } from '../generated/ietf-netconf-private-candidate.ts';
import { OK } from '../session/reply-writer.ts';
import type { Operation } from './operation.ts';
import { operationTable } from './operation.ts';

const update: Operation = async ({ input, session, server }) => {
  const { resolutionMode = 'revert-on-conflict' } = UpdateInput.fromTree(input);
  await server.datastores.updateCandidate(resolutionMode, session);
  return OK;
};

export const PRIVATE_CANDIDATE_OPERATIONS = operationTable(PRIVATE_CANDIDATE_NS, { update });
