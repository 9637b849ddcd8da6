/**
 * Our restatements of the standard modules against the published texts, wherever these are installed:
 * the same statements in the same order, prose left out, and the same compiled schema.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createFileModuleRepository } from '../../src/node/file-module-repository.ts';
import {
  Statement,
  compile,
  createMapRepository,
  parseModuleFileName,
  parseYang,
  printStatement,
  type ModuleRepository,
} from '../../src/yang/index.ts';
import { describeSchema } from '../support/describe-schema.ts';
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

/**
 * A module that uses every typedef of another, and every grouping where it has no nodes of its own, so that
 * these are compiled too.
 */
function probeOf(text: string, name: string): string {
  const { statement } = parseYang(text, name);
  const namesOf = (keyword: string): readonly string[] =>
    (statement?.substatements ?? [])
      .filter((it) => it.keyword === keyword)
      .map(({ argument = '' }) => argument);
  const leaves = namesOf('typedef').map((it) => `leaf t-${it} { type p:${it}; }`);
  const isLibrary = !statement?.find('container') && !statement?.find('list');
  const groupings = isLibrary ? namesOf('grouping') : [];
  const containers = groupings.map((it) => `container g-${it} { uses p:${it}; }`);
  return `module probe { yang-version 1.1; namespace "urn:probe"; prefix probe;
    import ${name} { prefix p; } container probe { config false; ${[...leaves, ...containers].join('\n')} } }`;
}

/** Every property of what is compiled of a module and of a probe for it. */
function compiledOf(text: string, name: string, imports: ModuleRepository): readonly string[] {
  const own = createMapRepository(
    new Map([
      [`${name}.yang`, text],
      ['probe.yang', probeOf(text, name)],
    ]),
  );
  const repository: ModuleRepository = {
    find: (wanted, revision) =>
      own.find(wanted, wanted === name ? undefined : revision) ?? imports.find(wanted, revision),
  };
  const modules = [{ name, features: 'all' as const }, { name: 'probe' }];
  const { context, diagnostics } = compile(repository, { modules });
  assert.ok(context, diagnostics.map(({ message }) => message).join('\n'));
  return describeSchema(context, (module) => [name, 'probe'].includes(module.name));
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

  const imports = createFileModuleRepository([RESTATED]);

  for (const { file, published } of modules) {
    it(`${file} compiles to the schema of what was published`, () => {
      const { name = '' } = parseModuleFileName(file) ?? {};
      const ours = readFileSync(join(RESTATED, file), 'utf8');
      const theirs = readFileSync(published, 'utf8');
      assert.deepEqual(compiledOf(ours, name, imports), compiledOf(theirs, name, imports));
    });
  }

  it('would differ in any property', () => {
    const body = `typedef t { type int8 { range "1..5"; } }
      identity i; identity j { base i; } feature f;
      container c { leaf a { type t; default 3; } leaf b { type identityref { base i; } units u; }
        leaf n { type string { pattern "a+"; length "1..2"; } must "../a = 1"; when "../b"; }
        list l { key k; unique v; ordered-by user; leaf k { type string; } leaf v { type union { type int8; type boolean; } } }
        choice h { default x; leaf x { type enumeration { enum e; } } leaf y { type bits { bit b; } } } }`;
    const compiled = (text: string): readonly string[] =>
      compiledOf(
        `module m { yang-version 1.1; namespace "urn:m"; prefix m; ${text} }`,
        'm',
        imports,
      );
    const original = compiled(body);
    assert.deepEqual(compiled(body.replaceAll(/\s+/g, ' ')), original);
    const changes: readonly (readonly [string, string])[] = [
      ['1..5', '1..6'],
      ['default 3', 'default 4'],
      ['{ base i; } feature', '; feature'],
      ['feature f;', ''],
      ['units u', 'units w'],
      ['a+', 'a*'],
      ['1..2', '1..3'],
      ['../a = 1', '../a = 2'],
      ['when "../b"', 'when "../a"'],
      ['unique v;', ''],
      ['ordered-by user;', ''],
      ['int8; type boolean', 'boolean; type int8'],
      ['default x', 'default y'],
      ['enum e', 'enum f'],
      ['bit b', 'bit c'],
      ['leaf y {', 'leaf y { mandatory true; '],
      ['leaf y {', 'leaf y { config false; '],
      ['leaf y {', 'leaf y { status deprecated; '],
    ];
    for (const [from, to] of changes) {
      assert.ok(body.includes(from), from);
      assert.notDeepEqual(compiled(body.replace(from, to)), original, from);
    }
  });

  it('at least the type libraries were compared', () => {
    assert.ok(modules.some(({ file }) => file.startsWith('ietf-inet-types')));
  });
});
