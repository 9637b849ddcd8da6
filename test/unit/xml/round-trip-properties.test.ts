/** What holds for writing and reading XML whatever the elements, and wherever the bytes are cut. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ElementBuilder, XmlTokenizer, XmlWriter, parseXml } from '../../../src/xml/index.ts';
import type { XmlElement, XmlNode } from '../../../src/xml/index.ts';

/** What an element says, without the prefixes that it happens to be written with. */
interface Content {
  readonly name: string;
  readonly attributes: readonly string[];
  readonly children: readonly (Content | string)[];
}

const name = fc.constantFrom('a', 'b-c', 'd.e', '_f', 'été');
const namespace = fc.constantFrom('', 'urn:a', 'urn:b', 'http://e/?x=1&y=<2>');
const text = fc
  .array(fc.constantFrom('x', ' ', '\n', '\t', '&', '<', '>', ']]>', '"', "'", 'é', '漢', '😀'), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join(''));
const attribute = fc.record({ namespace, local: name, value: text });
const attributes = fc.uniqueArray(attribute, {
  maxLength: 3,
  selector: ({ namespace: uri, local }) => `{${uri}}${local}`,
});
const NO_BINDINGS: ReadonlyMap<string, string> = new Map();

const { element } = fc.letrec<{ element: XmlElement; child: XmlNode }>((tie) => ({
  child: fc.oneof({ maxDepth: 4, depthSize: 'small' }, text, tie('element')),
  element: fc.record({
    namespace,
    local: name,
    attributes,
    children: fc.array(tie('child'), { maxLength: 4 }),
    bindings: fc.constant(NO_BINDINGS),
  }),
}));

function contentOf({ namespace: uri, local, attributes: given, children }: XmlElement): Content {
  const joined: (Content | string)[] = [];
  for (const child of children) {
    const last = joined.at(-1);
    if (typeof child !== 'string') joined.push(contentOf(child));
    else if (typeof last === 'string') joined[joined.length - 1] = last + child;
    else joined.push(child);
  }
  const said = given.map((it) => `{${it.namespace}}${it.local}=${it.value}`);
  return { name: `{${uri}}${local}`, attributes: said.toSorted(), children: joined };
}

function write(root: XmlElement): string {
  let out = '';
  const writer = new XmlWriter((part) => {
    out += part;
  });
  writer.element(root);
  writer.end();
  return out;
}

describe('XML elements', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(element, (root) => {
        assert.deepEqual(contentOf(parseXml(write(root))), contentOf(root));
      }),
      { numRuns: 1000 },
    );
  });

  it('are read alike wherever their bytes are cut', () => {
    fc.assert(
      fc.property(element, fc.array(fc.nat(), { maxLength: 8 }), (root, places) => {
        const bytes = new TextEncoder().encode(write(root));
        const cuts = places.map((it) => it % (bytes.length + 1)).toSorted((a, b) => a - b);
        const builder = new ElementBuilder();
        const tokenizer = new XmlTokenizer(builder);
        let start = 0;
        for (const cut of [...cuts, bytes.length]) {
          tokenizer.write(bytes.subarray(start, cut));
          start = cut;
        }
        tokenizer.end();
        assert.deepEqual(builder.elements.map(contentOf), [contentOf(root)]);
      }),
      { numRuns: 500 },
    );
  });

  it('are read alike at every single cut', () => {
    const sample =
      '<r xmlns="urn:é"><a b="&#x1F600;&amp;">]]&gt;漢<!-- c --><![CDATA[<&]]></a></r>';
    const bytes = new TextEncoder().encode(sample);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const builder = new ElementBuilder();
      const tokenizer = new XmlTokenizer(builder);
      tokenizer.write(bytes.subarray(0, cut));
      tokenizer.write(bytes.subarray(cut));
      tokenizer.end();
      assert.deepEqual(
        builder.elements.map(contentOf),
        [contentOf(parseXml(sample))],
        `cut ${cut}`,
      );
    }
  });
});
