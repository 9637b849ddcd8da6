/** XML from files and arguments, before it goes into a request. */
import { NETCONF_BASE_NS, encodeElement } from '../../../../src/netconf/index.ts';
import { XmlError, childElements, parseXml } from '../../../../src/xml/index.ts';
import type { XmlElement } from '../../../../src/xml/index.ts';

/**
 * `<?xml …?>` has no place inside a message; what is not well-formed is said here, not by the device.
 * `source` is the file or option that the text is from.
 */
export function withoutDeclaration(text: string, source: string): string {
  const content = text.replace(/^\uFEFF?\s*<\?xml[^>]*\?>\s*/, '');
  const skipped = text.slice(0, text.length - content.length).split('\n').length - 1;
  if (content.startsWith('<!DOCTYPE')) {
    const reason = 'a document type declaration is not allowed (RFC 6241, section 3)';
    throw new Error(`${source}, line ${skipped + 1}, column 0: ${reason}`);
  }
  try {
    // On a line of its own, so that columns in messages are those of the text.
    parseXml(`<content>\n${content}</content>`);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    const line = error.line - 1 + skipped;
    const reason = error.message.replace(/ \(line \d+, column \d+\)$/, '');
    throw new Error(`${source}, line ${line}, column ${error.column}: ${reason}`);
  }
  return content;
}

/** Files for other clients have a `<config>` around the content, and what --get-config printed has `<data>`. */
export function unwrapped(content: string): string {
  const root = onlyElement(content);
  if (!root) return content;
  const { local, namespace } = root;
  const isWrapper =
    (local === 'config' && (namespace === NETCONF_BASE_NS || namespace === '')) ||
    (local === 'data' && namespace === NETCONF_BASE_NS);
  return isWrapper ? childrenText(root) : content;
}

/** What is inside the one element at the top. */
export function strippedOfRoot(content: string, source: string): string {
  const root = onlyElement(content);
  if (!root) throw new Error(`${source}: one element is expected around the content`);
  return childrenText(root);
}

/** The elements inside, each with the namespaces that it needs. */
export function childrenText(root: XmlElement): string {
  return childElements(root)
    .map((child) => encodeElement(child) as string)
    .join('');
}

export function onlyElement(content: string): XmlElement | undefined {
  const [root, ...more] = childElements(parseXml(`<content>${content}</content>`));
  return more.length === 0 ? root : undefined;
}
