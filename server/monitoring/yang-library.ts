/** The containers yang-library and modules-state of ietf-yang-library (RFC 8525). */
import { createHash } from 'node:crypto';
import {
  yangLibrary as contentOf,
  yangLibraryJson,
  type SchemaContext,
  type YangLibraryContent,
} from '../../src/yang/index.ts';
import { buildBranch } from './build-branch.ts';
import type { StateFields } from './build-branch.ts';
import { topContainer } from './state-provider.ts';
import type { StateProvider } from './state-provider.ts';

export const YANG_LIBRARY_NAMESPACE = 'urn:ietf:params:xml:ns:yang:ietf-yang-library';
const DATASTORES = ['running', 'candidate', 'operational'];

/** Changes whenever the set of modules, revisions, features or deviations does. */
export function contentId(context: SchemaContext): string {
  return libraryOf(context).yangLibrary.contentId;
}

/** The schema never changes while the server runs, so both trees are made once. */
export function yangLibrary(context: SchemaContext): readonly StateProvider[] {
  const content = yangLibraryJson(libraryOf(context));
  return ['yang-library', 'modules-state'].flatMap((name) => {
    const node = topContainer(context, YANG_LIBRARY_NAMESPACE, name);
    if (!node) return [];
    const fields = content[`ietf-yang-library:${name}`] as StateFields;
    const branch = buildBranch(node, withIdentities(context, fields));
    return [{ node, read: () => branch }];
  });
}

function libraryOf(context: SchemaContext): YangLibraryContent {
  return contentOf(context, {
    datastores: DATASTORES.filter((name) => context.identity('ietf-datastores', name)).map(
      (name) => `ietf-datastores:${name}`,
    ),
    digest: (content) => createHash('sha256').update(content).digest('hex').slice(0, 32),
  });
}

/** Names of datastores are identities, and all other leafs texts. */
function withIdentities(context: SchemaContext, fields: StateFields): StateFields {
  const entries = fields['datastore'] as readonly Readonly<Record<string, string>>[] | undefined;
  const datastore = entries?.map(({ name: text = '', ...rest }) => {
    const [module = '', name = ''] = text.split(':');
    return { ...rest, name: context.identity(module, name) };
  });
  return { ...fields, datastore };
}
