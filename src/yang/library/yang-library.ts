/** What a server says about its schema: YANG library (RFC 8525), and modules-state for old clients (RFC 7895). */
import type { ModuleInfo, SchemaContext } from '../schema.ts';
import type {
  ImportOnlyModule,
  LibraryModule,
  LibrarySubmodule,
  ModulesState,
  StateModule,
  YangLibrary,
  YangLibraryContent,
} from './content.ts';

export interface YangLibraryOptions {
  /** Name of the one module set, and of the one schema that all datastores have. Default: `complete`. */
  readonly name?: string | undefined;
  /** Identities of datastores. Default: `ietf-datastores:running` and `ietf-datastores:operational`. */
  readonly datastores?: readonly string[] | undefined;
  /** URLs where a module or submodule can be had; modules-state has the first one. */
  readonly locations?:
    ((name: string, revision: string | undefined) => readonly string[]) | undefined;
  /** Makes the content-id of all other content. Default: a hash of 128 bits. */
  readonly digest?: ((content: string) => string) | undefined;
}

const DATASTORES = ['ietf-datastores:running', 'ietf-datastores:operational'];

/**
 * The content of both trees of ietf-yang-library for a schema. Modules stand in the order of their names, so the
 * content-id, which is in both, changes when the content does and only then.
 */
export function yangLibrary(
  context: SchemaContext,
  options: YangLibraryOptions = {},
): YangLibraryContent {
  const { digest = fnv1a } = options;
  const library = libraryOf(context, options);
  const contentId = digest(JSON.stringify(library));
  return {
    yangLibrary: { ...library, contentId },
    modulesState: stateOf(context, options, contentId),
  };
}

type Locations = YangLibraryOptions['locations'];

function libraryOf(
  context: SchemaContext,
  { name = 'complete', datastores = DATASTORES, locations }: YangLibraryOptions,
): Omit<YangLibrary, 'contentId'> {
  const modules = byName(context);
  const implemented = modules.filter((it) => it.implemented);
  const imported = modules.filter((it) => !it.implemented);
  return {
    moduleSet: [
      {
        name,
        module: someOf(implemented.map((it) => implementedModule(it, locations))),
        importOnlyModule: someOf(imported.map((it) => importedModule(it, locations))),
      },
    ],
    schema: [{ name, moduleSet: [name] }],
    datastore: datastores.map((datastore) => ({ name: datastore, schema: name })),
  };
}

function byName({ allModules }: SchemaContext): readonly ModuleInfo[] {
  return allModules.toSorted(
    (a, b) => compare(a.name, b.name) || compare(a.revision ?? '', b.revision ?? ''),
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function implementedModule(module: ModuleInfo, locations: Locations): LibraryModule {
  const { name, revision, namespace } = module;
  return {
    name,
    revision,
    namespace,
    location: locationsOf(module, locations),
    submodule: submodulesOf(module, locations),
    feature: someOf([...module.features].sort()),
    deviation: someOf(module.deviatedBy.toSorted()),
  };
}

function importedModule(module: ModuleInfo, locations: Locations): ImportOnlyModule {
  const { name, revision = '', namespace } = module;
  return {
    name,
    revision,
    namespace,
    location: locationsOf(module, locations),
    submodule: submodulesOf(module, locations),
  };
}

function submodulesOf(
  { submodules }: ModuleInfo,
  locations: Locations,
): readonly LibrarySubmodule[] | undefined {
  const sorted = submodules.toSorted((a, b) => compare(a.name, b.name));
  return someOf(
    sorted.map((it) => ({
      name: it.name,
      revision: it.revision,
      location: locationsOf(it, locations),
    })),
  );
}

function locationsOf(
  { name, revision }: { readonly name: string; readonly revision: string | undefined },
  locations: Locations,
): readonly string[] | undefined {
  return someOf(locations?.(name, revision) ?? []);
}

function stateOf(
  context: SchemaContext,
  { locations }: YangLibraryOptions,
  moduleSetId: string,
): ModulesState {
  const schemaOf = (it: { name: string; revision: string | undefined }): string | undefined =>
    locationsOf(it, locations)?.[0];
  const modules = byName(context).map((module): StateModule => {
    const submodules = submodulesOf(module, locations)?.map(({ name, revision }) => ({
      name,
      revision: revision ?? '',
      schema: schemaOf({ name, revision }),
    }));
    const deviations = module.deviatedBy.toSorted().map((name) => ({
      name,
      revision: context.modules.get(name)?.revision ?? '',
    }));
    return {
      name: module.name,
      revision: module.revision ?? '',
      schema: schemaOf(module),
      namespace: module.namespace,
      feature: someOf([...module.features].sort()),
      deviation: someOf(deviations),
      conformanceType: module.implemented ? 'implement' : 'import',
      submodule: submodules,
    };
  });
  return { moduleSetId, module: someOf(modules) };
}

function someOf<T>(values: readonly T[]): readonly T[] | undefined {
  return values.length > 0 ? values : undefined;
}

const PRIME = 0x0000000001000000000000000000013bn;
const BASIS = 0x6c62272e07bb014262b821756295c58dn;

/** FNV-1a of 128 bits over UTF-16 code units: short, the same everywhere, and not meant to be a secret. */
function fnv1a(text: string): string {
  let hash = BASIS;
  for (let at = 0; at < text.length; at += 1) {
    hash = BigInt.asUintN(128, (hash ^ BigInt(text.charCodeAt(at))) * PRIME);
  }
  return hash.toString(16).padStart(32, '0');
}
