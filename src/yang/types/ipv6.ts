/**
 * IPv6 addresses as eight groups of 16 bits (RFC 4291, section 2.2; RFC 5952).
 *
 * Tables may hold many different addresses, so the text is scanned once, character by character.
 */

const COLON = 0x3a;
const DOT = 0x2e;

/** Undefined when the text, which has no zone, is no address. */
export function parseIpv6(text: string): number[] | undefined {
  const groups: number[] = [];
  /** Number of groups before "::", -1 when there is none. */
  let gap = -1;
  let at = 0;
  if (text.startsWith('::')) {
    gap = 0;
    at = 2;
  }
  while (at < text.length) {
    if (groups.length === 8) return undefined;
    const end = groupEnd(text, at);
    if (text.charCodeAt(end) === DOT) {
      if (!addIpv4(groups, text, at)) return undefined;
      break;
    }
    if (end === at || end - at > 4) return undefined;
    groups.push(hexValue(text, at, end));
    at = end;
    if (at === text.length) break;
    if (text.charCodeAt(at) !== COLON) return undefined;
    at++;
    if (text.charCodeAt(at) === COLON) {
      if (gap >= 0) return undefined;
      gap = groups.length;
      at++;
    } else if (at === text.length) {
      return undefined;
    }
  }
  return fillGap(groups, gap);
}

function fillGap(groups: number[], gap: number): number[] | undefined {
  if (gap < 0) return groups.length === 8 ? groups : undefined;
  const missing = 8 - groups.length;
  if (missing < 1) return undefined;
  groups.splice(gap, 0, ...[0, 0, 0, 0, 0, 0, 0, 0].slice(0, missing));
  return groups;
}

/** Where the hexadecimal digits that begin at `at` end. */
function groupEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && hexDigit(text.charCodeAt(end)) >= 0) end++;
  return end;
}

function hexValue(text: string, from: number, end: number): number {
  let value = 0;
  for (let at = from; at < end; at++) value = value * 16 + hexDigit(text.charCodeAt(at));
  return value;
}

/** -1 for a character that is no digit. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** Reads a dotted quad, which ends the address and stands for its last two groups. */
function addIpv4(groups: number[], text: string, from: number): boolean {
  const octets = text
    .slice(from)
    .split('.')
    .map((octet) => (/^\d{1,3}$/.test(octet) ? Number(octet) : 256));
  const [a = 256, b = 256, c = 256, d = 256, ...more] = octets;
  if (more.length > 0 || Math.max(a, b, c, d) > 255) return false;
  groups.push(a * 256 + b, c * 256 + d);
  return groups.length <= 8;
}

/** RFC 5952, section 4; section 5 for the one prefix that always holds an IPv4 address. */
export function printIpv6(groups: readonly number[]): string {
  const { start, length } = longestZeroRun(groups);
  if (start === 0 && length === 5 && groups[5] === 0xffff) return printMapped(groups);
  let text = '';
  for (let index = 0; index < 8; index++) {
    if (length >= 2 && index === start) {
      text += '::';
      index += length - 1;
    } else {
      if (index > 0 && !text.endsWith(':')) text += ':';
      text += (groups[index] ?? 0).toString(16);
    }
  }
  return text;
}

function printMapped(groups: readonly number[]): string {
  const [high = 0, low = 0] = groups.slice(6);
  return `::ffff:${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

/** The first of the longest. */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let start = 0;
  let length = 0;
  let runStart = 0;
  for (let index = 0; index < groups.length; index++) {
    if (groups[index] !== 0) runStart = index + 1;
    else if (index + 1 - runStart > length) {
      start = runStart;
      length = index + 1 - runStart;
    }
  }
  return { start, length };
}
