/** What is wrong with the text of an XPath expression, and where (XPath 1.0). */

/** An expression that cannot be compiled, or that a limit stops while it runs. */
export class XPathError extends Error {
  /** Position in the text of the expression, in UTF-16 units from 0. */
  readonly offset: number;
  /** What is wrong, without the position. */
  readonly reason: string;

  constructor(message: string, offset: number) {
    super(`${message} (at offset ${offset})`);
    this.name = 'XPathError';
    this.offset = offset;
    this.reason = message;
  }
}
