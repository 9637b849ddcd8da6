/**
 * The characters of YANG text (RFC 7950, section 14, rule yang-char): Unicode without control characters other
 * than tab, carriage return and line feed, without surrogates and without noncharacters.
 */
import type { DiagnosticSink } from '../diagnostic.ts';
import type { Source } from './source.ts';

/** So many places are reported; a text with more is no text. */
const MAX_PLACES = 100;

const NONCHARACTERS = Array.from({ length: 17 }, (_, plane) => {
  const end = (plane * 0x10000 + 0xfffe).toString(16);
  return `\\u{${end}}\\u{${end.slice(0, -1)}f}`;
}).join('');

const FORBIDDEN = new RegExp(
  `[\\0-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufdd0-\\ufdef${NONCHARACTERS}]+`,
  'gu',
);

/** Reports each run of characters that may not be there. */
export function reportCharacters(source: Source, sink: DiagnosticSink): void {
  let left = MAX_PLACES;
  for (const { 0: found, index } of source.text.matchAll(FORBIDDEN)) {
    const at = { source, start: index, end: index + found.length };
    sink.report('invalid-character', at, notAllowed(found));
    left -= 1;
    if (left === 0) return;
  }
}

/** The message about the first character of a text. */
export function notAllowed(text: string): string {
  const code = (text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `character U+${code} is not allowed`;
}
