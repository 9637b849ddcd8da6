/**
 * Matches texts in time linear in their length: a deterministic automaton whose states are sets of
 * positions and are made as texts need them.
 *
 * What is kept of it is bounded. A text for which states must be made all the time costs as many steps
 * for a character as the expression has positions; that too is bounded, by giving up.
 */
import { Alphabet } from './alphabet.ts';
import { hasCharacter } from './character-set.ts';
import type { Regex } from './parse.ts';
import { PositionFactory, setsOf, type Position } from './positions.ts';

export type Verdict = 'match' | 'mismatch' | 'too-costly';

/** Positions that all remembered states hold together. */
const MAX_REMEMBERED = 50_000;
/** A state of more positions is not remembered. */
const MAX_REMEMBERED_STATE = 1000;
/** Positions looked at for one text, and more of them for each character. */
const MAX_STEPS = 1_000_000;
const MAX_STEPS_PER_CHARACTER = 100;
/** With more positions than these an automaton is not kept from one text to the next. */
const MAX_KEPT_POSITIONS = 2000;
/** Automata that are kept from one text to the next: hostile modules have many patterns. */
const MAX_WARM = 500;
/** Entries of the table. */
const MAX_TABLE = 1 << 20;

interface State {
  /** Where its row of the table begins; 0 for a state that has none because it is not remembered. */
  readonly row: number;
  /** Those that read a character. */
  readonly positions: readonly Position[];
  readonly accepts: boolean;
}

/** Those that are kept, the oldest first. */
const warm = new Set<Automaton>();

let steps = 0;

/** Positions that have been looked at for all texts so far: the work that matching has been. */
export function matchingSteps(): number {
  return steps;
}

export class Automaton {
  readonly #regex: Regex;
  #factory = new PositionFactory();
  #entry: Position | undefined;
  #alphabet = new Alphabet([]);
  /** Rows of states by class of character: the row of the state that follows, 0 when it is not known. */
  #table = new Int32Array(0);
  /** Length of a row; a power of two, more than there are classes. */
  #width = 0;
  /** Remembered states by row number, the first of which is not used, and by their positions. */
  #states: State[] = [];
  readonly #byPositions = new Map<string, State>();
  #remembered = 0;
  #start: State | undefined;
  #search = 0;
  #steps = 0;

  constructor(regex: Regex) {
    this.#regex = regex;
  }

  /** Whether the whole of `text` matches. */
  match(text: string): Verdict {
    this.#steps = 0;
    const verdict = this.#run(text);
    steps += this.#steps;
    if (this.#factory.count > MAX_KEPT_POSITIONS) this.#cool();
    return verdict;
  }

  #run(text: string): Verdict {
    const maxSteps = MAX_STEPS + text.length * MAX_STEPS_PER_CHARACTER;
    let state = this.#startState();
    let table = this.#table;
    const { ascii } = this.#alphabet;
    const { length } = text;
    let { row } = state;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      // Nearly all characters are ASCII and lead to a state that is known. A row begins with a 0, which is
      // what the class of an unknown character leads to; so do the rows of states that are not remembered.
      const known = code < 128 ? (table[row + (ascii[code] as number)] as number) : 0;
      if (known !== 0) {
        row = known;
        continue;
      }
      if (row !== 0) state = this.#states[row / this.#width] as State;
      if (state.positions.length === 0) return 'mismatch';
      if (this.#steps > maxSteps) return 'too-costly';
      const point = text.codePointAt(index) ?? code;
      // A pair of surrogates is one character.
      if (point > 0xffff) index++;
      state = this.#step(state, point);
      table = this.#table;
      row = state.row;
    }
    if (row !== 0) state = this.#states[row / this.#width] as State;
    return state.accepts ? 'match' : 'mismatch';
  }

  #startState(): State {
    if (!this.#entry) {
      this.#factory = new PositionFactory();
      this.#alphabet = new Alphabet(setsOf(this.#regex));
      this.#entry = this.#factory.enter(this.#regex, this.#factory.end);
      this.#forget();
      this.#warmUp();
    }
    return (this.#start ??= this.#stateOf([this.#entry]));
  }

  #warmUp(): void {
    const [oldest] = warm;
    if (oldest && warm.size >= MAX_WARM) oldest.#cool();
    warm.add(this);
  }

  /** Back to the bare expression. */
  #cool(): void {
    warm.delete(this);
    this.#factory = new PositionFactory();
    this.#alphabet = new Alphabet([]);
    this.#entry = undefined;
    this.#forget();
  }

  #step(from: State, point: number): State {
    const characterClass = this.#alphabet.classOf(point);
    if (characterClass >= this.#width)
      return this.#read(this.#renewed(from), characterClass, point);
    const known = from.row && this.#table[from.row + characterClass];
    return known
      ? (this.#states[known / this.#width] as State)
      : this.#read(from, characterClass, point);
  }

  #read(from: State, characterClass: number, point: number): State {
    const targets: Position[] = [];
    this.#steps += from.positions.length;
    for (const { set, next } of from.positions) {
      if (set && next && hasCharacter(set, point)) targets.push(next);
    }
    const generation = this.#states;
    const to = this.#stateOf(targets);
    if (from.row !== 0 && generation === this.#states) {
      this.#table[from.row + characterClass] = to.row;
    }
    return to;
  }

  /** The state of all positions that can be reached from `targets` without reading. */
  #stateOf(targets: Position[]): State {
    const search = ++this.#search;
    const positions: Position[] = [];
    let accepts = false;
    for (let position = targets.pop(); position; position = targets.pop()) {
      if (position.visited === search) continue;
      position.visited = search;
      this.#steps++;
      if (position.set) positions.push(position);
      else if (position.fork) targets.push(...position.fork());
      else accepts = true;
    }
    if (positions.length > MAX_REMEMBERED_STATE) return { row: 0, positions, accepts };
    positions.sort((a, b) => a.id - b.id);
    return this.#remember(positions, accepts);
  }

  #remember(positions: readonly Position[], accepts: boolean): State {
    const key = `${accepts ? '+' : ''}${positions.map(({ id }) => id).join()}`;
    const known = this.#byPositions.get(key);
    if (known) return known;
    const size = (this.#states.length + 1) * this.#width;
    this.#remembered += positions.length + 1;
    if (this.#remembered > MAX_REMEMBERED || size > MAX_TABLE) this.#forget();
    const row = this.#states.length * this.#width;
    const state: State = { row, positions, accepts };
    this.#states.push(state);
    this.#byPositions.set(key, state);
    if (row + this.#width > this.#table.length) {
      const larger = new Int32Array(this.#table.length * 2);
      larger.set(this.#table);
      this.#table = larger;
    }
    return state;
  }

  /** Makes room: forgets all states, and rows become wide enough for the classes that there are by now. */
  #forget(): void {
    let width = 8;
    while (width <= this.#alphabet.size) width *= 2;
    this.#width = width;
    this.#table = new Int32Array(width * 8);
    this.#states = [{ row: 0, positions: [], accepts: false }];
    this.#byPositions.clear();
    this.#start = undefined;
    this.#remembered = 0;
  }

  /** `state` after all have been forgotten. */
  #renewed({ positions, accepts }: State): State {
    this.#forget();
    return positions.length > MAX_REMEMBERED_STATE
      ? { row: 0, positions, accepts }
      : this.#remember(positions, accepts);
  }
}
