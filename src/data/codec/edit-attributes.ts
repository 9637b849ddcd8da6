/** The attributes of edit-config (RFC 6241, section 7.2; RFC 7950, sections 7.7.9 and 7.8.6). */
import { badAttribute, missingAttribute, unknownAttribute } from '../../error/index.ts';
import type { RpcError } from '../../error/index.ts';
import type { NamespaceScope, XmlAttribute } from '../../xml/index.ts';
import type { DataSchemaNode, LeafListNode, LeafValue, ListNode } from '../../yang/index.ts';
import { keyProbe } from '../list.ts';
import type { Branch } from '../node.ts';
import type { EditInsert, EditOperation } from '../edit/edit-tree.ts';

export const NETCONF_NAMESPACE = 'urn:ietf:params:xml:ns:netconf:base:1.0';
export const YANG_NAMESPACE = 'urn:ietf:params:xml:ns:yang:1';

const OPERATIONS: ReadonlySet<string> = new Set<EditOperation>([
  'merge',
  'replace',
  'create',
  'delete',
  'remove',
]);
const PLACES: ReadonlySet<string> = new Set(['first', 'last', 'before', 'after']);

export interface EditAttributes {
  operation: EditOperation | undefined;
  /** For a list the anchor is a probe with its keys; for a leaf-list it is a value. */
  insert: EditInsert<Branch | LeafValue> | undefined;
}

interface Found {
  operation?: string;
  insert?: string;
  key?: string;
  value?: string;
}

/** Reads the attributes of an element for `node`; undefined when it has none of ours. */
export function readEditAttributes(
  node: DataSchemaNode,
  attributes: readonly XmlAttribute[],
  scope: NamespaceScope,
  report: (error: RpcError) => void,
): EditAttributes | undefined {
  const found = collect(node, attributes, report);
  if (!found) return undefined;
  let operation: EditOperation | undefined;
  if (found.operation !== undefined) {
    if (OPERATIONS.has(found.operation)) operation = found.operation as EditOperation;
    else report(badAttribute('operation', node.name));
  }
  return { operation, insert: readInsert(node, found, scope, report) };
}

function collect(
  node: DataSchemaNode,
  attributes: readonly XmlAttribute[],
  report: (error: RpcError) => void,
): Found | undefined {
  let found: Found | undefined;
  for (const { namespace, local, value } of attributes) {
    const known =
      namespace === NETCONF_NAMESPACE
        ? local === 'operation'
        : namespace === YANG_NAMESPACE && /^(insert|key|value)$/.test(local);
    if (known) (found ??= {})[local as keyof Found] = value;
    // An operation without a namespace would otherwise turn a deletion into a merge.
    else if (namespace === '' || namespace === NETCONF_NAMESPACE) {
      report(unknownAttribute(local, node.name));
    }
  }
  return found;
}

function readInsert(
  node: DataSchemaNode,
  { insert, key, value }: Found,
  scope: NamespaceScope,
  report: (error: RpcError) => void,
): EditAttributes['insert'] {
  if (insert === undefined) return undefined;
  const isList = node.kind === 'list';
  if ((!isList && node.kind !== 'leaf-list') || node.orderedBy !== 'user') {
    report(unknownAttribute('insert', node.name));
    return undefined;
  }
  if (!PLACES.has(insert)) {
    report(badAttribute('insert', node.name));
    return undefined;
  }
  if (insert === 'first' || insert === 'last') return { where: insert };
  const name = isList ? 'key' : 'value';
  const text = isList ? key : value;
  if (text === undefined) {
    report(missingAttribute(name, node.name));
    return undefined;
  }
  const anchor = isList ? readKeys(node, text, scope) : readValue(node, text, scope);
  if (anchor === undefined) {
    report(badAttribute(name, node.name));
    return undefined;
  }
  return { where: insert as 'before' | 'after', anchor };
}

function readValue(node: LeafListNode, text: string, scope: NamespaceScope): LeafValue | undefined {
  try {
    return node.type.parse(text, (prefix) => scope.resolve(prefix));
  } catch {
    return undefined;
  }
}

/** With white space behind it, as RFC 7950, section 7.8.7, has it between the predicates. */
const PREDICATE = /\[\s*(?:([\w.-]+):)?([\w.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')\s*\]\s*/gy;

/** Key predicates such as `[ex:name='lo'][ex:unit='0']`. */
function readKeys(node: ListNode, text: string, scope: NamespaceScope): Branch | undefined {
  const values = new Map<string, LeafValue>();
  const trimmed = text.trim();
  const predicate = new RegExp(PREDICATE);
  let end = 0;
  for (let match = predicate.exec(trimmed); match; match = predicate.exec(trimmed)) {
    const [, prefix, name = '', double, single] = match;
    const key = node.keys.find((candidate) => candidate.name === name);
    if (!key) return undefined;
    if (prefix !== undefined && scope.resolve(prefix) !== key.module.namespace) return undefined;
    try {
      values.set(
        name,
        key.type.parse(double ?? single ?? '', (it) => scope.resolve(it)),
      );
    } catch {
      return undefined;
    }
    end = predicate.lastIndex;
  }
  if (end !== trimmed.length || values.size !== node.keys.length) return undefined;
  return keyProbe(
    node,
    node.keys.map((key) => values.get(key.name) as LeafValue),
  );
}
