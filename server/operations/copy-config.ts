/** copy-config (RFC 6241, section 7.3), onto candidate: from running or from inline content. */
import { plainContent } from '../../src/data/index.ts';
import type { Branch } from '../../src/data/index.ts';
import { RpcErrorException, invalidValue } from '../../src/error/index.ts';
import { CopyConfigInput } from '../generated/ietf-netconf.ts';
import { OK } from '../session/reply-writer.ts';
import type { Operation, OperationCall } from './operation.ts';
import { configParameter, datastoreName } from './parameters.ts';

export const copyConfig: Operation = async (call) => {
  const { target, source } = CopyConfigInput.fromTree(call.input);
  if (datastoreName(target) === datastoreName(source)) {
    throw new RpcErrorException(
      invalidValue('source and target are the same datastore', { type: 'protocol' }),
    );
  }
  const content = contentOf(call);
  await call.server.datastores.editCandidate(call.session, () => content());
  return OK;
};

function contentOf(call: OperationCall): () => Branch {
  const config = configParameter(call);
  if (!config) return () => call.server.datastores.running;
  const content = plainContent(config);
  return () => content;
}
