/** validate (RFC 6241, section 8.6.4.1; sections 8.3.5.1, 8.7.5.1 and 8.8.5.4). */
import { ValidateInput } from '../generated/ietf-netconf.ts';
import { OK } from '../session/reply-writer.ts';
import type { DatastoreName } from '../datastore/lock-table.ts';
import type { Operation, OperationCall } from './operation.ts';
import { configParameter, sourceContent, targetDatastore } from './parameters.ts';

export const validate: Operation = async (call) => {
  const { datastores } = call.server;
  const { source } = ValidateInput.fromTree(call.input);
  const isInline = configParameter(call) !== undefined || source.url !== undefined;
  // The whole datastore, whatever of it the user may read: what is wrong is said by path alone.
  const content = isInline
    ? (await sourceContent(call, source))()
    : datastores.tree(sourceDatastore(source, call), call.session);
  datastores.checkValid(content);
  return OK;
};

/** There are no templates and nothing inactive: intended is what running is (RFC 8342, section 5.1.4). */
function sourceDatastore(
  source: ValidateInput['source'],
  { server }: OperationCall,
): DatastoreName {
  if (source.datastore === 'ietf-datastores:intended') return 'running';
  return targetDatastore(source, server);
}
