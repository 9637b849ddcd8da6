/** A kind of state and a device that the package does not know, added from outside by its public doors (K14). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Process } from '../support/processes.ts';
import { packageRoot } from '../support/tools.ts';

const EXAMPLES = join(packageRoot(), 'examples');

describe('the example of a table driver', () => {
  it('moves a VM with its guests, and leaves those of others', async () => {
    const file = join(packageRoot(), 'dist/examples/table-plane.js');
    const { code, stdout, stderr } = await new Process([process.execPath, file, EXAMPLES], {})
      .ended;
    assert.deepEqual([code, stderr], [0, '']);
    const lines = stdout.trimEnd().split('\n');
    assert.deepEqual(lines, [
      'migrated; the new device knows:',
      '192.0.2.7 alice 3',
      '192.0.2.7 bob 1',
    ]);
  });

  it('is less than 100 lines and knows the package by its public doors only', () => {
    const text = readFileSync(join(EXAMPLES, 'table-plane.ts'), 'utf8');
    assert.ok(text.split('\n').length <= 100);
    for (const [, from = ''] of text.matchAll(/ from '([^']+)'/g)) {
      assert.match(from, /^(node:|sami\/(client|data|netconf|node|server)$)/);
    }
  });
});
