/** The catalogue of diagnostics in docs/diagnostics.md is that of the code. */
import { readFileSync, writeFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DIAGNOSTICS } from '../../../src/yang/index.ts';
import { projectRoot } from '../../support/case-file.ts';

const HEAD = `# Diagnostics of the YANG compiler

Each has a code that does not change, and a case in \`test/cases\` that shows it.

| code | severity | what it says |
|---|---|---|
`;

describe('docs/diagnostics.md', () => {
  it('lists every code with its severity and meaning', () => {
    const path = join(projectRoot(), 'docs', 'diagnostics.md');
    const rows = Object.entries(DIAGNOSTICS)
      .map(([code, [severity, meaning]]) => `| \`${code}\` | ${severity} | ${meaning} |\n`)
      .join('');
    if (process.env['UPDATE_CASES'] === '1') writeFileSync(path, HEAD + rows);
    assert.equal(readFileSync(path, 'utf8'), HEAD + rows);
  });
});
