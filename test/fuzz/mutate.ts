/** Changes to texts: of characters whatever they mean, and of the tokens and statements of YANG. */
import type { RandomSource } from '../support/random-source.ts';

/** Characters that mean something somewhere, and some that should mean nothing anywhere. */
const CHARACTERS = [
  ...Array.from('{};"\'\\/*+:|.<>&=[]()-_ \n\t\r'),
  ...['\0', '\u001b', '\u0085', '\u00a0', '\u2028', '\ufeff', '\ufffe', '\u202e', '😀', '\ud800'],
];

/** Deletes, doubles, moves or puts in some characters. */
export function mutateCharacters(text: string, random: RandomSource): string {
  const start = random.below(text.length + 1);
  const end = Math.min(text.length, start + 1 + random.below(random.chance(0.7) ? 4 : 80));
  const piece = text.slice(start, end);
  const without = text.slice(0, start) + text.slice(end);
  const place = random.below(text.length + 1);
  switch (random.below(5)) {
    case 0:
      return without;
    case 1:
      return text.slice(0, place) + piece + text.slice(place);
    case 2:
      return without.slice(0, place) + piece + without.slice(place);
    case 3:
      return text.slice(0, start) + random.pick(CHARACTERS) + text.slice(start);
    default:
      return text.slice(0, start) + random.pick(CHARACTERS) + text.slice(end);
  }
}

const TOKEN = /"(?:[^"\\]|\\[^])*"?|'[^']*'?|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|[{};]|\s+|[^\s"'{};]+/g;

function isSpace(token: string): boolean {
  return /^(?:\s|\/\/|\/\*)/.test(token);
}

/** Arguments that are wrong in most places, or right and far out. */
const ODD: readonly string[] = [
  ...['""', "''", '0', '-1', '1.1', '2147483648', '18446744073709551616', '1e9', '00', '+1'],
  ...['true', 'false', 'current', 'deprecated', 'obsolete', 'unbounded', 'user', 'min..max'],
  ...['string', 'union', 'leafref', 'empty', 'binary', 'bits', 'enumeration', 'decimal64'],
  ...['identityref', 'instance-identifier', 'boolean', 'int8', 'uint64', 'add', 'delete'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'xml', '.', '..', '/', '*'],
  ...['"../.."', '"/"', '"."', '"a b"', '"1 | 2"', '"2..1"', '"min | max"', '"1..2 | 4..max"'],
  ...['"(a*)*"', '"["', '"\\\\p{L}"', '"[a-z-[b]]"', '"a{3,1}"', '"not (a or b)"', '"current()"'],
  ...['"../x[k = current()/../k]/v"', '"count(//*) > 1"', '"2020-02-30"', '"2020-01-01"'],
  ...['"a"+"b"', '"\\n"', "'\n'", '"\u001b[31m"', '"\u202e"', '"é"', '"*/"', '"${x}`"', '"\\\\"'],
];

const STATEMENTS: readonly string[] = [
  ...['leaf x { type string; }', 'container x { }', 'list x { }', 'uses x;', 'config false;'],
  ...['mandatory true;', 'default x;', 'if-feature x;', 'when "../x";', 'must "../x";'],
  ...['key "x";', 'key "";', 'unique "x";', 'min-elements 1;', 'max-elements 1;', 'presence x;'],
  ...['ordered-by user;', 'status obsolete;', 'type leafref { path "../x"; }', 'base x;'],
  ...['choice x { }', 'case x { }', 'anydata x;', 'anyxml x;', 'action x { input { } }'],
  ...['notification x;', 'rpc x;', 'grouping x { }', 'typedef x { type string; }', 'feature x;'],
  ...['identity x { base x; }', 'extension x { argument y; }', 'augment "/x" { }', 'x:y z;'],
  ...['deviation "/x" { deviate not-supported; }', 'refine x { default 1; }', 'import x;'],
  ...['include x;', 'revision 2020-01-01;', 'yang-version 1.1;', 'yang-version 1;', 'prefix x;'],
  ...['pattern "a*" { modifier invert-match; }', 'range "1..2";', 'length "1..2";'],
  ...['enum x { value 1; }', 'bit x { position 1; }', 'fraction-digits 2;', 'path "/x";'],
  ...['require-instance false;', 'units x;', 'error-message x;', 'error-app-tag x;'],
];

