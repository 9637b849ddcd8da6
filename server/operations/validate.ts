/** validate (RFC 6241, section 8.6.4.1). */
import { plainContent } from '../../src/data/index.ts';
import { OK } from '../session/reply-writer.ts';
import type { Operation } from './operation.ts';
import { configParameter, datastoreParameter } from './parameters.ts';

export const validate: Operation = (call) => {
  const { datastores } = call.server;
  const config = configParameter(call);
  const tree = config
    ? plainContent(config)
    : datastores.tree(datastoreParameter(call.input, 'source') ?? 'running');
  datastores.checkValid(tree);
  return OK;
};
