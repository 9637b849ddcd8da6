/** From the arguments of a `sami yang` command to a compiled schema. */
import { statSync } from 'node:fs';
import { delimiter, dirname, resolve } from 'node:path';
import { createFileModuleRepository } from '../../../src/node/file-module-repository.ts';
import { packageYangDirectory } from '../../../src/node/package-files.ts';
import {
  compile,
  selectRevision,
  type CompileResult,
  type ModuleRepository,
  type ModuleRequest,
  type ModuleText,
} from '../../../src/yang/index.ts';
import type { CliEnvironment } from '../environment.ts';
import { UsageError } from '../exit-code.ts';
import {
  faultsOf,
  isBinary,
  isOrphan,
  orphanFaults,
  readSchema,
  refuseRepeatedModules,
  type GivenSchema,
} from './given-schema.ts';
import { refuseRepeatedInput } from './read-text.ts';
import { parseFeatures, type SchemaOptions } from './schema-arguments.ts';

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
  const orphans = given.filter((schema) => isOrphan(schema, repository));
  const requests = requestsOf(given, options).filter((_, at) => {
    const schema = given[at];
    return schema !== undefined && !isBinary(schema) && !orphans.includes(schema);
  });
  const { context, diagnostics } = compile(repository, {
    modules: [...requests, ...others],
    features: 'all',
    implement: options.makeImplemented === true ? 'imports' : 'requested',
  });
  const faults = [...given.flatMap(faultsOf), ...orphans.flatMap(orphanFaults)];
  if (faults.length === 0) return { context, diagnostics, given, repository };
  return { context: undefined, diagnostics: [...faults, ...diagnostics], given, repository };
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
