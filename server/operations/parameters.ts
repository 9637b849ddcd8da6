/** Reading the parameters of operations. */
import {
  Branch,
  childValue,
  compileSubtreeFilter,
  compileXPathFilter,
} from '../../src/data/index.ts';
import type { AnyValue, DecodedTree, Selection } from '../../src/data/index.ts';
import { RpcErrorException, badAttribute, missingAttribute } from '../../src/error/index.ts';
import { attributeValue } from '../../src/xml/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import type { DatastoreName } from '../datastore/lock-table.ts';
import type { OperationCall } from './operation.ts';

/** Value of a leaf of type string or enumeration; undefined when it is absent. */
export function textParameter(input: Branch, name: string): string | undefined {
  return childValue(input, name) as string | undefined;
}

/** True when a leaf of type empty, or a container, is there. */
export function isGiven(input: Branch, name: string): boolean {
  const node = input.schema.dataChildren.find((child) => child.name === name);
  return node !== undefined && input.get(node) !== undefined;
}

/** The datastore that a container such as `source` or `target` names; undefined for inline content. */
export function datastoreParameter(input: Branch, name: string): DatastoreName | undefined {
  const container = childValue(input, name);
  if (!(container instanceof Branch)) return undefined;
  return (['running', 'candidate'] as const).find((it) => isGiven(container, it));
}

/** Inline content of `config`; undefined when there is none. Throws what is wrong with it. */
export function configParameter({ request }: OperationCall): DecodedTree | undefined {
  const decoded = [...request.anyContent.values()][0] as DecodedTree | undefined;
  if (decoded && decoded.errors.length > 0) throw new RpcErrorException(decoded.errors);
  return decoded;
}

/** What the filter selects; undefined without a filter (RFC 6241, sections 6 and 8.9). */
export function filterParameter(input: Branch, context: SchemaContext): Selection | undefined {
  const filter = childValue(input, 'filter') as AnyValue | undefined;
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
