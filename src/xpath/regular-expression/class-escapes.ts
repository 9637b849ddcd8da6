/** Escapes that stand for a set of characters, as content of a JavaScript class (XML Schema part 2, F.1.1). */

/** XML 1.0 (fifth edition), production NameStartChar. */
const NAME_START =
  ':A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c-\\u200d' +
  '\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}';

/** What an escape with a small letter stands for; the capital letter is all else. */
export const CLASS_ESCAPES: Readonly<Record<string, string>> = {
  s: ' \\t\\n\\r',
  i: NAME_START,
  c: `${NAME_START}\\-.0-9\\u00b7\\u0300-\\u036f\\u203f-\\u2040`,
  d: '\\p{Nd}',
  // All characters except punctuation, separators and "other".
  w: '\\p{L}\\p{M}\\p{N}\\p{S}',
};

export const CATEGORY = /^(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfson]?)$/;
