/** What holds for edits, commits and their undoing whatever the edits (RFC 6241, sections 7.2, 8.3 and 8.4). */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Datastores } from '../../../../server/datastore/datastores.ts';
import { VolatileStore } from '../../../../server/datastore/store.ts';
import { silentLogger } from '../../../../server/logger.ts';
import { applyEdit, encodeData } from '../../../../src/data/index.ts';
import type { Branch } from '../../../../src/data/index.ts';
import { compileBody, dataOf, decodeRoot } from '../../../support/data-text.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { EVERY_KIND, randomData } from '../../../support/random-data.ts';
import { requester } from '../../../support/requester.ts';

const context = compileBody(EVERY_KIND);
const by = requester(1);
const OPERATIONS = ['merge', 'replace', 'create', 'delete', 'remove'] as const;

/** Data in which some elements say what is to be done with them. */
const randomEdit = fc
  .tuple(randomData, fc.array(fc.nat({ max: 11 }), { minLength: 12, maxLength: 40 }))
  .map(([xml, choices]) => {
    let element = 0;
    return xml.replaceAll(/<(?!k1|k2|i>|k>|\/|z|y|q:)([\w-]+)(?=[>/])/g, (tag) => {
      const choice = choices[element++ % choices.length] ?? 0;
      const operation = OPERATIONS[choice];
      return operation ? `${tag} nc:operation="${operation}"` : tag;
    });
  });

type ErrorOption = 'stop-on-error' | 'continue-on-error' | 'rollback-on-error';

function apply(tree: Branch, xml: string, errorOption: ErrorOption): ReturnType<typeof applyEdit> {
  const edit = decodeRoot(context, xml, { edit: true });
  return applyEdit(tree, edit, { defaultOperation: 'merge', errorOption });
}

async function open(): Promise<Datastores> {
  return Datastores.open({
    context,
    planes: [],
    participants: [],
    store: new VolatileStore(),
    clock: new FakeClock(),
    logger: silentLogger,
  });
}

const PLAIN = { confirmed: false, confirmTimeoutSeconds: 600 } as const;
const TRIAL = { confirmed: true, confirmTimeoutSeconds: 600 } as const;
const NO_NAME = { persist: undefined, persistId: undefined } as const;

describe('error options', () => {
  it('give the same tree when nothing is wrong, and differ as they should when something is', () => {
    let wrong = 0;
    fc.assert(
      fc.property(randomData, randomEdit, (xml, edit) => {
        const before = dataOf(context, xml);
        const rollback = apply(before, edit, 'rollback-on-error');
        const stop = apply(before, edit, 'stop-on-error');
        const goOn = apply(before, edit, 'continue-on-error');
        if (rollback.errors.length === 0) {
          assert.equal(encodeData(stop.tree), encodeData(rollback.tree));
          assert.equal(encodeData(goOn.tree), encodeData(rollback.tree));
          return;
        }
        wrong += 1;
        assert.equal(rollback.tree, before);
        assert.equal(stop.errors.length, 1);
        assert.deepEqual(goOn.errors[0], stop.errors[0]);
        assert.ok(goOn.errors.length >= rollback.errors.length);
      }),
      { numRuns: 500 },
    );
    assert.ok(wrong > 50, `only ${wrong} edits had an error`);
  });
});

describe('commits of random edits', () => {
  it('are undone to what was in force before the first of them', async () => {
    let changed = 0;
    await fc.assert(
      fc.asyncProperty(
        randomData,
        fc.array(randomEdit, { minLength: 1, maxLength: 4 }),
        async (xml, edits) => {
          const datastores = await open();
          await datastores.edit('candidate', by, () => dataOf(context, xml));
          await datastores.commit({ ...PLAIN, ...NO_NAME }, by);
          const first = encodeData(datastores.running);
          for (const edit of edits) {
            const change = (tree: Branch): Branch => apply(tree, edit, 'continue-on-error').tree;
            await datastores.edit('candidate', by, change);
            await datastores.commit({ ...TRIAL, ...NO_NAME }, by);
          }
          if (encodeData(datastores.running) !== first) changed += 1;
          await datastores.cancelCommit(undefined, by);
          assert.equal(encodeData(datastores.running), first);
          await datastores.close();
        },
      ),
      { numRuns: 200 },
    );
    assert.ok(changed > 100, `only ${changed} runs changed anything`);
  });
});
