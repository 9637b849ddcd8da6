/** Bytes cut in every way that matters, and iterables of them. */

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
export const fromUtf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Whole, cut in two at every place, cut in three around every place, and byte by byte. */
export function* everyCut(bytes: Uint8Array): Generator<Uint8Array[]> {
  yield [bytes];
  for (let cut = 0; cut <= bytes.length; cut++) {
    yield [bytes.slice(0, cut), bytes.slice(cut)];
    yield [bytes.slice(0, cut), bytes.slice(cut, cut + 1), bytes.slice(cut + 1)];
  }
  yield Array.from(bytes, (byte) => Uint8Array.of(byte));
}

export async function* asyncFrom<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}
