/** The tours of the documents run as they stand. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Process, Site } from '../support/processes.ts';
import { packageRoot, missingProgram, skipIf } from '../support/tools.ts';

/** The commands or the code between `<!-- name -->` and `<!-- /name -->` of a document. */
async function tourOf(document: string, name: string): Promise<string> {
  const text = await readFile(join(packageRoot(), document), 'utf8');
  const tour = new RegExp(
    `<!-- ${name} -->\\s*\`\`\`(?:sh|ts)\\n(.*?)\`\`\`\\s*<!-- /${name} -->`,
    's',
  ).exec(text);
  assert.ok(tour?.[1], `${document} has a ${name}`);
  return tour[1];
}

describe('README.md', function () {
  this.timeout(60_000);

  it('has a tour that ends with the session on the new device', async function () {
    skipIf(this, missingProgram('bash'));
    const tour = await tourOf('README.md', 'tour');
    assert.ok(tour.trim().split('\n').length <= 25, 'it says that it is short');
    await using site = await Site.open();
    // The devices go with the tour, however that ends.
    const strict = `set -euo pipefail; trap 'kill $(jobs -p) || :' EXIT; cd '${packageRoot()}'\n`;
    const bash = new Process(['bash', '-c', strict + tour], { TMPDIR: site.folder });
    bash.child.stdin?.end();
    const { code, stdout, stderr } = await bash.ended;
    assert.equal(code, 0, stderr);
    assert.match(stdout, /migrated/);
    const got = /<data.*?<\/data>/s.exec(stdout)?.[0] ?? '';
    assert.match(got, /<id>web-1<\/id>/);
    assert.doesNotMatch(got, /<netconf-state/, 'the filter leaves out the rest');
    assert.match(got, /<source-port>40000<\/source-port>/);
    assert.match(stdout.slice(stdout.indexOf(got) + got.length), /web-1 .* migrated/);
  });
});

describe('docs/yang.md', function () {
  this.timeout(60_000);

  it('has a tour of the commands of sami yang', async function () {
    skipIf(this, missingProgram('bash'));
    const tour = await tourOf('docs/yang.md', 'yang-tour');
    await using site = await Site.open();
    const strict = `set -euo pipefail; cd '${packageRoot()}'\n`;
    const bash = new Process(['bash', '-c', strict + tour], { TMPDIR: site.folder });
    bash.child.stdin?.end();
    const { code, stdout, stderr } = await bash.ended;
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^module: lamp\n {2}\+--rw lamp\* \[name\]\n/);
    assert.match(stdout, /there is no lamp "door" yet\n/);
    assert.match(stdout, /"name": "door",\s*"address": "2001:db8::1",\s*"level": 100/);
    assert.match(stderr, /one\.json:1:\d+: error: .*\[data-missing instance-required\]/);
    assert.match(stderr, /did you mean "uint8"\?[^]*did you mean "leafref"\?/);
    assert.match(stdout, /and what was probably meant is said\n\d+\n$/);
  });

  it('has a program that uses the package by its name', async () => {
    const program = await tourOf('docs/yang.md', 'yang-code');
    const place = { cwd: packageRoot() };
    // What it shows has no types to be taken away first.
    const args = ['--input-type=module', '--eval', program];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, place);
    assert.equal(stderr, '');
    assert.match(stdout, /^module: lamp\n[^]*\nlist lamp\n/);
    assert.match(
      stdout,
      /1 the condition '\. <= 100' does not hold [^]*\n1 .*does not exist: .* = 'door'/,
    );
    assert.match(stdout, /\{"lamp:lamp":\[\{"name":"hall","level":100\}\]\}\n100\n/);
    assert.match(stdout, /\/lamp:lamp\[name='hall'\] follows door\n$/);
  });
});
