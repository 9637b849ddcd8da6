/**
 * edit-config (RFC 6241, section 7.2; sections 8.2.5.1, 8.5.5.1 and 8.6.5.1).
 *
 * What cannot be decoded by the schema is refused whole: payload parsing comes before the first node is edited
 * (RFC 7950, section 8.3.1). From then on the error option decides. Without rollback-on-error what has been done
 * before an error stays: the RFC has the operation abort, and restoring is what rollback-on-error adds. Running is
 * valid after every edit whatever the options (RFC 7950, section 8.3.3).
 */
import { applyEdit } from '../../src/data/index.ts';
import type { Branch, DecodedTree } from '../../src/data/index.ts';
import { RpcErrorException, invalidValue } from '../../src/error/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import { hasFeature } from '../features.ts';
import { EditConfigInput } from '../generated/ietf-netconf.ts';
import type { Reply } from '../session/reply-writer.ts';
import { editWithTxids } from '../txid/versioned-edit.ts';
import type { Operation, OperationCall } from './operation.ts';
import { editContent, targetDatastore } from './parameters.ts';

export const editConfig: Operation = async (call) => {
  const parameters = EditConfigInput.fromTree(call.input);
  const target = targetDatastore(parameters.target, call.server);
  checkErrorOption(parameters, call);
  const edit = await editContent(call, parameters);
  const isTest = parameters.testOption === 'test-only';
  let errors: readonly RpcError[] = [];
  let reply: Reply;
  try {
    reply = await editWithTxids(call, target, { ...parameters, isTest }, (check) =>
      call.server.datastores.edit(target, call.session, (content) => {
        const result = edited(
          parameters,
          content,
          edit,
          call.server.datastores.maxValidationVisits,
        );
        errors = result.errors;
        // Of an edit that is given up nothing is to be checked, and nothing to be kept for the commit.
        if (errors.length === 0 || result.tree !== content) check();
        test(parameters, content, result.tree, call);
        return isTest ? content : result.tree;
      }),
    );
  } catch (error) {
    throw withEarlier(errors, error);
  }
  if (errors.length > 0) throw new RpcErrorException(errors);
  return reply;
};

/** RFC 6241, section 8.5.5.1: the value is there with the capability only, which the module cannot say. */
function checkErrorOption({ errorOption }: EditConfigInput, { server }: OperationCall): void {
  if (errorOption !== 'rollback-on-error') return;
  if (hasFeature(server.context, 'ietf-netconf', errorOption)) return;
  const message = `this server does not support the error-option "${errorOption}"`;
  throw new RpcErrorException(invalidValue(message, { type: 'protocol' }));
}

function edited(
  { errorOption = 'stop-on-error', defaultOperation = 'merge' }: EditConfigInput,
  content: Branch,
  edit: DecodedTree,
  maxVisits: number,
): { readonly tree: Branch; readonly errors: readonly RpcError[] } {
  return applyEdit(content, edit, { defaultOperation, errorOption, maxVisits });
}

/**
 * Constraints of a candidate are enforced at commit (RFC 7950, section 8.3.3), so the default test-then-set tests
 * what every edit is tested for; the whole candidate only when it is asked for. Those of running are enforced when it
 * is set.
 */
function test(
  { testOption, target }: EditConfigInput,
  content: Branch,
  next: Branch,
  { server, session }: OperationCall,
): void {
  const isTestOnly = testOption === 'test-only';
  if (isTestOnly) session.access.checkWrite(content, next);
  if (isTestOnly || (testOption === 'test-then-set' && !target.running)) {
    server.datastores.checkValid(next);
  }
}

/** What the edit itself has met comes before what speaks against its result. */
function withEarlier(errors: readonly RpcError[], error: unknown): unknown {
  if (errors.length === 0 || !(error instanceof RpcErrorException)) return error;
  return new RpcErrorException([...errors, ...error.errors], { cause: error });
}
