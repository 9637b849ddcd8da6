/** Octets to base64 and back (RFC 4648, section 4). */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const SEXTETS: ReadonlyMap<string, number> = new Map(
  Array.from(ALPHABET, (it, index) => [it, index]),
);

export function printBase64(octets: Uint8Array): string {
  let text = '';
  for (let at = 0; at < octets.length; at += 3) {
    const count = Math.min(3, octets.length - at);
    const [a = 0, b = 0, c = 0] = octets.subarray(at, at + count);
    const group = (a << 16) | (b << 8) | c;
    for (let index = 0; index < 4; index += 1) {
      text += index <= count ? ALPHABET.charAt((group >> (18 - 6 * index)) & 63) : '=';
    }
  }
  return text;
}

/** `text` must be base64 without blanks, as values of type binary are. */
export function parseBase64(text: string): Uint8Array {
  const length = text.indexOf('=') < 0 ? text.length : text.indexOf('=');
  const octets = new Uint8Array(Math.floor((length * 3) / 4));
  let bits = 0;
  let count = 0;
  let at = 0;
  for (let index = 0; index < length; index += 1) {
    bits = ((bits << 6) | (SEXTETS.get(text.charAt(index)) ?? 0)) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    octets[at] = (bits >> count) & 0xff;
    at += 1;
  }
  return octets;
}
