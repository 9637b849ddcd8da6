/**
 * Canonical text of addresses, prefixes and times (RFC 5952; RFC 6991, sections 3 and 4).
 *
 * Each function gets text that has matched the patterns of its typedef. A text that these let through
 * but that means nothing, such as an address with nine groups, is returned in lower case.
 */
import { parseIpv6, printIpv6 } from './ipv6.ts';

export function lowerCase(text: string): string {
  return text.toLowerCase();
}

/** RFC 5952, section 4; the zone stays as it is. */
export function canonicalIpv6Address(text: string): string {
  const percent = text.indexOf('%');
  const address = percent < 0 ? text : text.slice(0, percent);
  const groups = parseIpv6(address);
  const canonical = groups ? printIpv6(groups) : address.toLowerCase();
  return percent < 0 ? canonical : canonical + text.slice(percent);
}

/** An address with a prefix length: no bits are cleared. */
export function canonicalIpv6AddressAndPrefix(text: string): string {
  const [address = '', length = ''] = text.split('/');
  return `${canonicalIpv6Address(address)}/${Number(length)}`;
}

/** Clears the bits beyond the prefix. */
export function canonicalIpv4Prefix(text: string): string {
  const [address = '', length = ''] = text.split('/');
  const octets = address.split('.').map(Number);
  clearBits(octets, 8, Number(length));
  return `${octets.join('.')}/${Number(length)}`;
}

/** Clears the bits beyond the prefix and writes the address as RFC 5952 says. */
export function canonicalIpv6Prefix(text: string): string {
  const [address = '', length = ''] = text.split('/');
  const groups = parseIpv6(address);
  if (!groups) return text.toLowerCase();
  clearBits(groups, 16, Number(length));
  return `${printIpv6(groups)}/${Number(length)}`;
}

function clearBits(parts: number[], width: number, prefixLength: number): void {
  for (const [index, part] of parts.entries()) {
    const kept = Math.min(Math.max(prefixLength - index * width, 0), width);
    parts[index] = part & ~((1 << (width - kept)) - 1);
  }
}

const DATE_AND_TIME =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(:\d{2}(?:\.\d+)?)(?:Z|([+-])(\d{2}):(\d{2}))$/i;

/**
 * The canonical form has a numeric offset to UTC, that of the device: ours is +00:00. An unknown offset
 * stays -00:00 (RFC 6991).
 */
export function canonicalDateAndTime(text: string): string {
  return text.endsWith('-00:00') ? text : atUtc(text);
}

/** As {@link canonicalDateAndTime}, but "Z" stands for an unknown offset, as in RFC 9557 (RFC 9911). */
export function canonicalDateAndTimeWithZ(text: string): string {
  if (/z$/i.test(text)) return `${text.slice(0, -1)}Z`;
  return text.endsWith('-00:00') ? `${text.slice(0, -'-00:00'.length)}Z` : atUtc(text);
}

/** The same time with the offset +00:00; the text itself when there is no such time. */
function atUtc(text: string): string {
  const match = DATE_AND_TIME.exec(text);
  if (!match) return text;
  const [, year, month, day, hour, minute, seconds = '', sign, offsetHour, offsetMinute] = match;
  const offset = Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0);
  const date = new Date(0);
  // Not Date.UTC, which takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const exists =
    date.getUTCMonth() === Number(month) - 1 && Number(hour) < 24 && Number(minute) < 60;
  if (!exists) return text;
  const shift = sign === '-' ? offset : -offset;
  date.setUTCHours(Number(hour), Number(minute) + shift);
  if (date.getUTCFullYear() < 0 || date.getUTCFullYear() > 9999) return text;
  // The seconds stay text: they may be 60, and have any number of digits.
  return `${date.toISOString().slice(0, 16)}${seconds}+00:00`;
}
