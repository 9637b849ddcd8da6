/** Content of anydata and anyxml from XML (RFC 7950, sections 7.10 and 7.11), kept as a tree of elements. */
import { ElementBuilder } from '../../xml/index.ts';
import type { NamespaceScope, XmlAttribute, XmlElement } from '../../xml/index.ts';
import type { AnyNode } from '../../yang/index.ts';
import type { AnyValue } from '../node.ts';
import type { Annotations } from './annotations.ts';
import { NETCONF_NAMESPACE, YANG_NAMESPACE } from './edit-attributes.ts';
import { OpenContent } from './open-content.ts';

/** Content without a schema takes ten times the room of its text. */
const MAX_ANY_SIZE = 1_000_000;

interface StartTag {
  readonly namespace: string;
  readonly local: string;
  readonly attributes: readonly XmlAttribute[];
  readonly scope: NamespaceScope;
}

/** Takes the content of an element; `done` gets the whole, and what is wrong if nodes were left out. */
export function openAny(
  { namespace, local, attributes, scope }: StartTag,
  done: (element: XmlElement, fault: string | undefined) => void,
): OpenContent {
  const builder = new ElementBuilder(MAX_ANY_SIZE);
  builder.open(namespace, local, attributes, scope);
  return new OpenContent(builder, () => {
    builder.close();
    const fault = `<${local}> has more than ${String(MAX_ANY_SIZE)} nodes`;
    done(builder.result, builder.isOverfull ? fault : undefined);
  });
}

/** The value of `node`: attributes of the request and annotations are not part of the data. */
export function anyFromXml(
  node: AnyNode,
  element: XmlElement,
  metadata: { readonly edit: boolean; readonly annotations: Annotations | undefined },
): AnyValue {
  const content = node.kind === 'anydata' ? withoutSpace(element) : element;
  return { kind: 'any', element: withoutMetadata(content, metadata) };
}

function withoutMetadata(
  element: XmlElement,
  { edit, annotations }: Parameters<typeof anyFromXml>[2],
): XmlElement {
  if (element.attributes.length === 0 || (!edit && !annotations)) return element;
  const attributes = element.attributes.filter(
    ({ namespace, local }) =>
      !(edit && (namespace === NETCONF_NAMESPACE || namespace === YANG_NAMESPACE)) &&
      !annotations?.definition(namespace, local),
  );
  return { ...element, attributes };
}

/** Space between elements means nothing where YANG could describe the content (RFC 7950, section 7.10). */
function withoutSpace(element: XmlElement): XmlElement {
  const { children } = element;
  if (!children.some((child) => typeof child !== 'string')) return element;
  const kept = children.filter((child) => typeof child !== 'string' || /\S/.test(child));
  return {
    ...element,
    children: kept.map((child) => (typeof child === 'string' ? child : withoutSpace(child))),
  };
}
