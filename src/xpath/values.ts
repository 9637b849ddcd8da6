/** Conversions between the types of XPath (XPath 1.0, sections 4.2 to 4.4). */

const NUMBER = /^-?(?:\d+(?:\.\d*)?|\.\d+)$/;

/** The function number() for a string. */
export function stringToNumber(text: string): number {
  const trimmed = trim(text);
  // Number() alone would take "", "0x1f", "1e3" and "+1" as well.
  return NUMBER.test(trimmed) ? Number(trimmed) : NaN;
}

/** The function string() for a number: decimal without an exponent. */
export function numberToString(value: number): string {
  const text = String(value === 0 ? 0 : value);
  const [digits = '', exponent] = text.split('e');
  return exponent === undefined ? text : shiftPoint(digits, Number(exponent));
}

/** `digits` × 10^`exponent`, as text. */
function shiftPoint(digits: string, exponent: number): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(digits) ?? [];
  const all = whole + fraction;
  const point = whole.length + exponent;
  // JavaScript writes an exponent only where the point is outside of the digits.
  return point <= 0 ? `${sign}0.${'0'.repeat(-point)}${all}` : sign + all.padEnd(point, '0');
}

/** The function round(): halves go up, and what rounds to 0 from below is -0. */
export function roundNumber(value: number): number {
  return Math.round(value);
}

/** The function normalize-space(). */
export function normalizeSpace(text: string): string {
  return trim(text).replaceAll(/[ \t\r\n]+/g, ' ');
}

/** Removes what XML calls white space, which is less than trim() removes. */
function trim(text: string): string {
  return text.replace(/^[ \t\r\n]+/, '').replace(/[ \t\r\n]+$/, '');
}
