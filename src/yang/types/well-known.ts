/** Being written. */

export function canonicalizerOf(
  _module: string,
  _typedef: string,
): ((text: string) => string) | undefined {
  throw new Error('not written yet');
}
