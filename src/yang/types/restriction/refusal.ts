/** Refusals of values, and how their messages show texts. */

/** Why a type does not allow a text. */
export class Refusal {
  readonly appTag: string | undefined;
  readonly #message: string | (() => string);

  /** A message that takes work to write is given as a function: most refusals are never shown. */
  constructor(message: string | (() => string), appTag?: string) {
    this.#message = message;
    this.appTag = appTag;
  }

  get message(): string {
    return typeof this.#message === 'string' ? this.#message : this.#message();
  }
}

/** A text as error messages show it: quoted, printable, and not longer than fits in a line. */
export function quote(text: string): string {
  return show(text, '"');
}

/** As {@link quote}, between `mark` instead of quotes. */
export function show(text: string, mark: string): string {
  const shown = text.length <= 64 ? text : `${text.slice(0, 60)}…`;
  const printable = shown.replaceAll(
    /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  const marked = mark + printable + mark;
  return text.length <= 64 ? marked : `${marked} (${text.length} characters)`;
}
