/** What the arguments of a `sami yang` command name, and what is wrong with it before anything is compiled. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  Source,
  newestRevision,
  type Diagnostic,
  type DiagnosticCode,
  type ModuleRepository,
  type ModuleText,
} from '../../../src/yang/index.ts';
import { UsageError } from '../exit-code.ts';
import { readModuleHead } from './module-file.ts';
import { readText, type TextFault, type TextFile } from './read-text.ts';

/** A module or submodule that the command line names. */
export interface GivenSchema {
  readonly name: string;
  readonly revision: string | undefined;
  /** The module to implement for it: itself, or the one that a submodule belongs to. */
  readonly module: string;
  /** Undefined when only the name was given. */
  readonly text: ModuleText | undefined;
  readonly fault: TextFault | undefined;
}

/** Of two texts of one module only one would be checked. */
export function refuseRepeatedModules(given: readonly GivenSchema[]): void {
  const files = new Map<string, string>();
  for (const { name, revision, text } of given) {
    if (!text) continue;
    const label = revision === undefined ? name : `${name}@${revision}`;
    const other = files.get(label) ?? text.file;
    if (resolve(other) !== resolve(text.file)) {
      throw new UsageError(`"${other}" and "${text.file}" are both the module "${label}"`);
    }
    files.set(label, other);
  }
}

/** The compiler would say something of each of its bytes. */
export function isBinary(schema: GivenSchema): boolean {
  return schema.fault !== undefined && schema.text?.text.includes('\0') === true;
}

export function faultsOf({ text, fault }: GivenSchema): readonly Diagnostic[] {
  if (!text || !fault) return [];
  return [diagnosticAt(text, 'invalid-character', fault.offset, fault.message)];
}

/** A submodule is checked as part of its module, which is not there. */
export function isOrphan(
  { name, module, text }: GivenSchema,
  repository: ModuleRepository,
): boolean {
  return text !== undefined && module !== name && !repository.find(module);
}

export function orphanFaults({ name, module, text }: GivenSchema): readonly Diagnostic[] {
  if (!text) return [];
  const message = `module "${module}", which submodule "${name}" belongs to, is not available`;
  const offset = Math.max(0, text.text.search(/\bbelongs-to\b/));
  return [diagnosticAt(text, 'module-not-found', offset, message)];
}

function diagnosticAt(
  { file, text }: ModuleText,
  code: DiagnosticCode,
  start: number,
  message: string,
): Diagnostic {
  const source = new Source(file, text);
  const at = { source, start, end: start + 1 };
  return { code, severity: 'error', message, file, ...source.locate(start), at };
}

export function readSchema(argument: string): GivenSchema {
  if (argument === '-' || isFile(argument)) return schemaOf(readText(argument));
  const match = /^([A-Za-z_][\w.-]*?)(?:@(\d{4}-\d{2}-\d{2}))?$/.exec(argument);
  // What can be no name is a file; reading it says what is wrong with it.
  if (!match || /\.(?:yang|yin)$/.test(argument)) return schemaOf(readText(argument));
  const [, name = '', revision] = match;
  return { name, revision, module: name, text: undefined, fault: undefined };
}

function schemaOf({ name: file, text, fault }: TextFile): GivenSchema {
  const head = readModuleHead(text);
  // Without a head the compiler is asked for a name that the text has not, and says what is wrong with it.
  const name = head?.name ?? file;
  const revision = newestRevision(text);
  return { name, revision, module: head?.belongsTo ?? name, text: { text, file, revision }, fault };
}

/** Pipes and devices too: `<(command)` of a shell is one. */
function isFile(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && !stats.isDirectory();
}
