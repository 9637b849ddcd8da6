/** Versions of nodes against what a comparison of whole subtrees says, for random trees. */
import assert from 'node:assert/strict';
import { DatastoreVersions } from '../../../../server/txid/datastore-versions.ts';
import type { Version } from '../../../../server/txid/txid-history.ts';
import {
  Branch,
  DataList,
  decodeData,
  plainContent,
  sameTree,
} from '../../../../src/data/index.ts';
import { RandomSource } from '../../../support/random-source.ts';
import { zooSchema } from '../../../support/reading-fixture.ts';

/** A few cages with a few animals: many trees have much in common, in other objects. */
function randomTree(random: RandomSource): Branch {
  const pick = (names: readonly string[]): readonly string[] =>
    names.filter(() => random.below(3) > 0);
  const cages = pick(['a', 'b', 'c']).map((id) => {
    const animals = pick(['x', 'y', 'z']).map(
      (name) => `<animal><name>${name}</name><age>${String(random.below(2))}</age></animal>`,
    );
    const ordered = random.below(4) === 0 ? animals.toReversed() : animals;
    return `<cage><id>${id}</id>${ordered.join('')}</cage>`;
  });
  const xml = `<zoo xmlns="urn:example:zoo"><shop><till>${String(random.below(2))}</till></shop>${cages.join('')}</zoo>`;
  return plainContent(decodeData(zooSchema().root, `<data>${xml}</data>`));
}

/** The branches of both trees that stand for the same node; undefined before when it was not there. */
function* pairs(
  before: Branch | undefined,
  after: Branch,
): Generator<readonly [Branch | undefined, Branch]> {
  yield [before, after];
  for (const child of after.schema.dataChildren) {
    const [old, now] = [before?.get(child), after.get(child)];
    if (now instanceof Branch) yield* pairs(old instanceof Branch ? old : undefined, now);
    if (!(now instanceof DataList)) continue;
    for (const row of now) yield* pairs(old instanceof DataList ? old.get(row) : undefined, row);
  }
}

describe('versions of a datastore', () => {
  it('change with the content of a node, and only with that', () => {
    const random = new RandomSource(7);
    const pool = Array.from({ length: 12 }, () => randomTree(random));
    let sequence = 0;
    let tree = pool[0] as Branch;
    const versions = new DatastoreVersions(tree, { sequence, time: 0 });
    let [kept, changed] = [0, 0];
    for (let step = 0; step < 300; step += 1) {
      // Trees come back, as with a rollback: the same objects, or others with the same content.
      const next = random.below(3) === 0 ? randomTree(random) : (pool[random.below(12)] as Branch);
      const known = new Map<Branch, Version>();
      for (const [, branch] of pairs(undefined, tree)) known.set(branch, versions.of(branch));
      const candidate = versions.ofCandidate(next);
      const before = sequence;
      const asCandidate = [...pairs(tree, next)].map(([, branch]) => candidate(branch));
      versions.follow(next, () => ({ sequence: (sequence += 1), time: sequence }));
      for (const [index, [old, now]] of [...pairs(tree, next)].entries()) {
        const isSame = old !== undefined && sameTree(old, now);
        const expected = isSame ? known.get(old)?.sequence : before + 1;
        assert.equal(versions.of(now).sequence, expected);
        assert.equal(asCandidate[index]?.sequence, isSame ? expected : undefined);
        if (isSame) kept += 1;
        else changed += 1;
      }
      tree = next;
    }
    assert.ok(kept > 300 && changed > 300, `${String(kept)} ${String(changed)}`);
  });
});
