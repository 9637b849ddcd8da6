/** The operations of ietf-netconf (RFC 6241, sections 7 and 8). */
import { NETCONF_BASE_NS } from '../../src/netconf/index.ts';
import { cancelCommit } from './cancel-commit.ts';
import { closeSession } from './close-session.ts';
import { commit } from './commit.ts';
import { copyConfig } from './copy-config.ts';
import { deleteConfig } from './delete-config.ts';
import { discardChanges } from './discard-changes.ts';
import { editConfig } from './edit-config.ts';
import { getConfig } from './get-config.ts';
import { get } from './get.ts';
import { killSession } from './kill-session.ts';
import { lock } from './lock.ts';
import { operationTable } from './operation.ts';
import { unlock } from './unlock.ts';
import { validate } from './validate.ts';

export const BASE_OPERATIONS = operationTable(NETCONF_BASE_NS, {
  get,
  'get-config': getConfig,
  'edit-config': editConfig,
  'copy-config': copyConfig,
  'delete-config': deleteConfig,
  lock,
  unlock,
  validate,
  commit,
  'cancel-commit': cancelCommit,
  'discard-changes': discardChanges,
  'close-session': closeSession,
  'kill-session': killSession,
});
