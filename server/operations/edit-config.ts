/** edit-config (RFC 6241, section 7.2), on candidate: running is written by commit only. */
import { applyEdit } from '../../src/data/index.ts';
import type { Branch, DecodedTree } from '../../src/data/index.ts';
import { RpcErrorException, missingElement } from '../../src/error/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import { EditConfigInput } from '../generated/ietf-netconf.ts';
import { OK } from '../session/reply-writer.ts';
import type { Operation } from './operation.ts';
import { configParameter } from './parameters.ts';

export const editConfig: Operation = async (call) => {
  const edit = configParameter(call);
  if (!edit) throw new RpcErrorException(missingElement('config', { type: 'protocol' }));
  // Constraints of a candidate are enforced at commit (RFC 7950, section 8.3.3), so the default
  // test-then-set tests what every edit is tested for; the whole candidate only when it is asked for.
  const parameters = EditConfigInput.fromTree(call.input);
  const { testOption } = parameters;
  let errors: readonly RpcError[] = [];
  await call.server.datastores.editCandidate(call.session, (candidate) => {
    const result = edited(parameters, candidate, edit);
    errors = result.errors;
    if (testOption !== undefined && testOption !== 'set') {
      call.server.datastores.checkValid(result.tree);
    }
    return testOption === 'test-only' ? candidate : result.tree;
  });
  if (errors.length > 0) throw new RpcErrorException(errors);
  return OK;
};

/** Only continue-on-error keeps what went well; otherwise an edit is made whole or not at all. */
function edited(
  { errorOption = 'stop-on-error', defaultOperation = 'merge' }: EditConfigInput,
  candidate: Branch,
  edit: DecodedTree,
): { readonly tree: Branch; readonly errors: readonly RpcError[] } {
  const result = applyEdit(candidate, edit, { defaultOperation, errorOption });
  const keep = result.errors.length === 0 || errorOption === 'continue-on-error';
  return keep ? result : { tree: candidate, errors: result.errors };
}
