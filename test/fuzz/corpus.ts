/** Module texts to start from: ours, those of Debian's packages, and those of the case files. */
import { createFileModuleRepository } from '../../src/node/file-module-repository.ts';
import {
  createMapRepository,
  parseModuleFileName,
  type ModuleRepository,
} from '../../src/yang/index.ts';
import { readCases } from '../support/case-file.ts';
import { installedModules } from '../support/installed-modules.ts';

export interface CorpusModule {
  /** File name. */
  readonly file: string;
  readonly name: string;
  readonly text: string;
  /** Whether to ask for the module itself, or for the one that it is a part of. */
  readonly request: string;
  readonly repository: ModuleRepository;
}

const CASES = ['yang-good', 'yang-bad', 'rfc7950', 'validate', 'documents'];
/** Longer texts take so long that other texts get no turn. */
const MAX_LENGTH = 60_000;

/** In the same order every time, as long as the files are the same. */
export function readCorpus(): readonly CorpusModule[] {
  return [...installed(), ...CASES.flatMap(casesIn)].filter(
    ({ text }) => text.length <= MAX_LENGTH,
  );
}

function installed(): readonly CorpusModule[] {
  const modules = installedModules();
  const folders = [...new Set(modules.map(({ folder }) => folder))];
  const repositories = new Map(
    folders.map((folder) => {
      const others = folders.filter((it) => it !== folder);
      const options = { recursive: false };
      return [folder, createFileModuleRepository([folder, ...others], options)];
    }),
  );
  return modules.flatMap(({ folder, file, text }) => {
    const repository = repositories.get(folder);
    return repository ? describe(file, text, repository) : [];
  });
}

function casesIn(folder: string): readonly CorpusModule[] {
  return readCases(folder).flatMap(({ sections }) => {
    const texts = new Map([...sections].filter(([name]) => /\.(?:yang|yin)$/.test(name)));
    const repository = createMapRepository(texts);
    return [...texts].flatMap(([file, text]) => describe(file, text, repository));
  });
}

function describe(
  file: string,
  text: string,
  repository: ModuleRepository,
): readonly CorpusModule[] {
  const { name } = parseModuleFileName(file) ?? {};
  if (name === undefined || !file.endsWith('.yang')) return [];
  const [, owner] = /^\s*submodule\b[^]*?\bbelongs-to\s+"?([\w.-]+)/m.exec(text) ?? [];
  return [{ file, name, text, request: owner ?? name, repository }];
}

/** The repository with another text in place of that of the module. */
export function withText(
  { name, file, repository }: CorpusModule,
  text: string,
  extension = 'yang',
): ModuleRepository {
  const changed = { text, file: file.replace(/\.yang$/, `.${extension}`), revision: undefined };
  return {
    find: (wanted, revision) => (wanted === name ? changed : repository.find(wanted, revision)),
    names: () => repository.names?.() ?? [],
  };
}
