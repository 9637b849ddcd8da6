/** From the arguments of a `sami yang` command to a compiled schema. */
import { statSync } from 'node:fs';
import { delimiter, dirname, resolve } from 'node:path';
import { createFileModuleRepository } from '../../../src/node/file-module-repository.ts';
import { packageYangDirectory } from '../../../src/node/package-files.ts';
import {
  Source,
  compile,
  newestRevision,
  selectRevision,
  type CompileResult,
  type Diagnostic,
  type ModuleRepository,
  type ModuleRequest,
  type ModuleText,
} from '../../../src/yang/index.ts';
import type { CliEnvironment } from '../environment.ts';
import { UsageError } from '../exit-code.ts';
import { readModuleHead } from './module-file.ts';
import { readText, refuseRepeatedInput, type TextFault, type TextFile } from './read-text.ts';
import { parseFeatures, type SchemaOptions } from './schema-arguments.ts';

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

export interface SchemaSet extends CompileResult {
  readonly given: readonly GivenSchema[];
  readonly repository: ModuleRepository;
}

/**
 * Compiles what `args` name, and `others`; faults of the modules are diagnostics, a file that is not there
 * is an error.
 */
export function loadSchemas(
  environment: CliEnvironment,
  args: readonly string[],
  options: SchemaOptions,
  others: readonly ModuleRequest[] = [],
): SchemaSet {
  refuseRepeatedInput(args);
  const given = args.map(readSchema);
  refuseRepeatedModules(given);
  const repository = repositoryOf(environment, given, options);
  const requests = requestsOf(given, options).filter((_, at) => !isBinary(given[at]));
  const { context, diagnostics } = compile(repository, {
    modules: [...requests, ...others],
    features: 'all',
    implement: options.makeImplemented === true ? 'imports' : 'requested',
  });
  const faults = given.flatMap(faultsOf);
  if (faults.length === 0) return { context, diagnostics, given, repository };
  return { context: undefined, diagnostics: [...faults, ...diagnostics], given, repository };
}

/** Of two texts of one module only one would be checked. */
function refuseRepeatedModules(given: readonly GivenSchema[]): void {
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
function isBinary(schema: GivenSchema | undefined): boolean {
  return schema?.fault !== undefined && schema.text?.text.includes('\0') === true;
}

function faultsOf({ text, fault }: GivenSchema): readonly Diagnostic[] {
  if (!text || !fault) return [];
  const { offset, message } = fault;
  const source = new Source(text.file, text.text);
  const at = { source, start: offset, end: offset + 1 };
  const place = { file: text.file, ...source.locate(offset), at };
  return [{ code: 'invalid-character', severity: 'error', message, ...place }];
}

function readSchema(argument: string): GivenSchema {
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

function requestsOf(
  given: readonly GivenSchema[],
  options: SchemaOptions,
): readonly ModuleRequest[] {
  const features = parseFeatures(options.features);
  const requests = given.map(({ name, module, revision }) => ({
    name: module,
    revision: module === name ? revision : undefined,
    features: features.get(module) ?? 'all',
  }));
  const names = new Set(requests.map(({ name }) => name));
  for (const name of features.keys()) {
    if (!names.has(name)) throw new UsageError(`--features names "${name}", which is not given`);
  }
  return requests;
}

function repositoryOf(
  { variables }: CliEnvironment,
  given: readonly GivenSchema[],
  options: SchemaOptions,
): ModuleRepository {
  const chain: ModuleRepository[] = [givenRepository(given)];
  const add = (paths: readonly string[], recursive: boolean): void => {
    if (paths.length > 0) chain.push(createFileModuleRepository(paths, { recursive }));
  };
  const split = (value: string): readonly string[] =>
    value.split(delimiter).filter((part) => part !== '');
  add(options.path.flatMap(split).map(checkDirectory), true);
  if (options.search) add(directoriesBeside(given), false);
  add(split(variables['YANG_MODPATH'] ?? '').filter(isDirectory), true);
  if (options.bundled) add([packageYangDirectory()], true);
  return {
    find(name, revision): ModuleText | undefined {
      for (const repository of chain) {
        const found = repository.find(name, revision);
        if (found) return found;
      }
      return undefined;
    },
    names: () => chain.flatMap((repository) => [...(repository.names?.() ?? [])]),
  };
}

function givenRepository(given: readonly GivenSchema[]): ModuleRepository {
  return {
    find: (name, revision) =>
      selectRevision(
        given.flatMap((schema) => (schema.name === name && schema.text ? [schema.text] : [])),
        revision,
      ),
  };
}

/** Directories of the files, and the current one. */
function directoriesBeside(given: readonly GivenSchema[]): readonly string[] {
  const files = given.flatMap(({ text }) => (text && text.file !== '<stdin>' ? [text.file] : []));
  return [...new Set([...files.map((file) => resolve(dirname(file))), process.cwd()])];
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function checkDirectory(path: string): string {
  if (!isDirectory(path)) throw new UsageError(`--path: no directory "${path}"`);
  return path;
}
