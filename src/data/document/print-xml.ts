/** Documents to XML. Data at the root stands without an element around it; messages have their envelope. */
import { operationFailed } from '../../error/index.ts';
import type { RpcError } from '../../error/index.ts';
import { XmlWriter } from '../../xml/index.ts';
import type { XmlWriterAttribute } from '../../xml/index.ts';
import { NETCONF_NAMESPACE, YANG_NAMESPACE } from '../codec/edit-attributes.ts';
import type { EncodeOptions } from '../codec/xml-encode.ts';
import { encodeChildren, openBranch } from '../codec/xml-encode.ts';
import { encodeEdit } from '../edit/encode-edit.ts';
import type { Branch } from '../node.ts';
import { messageRef } from '../tree/tree-model.ts';
import type { DataDocument, DocumentOperation } from './document.ts';
import { NOTIFICATION_NAMESPACE } from './envelope-reader.ts';
import type { PrintDocumentOptions } from './print-document.ts';
import { hasNoState } from './document.ts';
import { leavesOf } from './leaves-of.ts';
import { parentOfMessage } from './message-parent.ts';

const INDENT = 2;

export function printXmlDocument(
  document: DataDocument,
  { withDefaults = 'explicit', pretty = false }: PrintDocumentOptions,
  write: (text: string) => void,
): readonly RpcError[] {
  const writer = new XmlWriter(write, { indent: pretty ? INDENT : 0 });
  const errors: RpcError[] = [];
  const encoding: EncodeOptions = {
    withDefaults,
    configOnly: hasNoState(document),
    annotations: document.annotations,
    onLoss: (node, reason) => {
      errors.push(operationFailed(`left out of <${node.name}>: ${reason}`));
    },
  };
  const elements = openEnvelope(writer, document);
  if (document.edit) encodeEdit(writer, document.edit);
  else if (document.operation) writeOperation(writer, document, document.operation, encoding);
  else encodeChildren(writer, document.root, encoding);
  for (let open = 0; open < elements; open += 1) writer.close();
  writer.end();
  return errors;
}

/** How many elements have been opened. */
function openEnvelope(writer: XmlWriter, { type, envelope, operation }: DataDocument): number {
  if (!envelope) return 0;
  const attributes: XmlWriterAttribute[] = [];
  const { messageId, eventTime } = envelope;
  if (messageId !== undefined) {
    attributes.push({ namespace: '', local: 'message-id', value: messageId });
  }
  switch (type) {
    case 'nc-notification':
      writer.open(NOTIFICATION_NAMESPACE, 'notification');
      writer.leaf(NOTIFICATION_NAMESPACE, 'eventTime', eventTime ?? '');
      return 1;
    case 'nc-rpc':
      writer.open(NETCONF_NAMESPACE, 'rpc', attributes);
      if (operation?.node.kind !== 'action') return 1;
      writer.open(YANG_NAMESPACE, 'action');
      return 2;
    default:
      writer.open(NETCONF_NAMESPACE, 'rpc-reply', attributes);
      if (envelope.ok) writer.leaf(NETCONF_NAMESPACE, 'ok', '');
      for (const error of envelope.errors) writer.element(error);
      return 1;
  }
}

function writeOperation(
  writer: XmlWriter,
  { type, root }: DataDocument,
  operation: DocumentOperation,
  encoding: EncodeOptions,
): void {
  const { node, content, ancestors } = operation;
  const ref = messageRef(content, parentOfMessage(operation, root, undefined).parent);
  if (type === 'nc-reply') {
    encodeChildren(writer, content, { ...encoding, ref });
    return;
  }
  for (const branch of ancestors) {
    openBranch(writer, branch, encoding);
    encodeLeaves(writer, branch, encoding);
  }
  writer.open(node.module.namespace, node.name);
  encodeChildren(writer, content, { ...encoding, ref });
  writer.close();
  for (let open = 0; open < ancestors.length; open += 1) writer.close();
}

/** The keys of a list entry. The branches in it lead to the operation and come next. */
function encodeLeaves(writer: XmlWriter, branch: Branch, encoding: EncodeOptions): void {
  encodeChildren(writer, leavesOf(branch), { ...encoding, withDefaults: 'explicit' });
}
