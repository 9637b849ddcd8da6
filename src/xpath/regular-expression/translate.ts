/**
 * Translates the regular expressions of XML Schema (part 2, appendix F) to those of JavaScript.
 *
 * They match whole strings, have no anchors (`^` and `$` are ordinary characters), can subtract
 * classes, and know XML names and Unicode blocks. Class subtraction and categories need the flag `v`.
 */
import { BLOCKS } from './blocks.ts';
import { CATEGORY, CLASS_ESCAPES } from './class-escapes.ts';

/** A text that is no regular expression. */
export class RegularExpressionError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(`${message} (at offset ${offset})`);
    this.name = 'RegularExpressionError';
    this.offset = offset;
  }
}

const MAX_DEPTH = 100;
const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

export interface Translation {
  readonly source: string;
  /** Whether the source needs the flag `v`. Without it matching is faster. */
  readonly unicode: boolean;
}

export function translate(text: string): Translation {
  return new Translator(text).run();
}

class Translator {
  readonly #text: string;
  #offset = 0;
  #depth = 0;
  #unicode = false;

  constructor(text: string) {
    this.#text = text;
  }

  run(): Translation {
    const source = this.#alternatives();
    if (this.#offset < this.#text.length) throw this.#error('")" without "("');
    return { source: `^(?:${source})$`, unicode: this.#unicode };
  }

  #alternatives(): string {
    if (++this.#depth > MAX_DEPTH) throw this.#error(`nested deeper than ${MAX_DEPTH}`);
    const branches = [this.#branch()];
    while (this.#take('|')) branches.push(this.#branch());
    this.#depth--;
    return branches.join('|');
  }

  #branch(): string {
    let source = '';
    while (this.#offset < this.#text.length && !'|)'.includes(this.#peek())) {
      source += this.#atom() + this.#quantifier();
    }
    return source;
  }

  #atom(): string {
    const character = this.#peek();
    if (character === '(') return this.#group();
    if (character === '[') return this.#characterClass();
    if (character === '\\') return this.#escapedAtom();
    if ('?*+{'.includes(character)) throw this.#error(`nothing before "${character}" to repeat`);
    if (character === ']') throw this.#error('"]" without "["');
    this.#advance();
    if (character !== '.') return this.#literal(character);
    // Else it would match only half of a character beyond U+FFFF.
    this.#unicode = true;
    return '[^\\n\\r]';
  }

  #group(): string {
    this.#advance();
    const source = this.#alternatives();
    if (!this.#take(')')) throw this.#error('expected ")"');
    return `(?:${source})`;
  }

  #escapedAtom(): string {
    const escape = this.#escape();
    return escape.set === undefined ? this.#literal(escape.character) : `[${escape.set}]`;
  }

  #quantifier(): string {
    const character = this.#peek();
    if (character !== '' && '?*+'.includes(character)) {
      this.#advance();
      return character;
    }
    if (character !== '{') return '';
    const [quantifier, least = '', comma, most = ''] =
      /^\{(\d{1,9})(,)?(\d{1,9})?\}/.exec(this.#text.slice(this.#offset, this.#offset + 24)) ?? [];
    const ordered = most === '' || (comma !== undefined && Number(least) <= Number(most));
    if (quantifier === undefined || !ordered) throw this.#error('expected {n}, {n,} or {n,m}');
    this.#offset += quantifier.length;
    return quantifier;
  }

  /** A class expression, with at most one subtraction, which comes last. */
  #characterClass(): string {
    if (++this.#depth > MAX_DEPTH) throw this.#error(`nested deeper than ${MAX_DEPTH}`);
    const start = this.#offset;
    this.#advance();
    const negated = this.#take('^');
    if (negated) this.#unicode = true;
    let content = '';
    let subtracted = '';
    while (!this.#take(']')) {
      if (this.#offset >= this.#text.length) throw this.#error('"[" without "]"', start);
      if (content !== '' && this.#text.startsWith('-[', this.#offset)) {
        this.#advance();
        subtracted = this.#characterClass();
        if (this.#peek() !== ']') throw this.#error('expected "]" after the subtracted class');
      } else {
        content += this.#classItem();
      }
    }
    if (content === '') throw this.#error('a class cannot be empty', start);
    this.#depth--;
    const source = `[${negated ? '^' : ''}${content}]`;
    if (subtracted === '') return source;
    this.#unicode = true;
    return `[${source}--${subtracted}]`;
  }

  /** A character, a range, or an escape for a set. */
  #classItem(): string {
    const start = this.#offset;
    const first = this.#classCharacter();
    if (first.set !== undefined) return first.set;
    const low = this.#literal(first.character);
    const next = this.#text[this.#offset + 1];
    // A "-" before "]" stands for itself, and one before "[" begins a subtraction.
    if (this.#peek() !== '-' || next === ']' || next === '[' || next === undefined) return low;
    this.#advance();
    const last = this.#classCharacter();
    if (last.set !== undefined) return `${low}\\-${last.set}`;
    if ((first.character.codePointAt(0) ?? 0) > (last.character.codePointAt(0) ?? 0)) {
      throw this.#error(
        `range "${this.#text.slice(start, this.#offset)}" ends before it begins`,
        start,
      );
    }
    return `${low}-${this.#literal(last.character)}`;
  }

  #classCharacter(): { readonly set: string | undefined; readonly character: string } {
    const character = this.#peek();
    if (character === '\\') return this.#escape();
    if (character === '[') throw this.#error('"[" in a class must be written "\\["');
    this.#advance();
    return { set: undefined, character };
  }

  #escape(): { readonly set: string | undefined; readonly character: string } {
    const start = this.#offset;
    this.#advance();
    const letter = this.#peek();
    this.#advance();
    if (letter === 'p' || letter === 'P') return this.#category(letter === 'P', start);
    const lower = letter.toLowerCase();
    const set = Object.hasOwn(CLASS_ESCAPES, lower) ? CLASS_ESCAPES[lower] : undefined;
    if (set !== undefined) {
      if (lower !== 's' || letter === 'S') this.#unicode = true;
      return { set: letter === lower ? set : `[^${set}]`, character: '' };
    }
    const control = Object.hasOwn(ESCAPED, letter) ? ESCAPED[letter] : undefined;
    if (control !== undefined) return { set: undefined, character: control };
    // XML Schema lists the characters that may be escaped; modules in use escape others too.
    if (/^[!-/:-@[-`{-~]$/.test(letter)) return { set: undefined, character: letter };
    throw this.#error(`"\\${letter}" is not an escape`, start);
  }

  #category(negated: boolean, start: number): { set: string; character: string } {
    const [braced, name = ''] =
      /^\{([A-Za-z0-9-]{1,64})\}/.exec(this.#text.slice(this.#offset, this.#offset + 68)) ?? [];
    if (braced === undefined) throw this.#error('expected {NAME} after \\p', start);
    this.#offset += braced.length;
    this.#unicode = true;
    if (CATEGORY.test(name)) return { set: `\\${negated ? 'P' : 'p'}{${name}}`, character: '' };
    const blockName = name.startsWith('Is') ? name.slice(2) : '';
    const block = Object.hasOwn(BLOCKS, blockName) ? BLOCKS[blockName] : undefined;
    if (!block) throw this.#error(`"${name}" is no category or block that is known here`, start);
    const [first, last] = block.map((point) => `\\u{${point.toString(16)}}`);
    return { set: `[${negated ? '^' : ''}${first}-${last}]`, character: '' };
  }

  /** A character that stands for itself, inside and outside of classes and with either flag. */
  #literal(character: string): string {
    if (/^[A-Za-z0-9]$/.test(character)) return character;
    const point = character.codePointAt(0) ?? 0;
    if (point > 0xffff) this.#unicode = true;
    const hex = point.toString(16);
    return point > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
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

  #error(message: string, offset = this.#offset): RegularExpressionError {
    return new RegularExpressionError(message, offset);
  }
}
