/** IPv6 addresses as eight groups of 16 bits (RFC 4291, section 2.2; RFC 5952). */

/** Undefined when the text, which has no zone, is no address. */
export function parseIpv6(text: string): number[] | undefined {
  const gap = text.indexOf('::');
  if (gap < 0) {
    const groups = parseGroups(text);
    return groups?.length === 8 ? groups : undefined;
  }
  const before = parseGroups(text.slice(0, gap));
  const after = parseGroups(text.slice(gap + 2));
  if (!before || !after) return undefined;
  const missing = 8 - before.length - after.length;
  if (missing < 1) return undefined;
  return [...before, ...new Array<number>(missing).fill(0), ...after];
}

function parseGroups(text: string): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1 && part.includes('.')) {
      const octets = part
        .split('.')
        .map((octet) => (/^\d{1,3}$/.test(octet) ? Number(octet) : 256));
      const [a = 256, b = 256, c = 256, d = 256, ...more] = octets;
      if (more.length > 0 || Math.max(a, b, c, d) > 255) return undefined;
      groups.push(a * 256 + b, c * 256 + d);
    } else {
      if (!/^[\da-f]{1,4}$/i.test(part)) return undefined;
      groups.push(parseInt(part, 16));
    }
  }
  return groups;
}

/** RFC 5952, section 4; section 5 for the one prefix that always holds an IPv4 address. */
export function printIpv6(groups: readonly number[]): string {
  if (groups.slice(0, 6).join() === '0,0,0,0,0,65535') {
    const [high = 0, low = 0] = groups.slice(6);
    return `::ffff:${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  }
  const { start, length } = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

/** The first of the longest. */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  }
  return best;
}
