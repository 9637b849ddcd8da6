/** Every operation that the server carries out, by its name. */
import { NETCONF_BASE_NS, SUBSCRIBED_NOTIFICATIONS_NS } from '../../src/netconf/index.ts';
import { qnameKey } from '../../src/yang/index.ts';
import { MONITORING_NAMESPACE } from '../monitoring/netconf-state.ts';
import { cancelCommit } from './cancel-commit.ts';
import { closeSession } from './close-session.ts';
import { commit } from './commit.ts';
import { copyConfig } from './copy-config.ts';
import { deleteConfig } from './delete-config.ts';
import { deleteSubscription } from './delete-subscription.ts';
import { discardChanges } from './discard-changes.ts';
import { editConfig } from './edit-config.ts';
import { establishSubscription } from './establish-subscription.ts';
import { getConfig } from './get-config.ts';
import { getSchema } from './get-schema.ts';
import { get } from './get.ts';
import { killSession } from './kill-session.ts';
import { killSubscription } from './kill-subscription.ts';
import { lock } from './lock.ts';
import type { Operation } from './operation.ts';
import { unlock } from './unlock.ts';
import { validate } from './validate.ts';

const nc = (name: string): string => qnameKey(NETCONF_BASE_NS, name);
const sn = (name: string): string => qnameKey(SUBSCRIBED_NOTIFICATIONS_NS, name);

export const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  [nc('get'), get],
  [nc('get-config'), getConfig],
  [nc('edit-config'), editConfig],
  [nc('copy-config'), copyConfig],
  [nc('delete-config'), deleteConfig],
  [nc('lock'), lock],
  [nc('unlock'), unlock],
  [nc('validate'), validate],
  [nc('commit'), commit],
  [nc('cancel-commit'), cancelCommit],
  [nc('discard-changes'), discardChanges],
  [nc('close-session'), closeSession],
  [nc('kill-session'), killSession],
  [qnameKey(MONITORING_NAMESPACE, 'get-schema'), getSchema],
  [sn('establish-subscription'), establishSubscription],
  [sn('delete-subscription'), deleteSubscription],
  [sn('kill-subscription'), killSubscription],
]);