/** Names for what stands in the text, so that statements that are put in mean something. */
function named(statement: string, tokens: readonly string[], random: RandomSource): string {
  const names = tokens.filter((token) => /^[A-Za-z_][\w.-]*$/.test(token));
  const name = names.length > 0 ? random.pick(names) : 'x';
  return statement.replaceAll(/\bx\b/g, () => name);
}

/** Changes one thing about the tokens of a YANG text; `other` is a text to take statements from. */
export function mutateYang(text: string, other: string, random: RandomSource): string {
  const tokens = text.match(TOKEN) ?? [];
  const words = tokens.flatMap((token, index) => (isSpace(token) ? [] : [index]));
  if (words.length === 0 || random.chance(0.06)) return mutateCharacters(text, random);
  const at = random.pick(words);
  const changed = [...tokens];
  switch (random.below(11)) {
    case 0:
      changed.splice(at, 1);
      break;
    case 1:
      changed.splice(at, 0, tokens[at] ?? '', ' ');
      break;
    case 2:
      swap(changed, at, random.pick(words));
      break;
    case 3:
      changed[at] = tokens[random.pick(words)] ?? '';
      break;
    case 4:
    case 5:
      changed[argumentAt(tokens, at)] = random.pick(ODD);
      break;
    case 6:
      return rename(tokens, random);
    case 7:
      changed.splice(at, 0, ' ', named(random.pick(STATEMENTS), tokens, random), ' ');
      break;
    default:
      return mutateStatement(tokens, at, other, random);
  }
  return changed.join('');
}

function swap(tokens: string[], one: number, other: number): void {
  const kept = tokens[one] ?? '';
  tokens[one] = tokens[other] ?? '';
  tokens[other] = kept;
}

/** The word behind the next brace or semicolon and keyword. */
function argumentAt(tokens: readonly string[], from: number): number {
  const words = [];
  for (let index = startOf(tokens, from); index < tokens.length && words.length < 2; index += 1) {
    if (!isSpace(tokens[index] ?? '')) words.push(index);
  }
  return words[1] ?? from;
}

/** Where the statement begins that a token belongs to. */
function startOf(tokens: readonly string[], at: number): number {
  let start = at;
  while (start > 0 && !/^[{};]$/.test(tokens[start - 1] ?? '')) start -= 1;
  return start;
}

/** Behind the end of the statement that begins at `start`. */
function endOf(tokens: readonly string[], start: number): number {
  let depth = 0;
  for (let index = start; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token === '{') depth += 1;
    if (token === '}') depth -= 1;
    if (depth < 0) return index;
    if (depth === 0 && (token === ';' || token === '}')) return index + 1;
  }
  return tokens.length;
}

/** Deletes, doubles, moves or wraps a statement, or takes one from another text. */
function mutateStatement(
  tokens: readonly string[],
  at: number,
  other: string,
  random: RandomSource,
): string {
  const start = startOf(tokens, at);
  const end = endOf(tokens, start);
  const statement = tokens.slice(start, end);
  const without = [...tokens.slice(0, start), ...tokens.slice(end)];
  const into = (target: readonly string[], piece: readonly string[]): string => {
    const place = startOf(target, random.below(target.length + 1));
    return [...target.slice(0, place), ...piece, ...target.slice(place)].join('');
  };
  switch (random.below(6)) {
    case 0:
      return without.join('');
    case 1:
      return [...tokens.slice(0, end), ...statement, ...tokens.slice(end)].join('');
    case 2:
      return into(without, statement);
    case 3:
      return into(tokens, statement);
    case 4: {
      const wrapper = random.pick(['container', 'list', 'choice', 'case', 'grouping', 'augment']);
      const wrapped = [`${wrapper} wrapped {`, ...statement, '}'];
      return [...tokens.slice(0, start), ...wrapped, ...tokens.slice(end)].join('');
    }
    default: {
      const others = other.match(TOKEN) ?? [];
      const from = startOf(others, random.below(others.length + 1));
      const piece = others.slice(from, endOf(others, from));
      return piece.length > 2000 ? into(tokens, statement) : into(tokens, piece);
    }
  }
}

/** Gives what has one name that of another, everywhere or at one place. */
function rename(tokens: readonly string[], random: RandomSource): string {
  const isName = (token: string): boolean => /^(?:[\w.-]+:)?[A-Za-z_][\w.-]*$/.test(token);
  const names = [...new Set(tokens.filter(isName))];
  if (names.length < 2) return tokens.join('');
  const old = random.pick(names);
  const name = random.pick(names);
  const share = random.chance(0.5) ? 1 : 0.5;
  return tokens.map((token) => (token === old && random.chance(share) ? name : token)).join('');
}
