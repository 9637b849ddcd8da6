/** The containers yang-library and modules-state of ietf-yang-library (RFC 8525). */
import { createHash } from 'node:crypto';
import { yangLibrary as contentOf } from '../../src/yang/index.ts';
import type { SchemaContext, YangLibraryContent } from '../../src/yang/index.ts';
import { hasFeature } from '../features.ts';
import { ModulesState, YangLibrary } from '../generated/ietf-yang-library.ts';
import type { DatastoreIdentity } from '../generated/ietf-yang-library.ts';
import { stateProvider } from './state-provider.ts';
import type { StateProvider } from './state-provider.ts';

/** Name of the one set of modules and of the schema that all datastores have. */
const SET = 'complete';

/** Changes whenever the set of modules, revisions, features or deviations does. */
export function contentId(context: SchemaContext): string {
  return libraryOf(context).yangLibrary.contentId;
}

/** The same of `/modules-state`, for clients that know RFC 7895. */
export function moduleSetId(context: SchemaContext): string {
  return libraryOf(context).modulesState.moduleSetId;
}

/** The schema never changes while the server runs, so both trees are made once. */
export function yangLibrary(context: SchemaContext): readonly StateProvider[] {
  const { yangLibrary: library, modulesState } = libraryOf(context);
  const datastore = datastoresOf(context).map((name) => ({ name, schema: SET }));
  const providers = [
    stateProvider(context, YangLibrary, () => ({ ...library, datastore })),
    stateProvider(context, ModulesState, () => modulesState),
  ];
  return providers.flatMap((provider) => {
    if (!provider) return [];
    const branch = provider.read();
    return [{ node: provider.node, read: () => branch }];
  });
}

/**
 * Those that the features of the schema give. Operational is there without NMDA too: it is what `get` reads. Their
 * identities are values only when the module is implemented (RFC 7950, section 9.10.2).
 */
function datastoresOf(context: SchemaContext): readonly DatastoreIdentity[] {
  const { modules } = context;
  if (modules.get('ietf-datastores')?.implemented !== true) return [];
  const has = (feature: string): boolean => hasFeature(context, 'ietf-netconf', feature);
  const datastores: DatastoreIdentity[] = ['ietf-datastores:running'];
  if (has('candidate')) datastores.push('ietf-datastores:candidate');
  if (has('startup')) datastores.push('ietf-datastores:startup');
  if (modules.get('ietf-netconf-nmda')?.implemented === true) {
    datastores.push('ietf-datastores:intended');
  }
  return [...datastores, 'ietf-datastores:operational'];
}

const libraries = new WeakMap<SchemaContext, YangLibraryContent>();

function libraryOf(context: SchemaContext): YangLibraryContent {
  const known = libraries.get(context);
  if (known) return known;
  const library = contentOf(context, {
    name: SET,
    datastores: datastoresOf(context),
    digest: (content) => createHash('sha256').update(content).digest('hex').slice(0, 32),
  });
  libraries.set(context, library);
  return library;
}
