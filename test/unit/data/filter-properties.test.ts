/** What holds for filters whatever the data: simple forms find what evaluation finds, views hide from filters. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeData, within } from '../../../src/data/index.ts';
import type { Branch, Selection } from '../../../src/data/index.ts';
import { compileBody, dataOf } from '../../support/data-text.ts';
import { EVERY_KIND, randomData } from '../../support/random-data.ts';
import {
  evaluated,
  randomExpression,
  randomFilter,
  xpathFilter,
} from '../../support/random-filters.ts';

const context = compileBody(EVERY_KIND);
const text = (branch: Branch | undefined): string => (branch ? encodeData(branch) : 'nothing');

describe('filters', () => {
  it('select the same whether they are asked branch by branch or evaluated on the whole', () => {
    fc.assert(
      fc.property(randomData, randomExpression, (xml, expression) => {
        const data = dataOf(context, xml);
        const quick = xpathFilter(context, expression).prune(data);
        const slow = xpathFilter(context, evaluated(expression));
        assert.equal(slow.whole, true);
        assert.equal(text(quick), text(slow.prune(data)));
      }),
      { numRuns: 500 },
    );
  });

  it('of the usual forms are not evaluated on the whole', () => {
    for (const expression of [
      '/m:c/m:l[m:k1 > 0]/m:inner[m:i < 2]',
      "/m:c/m:l[contains(m:v, 'e') or not(m:v)]",
      '//m:inner',
      "//m:inner[m:w = 'y']",
      '/c/l/v',
    ]) {
      assert.notEqual(xpathFilter(context, expression).whole, true, expression);
    }
    for (const expression of ['/m:c/m:l[last()]', '/m:c/m:l[2]', '/m:c/m:l[m:inner]']) {
      assert.equal(xpathFilter(context, expression).whole, true, expression);
    }
  });
});

describe('within', () => {
  const filters = randomFilter(context);

  it('is the filter of what the view leaves', () => {
    fc.assert(
      fc.property(randomData, filters, filters, (xml, view, filter) => {
        const data = dataOf(context, xml);
        const visible = view.prune(data);
        const expected = visible && filter.prune(visible);
        assert.equal(text(within(view, filter)?.prune(data)), text(expected));
      }),
      { numRuns: 500 },
    );
  });

  it('is the other one when one is for everything', () => {
    const filter = xpathFilter(context, '/m:c');
    assert.equal(within(undefined, filter), filter);
    assert.equal(within(filter, undefined), filter);
    assert.equal(within(undefined, undefined), undefined);
  });

  it('does not let a filter find out what the view hides', () => {
    const data = dataOf(context, '<c><a>1</a><sys>secret</sys><l><k1>1</k1><k2>p</k2></l></c>');
    const view = xpathFilter(context, '/m:c/m:a | /m:c/m:l');
    const probing = (expression: string): string =>
      text((within(view, xpathFilter(context, expression)) as Selection).prune(data));
    assert.equal(probing("/m:c[m:sys = 'secret']/m:a"), 'nothing');
    assert.equal(probing("/m:c/m:l[../m:sys = 'secret']"), 'nothing');
    assert.notEqual(probing('/m:c[m:a = 1]/m:l'), 'nothing');
  });
});
