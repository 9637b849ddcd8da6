/**
 * delete-config (RFC 6241, section 7.4): startup, which is then empty as it is when a device comes from the factory
 * (section 8.7.5.1), or what is at a URL (section 8.8.5.3). Running cannot be deleted: the schema has no such target.
 */
import { emptyRoot } from '../../src/data/index.ts';
import { DeleteConfigInput } from '../generated/ietf-netconf.ts';
import { OK } from '../session/reply-writer.ts';
import type { Operation } from './operation.ts';
import { urls } from './parameters.ts';

export const deleteConfig: Operation = async (call) => {
  const { target } = DeleteConfigInput.fromTree(call.input);
  const { context, datastores } = call.server;
  if (target.startup) await datastores.edit('startup', call.session, () => emptyRoot(context));
  else await urls(call).remove(target.url);
  return OK;
};
