/** Exact decimals as bigints in units of the last fraction digit (RFC 7950, section 9.3). */

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/** The scaled value; 'syntax' when it is no decimal, 'precision' when it has too many fraction digits. */
export function parseDecimal(
  text: string,
  fractionDigits: number,
): bigint | 'syntax' | 'precision' {
  // Longer than any value with zeros around it could sensibly be: do not build huge bigints.
  const match = text.length <= 128 ? DECIMAL.exec(text) : null;
  if (!match) return 'syntax';
  const [, sign, whole = '', fraction = ''] = match;
  if (/[^0]/.test(fraction.slice(fractionDigits))) return 'precision';
  const digits = whole + fraction.slice(0, fractionDigits).padEnd(fractionDigits, '0');
  return sign === '-' ? -BigInt(digits) : BigInt(digits);
}

/** Canonical form (RFC 7950, section 9.3.2). */
export function printDecimal(scaled: bigint, fractionDigits: number): string {
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(fractionDigits + 1, '0');
  const point = digits.length - fractionDigits;
  let end = digits.length;
  while (end > point + 1 && digits.charCodeAt(end - 1) === 48) end--;
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point, end)}`;
}
