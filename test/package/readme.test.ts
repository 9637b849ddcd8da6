/** The tour of the README runs as it stands. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Process, Site } from '../support/processes.ts';
import { packageRoot, missingProgram, skipIf } from '../support/tools.ts';

describe('README.md', function () {
  this.timeout(60_000);

  it('has a tour that ends with the session on the new device', async function () {
    skipIf(this, missingProgram('bash'));
    const readme = await readFile(join(packageRoot(), 'README.md'), 'utf8');
    const tour = /<!-- tour -->\s*```sh\n(.*?)```\s*<!-- \/tour -->/s.exec(readme)?.[1];
    assert.ok(tour);
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
