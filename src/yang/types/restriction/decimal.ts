/** Exact decimals as bigints in units of the last fraction digit (RFC 7950, section 9.3). */

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/** Characters of a number, most of which can be zeros only. */
export const MAX_NUMBER_LENGTH = 10_000;

/** More digits than the value of any type has: 20 for uint64. */
const TOO_MANY = 40;

/** A number that no type holds, for those with too many digits to be worth computing. */
const HUGE = 10n ** BigInt(TOO_MANY);

/** The scaled value; 'syntax' when it is no decimal, 'precision' when it has too many fraction digits. */
export function parseDecimal(
  text: string,
  fractionDigits: number,
): bigint | 'syntax' | 'precision' {
  const match = text.length <= MAX_NUMBER_LENGTH ? DECIMAL.exec(text) : null;
  if (!match) return 'syntax';
  const [, sign, whole = '', fraction = ''] = match;
  if (/[^0]/.test(fraction.slice(fractionDigits))) return 'precision';
  const size = digitsToNumber(
    whole + fraction.slice(0, fractionDigits).padEnd(fractionDigits, '0'),
  );
  return sign === '-' ? -size : size;
}

/** The number that digits stand for; leading zeros are allowed, any number of them. */
export function digitsToNumber(digits: string): bigint {
  let start = 0;
  while (start < digits.length - 1 && digits.charCodeAt(start) === 48) start++;
  return digits.length - start > TOO_MANY ? HUGE : BigInt(digits.slice(start));
}

/** Canonical form (RFC 7950, section 9.3.2). */
export function printDecimal(scaled: bigint, fractionDigits: number): string {
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(fractionDigits + 1, '0');
  const point = digits.length - fractionDigits;
  let end = digits.length;
  while (end > point + 1 && digits.charCodeAt(end - 1) === 48) end--;
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point, end)}`;
}
