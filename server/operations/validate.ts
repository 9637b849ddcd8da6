/** validate (RFC 6241, section 8.6.4.1; sections 8.3.5.1, 8.7.5.1 and 8.8.5.4). */
import { ValidateInput } from '../generated/ietf-netconf.ts';
import { OK } from '../session/reply-writer.ts';
import type { Operation } from './operation.ts';
import { datastoreName, sourceContent } from './parameters.ts';

export const validate: Operation = async (call) => {
  const { datastores } = call.server;
  const { source } = ValidateInput.fromTree(call.input);
  const name = datastoreName(source);
  // The whole datastore, whatever of it the user may read: what is wrong is said by path alone.
  const content = name
    ? datastores.tree(name, call.session)
    : (await sourceContent(call, source))();
  datastores.checkValid(content);
  return OK;
};
