/** The containers yang-library and modules-state of ietf-yang-library (RFC 8525). */
import { createHash } from 'node:crypto';
import type { ModuleInfo, SchemaContext } from '../../src/yang/index.ts';
import { buildBranch } from './build-branch.ts';
import type { StateFields } from './build-branch.ts';
import { topContainer } from './state-provider.ts';
import type { StateProvider } from './state-provider.ts';

export const YANG_LIBRARY_NAMESPACE = 'urn:ietf:params:xml:ns:yang:ietf-yang-library';
const SET = 'complete';

/** Changes whenever the set of modules, revisions, features or deviations does. */
export function contentId(context: SchemaContext): string {
  const hash = createHash('sha256');
  for (const it of byName(context)) {
    const features = [...it.features].sort().join(',');
    hash.update(`${it.name}@${it.revision ?? ''}:${features}:${it.deviatedBy.join(',')}`);
    hash.update(it.implemented ? '\n' : ' import\n');
  }
  return hash.digest('hex').slice(0, 32);
}

/** The schema never changes while the server runs, so both trees are made once. */
export function yangLibrary(context: SchemaContext): readonly StateProvider[] {
  const providers: StateProvider[] = [];
  const library = topContainer(context, YANG_LIBRARY_NAMESPACE, 'yang-library');
  if (library) {
    const branch = buildBranch(library, libraryFields(context));
    providers.push({ node: library, read: () => branch });
  }
  const legacy = topContainer(context, YANG_LIBRARY_NAMESPACE, 'modules-state');
  if (legacy) {
    const branch = buildBranch(legacy, legacyFields(context));
    providers.push({ node: legacy, read: () => branch });
  }
  return providers;
}

function byName(context: SchemaContext): readonly ModuleInfo[] {
  return [...context.modules.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function libraryFields(context: SchemaContext): StateFields {
  const modules = byName(context);
  const datastores = ['running', 'candidate', 'operational'].flatMap((name) => {
    const identity = context.identity('ietf-datastores', name);
    return identity ? [{ name: identity, schema: SET }] : [];
  });
  return {
    'module-set': [
      {
        name: SET,
        module: modules.filter((it) => it.implemented).map(implementedFields),
        'import-only-module': modules.filter((it) => !it.implemented).map(importedFields),
      },
    ],
    schema: [{ name: SET, 'module-set': [SET] }],
    datastore: datastores,
    'content-id': contentId(context),
  };
}

function implementedFields(module: ModuleInfo): StateFields {
  return {
    name: module.name,
    revision: module.revision,
    namespace: module.namespace,
    feature: someOf([...module.features]),
    deviation: someOf(module.deviatedBy),
  };
}

function importedFields({ name, revision = '', namespace }: ModuleInfo): StateFields {
  return { name, revision, namespace };
}

function legacyFields(context: SchemaContext): StateFields {
  return {
    'module-set-id': contentId(context),
    module: byName(context).map((module) => ({
      name: module.name,
      revision: module.revision ?? '',
      namespace: module.namespace,
      feature: someOf([...module.features]),
      deviation: someOf(
        module.deviatedBy.map((name) => ({
          name,
          revision: context.modules.get(name)?.revision ?? '',
        })),
      ),
      'conformance-type': module.implemented ? 'implement' : 'import',
    })),
  };
}

function someOf<T>(values: readonly T[]): readonly T[] | undefined {
  return values.length > 0 ? values : undefined;
}
