/**
 * The events of an XML document, and the one who receives them.
 *
 * Strings in events may be slices of a large piece of input and keep all of it alive: a sink that keeps
 * them for long must copy or intern them.
 */

/** Declarations of namespaces are not attributes. */
export interface XmlAttribute {
  /** '' for an attribute without a prefix. */
  readonly namespace: string;
  readonly local: string;
  readonly value: string;
}

/** The namespace declarations in effect. Valid only during the event that it came with. */
export interface NamespaceScope {
  /** The namespace of a prefix, '' being the default namespace; `undefined` when there is none. */
  resolve(prefix: string): string | undefined;
  /** Every declaration in effect, `xml` left out: a snapshot that may be kept, shared while nothing changes. */
  all(): ReadonlyMap<string, string>;
}

export interface XmlSink {
  /** A start tag. The array of attributes may be kept. */
  open(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void;
  /** All characters between two tags in one piece (CDATA and references resolved); never ''. */
  text(text: string): void;
  /** The end tag of what was opened last; `scope` is that of the element. */
  close(scope: NamespaceScope): void;
}

export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';
