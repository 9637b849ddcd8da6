/** A text that is no regular expression of XML Schema. */
export class RegularExpressionError extends Error {
  /** Where in the expression, in UTF-16 code units. */
  readonly offset: number;
  /** What is wrong, without the place. */
  readonly reason: string;

  constructor(reason: string, offset: number) {
    super(`${reason} (at offset ${offset})`);
    this.name = 'RegularExpressionError';
    this.reason = reason;
    this.offset = offset;
  }
}
