/** The tree diagrams (RFC 8340) of all modules of the packages and our own equal those of yanglint. */
import assert from 'node:assert/strict';
import { createFileModuleRepository } from '../../src/node/file-module-repository.ts';
import { compile, printTree } from '../../src/yang/index.ts';
import { GROUPS, modulesOf } from './corpora.ts';
import { DIFFERENT_TREES, TREE_CRASHES } from './differences.ts';
import { compareDiagrams } from './tree-diagram.ts';
import { isRefusal, loadCommands, requireYanglint, runItems, type Output } from './yanglint.ts';

/** Diagrams that are equal to the letter, without what compareDiagrams takes away. */
const EQUAL_TO_THE_LETTER = 50;

describe('tree diagrams, against yanglint', function () {
  this.timeout(60_000);
  let diagrams: readonly Output[] = [];
  let identical = 0;

  const questions = GROUPS.flatMap(({ origin, directories }) => {
    const repository = createFileModuleRepository(directories);
    const files = modulesOf({ origin, directories });
    return files.map(({ name, revision, path }) => ({
      name,
      path,
      module: { name, revision, features: 'all' as const },
      directories,
      repository,
    }));
  });

  before(async function () {
    requireYanglint(this);
    diagrams = await runItems(
      questions.map(({ directories, module, name }) => [
        ...loadCommands(directories, [module]),
        `print -f tree ${name}`,
      ]),
    );
  });

  for (const [index, { name, path, module, repository }] of questions.entries()) {
    it(path, () => {
      const { context } = compile(repository, { modules: [module] });
      const theirs = diagrams[index];
      if (theirs === undefined) assert.ok(TREE_CRASHES.has(name), 'yanglint crashed');
      // Modules that one side refuses are compared elsewhere.
      if (theirs === undefined || isRefusal(theirs) || !context) return;
      const ours = printTree(context, name);
      if (ours.trim() === theirs.trim()) identical += 1;
      const faults = compareDiagrams(ours, theirs);
      const reason = DIFFERENT_TREES.get(name);
      if (reason === undefined) assert.equal(faults, '');
    });
  }

  it('are mostly equal to the letter', () => {
    assert.ok(identical >= EQUAL_TO_THE_LETTER, String(identical));
  });

  it('are told apart when a node differs', () => {
    const [line, other] = ['+--rw a?   string', '+--rw b?   string'];
    const [ours, theirs] = [`module: m\n  ${line}\n`, `module: m\n  ${other}\n`];
    assert.equal(compareDiagrams(ours, ours), '');
    assert.match(compareDiagrams(ours, theirs), /< .* b\? string/);
    assert.match(compareDiagrams(ours, `module: m\n  ${line} {f}?\n`), /f/);
    assert.match(compareDiagrams(ours, ours.replace('?', ' ')), /> .* a\?/);
  });
});
