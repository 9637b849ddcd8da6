/** Module texts of either syntax (RFC 7950, sections 6 and 13). */
import { parseYang, type ParseResult } from '../syntax/parser.ts';
import { parseYin } from './parse-yin.ts';

/** Parses one module or submodule: YIN when the text starts as XML does, else YANG. */
export function parseModule(text: string, file: string): ParseResult {
  return isYin(text) ? parseYin(text, file) : parseYang(text, file);
}

/** No statement of YANG starts with "<". */
export function isYin(text: string): boolean {
  return /^\ufeff?[ \t\r\n]*</.test(text);
}
