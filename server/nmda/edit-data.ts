/** edit-data (RFC 8526, section 3.1.2): an edit that is made whole or not at all. */
import { applyEdit } from '../../src/data/index.ts';
import { RpcErrorException } from '../../src/error/index.ts';
import { EditDataInput } from '../generated/ietf-netconf-nmda.ts';
import type { Operation } from '../operations/operation.ts';
import { editContent } from '../operations/parameters.ts';
import { editWithTxids } from '../txid/versioned-edit.ts';
import { writableDatastore } from './datastore-source.ts';

export const editData: Operation = async (call) => {
  const { session, server } = call;
  const parameters = EditDataInput.fromTree(call.input);
  const { datastore, defaultOperation = 'merge', url } = parameters;
  const target = writableDatastore(datastore, server);
  const edit = await editContent(call, { url });
  return editWithTxids(call, target, parameters, (check) =>
    server.datastores.edit(target, session, (content) => {
      check();
      const errorOption = 'rollback-on-error';
      const { tree, errors } = applyEdit(content, edit, {
        defaultOperation,
        errorOption,
        maxVisits: server.datastores.maxValidationVisits,
      });
      if (errors.length > 0) throw new RpcErrorException(errors);
      return tree;
    }),
  );
};
