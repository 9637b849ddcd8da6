/** Where a place in the argument of a statement is in the source (RFC 7950, section 6.1.3). */
import type { SourceRange } from '../syntax/source.ts';
import type { Statement } from '../syntax/statement.ts';

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', t: '\t', '"': '"', '\\': '\\' };

/**
 * The range of the word at `offset` of the argument's value. The source has more: quotes, joined strings, escapes,
 * indentation, which are skipped over.
 */
export function rangeInArgument({ argumentAt, text }: Statement, offset: number): SourceRange {
  const { source } = argumentAt;
  const start = sourceOffset(source.text, argumentAt, text, offset);
  if (start === undefined || offset >= text.length) return argumentAt;
  const [word = ''] = /^(?:[\w.-]+(?::[\w.-]+)?|.)/su.exec(text.slice(offset)) ?? [];
  const isWhole = source.text.startsWith(word, start);
  return { source, start, end: start + (isWhole ? word.length : 1) };
}

function sourceOffset(
  raw: string,
  { start, end }: SourceRange,
  text: string,
  offset: number,
): number | undefined {
  let at = raw[start] === '"' || raw[start] === "'" ? start + 1 : start;
  for (let index = 0; at < end; at += 1) {
    const escaped = raw[at] === '\\' ? ESCAPED[raw[at + 1] ?? ''] : undefined;
    const isEscape = escaped !== undefined && escaped === text[index] && raw[at] !== text[index];
    if (!isEscape && raw[at] !== text[index]) continue;
    if (index === offset) return at;
    if (isEscape) at += 1;
    index += 1;
  }
  return undefined;
}
