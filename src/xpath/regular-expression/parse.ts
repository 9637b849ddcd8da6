/**
 * Regular expressions of XML Schema (part 2, appendix F) from text to a tree.
 *
 * They match whole texts and have no anchors (`^` and `$` are ordinary characters), no lazy quantifiers and
 * no groups but plain ones; classes can be subtracted from each other. What modules borrow from the expressions
 * of other languages is taken where it is an error in XML Schema and means the same set of texts everywhere.
 */
import { complement, rangesSet, type CharacterSet } from './character-set.ts';
import { ANY, multiCharacterEscape, propertySet } from './class-escapes.ts';
import { RegularExpressionError } from './error.ts';

export type Regex =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'sequence'; readonly items: readonly Regex[] }
  | { readonly kind: 'choice'; readonly branches: readonly Regex[] }
  /** `most` is Infinity when there is no limit. */
  | {
      readonly kind: 'repeat';
      readonly item: Regex;
      readonly least: number;
      readonly most: number;
    };

const MAX_DEPTH = 100;

/** Something that XML Schema does not have but that can mean one thing only. */
export interface Looseness {
  readonly message: string;
  /** Where in the expression, in UTF-16 code units. */
  readonly offset: number;
}

export interface ParsedRegex {
  readonly regex: Regex;
  /** In the order of the text; only the first ones of very many. */
  readonly loose: readonly Looseness[];
}

/** Throws {@link RegularExpressionError}. */
export function parseRegularExpression(text: string): ParsedRegex {
  return new Parser(text).run();
}

const MAX_LOOSE = 20;

type Escape =
  | { readonly kind: 'character'; readonly point: number }
  | { readonly kind: 'set'; readonly set: CharacterSet };

/** Rule "SingleCharEsc", without the controls. */
const ESCAPABLE = '\\|.-^?*+{}()[]';

const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

const HEX_X = /^(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})/;
const HEX_U = /^([0-9A-Fa-f]{4})/;

