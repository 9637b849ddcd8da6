/** What can be wrong with an XML text. */

export type XmlErrorCode =
  /** Not well-formed. */
  | 'malformed'
  /** Not UTF-8, or declared to be something else. */
  | 'encoding'
  /** A document type declaration, which RFC 6241, section 3 forbids. */
  | 'doctype'
  /** A prefix that is not declared, or another offence against Namespaces in XML. */
  | 'namespace'
  /** Larger or deeper than the limits allow. */
  | 'limit';

export interface XmlPosition {
  /** From 1. */
  readonly line: number;
  /** From 0, in characters. */
  readonly column: number;
}

export class XmlError extends Error {
  readonly code: XmlErrorCode;
  readonly line: number;
  readonly column: number;

  constructor(code: XmlErrorCode, message: string, at: XmlPosition, options?: ErrorOptions) {
    super(`${message} (line ${String(at.line)}, column ${String(at.column)})`, options);
    this.name = 'XmlError';
    this.code = code;
    this.line = at.line;
    this.column = at.column;
  }
}
