/** Reading the parameters of operations. */
import { compileSubtreeFilter, compileXPathFilter } from '../../src/data/index.ts';
import type { AnyValue, DecodedTree, Selection } from '../../src/data/index.ts';
import { RpcErrorException, badAttribute, missingAttribute } from '../../src/error/index.ts';
import { attributeValue } from '../../src/xml/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import type { DatastoreName } from '../datastore/lock-table.ts';
import type { OperationCall } from './operation.ts';

/** What names a datastore in `source` or `target`. */
interface DatastoreChoice {
  readonly running?: true | undefined;
  readonly candidate?: true | undefined;
}

/** The datastore that a `source` or `target` names; undefined for inline content. */
export function datastoreName({ running, candidate }: DatastoreChoice): DatastoreName | undefined {
  if (running) return 'running';
  return candidate && 'candidate';
}

/** Inline content of `config`; undefined when there is none. Throws what is wrong with it. */
export function configParameter({ request }: OperationCall): DecodedTree | undefined {
  const decoded = [...request.anyContent.values()][0] as DecodedTree | undefined;
  if (decoded && decoded.errors.length > 0) throw new RpcErrorException(decoded.errors);
  return decoded;
}

/** What the filter selects; undefined without a filter (RFC 6241, sections 6 and 8.9). */
export function compileFilter(
  filter: AnyValue | undefined,
  context: SchemaContext,
): Selection | undefined {
  if (!filter) return undefined;
  const { element } = filter;
  const type = filterAttribute(filter, 'type') ?? 'subtree';
  if (type === 'subtree') return compileSubtreeFilter(element, context);
  if (type !== 'xpath') throw new RpcErrorException(badAttribute('type', 'filter'));
  const select = filterAttribute(filter, 'select');
  if (select === undefined) throw new RpcErrorException(missingAttribute('select', 'filter'));
  return compileXPathFilter(select, element.bindings, context);
}

/** The attributes have no namespace in the RFC's schema, but clients also give that of NETCONF. */
function filterAttribute({ element }: AnyValue, name: string): string | undefined {
  return attributeValue(element, name) ?? attributeValue(element, name, element.namespace);
}
