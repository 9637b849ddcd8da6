/**
 * copy-config (RFC 6241, section 7.3; sections 8.2.5.2, 8.3.5.1, 8.7.5.1 and 8.8.5.2): every source onto every
 * target but onto itself. The bytes of one URL go to another only if they are a configuration; `with-defaults` is for
 * what goes to a URL (RFC 6243, section 4.5.1).
 */
import { RpcErrorException, invalidValue } from '../../src/error/index.ts';
import { NETCONF_BASE_NS } from '../../src/netconf/index.ts';
import { qnameKey } from '../../src/yang/index.ts';
import { CopyConfigInput } from '../generated/ietf-netconf.ts';
import { OK } from '../session/reply-writer.ts';
import type { Operation, OperationCall } from './operation.ts';
import { datastoreName, sourceContent, urls } from './parameters.ts';

export const copyConfig: Operation = async (call) => {
  const { target, source, withDefaults } = CopyConfigInput.fromTree(call.input);
  const { datastores } = call.server;
  const name = datastoreName(target);
  checkDistinct(target, source);
  if (name === 'startup' && source.running) {
    await datastores.saveRunning(call.session);
    return OK;
  }
  const content = await sourceContent(call, source);
  if (name) await datastores.edit(name, call.session, content);
  else if (target.url !== undefined) {
    checkReplacing(call);
    await urls(call).write(target.url, content(), withDefaults);
  }
  return OK;
};

/**
 * What is at the URL goes. Rules of access control cannot name it, so this takes the right to `delete-config`, which
 * nobody has by default (RFC 8341, section 3.2.7): who may only read cannot overwrite what others keep.
 */
function checkReplacing({ server, session }: OperationCall): void {
  const operation = server.context.rpcs.get(qnameKey(NETCONF_BASE_NS, 'delete-config'));
  if (operation) session.access.checkOperation(operation);
}

function checkDistinct(target: CopyConfigInput['target'], source: CopyConfigInput['source']): void {
  const isSame =
    target.url === undefined
      ? datastoreName(target) === datastoreName(source)
      : source.url !== undefined && sameUrl(target.url, source.url);
  if (!isSame) return;
  throw new RpcErrorException(invalidValue('source and target are the same', { type: 'protocol' }));
}

function sameUrl(one: string, other: string): boolean {
  return URL.canParse(one) && URL.canParse(other) && new URL(one).href === new URL(other).href;
}
