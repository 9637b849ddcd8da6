/**
 * Generated documents, valid ones and ones with one mutation: yanglint accepts and refuses what we do. The
 * seed is fixed, so that a failure comes again; main.ts runs the same with any number and seed.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { runSubject } from './campaign.ts';
import type { Difference } from './compare-printed.ts';
import { SUBJECTS } from './subjects.ts';
import { requireYanglint } from './yanglint.ts';

const DOCUMENTS = 320;
const SEED = 20261120;

function describeDifference({ sample, ours, yanglint }: Difference): string {
  const what = `${sample.kind} ${sample.format}, ${sample.mutation ?? 'unchanged'}`;
  return `${what}\nours: ${ours || 'accepted'}\nyanglint: ${yanglint || 'accepted'}\n${sample.text}`;
}

describe('generated documents, against yanglint', function () {
  this.timeout(60_000);
  let documents = 0;
  let valid = 0;

  before(function () {
    requireYanglint(this);
  });

  const installed = SUBJECTS.filter(({ directories }) => directories.every(existsSync));
  for (const [index, subject] of installed.entries()) {
    it(subject.requests.map(({ name }) => name).join(', '), async () => {
      const result = await runSubject(subject, SEED + index, DOCUMENTS);
      documents += result.documents;
      valid += result.accepted;
      assert.equal(result.differences.map(describeDifference).join('\n\n'), '');
    });
  }

  it('are many, of both kinds', () => {
    if (installed.length < SUBJECTS.length) return;
    assert.ok(documents >= 10_000, `${String(documents)} documents`);
    assert.ok(valid > documents / 4, `${String(valid)} valid`);
    assert.ok(documents - valid > documents / 4, `${String(documents - valid)} invalid`);
  });
});
