/** Texts from outside, made fit for a terminal. */

const UNSEEN = /(?!\t)[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * What a terminal would obey, and what makes a line look other than it is (control characters but tabs, halves of
 * surrogate pairs, marks of the direction of writing), each as one character that stands for it: columns stay.
 */
export function visibleText(text: string): string {
  return text.replaceAll(UNSEEN, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd';
  });
}
