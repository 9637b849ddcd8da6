/**
 * Case files: prose, then sections that begin with a line `-- name --`. With UPDATE_CASES=1 in the
 * environment a test writes what it found into the file instead of comparing.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface CaseFile {
  readonly name: string;
  readonly path: string;
  readonly prose: string;
  /** Text of each section by its name, in the order of the file. */
  readonly sections: ReadonlyMap<string, string>;
}

/** Directory with package.json, from sources and from compiled tests alike. */
export function projectRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json'))) directory = dirname(directory);
  return directory;
}

/** All case files of a folder below test/cases. */
export function readCases(folder: string): readonly CaseFile[] {
  const directory = join(projectRoot(), 'test', 'cases', folder);
  const files = readdirSync(directory).filter((file) => file.endsWith('.case'));
  return files
    .sort()
    .map((file) => parseCase(file.slice(0, -'.case'.length), join(directory, file)));
}

function parseCase(name: string, path: string): CaseFile {
  const [prose = '', ...parts] = readFileSync(path, 'utf8').split(/^-- (.+) --\n/m);
  const sections = new Map<string, string>();
  for (let index = 0; index < parts.length; index += 2) {
    sections.set(parts[index] ?? '', parts[index + 1] ?? '');
  }
  return { name, path, prose: prose.trim(), sections };
}

/** Compares a section with what came out, or rewrites it; a new one goes behind the section `behind`. */
export function checkSection(
  file: CaseFile,
  section: string,
  actual: string,
  behind?: string,
): void {
  if (process.env['UPDATE_CASES'] !== '1') {
    assert.equal(actual, file.sections.get(section) ?? '');
    return;
  }
  // Read again: other sections of the file may have been rewritten since.
  const sections = [...parseCase(file.name, file.path).sections];
  const present = sections.findIndex(([name]) => name === section);
  const before = sections.findIndex(([name]) => name === behind);
  if (present >= 0) sections[present] = [section, actual];
  else sections.splice(before < 0 ? sections.length : before + 1, 0, [section, actual]);
  const text = sections.map(([name, body]) => `-- ${name} --\n${body}`).join('');
  writeFileSync(file.path, `${file.prose}\n\n${text}`);
}
