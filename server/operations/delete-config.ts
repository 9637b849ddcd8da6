/**
 * delete-config (RFC 6241, section 7.4). It applies to startup and to URLs, neither of which this server
 * has; running cannot be deleted, and candidate is emptied by an edit.
 */
import { RpcErrorException, operationNotSupported } from '../../src/error/index.ts';
import type { Operation } from './operation.ts';

export const deleteConfig: Operation = () => {
  throw new RpcErrorException(
    operationNotSupported(
      'there is no datastore that can be deleted: neither startup nor url is supported',
    ),
  );
};
