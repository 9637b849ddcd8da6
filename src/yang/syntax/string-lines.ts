/**
 * White space in double-quoted strings of several lines (RFC 7950, section 6.1.3): what indents the text in
 * the file, and what stands before a line break, is no part of the string. A tab counts as eight spaces.
 */

const TAB_WIDTH = 8;

/** Columns before an offset of the text, from the beginning of its line. */
export function columnOf(text: string, offset: number): number {
  const lineStart = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  let column = 0;
  for (let at = lineStart; at < offset; at += 1) {
    const code = text.charCodeAt(at);
    // A character of two code units takes one column; a byte order mark takes none.
    if (code >= 0xdc00 && code <= 0xdfff) continue;
    if (code === 0xfeff && at === 0) continue;
    column += code === 0x09 ? TAB_WIDTH : 1;
  }
  return column;
}

/**
 * Drops white space before line breaks, and indentation up to `indent` columns. Line breaks stay as they
 * are, with or without carriage return (section 6).
 */
export function trimLines(raw: string, indent: number): string {
  const lines = raw.split('\n');
  return lines
    .map((line, index) => {
      const from = index === 0 ? line : stripIndent(line, indent);
      return index === lines.length - 1 ? from : stripEnd(from);
    })
    .join('\n');
}

/** Without white space at the end; a carriage return there is part of the line break. */
function stripEnd(line: string): string {
  const lineBreak = line.endsWith('\r') ? '\r' : '';
  let end = line.length - lineBreak.length;
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end -= 1;
  return `${line.slice(0, end)}${lineBreak}`;
}

/** Removes leading white space up to `width` columns; a tab that reaches beyond leaves spaces. */
function stripIndent(line: string, width: number): string {
  let column = 0;
  let at = 0;
  for (; column < width && at < line.length; at += 1) {
    const character = line[at];
    if (character === ' ') column += 1;
    else if (character === '\t') column += TAB_WIDTH;
    else break;
  }
  return column > width ? ' '.repeat(column - width) + line.slice(at) : line.slice(at);
}
