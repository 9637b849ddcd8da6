/** validate (RFC 6241, section 8.6.4.1). */
import { plainContent } from '../../src/data/index.ts';
import { ValidateInput } from '../generated/ietf-netconf.ts';
import { OK } from '../session/reply-writer.ts';
import type { Operation } from './operation.ts';
import { configParameter, datastoreName } from './parameters.ts';

export const validate: Operation = (call) => {
  const { datastores } = call.server;
  const { source } = ValidateInput.fromTree(call.input);
  const config = configParameter(call);
  const tree = config ? plainContent(config) : datastores.tree(datastoreName(source) ?? 'running');
  datastores.checkValid(tree);
  return OK;
};
