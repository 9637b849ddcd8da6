/**
 * Files for netconf-console2: messages that end with `]]>]]>` (RFC 6242, section 4.3). Hello and close-session
 * in them are ours to send.
 */
import { childElements } from '../../../../src/xml/index.ts';
import { NETCONF_BASE_NS } from '../../../../src/netconf/index.ts';
import { onlyElement } from './xml-text.ts';
import { withoutEnvelope } from './rpc.ts';

/** The operations in the file, without their envelopes. */
export function splitMessages(text: string): readonly string[] {
  return text
    .split(']]>]]>')
    .map((message) => message.trim())
    .filter((message) => message !== '')
    .flatMap((message, at) => {
      const operation = withoutEnvelope(
        isHello(message) ? '<hello/>' : message,
        `message ${at + 1}`,
      );
      return operation === '<hello/>' || isClose(operation) ? [] : [operation];
    });
}

function isHello(message: string): boolean {
  return /^(<\?xml[^>]*\?>\s*)?<(?:[\w.-]+:)?hello[\s>/]/.test(message);
}

function isClose(operation: string): boolean {
  const root = onlyElement(operation);
  const name = root && (root.local === 'rpc' ? childElements(root)[0] : root);
  return name?.local === 'close-session' && name.namespace === NETCONF_BASE_NS;
}
