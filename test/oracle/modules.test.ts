/**
 * yanglint accepts and refuses the modules that we do: those of Debian's packages and our own, with no
 * feature, all features, and each feature alone, modules with those that deviate from them, and the cases.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileModuleRepository } from '../../src/node/file-module-repository.ts';
import { compile, type ModuleRequest } from '../../src/yang/index.ts';
import { readCases, type CaseFile } from '../support/case-file.ts';
import { GROUPS, missingOrigins, modulesOf } from './corpora.ts';
import { DIFFERENT_CASES, DIFFERENT_MODULES, NOT_ASKED } from './differences.ts';
import { isRefusal, loadCommands, requireYanglint, runItems, type Output } from './yanglint.ts';

/** Modules to load together, and whether we accept them. */
interface Question {
  readonly title: string;
  /** Name in the tables of differences. */
  readonly key: string;
  readonly directories: readonly string[];
  readonly requests: readonly ModuleRequest[];
  accepted(): boolean;
}

/** Features are asked for without, all together, and one by one. */
function questionsOfGroups(): readonly Question[] {
  return GROUPS.flatMap(({ origin, directories }) => {
    const repository = createFileModuleRepository(directories);
    const files = modulesOf({ origin, directories });
    const singles = files.flatMap(({ name, revision, features }) => {
      const choices: (readonly string[] | 'all')[] = [[]];
      if (features.length > 0) choices.push('all');
      if (features.length > 1) choices.push(...features.map((feature) => [feature]));
      return choices.map((chosen) => [{ name, revision, features: chosen }]);
    });
    const deviating = files.filter(({ deviated }) => deviated.length > 0);
    const together = deviating.flatMap(({ name, deviated }) => {
      const all = [...deviated, name].map((it) => ({ name: it, features: 'all' as const }));
      return [all, all.toReversed()];
    });
    return [...singles, ...together].map((requests) => ({
      title: `${requests.map(describe).join(' ')} in ${directories[0] ?? ''}`,
      key: requests.map(describe).join(' '),
      directories,
      requests,
      accepted: () => compile(repository, { modules: requests }).context !== undefined,
    }));
  });

  function describe({ name, features = [] }: ModuleRequest): string {
    if (features === 'all') return `${name}:*`;
    return features.length === 0 ? name : `${name}:${features.join(',')}`;
  }
}

/** The modules of a case in a directory of their own. */
function questionOfCase(file: CaseFile, directory: string): Question {
  const texts = [...file.sections].filter(([name]) => name.endsWith('.yang'));
  for (const [name, text] of texts) writeFileSync(join(directory, name), text);
  const modules = texts
    .filter(([, text]) => !/^\s*submodule\b/m.test(text))
    .map(([name]) => name.slice(0, -'.yang'.length));
  const lines = file.sections.get('modules')?.trim().split('\n') ?? modules;
  const requests = lines.map((line): ModuleRequest => {
    const [label = '', wanted = ''] = line.split(':');
    const [name = '', revision] = label.split('@');
    const features = wanted === 'all' ? wanted : wanted.split(',').filter((it) => it !== '');
    return { name, revision, features };
  });
  return {
    title: `the case ${file.name}`,
    key: file.name,
    directories: [directory],
    requests,
    accepted: () => !(file.sections.get('diagnostics') ?? '').includes(' error '),
  };
}

function itemOf({ directories, requests }: Question): readonly string[] {
  const modules = requests.map(({ name, revision, features = [] }) => ({
    name,
    revision,
    features,
  }));
  return loadCommands(directories, modules);
}

/** A test for each question; the answers of yanglint are fetched together. */
function compareAll(questions: readonly Question[], different: ReadonlyMap<string, string>): void {
  let answers: readonly Output[] = [];
  before(async () => {
    answers = await runItems(questions.map(itemOf));
  });
  for (const [index, question] of questions.entries()) {
    it(question.title, () => {
      const answer = answers[index];
      const reason = different.get(question.key);
      if (answer === undefined && reason === 'yanglint crashes') return;
      assert.ok(answer !== undefined, 'yanglint crashed');
      const accepted = question.accepted();
      if (reason === undefined) assert.equal(accepted, !isRefusal(answer), answer);
      else assert.notEqual(accepted, !isRefusal(answer), `no longer different: ${reason}`);
    });
  }
}

describe('modules, against yanglint', function () {
  this.timeout(120_000);

  before(function () {
    requireYanglint(this);
  });

  it('finds the packages with the modules', () => {
    if (process.env['CI'] === 'true') assert.deepEqual(missingOrigins(), []);
  });

  describe('of the packages', () => {
    compareAll(questionsOfGroups(), DIFFERENT_MODULES);
  });

  describe('of the cases', () => {
    const root = mkdtempSync(join(tmpdir(), 'sami-oracle-'));
    after(() => {
      rmSync(root, { recursive: true });
    });
    const files = ['yang-good', 'yang-bad', 'rfc7950']
      .flatMap(readCases)
      .filter(({ name }) => !NOT_ASKED.has(name));
    const questions = files.map((file, index) => {
      const directory = mkdtempSync(join(root, `${String(index)}-`));
      return questionOfCase(file, directory);
    });
    compareAll(questions, DIFFERENT_CASES);
  });
});
