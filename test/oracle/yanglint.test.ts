/** The driver of yanglint tells acceptance, refusal and a crash apart, and goes on behind a crash. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../support/case-file.ts';
import { explain } from './differences.ts';
import { isRefusal, loadCommands, requireYanglint, runItems } from './yanglint.ts';

describe('the driver of yanglint', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sami-oracle-'));

  before(function () {
    requireYanglint(this);
  });

  after(() => {
    rmSync(directory, { recursive: true });
  });

  function fileOf(name: string, text: string): string {
    const path = join(directory, `${name}.xml`);
    writeFileSync(path, text);
    return path;
  }

  it('gives the output of each item', async () => {
    const namespace = 'urn:sami:oracle:types';
    const good = fileOf('good', `<integers xmlns="${namespace}"><i8>1</i8></integers>`);
    const bad = fileOf('bad', `<integers xmlns="${namespace}"><i8>300</i8></integers>`);
    // A message that is not valid, without data that it is about, is what it does not survive.
    const message = `<run xmlns="urn:sami:oracle:choices"><what/><targets/><fast/><slow/></run>`;
    const fatal = fileOf('fatal', message);
    const modules = ['oracle-types', 'oracle-choices'].map((name) => ({ name, features: [] }));
    const outputs = await runItems(
      [
        [`data -t config -f xml ${good}`],
        [`data -t config ${bad}`],
        [`data -t rpc ${fatal}`],
        [`data -t config ${good}`],
      ],
      loadCommands([join(projectRoot(), 'test', 'oracle', 'modules')], modules),
    );
    assert.match(outputs[0] ?? '', /<i8>1<\/i8>/);
    assert.ok(!isRefusal(outputs[0] ?? ''));
    assert.ok(isRefusal(outputs[1] ?? ''));
    assert.equal(outputs[2], undefined);
    assert.equal(outputs[3], '');
  });

  it('is not excused by a rule when one side alone refuses a document', () => {
    const mandatory = 'libyang[0]: Mandatory node "x" instance does not exist.';
    assert.equal(explain('', mandatory, undefined), undefined);
    assert.equal(explain('the leaf "x" is missing [data-missing]', '', undefined), undefined);
  });
});
