/**
 * Our restatements of the standard modules against the published texts, wherever these are installed:
 * the same statements in the same order, prose left out.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Statement, parseYang, printStatement } from '../../src/yang/index.ts';
import { projectRoot } from '../support/case-file.ts';

const RESTATED = join(projectRoot(), 'yang', 'ietf');
/** Where Debian's libyang2 and netconfd keep theirs. */
const PUBLISHED = ['/usr/share/yang/modules/libyang', '/usr/share/yuma/modules/ietf'];
const PROSE = new Set(['description', 'reference', 'contact', 'organization']);

/** The text of a module without prose and without revisions but the newest. */
function schemaOf(path: string): string {
  const { statement, diagnostics } = parseYang(readFileSync(path, 'utf8'), path);
  assert.ok(statement, JSON.stringify(diagnostics[0]));
  const newest = statement.find('revision');
  return printStatement(
    bare(statement, (child) => child.keyword !== 'revision' || child === newest),
  );
}

function bare(statement: Statement, keep: (child: Statement) => boolean): Statement {
  const { keyword, argument, at, parent } = statement;
  const substatements = statement.substatements
    .filter((child) => !PROSE.has(child.keyword) && keep(child))
    .map((child) => bare(child, () => true));
  // Long expressions are broken into lines differently, and line breaks mean nothing in them.
  return new Statement({
    keyword,
    argument: argument?.replaceAll(/\s+/g, keyword === 'pattern' ? '' : ' ').trim(),
    substatements,
    parent,
    at,
  });
}

describe('restated modules', () => {
  const modules = readdirSync(RESTATED).flatMap((file) => {
    const published = PUBLISHED.map((folder) => join(folder, file)).find(existsSync);
    return published === undefined ? [] : [{ file, published }];
  });

  before(function () {
    if (modules.length === 0) this.skip();
  });

  for (const { file, published } of modules) {
    it(`${file} is what was published`, () => {
      assert.equal(schemaOf(join(RESTATED, file)), schemaOf(published));
    });
  }

  it('at least the type libraries were compared', () => {
    assert.ok(modules.some(({ file }) => file.startsWith('ietf-inet-types')));
  });
});
