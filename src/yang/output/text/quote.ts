/**
 * Arguments as YANG text (RFC 7950, section 6.1.3): without quotes where that is usual and possible, else in the quotes
 * that need fewer escapes, on several lines when they are long.
 */

/** Statements whose argument is a name, number or word: only they do without quotes. */
const PLAIN_KEYWORDS: ReadonlySet<string> = new Set(
  (
    'action anydata anyxml argument base belongs-to bit case choice config container default deviate ' +
    'enum extension feature fraction-digits grouping identity if-feature import include leaf leaf-list ' +
    'list mandatory max-elements min-elements modifier module notification ordered-by position prefix ' +
    'refine require-instance revision revision-date rpc status submodule type typedef uses value ' +
    'yang-version yin-element'
  ).split(' '),
);

/** Statements whose argument is for people: it starts on a line of its own and keeps its lines. */
const PROSE: ReadonlySet<string> = new Set(['contact', 'description', 'organization', 'reference']);

/** What can stand without quotes, and is not mistaken for a comment or a concatenation. */
const PLAIN = /^(?!\+)(?:(?!\/[/*]|\*\/)[^\s"';{}])+$/u;

/** What goes into a single-quoted string better, there being no escapes in it. */
const SINGLE = /^(?=[^]*["\\])[^'\n\r\t]*$/;

export function isProse(keyword: string): boolean {
  return PROSE.has(keyword);
}

/** True when the argument needs no quotes, and its keyword is one where it is usual to leave them out. */
export function isPlain(keyword: string, argument: string): boolean {
  return (PLAIN_KEYWORDS.has(keyword) || keyword.includes(':')) && PLAIN.test(argument);
}

/** The argument on one line. */
export function quote(text: string): string {
  return SINGLE.test(text) ? `'${text}'` : `"${escape(text)}"`;
}

/**
 * The argument over as many lines as it has. Indentation up to the opening quote and blanks at the end of a line are no
 * part of a string, so a line that ends in a blank is joined to the next with an escape.
 */
export function quoteLines(text: string, column: number): string {
  const indent = ' '.repeat(column + 1);
  let quoted = '';
  let previous: string | undefined;
  for (const line of text.split('\n')) {
    if (previous !== undefined) {
      if (/[ \t\r]$/.test(previous)) quoted += '\\n';
      else quoted += line === '' ? '\n' : `\n${indent}`;
    }
    quoted += escape(line);
    previous = line;
  }
  return `"${quoted}"`;
}

/**
 * Splits an argument into quoted parts of at most `width` characters, to be joined with "+": after blanks, before a
 * slash or bar, or where there is neither, anywhere.
 */
export function quoteParts(text: string, width: number): readonly string[] {
  const isSingle = SINGLE.test(text);
  const print = (part: string): string => (isSingle ? `'${part}'` : `"${escape(part)}"`);
  const room = Math.max(width - 2, MIN_PART);
  const parts: string[] = [];
  let part = '';
  let length = 0;
  for (const chunk of text.match(CHUNK) ?? []) {
    for (const piece of cut(chunk, room)) {
      const size = isSingle ? piece.length : escape(piece).length;
      if (length + size > room && part !== '') {
        parts.push(print(part));
        part = '';
        length = 0;
      }
      part += piece;
      length += size;
    }
  }
  parts.push(print(part));
  return parts;
}

const MIN_PART = 16;
const CHUNK = /[/|][^\s/|]*\s*|[^\s/|]+\s*|\s+/gu;

/** Pieces of which each fits, whatever it has to escape. */
function cut(chunk: string, room: number): readonly string[] {
  if (chunk.length * 2 <= room) return [chunk];
  const pieces: string[] = [];
  let piece = '';
  let length = 0;
  for (const character of chunk) {
    const size = ESCAPES[character]?.length ?? character.length;
    if (length + size > room) {
      pieces.push(piece);
      piece = '';
      length = 0;
    }
    piece += character;
    length += size;
  }
  return [...pieces, piece];
}

function escape(text: string): string {
  if (!/[\\"\n\t]/.test(text)) return text;
  return text.replace(/[\\"\n\t]/g, (character) => ESCAPES[character] ?? character);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\t': '\\t',
};
