/** Splits an expression into tokens (XPath 1.0, section 3.7). */
import { XPathError } from '../error.ts';

export type TokenKind =
  /** `( ) [ ] . .. @ , :: / // |` and operators, also those that are words. */
  | 'symbol'
  /** A name, `*` or `prefix:*` where it is a name test. */
  | 'name'
  /** A name that "(" follows: of a function or a node type. */
  | 'function'
  | 'axis'
  | 'variable'
  | 'literal'
  | 'number'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** For a literal without the quotes, for a variable without the `$`. */
  readonly text: string;
  readonly offset: number;
}

const NAME_START =
  'A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c-\\u200d' +
  '\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}';
// The joiners U+200C and U+200D are characters of their own here.

const NCNAME = `[${NAME_START}][${NAME_START}\\-.0-9\\u00b7\\u0300-\\u036f\\u203f-\\u2040]*`;

const SPACE = /[ \t\r\n]*/y;
const NUMBER = /\d+(?:\.\d*)?|\.\d+/y;
// U+200C and U+200D are characters of their own here, not joiners.
// eslint-disable-next-line no-misleading-character-class
const NAME = new RegExp(`${NCNAME}(?::(?:${NCNAME}|\\*))?`, 'uy');
const SYMBOL = /::|\/\/|\.\.|!=|<=|>=|[()[\].@,/|+\-=<>*]/y;
const OPERATOR_NAMES = new Set(['and', 'or', 'div', 'mod']);

/** Throws {@link XPathError} at a character that begins no token. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let offset = skipSpace(text, 0);
  while (offset < text.length) {
    const { token, end } = readToken(text, offset, tokens.at(-1));
    tokens.push(token);
    offset = skipSpace(text, end);
  }
  tokens.push({ kind: 'end', text: '', offset: text.length });
  return tokens;
}

function readToken(text: string, offset: number, previous: Token | undefined) {
  const character = text.charAt(offset);
  if (character === '"' || character === "'") return readLiteral(text, offset);
  if (character === '$') return readVariable(text, offset);
  const number = matchAt(NUMBER, text, offset);
  if (number !== undefined) return make('number', number, offset);
  const symbol = matchAt(SYMBOL, text, offset);
  if (symbol === '*' && !isOperatorPlace(previous)) return make('name', symbol, offset);
  if (symbol !== undefined) return make('symbol', symbol, offset);
  const name = matchAt(NAME, text, offset);
  if (name !== undefined) return readName(text, name, offset, previous);
  throw new XPathError(`unexpected character "${character}"`, offset);
}

function make(kind: TokenKind, text: string, offset: number, end = offset + text.length) {
  return { token: { kind, text, offset }, end };
}

function readLiteral(text: string, offset: number) {
  const end = text.indexOf(text.charAt(offset), offset + 1);
  if (end < 0) throw new XPathError('the literal has no closing quote', offset);
  return make('literal', text.slice(offset + 1, end), offset, end + 1);
}

function readVariable(text: string, offset: number) {
  const name = matchAt(NAME, text, offset + 1);
  if (name === undefined || name.endsWith('*')) {
    throw new XPathError('expected the name of a variable after "$"', offset);
  }
  return make('variable', name, offset, offset + 1 + name.length);
}

/** Whether a name is an operator, a function or an axis depends on its neighbours. */
function readName(text: string, match: string, offset: number, previous: Token | undefined) {
  // In "child::a" the pattern takes no more than "child", for ":" begins no name.
  if (isOperatorPlace(previous)) {
    const word = match.split(':', 1)[0] ?? '';
    if (!OPERATOR_NAMES.has(word)) {
      throw new XPathError(`expected an operator instead of "${match}"`, offset);
    }
    return make('symbol', word, offset);
  }
  const next = skipSpace(text, offset + match.length);
  if (text.startsWith('::', next)) return make('axis', match, offset);
  if (text.charAt(next) === '(' && !match.endsWith('*')) return make('function', match, offset);
  return make('name', match, offset);
}

/** After a complete operand `*` multiplies and a name must be an operator. */
function isOperatorPlace(previous: Token | undefined): boolean {
  if (previous === undefined) return false;
  if (previous.kind !== 'symbol') return previous.kind !== 'axis' && previous.kind !== 'function';
  return [')', ']', '.', '..'].includes(previous.text);
}

function skipSpace(text: string, offset: number): number {
  SPACE.lastIndex = offset;
  SPACE.test(text);
  return SPACE.lastIndex;
}

function matchAt(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}
