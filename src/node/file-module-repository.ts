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

interface ModuleFile {
  readonly path: string;
  readonly revision: string | undefined;
}

export interface FileRepositoryOptions {
  /** Subdirectories too; that is the default. */
  readonly recursive?: boolean;
}

/**
 * A repository over directories. A module found in an earlier directory hides those of the same name and
 * revision in later ones. Directories are listed once, at the start.
 */
export function createFileModuleRepository(
  directories: readonly string[],
  { recursive = true }: FileRepositoryOptions = {},
): ModuleRepository {
  const files = new Map<string, ModuleFile[]>();
  for (const directory of directories) indexDirectory(directory, files, recursive);
  return {
    find(name, revision): ModuleText | undefined {
      const file = selectRevision(files.get(name) ?? [], revision);
      if (!file) return undefined;
      const text = readFileSync(file.path, 'utf8');
      return { text, file: file.path, revision: file.revision ?? newestRevision(text) };
    },
  };
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

function addFile(path: string, fileName: string, files: Map<string, ModuleFile[]>): void {
  const parsed = parseModuleFileName(fileName);
  if (!parsed) return;
  const revision = parsed.revision ?? newestRevision(readFileSync(path, 'utf8'));
  const list = files.get(parsed.name);
  if (!list) files.set(parsed.name, [{ path, revision }]);
  else if (!list.some((file) => file.revision === revision)) list.push({ path, revision });
}