class Parser {
  readonly #text: string;
  readonly #loose: Looseness[] = [];
  #offset = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  run(): ParsedRegex {
    const regex = this.#choice();
    if (this.#offset < this.#text.length) throw this.#error('")" without "("');
    return { regex, loose: this.#loose };
  }

  #choice(): Regex {
    this.#enter();
    const branches = [this.#sequence()];
    while (this.#take('|')) branches.push(this.#sequence());
    this.#depth--;
    return branches.length === 1 && branches[0] ? branches[0] : { kind: 'choice', branches };
  }

  #sequence(): Regex {
    const items: Regex[] = [];
    while (this.#offset < this.#text.length && !'|)'.includes(this.#peek())) {
      items.push(this.#quantified(this.#atom(items.length === 0)));
    }
    return items.length === 1 && items[0] ? items[0] : { kind: 'sequence', items };
  }

  #atom(isFirst: boolean): Regex {
    const character = this.#peek();
    if (character === '(') return this.#group();
    if (character === '[') return { kind: 'set', set: this.#characterClass() };
    if (character === '\\') {
      const escape = this.#escape();
      return { kind: 'set', set: escape.kind === 'set' ? escape.set : single(escape.point) };
    }
    // Rule "Char" lets "{" stand for itself, which it can only where there is nothing to repeat.
    if ('?*+'.includes(character) || (character === '{' && !isFirst)) {
      throw this.#error(`nothing before "${character}" to repeat`);
    }
    if (character === ']') throw this.#error('"]" without "["');
    this.#advance();
    return { kind: 'set', set: character === '.' ? ANY : single(pointOf(character)) };
  }

  #group(): Regex {
    const start = this.#offset;
    this.#advance();
    if (this.#text.startsWith('?:', this.#offset)) {
      this.#warn('a group is written "(…)", without "?:"');
      this.#offset += 2;
    }
    const regex = this.#choice();
    if (!this.#take(')')) throw this.#error('expected ")" for this "("', start);
    return regex;
  }

  #quantified(item: Regex): Regex {
    const character = this.#peek();
    if (character === '{') return this.#lazy(this.#counted(item));
    if (character === '' || !'?*+'.includes(character)) return item;
    this.#advance();
    const least = character === '+' ? 1 : 0;
    return this.#lazy({ kind: 'repeat', item, least, most: character === '?' ? 1 : Infinity });
  }

  /** How much a quantifier would take first does not change what matches as a whole. */
  #lazy(repeat: Regex): Regex {
    if (this.#peek() !== '?') return repeat;
    this.#warn('"?" after a quantifier means nothing');
    this.#advance();
    return repeat;
  }

  /** Rule "quantity": {n}, {n,} and {n,m}. */
  #counted(item: Regex): Regex {
    const [quantifier, lower = '', comma, upper = ''] =
      /^\{(\d{1,9})(,)?(\d{1,9})?\}/.exec(this.#text.slice(this.#offset, this.#offset + 24)) ?? [];
    if (quantifier === undefined) return this.#upTo(item);
    if (comma === undefined && upper !== '') {
      throw this.#error('expected {n}, {n,} or {n,m}');
    }
    const least = Number(lower);
    const most = comma === undefined ? least : upper === '' ? Infinity : Number(upper);
    if (least > most) throw this.#error(`expected {n,m} with n not greater than m`);
    this.#offset += quantifier.length;
    return { kind: 'repeat', item, least, most };
  }

  /** {,m}, which is {0,m} elsewhere. */
  #upTo(item: Regex): Regex {
    const [quantifier = '', most] =
      /^\{,(\d{1,9})\}/.exec(this.#text.slice(this.#offset, this.#offset + 13)) ?? [];
    if (most === undefined) throw this.#error('expected {n}, {n,} or {n,m}');
    this.#warn(`"${quantifier}" must be written "{0,${most}}"`);
    this.#offset += quantifier.length;
    return { kind: 'repeat', item, least: 0, most: Number(most) };
  }

  /** A class expression, with at most one subtraction, which comes last. */
  #characterClass(): CharacterSet {
    this.#enter();
    const start = this.#offset;
    this.#advance();
    const isNegated = this.#take('^');
    const parts: CharacterSet[] = [];
    let subtracted: CharacterSet | undefined;
    while (!this.#take(']')) {
      if (this.#offset >= this.#text.length) throw this.#error('"[" without "]"', start);
      if (parts.length > 0 && this.#text.startsWith('-[', this.#offset)) {
        this.#advance();
        subtracted = this.#characterClass();
        if (this.#peek() !== ']') throw this.#error('expected "]" after the subtracted class');
      } else {
        this.#classItem(parts);
      }
    }
    if (parts.length === 0) throw this.#error('a class cannot be empty', start);
    this.#depth--;
    const positive = joined(parts);
    const from = isNegated ? complement(positive) : positive;
    return subtracted ? { kind: 'minus', from, what: subtracted } : from;
  }

  /** A character, a range, or an escape for a set. */
  #classItem(parts: CharacterSet[]): void {
    const start = this.#offset;
    const first = this.#classCharacter();
    if (first.kind === 'set') {
      parts.push(first.set);
      return;
    }
    // A "-" before "]" stands for itself, and one before "[" begins a subtraction.
    if (!/^-(?!\[|\]|$|-\[)/.test(this.#text.slice(this.#offset, this.#offset + 3))) {
      parts.push(single(first.point));
      return;
    }
    this.#advance();
    const last = this.#classCharacter();
    if (last.kind === 'set') {
      // Not a range after all.
      this.#warn('"-" between two parts of a class must be written "\\-"', start);
      parts.push(single(first.point), single(0x2d), last.set);
      return;
    }
    if (first.point > last.point) {
      const range = this.#text.slice(start, this.#offset);
      throw this.#error(`range "${range}" ends before it begins`, start);
    }
    parts.push(rangesSet([first.point, last.point]));
  }

  #classCharacter(): Escape {
    const character = this.#peek();
    if (character === '\\') return this.#escape();
    if (character === '[') this.#warn('"[" in a class must be written "\\["');
    this.#advance();
    return { kind: 'character', point: pointOf(character) };
  }

  #escape(): Escape {
    const start = this.#offset;
    this.#advance();
    const letter = this.#peek();
    this.#advance();
    if (letter === 'p' || letter === 'P') {
      const set = this.#property(start);
      return { kind: 'set', set: letter === 'p' ? set : complement(set) };
    }
    const set = multiCharacterEscape(letter);
    if (set) return { kind: 'set', set };
    const control = Object.hasOwn(CONTROLS, letter) ? CONTROLS[letter] : undefined;
    if (control !== undefined) return { kind: 'character', point: pointOf(control) };
    const coded = this.#codePoint(letter, start);
    if (coded !== undefined) return { kind: 'character', point: coded };
    if (letter === '' || /^[\p{L}\p{N}]$/u.test(letter)) {
      throw this.#error(`"\\${letter}" is not an escape`, start);
    }
    // Modules in use escape more characters than XML Schema lists.
    if (!ESCAPABLE.includes(letter)) {
      this.#warn(`"${letter}" stands for itself and needs no backslash`, start);
    }
    return { kind: 'character', point: pointOf(letter) };
  }

  /** `\x41`, `\x{41}` and `\u0041`, after the letter. */
  #codePoint(letter: string, start: number): number | undefined {
    const form = letter === 'x' ? HEX_X : letter === 'u' ? HEX_U : undefined;
    const [digits, plain, braced] =
      form?.exec(this.#text.slice(this.#offset, this.#offset + 8)) ?? [];
    const point = Number.parseInt(plain ?? braced ?? '', 16);
    const isScalar = point < 0xd800 || (point > 0xdfff && point <= 0x10ffff);
    if (digits === undefined || !isScalar) return undefined;
    this.#warn(`"\\${letter}${digits}" must be written as the character itself`, start);
    this.#offset += digits.length;
    return point;
  }

  #property(start: number): CharacterSet {
    const [braced, name = ''] =
      /^\{([A-Za-z0-9-]{1,64})\}/.exec(this.#text.slice(this.#offset, this.#offset + 68)) ?? [];
    if (braced === undefined) throw this.#error('expected {NAME} after \\p', start);
    this.#offset += braced.length;
    const set = propertySet(name);
    if (!set) throw this.#error(`"${name}" is no category or block that is known here`, start);
    return set;
  }

  #enter(): void {
    if (++this.#depth > MAX_DEPTH) throw this.#error(`nested deeper than ${MAX_DEPTH}`);
  }

  /** The character at the current offset, '' at the end. */
  #peek(): string {
    const point = this.#text.codePointAt(this.#offset);
    return point === undefined ? '' : String.fromCodePoint(point);
  }

  #advance(): void {
    this.#offset += this.#peek().length;
  }

  #take(character: string): boolean {
    if (this.#text[this.#offset] !== character) return false;
    this.#offset++;
    return true;
  }

  #warn(message: string, offset = this.#offset): void {
    if (this.#loose.length < MAX_LOOSE) this.#loose.push({ message, offset });
  }

  #error(reason: string, offset = this.#offset): RegularExpressionError {
    return new RegularExpressionError(reason, offset);
  }
}

function pointOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function single(point: number): CharacterSet {
  return rangesSet([point, point]);
}

/** One set of the ranges of all parts, and what is no range. */
function joined(parts: readonly CharacterSet[]): CharacterSet {
  const ranges = parts.flatMap((part) => (part.kind === 'ranges' ? part.ranges : []));
  const others = parts.filter((part) => part.kind !== 'ranges');
  if (others.length === 0) return rangesSet(...ranges);
  if (ranges.length === 0 && others.length === 1 && others[0]) return others[0];
  return { kind: 'union', of: ranges.length > 0 ? [rangesSet(...ranges), ...others] : others };
}
