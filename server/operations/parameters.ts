/** Reading the parameters of operations. */
import {
  compileSubtreeFilter,
  compileXPathFilter,
  emptyRoot,
  plainContent,
} from '../../src/data/index.ts';
import type { AnyValue, Branch, DecodedTree, Selection } from '../../src/data/index.ts';
import {
  RpcErrorException,
  badAttribute,
  invalidValue,
  missingAttribute,
  missingElement,
  operationNotSupported,
} from '../../src/error/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import { hasFeature } from '../features.ts';
import type { DatastoreName } from '../datastore/lock-table.ts';
import { filterAttribute } from '../read/filter-attribute.ts';
import { DEFAULT_READ_LIMITS } from '../read/limits.ts';
import type { ReadLimits } from '../read/limits.ts';
import type { UrlConfigurations } from '../url/url-configurations.ts';
import type { OperationCall, OperationServer } from './operation.ts';

/** What names a datastore in `source` or `target`. */
export interface DatastoreChoice {
  readonly running?: true | undefined;
  readonly candidate?: true | undefined;
  readonly startup?: true | undefined;
  /** RFC 8526, section 3.2: an identity of ietf-datastores. */
  readonly datastore?: string | undefined;
}

/** What `source` or `target` may be; `config` of a source is read apart, by {@link configParameter}. */
export interface ConfigurationChoice extends DatastoreChoice {
  readonly url?: string | undefined;
}

/** The datastore that a `source` or `target` names; undefined for inline content and for a URL. */
export function datastoreName(choice: DatastoreChoice): DatastoreName | undefined {
  if (choice.running) return 'running';
  if (choice.candidate) return 'candidate';
  return choice.startup && 'startup';
}

/** The datastore of an operation that takes nothing else. Throws invalid-value for one that holds no configuration. */
export function targetDatastore(choice: DatastoreChoice, server: OperationServer): DatastoreName {
  const name = datastoreName(choice);
  if (name) return name;
  const { datastore = '' } = choice;
  const found = server.datastores.names.find((it) => datastore === `ietf-datastores:${it}`);
  if (found) return found;
  throw new RpcErrorException(invalidValue(`"${datastore}" is no datastore for this operation`));
}

/** Inline content of `config`; undefined when there is none. Throws what is wrong with it. */
export function configParameter({ request }: OperationCall): DecodedTree | undefined {
  const decoded = [...request.anyContent.values()][0] as DecodedTree | undefined;
  if (decoded && decoded.errors.length > 0) throw new RpcErrorException(decoded.errors);
  return decoded;
}

/** The edit that `config` or `url` holds (RFC 6241, sections 7.2 and 8.8.5.1). */
export async function editContent(
  call: OperationCall,
  { url }: { readonly url?: string | undefined },
): Promise<DecodedTree> {
  if (url !== undefined) return urls(call).readEdit(url);
  const decoded = configParameter(call);
  if (!decoded) throw new RpcErrorException(missingElement('config', { type: 'protocol' }));
  return decoded;
}

/**
 * The whole configuration that a `source` is: a datastore as far as the session may read it, the content of `config`,
 * or what is at a URL. Datastores are read when the result is called: within the change that it is for.
 */
export async function sourceContent(
  call: OperationCall,
  source: ConfigurationChoice,
): Promise<() => Branch> {
  const name = datastoreName(source);
  if (name) {
    return () => {
      const { server, session } = call;
      const tree = server.datastores.tree(name, session);
      const readable = session.access.readable();
      return readable ? (readable.prune(tree) ?? emptyRoot(server.context)) : tree;
    };
  }
  const decoded =
    source.url === undefined ? configParameter(call) : await urls(call).readWhole(source.url);
  if (!decoded) throw new RpcErrorException(missingElement('source', { type: 'protocol' }));
  const content = plainContent(decoded);
  return () => content;
}

/** Configuration at URLs. Throws operation-not-supported when the server has been given no place for it. */
export function urls({ server }: OperationCall): UrlConfigurations {
  if (server.urls) return server.urls;
  throw new RpcErrorException(operationNotSupported('this server has no URLs to read or write'));
}

/** What the filter selects; undefined without a filter (RFC 6241, sections 6 and 8.9). */
export function compileFilter(
  filter: AnyValue | undefined,
  context: SchemaContext,
  { maxFilterVisits: maxVisits }: ReadLimits = DEFAULT_READ_LIMITS,
): Selection | undefined {
  if (!filter) return undefined;
  const { element } = filter;
  const type = filterAttribute(element, 'type') ?? 'subtree';
  if (type === 'subtree') return compileSubtreeFilter(element, context);
  const isXPath = type === 'xpath' && hasFeature(context, 'ietf-netconf', 'xpath');
  if (!isXPath) throw new RpcErrorException(badAttribute('type', 'filter'));
  const select = filterAttribute(element, 'select');
  if (select === undefined) throw new RpcErrorException(missingAttribute('select', 'filter'));
  return compileXPathFilter(select, element.bindings, context, { maxVisits });
}
