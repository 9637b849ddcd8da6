/** How large an XML document may get before reading it is given up. */
export interface XmlLimits {
  readonly maxDepth: number;
  /** Of the whole document; characters when it is given as text. */
  readonly maxBytes: number;
  /** Of one element, namespace declarations included. */
  readonly maxAttributes: number;
  /** Characters between two tags. */
  readonly maxTextLength: number;
  /**
   * Characters from the end of one tag to the end of the next, as they are written: text, entities,
   * comments and attributes. It bounds what is kept of what has not ended yet.
   */
  readonly maxRunLength: number;
}

export const DEFAULT_XML_LIMITS: XmlLimits = {
  maxDepth: 128,
  maxBytes: 1024 * 1024 * 1024,
  maxAttributes: 64,
  maxTextLength: 64 * 1024 * 1024,
  maxRunLength: 80 * 1024 * 1024,
};
