/** A line of text to words, as `--expr` and the interactive console take it. */
import { UsageError } from '../exit-code.ts';

export interface Word {
  readonly text: string;
  /** Where it begins in the line. */
  readonly start: number;
  /** A quote in it is not closed, or it ends in a backslash: only a line that is being typed may be so. */
  readonly isOpen: boolean;
}

/**
 * Words are separated by space. `"…"` and `'…'` keep it, anywhere in a word; in double quotes and outside of
 * quotes a backslash takes the next character as it is. Brackets keep quotes and space: the predicate
 * `[id="a b"]` needs no further quoting, because a path is what is typed most.
 */
export function scanWords(line: string): readonly Word[] {
  const words: Word[] = [];
  let at = skipSpace(line, 0);
  while (at < line.length) {
    const { word, end } = readWord(line, at);
    words.push(word);
    at = skipSpace(line, end);
  }
  return words;
}

/** Throws {@link UsageError} when a quote is open. */
export function splitWords(line: string): readonly string[] {
  const words = scanWords(line);
  const open = words.find(({ isOpen }) => isOpen);
  if (open) throw new UsageError(`"${line.slice(open.start)}" has a quote that is not closed`);
  return words.map(({ text }) => text);
}

function skipSpace(line: string, from: number): number {
  let at = from;
  while (/\s/.test(line.charAt(at))) at += 1;
  return at;
}

function readWord(line: string, start: number): { readonly word: Word; readonly end: number } {
  let text = '';
  let at = start;
  let depth = 0;
  let quote = '';
  for (; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (quote === '' && depth === 0 && /\s/.test(character)) break;
    if (character === '\\' && quote !== "'") {
      at += 1;
      text += line.charAt(at);
    } else if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
      if (depth > 0) text += character;
    } else if (character === quote) {
      quote = '';
      if (depth > 0) text += character;
    } else {
      if (quote === '') depth = Math.max(0, depth + bracket(character));
      text += character;
    }
  }
  return { word: { text, start, isOpen: quote !== '' || at > line.length }, end: at };
}

function bracket(character: string): number {
  if (character === '[') return 1;
  return character === ']' ? -1 : 0;
}
