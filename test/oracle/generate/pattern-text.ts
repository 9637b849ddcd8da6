/**
 * Texts that match a regular expression of XML Schema (XML Schema Part 2, appendix F). It reads the
 * expression with a parser of its own; whoever uses the text verifies it.
 */
import type { Random } from './random.ts';

type Sample = (random: Random) => string;

const MORE = 4;
const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
const BEYOND = ['é', 'ß', 'Ж', '中', '٣', '😀', '€'];
const CANDIDATES = [...PRINTABLE, ...BEYOND];

/** A function that makes texts, or undefined where the expression uses what is not understood here. */
export function patternSampler(pattern: string): Sample | undefined {
  try {
    const parser = new PatternParser(pattern);
    const sample = parser.alternatives();
    return parser.done ? sample : undefined;
  } catch {
    return undefined;
  }
}

class PatternParser {
  readonly #text: readonly string[];
  #at = 0;

  constructor(pattern: string) {
    this.#text = Array.from(pattern);
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  alternatives(): Sample {
    const branches = [this.#sequence()];
    while (this.#skip('|')) branches.push(this.#sequence());
    return (random) => random.pick(branches)?.(random) ?? '';
  }

  #sequence(): Sample {
    const parts: Sample[] = [];
    while (!this.done && this.#peek() !== '|' && this.#peek() !== ')') {
      parts.push(this.#quantified(this.#atom()));
    }
    return (random) => parts.map((part) => part(random)).join('');
  }

  #quantified(atom: Sample): Sample {
    if (this.#skip('?')) return repeat(atom, 0, 1);
    if (this.#skip('*')) return repeat(atom, 0, MORE);
    if (this.#skip('+')) return repeat(atom, 1, 1 + MORE);
    if (!this.#skip('{')) return atom;
    const [low = '', high = low] = this.#until('}').split(',');
    return repeat(atom, Number(low), high === '' ? Number(low) + MORE : Number(high));
  }

  #atom(): Sample {
    if (this.#skip('(')) {
      const inner = this.alternatives();
      this.#expect(')');
      return inner;
    }
    const member = this.#peek() === '[' ? this.#class() : this.#single();
    return sampleOf(CANDIDATES.filter(member), member);
  }

  /** A character or an escape, as a test. */
  #single(): Member {
    const character = this.#take();
    if (character === '.') return (it) => it !== '\n' && it !== '\r';
    return character === '\\' ? this.#escape() : exactly(character);
  }

  #escape(): Member {
    const character = this.#take();
    const control = { n: '\n', r: '\r', t: '\t' }[character];
    if (control !== undefined) return exactly(control);
    const isNegated = character !== character.toLowerCase();
    if (character.toLowerCase() === 'p') {
      this.#expect('{');
      return property(this.#until('}'), isNegated);
    }
    const test = ESCAPES[character.toLowerCase()];
    if (!test) return exactly(character);
    return isNegated ? (it) => !test(it) : test;
  }

  #class(): Member {
    this.#expect('[');
    const isNegated = this.#skip('^');
    const members: Member[] = [];
    let minus: Member | undefined;
    while (!this.#skip(']')) {
      if (this.#peek() === '-' && this.#text[this.#at + 1] === '[') {
        this.#at += 1;
        minus = this.#class();
      } else {
        members.push(this.#range());
      }
    }
    return (it) => members.some((test) => test(it)) !== isNegated && minus?.(it) !== true;
  }

  #range(): Member {
    const start = this.#peek();
    const low = this.#single();
    const next = this.#text[this.#at + 1];
    if (this.#peek() !== '-' || next === ']' || next === '[')
      return start === '.' ? exactly('.') : low;
    this.#at += 1;
    const first = start === '\\' ? (this.#text[this.#at - 2] ?? '') : start;
    const isEscaped = this.#peek() === '\\';
    if (isEscaped) this.#at += 1;
    const last = this.#take();
    return (it) => it >= first && it <= last;
  }

  #peek(): string {
    return this.#text[this.#at] ?? '';
  }

  #take(): string {
    const character = this.#text[this.#at];
    if (character === undefined) throw new Error('the pattern ends too early');
    this.#at += 1;
    return character;
  }

  #skip(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at += 1;
    return true;
  }

  #expect(character: string): void {
    if (!this.#skip(character)) throw new Error(`"${character}" is missing`);
  }

  #until(end: string): string {
    let text = '';
    while (!this.#skip(end)) text += this.#take();
    return text;
  }
}

type Member = (character: string) => boolean;

const ESCAPES: Readonly<Record<string, Member>> = {
  d: (it) => /\p{Nd}/u.test(it),
  s: (it) => /[ \t\n\r]/.test(it),
  w: (it) => !/[\p{P}\p{Z}\p{C}]/u.test(it),
  i: (it) => /[\p{L}_:]/u.test(it),
  c: (it) => /[\p{L}\p{Nd}._:-]/u.test(it),
};

function exactly(character: string): Member {
  return (it) => it === character;
}

function property(name: string, isNegated: boolean): Member {
  if (name.startsWith('Is'))
    return (it) => (it < '\x80' === (name === 'IsBasicLatin')) !== isNegated;
  const expression = new RegExp(`^\\p{${name}}$`, 'u');
  return (it) => expression.test(it) !== isNegated;
}

function repeat(atom: Sample, low: number, high: number): Sample {
  return (random) => {
    // Usually few, sometimes as many as there may be.
    const most = random.chance(0.1) ? high : Math.min(high, low + MORE);
    const count = random.integer(low, most);
    return Array.from({ length: count }, () => atom(random)).join('');
  };
}

function sampleOf(members: readonly string[], test: Member): Sample {
  // One that is not among the candidates: look for it.
  const all = members.length > 0 ? members : searched(test);
  const plain = all.filter((it) => /[\w.:/-]/.test(it));
  return (random) => random.pick(plain.length > 0 && random.chance(0.85) ? plain : all) ?? '';
}

function searched(test: Member): readonly string[] {
  for (let code = 1; code < 0x3000; code += 1) {
    const character = String.fromCodePoint(code);
    if (test(character)) return [character];
  }
  return [];
}
