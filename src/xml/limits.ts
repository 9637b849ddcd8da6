/** How large an XML document may get before reading it is given up. */
export interface XmlLimits {
  readonly maxDepth: number;
  /** Of the whole document; characters when it is given as text. */
  readonly maxBytes: number;
  /** Of one element, namespace declarations included. */
  readonly maxAttributes: number;
  /** Characters between two tags. */
  readonly maxTextLength: number;
}

export const DEFAULT_XML_LIMITS: XmlLimits = {
  maxDepth: 128,
  maxBytes: 1024 * 1024 * 1024,
  maxAttributes: 64,
  maxTextLength: 64 * 1024 * 1024,
};
