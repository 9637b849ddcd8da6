/** Writing what a filter selects, entry by entry and in slices of time. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { prune } from '../../../../server/read/prune.ts';
import { carryOut, finish, wait } from '../../../../server/read/steps.ts';
import type { Steps } from '../../../../server/read/steps.ts';
import { writeSource } from '../../../../server/read/walk.ts';
import type { WalkOptions } from '../../../../server/read/walk.ts';
import { encodeData, within } from '../../../../src/data/index.ts';
import type { Branch, Selection } from '../../../../src/data/index.ts';
import { XmlWriter, parseXml } from '../../../../src/xml/index.ts';
import { compileBody, dataOf } from '../../../support/data-text.ts';
import { EVERY_KIND, randomData } from '../../../support/random-data.ts';
import { randomFilter } from '../../../support/random-filters.ts';

const context = compileBody(EVERY_KIND);

async function written(
  branch: Branch,
  selection: Selection | undefined,
  options: WalkOptions = {},
): Promise<string> {
  let text = '';
  const writer = new XmlWriter((part) => (text += part));
  writer.open('urn:m', 'data');
  await finish(writeSource(writer, { branch }, selection, options));
  writer.close();
  writer.end();
  return text;
}

/** Without the order of containers and leaves, which the walk need not keep (RFC 7950, section 7.5.7). */
function sorted(xml: string): string {
  const read = (element: ReturnType<typeof parseXml>): string => {
    const parts = element.children.map((child) =>
      typeof child === 'string' ? child : read(child),
    );
    return `<${element.local}>${parts.sort().join('')}</${element.local}>`;
  };
  return read(parseXml(xml));
}

const expected = (branch: Branch | undefined): string =>
  `<data xmlns="urn:m">${branch ? encodeData(branch) : ''}</data>`;

describe('writing a source', () => {
  it('gives what pruning the whole tree gives, with a view and without', async () => {
    const filters = randomFilter(context);
    await fc.assert(
      fc.asyncProperty(randomData, fc.option(filters), filters, async (xml, view, filter) => {
        const data = dataOf(context, xml);
        const selection = within(view ?? undefined, filter);
        if (selection?.whole === true) return;
        const whole = selection?.prune(data);
        assert.equal(sorted(await written(data, selection)), sorted(expected(whole)));
        const inSteps = await finish(prune(data, selection));
        assert.equal(sorted(expected(inSteps)), sorted(expected(whole)));
      }),
      { numRuns: 300 },
    );
  });

  it('gives the defaults that the encoder gives', async () => {
    await fc.assert(
      fc.asyncProperty(randomData, async (xml) => {
        const data = dataOf(context, xml);
        for (const withDefaults of ['explicit', 'report-all', 'trim'] as const) {
          const text = await written(data, undefined, { withDefaults });
          const whole = `<data xmlns="urn:m">${encodeData(data, { withDefaults })}</data>`;
          // An empty container without presence may be there or not.
          const bare = (it: string): string =>
            sorted(it.replaceAll(/<(c|np|deeper|two)( [^>]*)?\/>/g, ''));
          assert.equal(bare(text), bare(whole), withDefaults);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('steps', () => {
  it('wait for what they need, and get what it fails with', async () => {
    const steps = function* (): Steps<string> {
      const value = yield* wait(Promise.resolve(1));
      yield;
      try {
        yield* wait(Promise.reject(new Error('no')));
      } catch (error) {
        return `${String(value)} ${String(error)}`;
      }
      return 'nothing thrown';
    };
    assert.equal(await finish(steps()), '1 Error: no');
  });

  it('leave others their turn while they go on', async () => {
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    const busy = function* (): Steps {
      for (let piece = 0; piece < 20; piece += 1) {
        const until = performance.now() + 4;
        while (performance.now() < until);
        yield;
      }
    };
    await finish(busy());
    isDone = true;
    assert.ok(turns >= 5, `${String(turns)} turns`);
  });

  it('that are given up are ended', async () => {
    let isEnded = false;
    const steps = function* (): Steps {
      try {
        for (;;) yield;
      } finally {
        isEnded = true;
      }
    };
    const work = carryOut(steps());
    await work.next();
    await work.return(undefined);
    assert.ok(isEnded);
  });
});
