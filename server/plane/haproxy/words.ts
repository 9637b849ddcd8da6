/**
 * Words of a command of the Runtime API, and words in what it prints.
 *
 * Space, tab, ";" and newline separate in commands, "\" takes the meaning from the next character, and
 * "<<" as the last word begins a payload (HAProxy Management Guide, section 9.3). Texts here have one
 * character per byte, as they are on the socket.
 */

/** Nothing that could end a word, a command or a line stands in it unescaped. */
export function quoteWord(text: string): string {
  return Buffer.from(text, 'utf8')
    .toString('latin1')
    .replaceAll(/[^A-Za-z0-9.:_\u0080-\u00ff-]/g, '\\$&');
}

/** Why a text cannot be a word of a command; undefined when it can. */
export function wordProblem(text: string): string | undefined {
  if (text === '') return 'is empty';
  if (/\p{Cc}/u.test(text)) return 'has control characters';
  return /\p{Surrogate}/u.test(text) ? 'is not well-formed Unicode' : undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', e: '\u001b' };

/** A key as `show table` prints it; undefined when its bytes are not UTF-8. */
export function unquoteWord(printed: string): string | undefined {
  const bytes = printed.replaceAll(
    /\\(?:x([0-9A-Fa-f]{2})|(.))/gs,
    (_all, hex: string | undefined, char: string | undefined) =>
      hex === undefined
        ? (ESCAPES[char ?? ''] ?? char ?? '')
        : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Buffer.from(bytes, 'latin1'),
    );
  } catch {
    return undefined;
  }
}
