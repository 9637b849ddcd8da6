/** Subtree filters against RFC 6241, section 6, taken word for word on XML elements, over random data and filters. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileSubtreeFilter, encodeData } from '../../../src/data/index.ts';
import { childElements, parseXml, textContent } from '../../../src/xml/index.ts';
import type { XmlElement } from '../../../src/xml/index.ts';
import { compileBody, dataOf } from '../../support/data-text.ts';
import { EVERY_KIND, randomData } from '../../support/random-data.ts';

const context = compileBody(EVERY_KIND);
const KEYS: Readonly<Record<string, readonly string[]>> = {
  l: ['k1', 'k2'],
  inner: ['i'],
  u: ['k'],
};

const parse = (xml: string): XmlElement => parseXml(`<config xmlns="urn:m">${xml}</config>`);

function isContentMatch(filter: XmlElement): boolean {
  return childElements(filter).length === 0 && textContent(filter).trim() !== '';
}

function matches(data: XmlElement, filter: XmlElement): boolean {
  return data.local === filter.local && data.namespace === filter.namespace;
}

/** Sections 6.2.2 to 6.2.5 for one element and one filter node of the same name. */
function selected(data: XmlElement, filter: XmlElement): XmlElement | undefined {
  const parts = childElements(filter);
  if (parts.length === 0) return data;
  const inside = childElements(data);
  const conditions = parts.filter(isContentMatch);
  const passes = conditions.every((condition) =>
    inside.some((it) => matches(it, condition) && textContent(it) === textContent(condition)),
  );
  if (!passes) return undefined;
  const wanted = parts.filter((part) => !isContentMatch(part));
  if (wanted.length === 0) return data;
  return assembled(data, conditions, union(inside, wanted));
}

/** What several filter nodes select of some elements, in the order of the data. */
function union(
  elements: readonly XmlElement[],
  filters: readonly XmlElement[],
): ReadonlyMap<XmlElement, XmlElement> {
  const found = new Map<XmlElement, XmlElement>();
  for (const it of elements) {
    const results = filters.flatMap((filter) =>
      matches(it, filter) ? (selected(it, filter) ?? []) : [],
    );
    const [first, ...more] = results;
    if (first)
      found.set(
        it,
        more.reduce((one, other) => merged(it, one, other), first),
      );
  }
  return found;
}

/** Two selections of the same element together. */
function merged(whole: XmlElement, one: XmlElement, other: XmlElement): XmlElement {
  if (one === whole || other === whole) return whole;
  const children = childElements(whole).flatMap((child) => {
    const in1 = part(one, child);
    const in2 = part(other, child);
    return in1 && in2 ? [merged(child, in1, in2)] : (in1 ?? in2 ?? []);
  });
  return cutFrom(whole, children);
}

/** The part of a selection that stands for this child; children are told apart by what they are cut from. */
const origin = new WeakMap<XmlElement, XmlElement>();
function part(selection: XmlElement, child: XmlElement): XmlElement | undefined {
  return childElements(selection).find((it) => it === child || origin.get(it) === child);
}

/** The element with what is selected in it, the leaves that conditions named, and its keys. */
function assembled(
  data: XmlElement,
  conditions: readonly XmlElement[],
  found: ReadonlyMap<XmlElement, XmlElement>,
): XmlElement | undefined {
  const keys = KEYS[data.local] ?? [];
  if (found.size === 0 && conditions.length === 0) return undefined;
  const children = childElements(data).flatMap((child) => {
    const chosen = found.get(child);
    if (chosen) return [chosen];
    const named = conditions.some(
      (it) => matches(child, it) && textContent(child) === textContent(it),
    );
    return named || keys.includes(child.local) ? [child] : [];
  });
  return cutFrom(data, children);
}

function cutFrom(data: XmlElement, children: readonly XmlElement[]): XmlElement {
  const result = { ...data, children };
  origin.set(result, data);
  return result;
}

function printed(element: XmlElement): unknown {
  const inside = childElements(element);
  const content = inside.length > 0 ? inside.map(printed) : textContent(element);
  return [element.local, content];
}

/** A filter made of data: elements are left out, emptied or kept, so that it is about what is there. */
function filterOf(element: XmlElement, choice: () => number): string {
  const parts = childElements(element);
  const turn = choice() % 6;
  if (turn === 0) return '';
  if (parts.length === 0) {
    const text = textContent(element);
    const usable = /^[\w. &<>"'é漢-]*$/.test(text) && text.trim() === text && text !== '';
    const value = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    return turn < 4 || !usable
      ? `<${element.local}/>`
      : `<${element.local}>${value}</${element.local}>`;
  }
  if (turn === 1) return `<${element.local}/>`;
  const inside = parts.map((it) => filterOf(it, choice)).join('');
  return `<${element.local}>${inside}</${element.local}>`;
}

describe('subtree filters', () => {
  it('select what RFC 6241, section 6, says', () => {
    let chosen = 0;
    const property = fc.property(
      randomData,
      randomData,
      fc.array(fc.nat({ max: 1000 }), { minLength: 60, maxLength: 60 }),
      (xml, like, choices) => {
        const data = dataOf(context, xml);
        const whole = parse(encodeData(data));
        let turn = 0;
        const choice = (): number => choices[turn++ % choices.length] ?? 0;
        // Values are compared as values: the filter has them in canonical form, as the data has.
        const pattern = parse(encodeData(dataOf(context, like)));
        const simple = childElements(pattern).map((it) => filterOf(it, choice));
        const filter = parse(simple.join(''));
        const parts = childElements(filter);
        if (parts.length === 0) return;
        // The filter element itself is a containment node whose data is the root.
        const found = selected(whole, filter);
        const expected = found ? childElements(found).map(printed) : [];
        const result = compileSubtreeFilter(filter, context).prune(data);
        const actual = result ? childElements(parse(encodeData(result))).map(printed) : [];
        assert.deepEqual(actual, expected, simple.join(''));
        if (expected.length > 0 && childElements(filter).some((it) => childElements(it).length)) {
          chosen += 1;
        }
      },
    );
    fc.assert(property, { numRuns: 1000 });
    assert.ok(chosen > 50, `only ${chosen} filters with something inside found anything`);
  });
});
