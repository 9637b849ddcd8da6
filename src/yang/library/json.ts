/**
 * Content of ietf-yang-library as JSON (RFC 7951), and what a client makes of such content: a list of modules to
 * compile (RFC 8525, section 3; RFC 7895, section 2.2).
 */
import type { ModuleRequest } from '../compile/compilation.ts';
import { YANG_LIBRARY_MODULE, type YangLibraryContent } from './content.ts';

/** An object of JSON, as JSON.stringify takes it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Both trees as a JSON document has them: `{ "ietf-yang-library:yang-library": …, "…:modules-state": … }`. */
export function yangLibraryJson({ yangLibrary, modulesState }: YangLibraryContent): JsonObject {
  return {
    [`${YANG_LIBRARY_MODULE}:yang-library`]: toJson(yangLibrary),
    [`${YANG_LIBRARY_MODULE}:modules-state`]: toJson(modulesState),
  };
}

/** Names of nodes instead of camel case; what is undefined is left out. */
function toJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).filter(([, child]) => child !== undefined);
  return Object.fromEntries(entries.map(([name, child]) => [kebab(name), toJson(child)]));
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/**
 * The modules that a server implements, to be compiled with the revisions and features that it says it has. Modules
 * that deviate from others are among them. `content` is that of {@link yangLibrary}, one of its two trees, or JSON of
 * either; yang-library is preferred. What is malformed is passed over, so that nothing that a server says can throw.
 *
 * With `datastore`, the identity of one, only the modules of its schema are listed.
 */
export function modulesFromYangLibrary(
  content: unknown,
  { datastore }: { readonly datastore?: string | undefined } = {},
): readonly ModuleRequest[] {
  const root = fieldsOf(content);
  const library = fieldsOf(root.get('yangLibrary') ?? content);
  const state = fieldsOf(root.get('modulesState') ?? content);
  const modules = library.has('moduleSet')
    ? setsOf(library, datastore).flatMap((set) => listOf(set, 'module'))
    : listOf(state, 'module').filter((module) => module.get('conformanceType') !== 'import');
  const requests = new Map<string, ModuleRequest>();
  for (const module of modules) {
    const request = requestOf(module);
    if (request) requests.set(request.name, requests.get(request.name) ?? request);
  }
  return [...requests.values()];
}

type Fields = ReadonlyMap<string, unknown>;

/** The members of an object by the names that {@link YangLibraryContent} has; none when it is no object. */
function fieldsOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Map();
  return new Map(Object.entries(value).map(([name, child]) => [camel(name), child]));
}

function camel(name: string): string {
  return name
    .replace(`${YANG_LIBRARY_MODULE}:`, '')
    .replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function listOf(fields: Fields, name: string): readonly Fields[] {
  const list = fields.get(name);
  return Array.isArray(list) ? list.map(fieldsOf) : [];
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((it) => typeof it === 'string') : [];
}

/** The module sets of the schema of a datastore, or all of them. */
function setsOf(library: Fields, datastore: string | undefined): readonly Fields[] {
  const sets = listOf(library, 'moduleSet');
  if (datastore === undefined) return sets;
  const entry = listOf(library, 'datastore').find((it) => it.get('name') === datastore);
  const schema = listOf(library, 'schema').find(
    (it) => entry !== undefined && it.get('name') === entry.get('schema'),
  );
  const names = textsOf(schema?.get('moduleSet'));
  return sets.filter((set) => names.some((name) => name === set.get('name')));
}

function requestOf(module: Fields): ModuleRequest | undefined {
  const name = module.get('name');
  const revision = module.get('revision');
  if (typeof name !== 'string' || name === '') return undefined;
  const isStated = typeof revision === 'string' && revision !== '';
  return {
    name,
    revision: isStated ? revision : undefined,
    features: textsOf(module.get('feature')),
  };
}
