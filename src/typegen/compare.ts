/** Whether generated files are as they should be. */

/** What differs between the text that a file has, undefined when there is no file, and the one it should have. */
export function compareTypes(existing: string | undefined, generated: string): string | undefined {
  if (existing === undefined) return 'is missing';
  if (existing === generated) return undefined;
  const before = existing.split('\n');
  const after = generated.split('\n');
  const line = after.findIndex((text, index) => text !== before[index]);
  if (line < 0) return `has lines after line ${after.length} that do not belong there`;
  const [found = 'the end of the file', expected = ''] = [before[line], after[line]];
  return `differs from line ${line + 1}: expected "${expected.trim()}", not "${found.trim()}"`;
}
