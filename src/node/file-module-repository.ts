/** Finds modules in directories, by the file names of RFC 7950, section 5.2. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  newestRevision,
  parseModuleFileName,
  selectRevision,
  type ModuleRepository,
  type ModuleText,
} from '../yang/index.ts';
import { BUNDLED, BUNDLED_DIRECTORY } from './bundled-files.ts';

/** How modules are looked for in directories. */
export interface FileRepositoryOptions {
  /** Subdirectories too; that is the default. */
  readonly recursive?: boolean;
}

/**
 * A repository over directories. A module found in an earlier directory hides those of the same name and
 * revision in later ones. Directories are listed once, at the start; files are read when they are asked for.
 */
export function createFileModuleRepository(
  directories: readonly string[],
  { recursive = true }: FileRepositoryOptions = {},
): ModuleRepository {
  const files = new Map<string, ModuleFile[]>();
  for (const directory of directories) {
    if (directory === BUNDLED_DIRECTORY) indexBundled(files);
    else indexDirectory(directory, files, recursive);
  }
  return {
    find: (name, revision) => selectRevision(files.get(name) ?? [], revision)?.read(),
    names: () => files.keys(),
  };
}

/** A file whose name does not tell the revision has to be read for it. */
class ModuleFile {
  readonly #path: string;
  readonly #stated: string | undefined;
  readonly #load: () => string;
  #text: ModuleText | undefined;

  constructor(path: string, revision: string | undefined, load: () => string) {
    this.#path = path;
    this.#stated = revision;
    this.#load = load;
  }

  get revision(): string | undefined {
    return this.#stated ?? this.read().revision;
  }

  read(): ModuleText {
    if (!this.#text) {
      const text = this.#load();
      const revision = this.#stated ?? newestRevision(text);
      this.#text = { text, file: this.#path, revision };
    }
    return this.#text;
  }
}

function indexDirectory(
  directory: string,
  files: Map<string, ModuleFile[]>,
  recursive: boolean,
): void {
  const entries = readdirSync(directory, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (!entry.isDirectory()) {
      if (/\.(?:yang|yin)$/.test(entry.name)) addFile(path, entry.name, files);
    } else if (recursive) {
      indexDirectory(path, files, recursive);
    }
  }
}

function indexBundled(files: Map<string, ModuleFile[]>): void {
  for (const [name, text] of BUNDLED?.modules ?? []) addFile(name, name, files, () => text);
}

function addFile(
  path: string,
  fileName: string,
  files: Map<string, ModuleFile[]>,
  load: () => string = () => readFileSync(path, 'utf8'),
): void {
  const parsed = parseModuleFileName(fileName);
  if (!parsed) return;
  const file = new ModuleFile(path, parsed.revision, load);
  const list = files.get(parsed.name);
  if (list) list.push(file);
  else files.set(parsed.name, [file]);
}
