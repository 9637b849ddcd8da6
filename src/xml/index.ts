/** XML: bytes to events, events to trees, and writing. Knows nothing of NETCONF or YANG. */
export { ContentSink } from './content-sink.ts';
export {
  ElementBuilder,
  attributeValue,
  childElements,
  findChild,
  parseXml,
  textContent,
} from './element.ts';
export type { XmlElement, XmlNode } from './element.ts';
export { escapeAttribute, escapeText } from './escape.ts';
export { DEFAULT_XML_LIMITS } from './limits.ts';
export type { XmlLimits } from './limits.ts';
export { replay } from './replay.ts';
export { XML_NAMESPACE } from './sink.ts';
export type { NamespaceScope, XmlAttribute, XmlSink } from './sink.ts';
export { XmlTokenizer } from './tokenizer.ts';
export type { XmlTokenizerOptions } from './tokenizer.ts';
export { XmlWriter } from './writer.ts';
export type { XmlWriterAttribute, XmlWriterOptions } from './writer.ts';
export { XmlError } from './xml-error.ts';
export type { XmlErrorCode, XmlPosition } from './xml-error.ts';
