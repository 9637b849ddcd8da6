/** Whatever the text, the compiler answers with diagnostics and never throws. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compile } from '../../../src/yang/index.ts';
import { readCases } from '../../support/case-file.ts';

const texts = ['yang-good', 'yang-bad']
  .flatMap(readCases)
  // Slow on purpose, and slower still when it is multiplied.
  .filter(({ name }) => name !== 'too-many-nodes')
  .map(({ sections }) => new Map([...sections].filter(([name]) => name.endsWith('.yang'))));

/** Words, strings and signs, so that a change leaves most of the text meaningful. */
function tokens(text: string): string[] {
  return text.match(/"[^"]*"|[\w.:-]+|\s+|[^\w\s]/g) ?? [];
}

const words = [...new Set(texts.flatMap((files) => [...files.values()].flatMap(tokens)))];

const change = fc.record({
  kind: fc.constantFrom('delete', 'repeat', 'replace', 'swap'),
  at: fc.nat(),
  other: fc.nat(),
});

function apply(
  list: string[],
  { kind, at, other }: { kind: string; at: number; other: number },
): void {
  if (list.length === 0) return;
  const index = at % list.length;
  const token = list[index] ?? '';
  if (kind === 'delete') list.splice(index, 1);
  else if (kind === 'repeat') list.splice(index, 0, token);
  else if (kind === 'replace') list[index] = words[other % words.length] ?? '';
  else {
    list[index] = list[other % list.length] ?? '';
    list[other % list.length] = token;
  }
}

describe('modules changed at random', () => {
  it('are compiled or refused with a reason', function () {
    this.timeout(30_000);
    fc.assert(
      fc.property(fc.nat(), fc.array(change, { minLength: 1, maxLength: 4 }), (pick, changes) => {
        const files = texts[pick % texts.length] ?? new Map<string, string>();
        const changed = new Map<string, string>();
        for (const [name, text] of files) {
          const list = tokens(text);
          for (const step of changes) apply(list, step);
          changed.set(name, list.join(''));
        }
        const modules = [...files.keys()].map((name) => ({
          name: name.replace(/(@.*)?\.yang$/, ''),
          features: 'all' as const,
        }));
        const { context, diagnostics } = compile(changed, { modules, maxNodes: 5000 });
        const failed = diagnostics.some(({ severity }) => severity === 'error');
        assert.equal(context === undefined, failed);
      }),
      { numRuns: 1500 },
    );
  });
});
