/** The text of nodes, and texts as keys (XPath 1.0, section 5; RFC 7950, sections 6.4.1 and 9.10.3). */
import type { PrefixOf } from '../../xpath/index.ts';
import type {
  Identity,
  IdentityValue,
  LeafNode,
  LeafValue,
  ListNode,
  UnionType,
  YangType,
} from '../../yang/index.ts';
import { dependsOnScope } from '../codec/leaf-codec.ts';
import { Branch } from '../node.ts';
import type { NodeRef } from './node-ref.ts';

/** For a leaf its canonical value, for a branch the text of all leaves below it. */
export function nodeText(node: NodeRef, prefixOf?: PrefixOf): string {
  const { value, schema } = node;
  if (typeof value === 'string') return value;
  if (value instanceof Branch) return branchText(node, prefixOf);
  if (prefixOf && isIdentity(value)) return identityText(value.identity, prefixOf);
  if (schema.kind === 'leaf' || schema.kind === 'leaf-list') {
    return schema.type.canonical(value as LeafValue);
  }
  return '';
}

function branchText(node: NodeRef, prefixOf: PrefixOf | undefined): string {
  let text = '';
  const { budget, model } = node.tree;
  for (const child of model.children(node)) {
    budget.spend(2);
    text += nodeText(child, prefixOf);
  }
  return text;
}

export function isIdentity(value: NodeRef['value']): value is IdentityValue {
  return (
    typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'identity'
  );
}

/** RFC 7950, section 9.10.3: the name has the prefix of the module that the expression is in. */
function identityText({ module, name }: Identity, prefixOf: PrefixOf): string {
  return `${prefixOf(module.namespace) ?? module.name}:${name}`;
}

/** Values for all keys; 'none' when no entry can have them, 'unknown' when it takes a look at each. */
export function keyValues(
  list: ListNode,
  keys: ReadonlyMap<string, string | number>,
): readonly LeafValue[] | 'none' | 'unknown' {
  const values: LeafValue[] = [];
  for (const key of list.keys) {
    const wanted = keys.get(key.name);
    if (wanted === undefined || dependsOnScope(key.type)) return 'unknown';
    if (typeof wanted === 'number' && !isExactNumber(key, wanted)) return 'unknown';
    const value = parseOrUndefined(key, String(wanted));
    if (value === undefined) return 'none';
    values.push(value);
  }
  return values;
}

const INTEGER = /^u?int(?:8|16|32|64)$/;

/** Whether at most one value of the key is equal to the number: an integer has one canonical form. */
function isExactNumber(key: LeafNode, wanted: number): boolean {
  return INTEGER.test(key.type.base) && Number.isSafeInteger(wanted);
}

function parseOrUndefined(key: LeafNode, text: string): LeafValue | undefined {
  try {
    return key.type.parse(text, () => undefined);
  } catch {
    return undefined;
  }
}

/** The type of built-in kind `base` that the value of a leaf belongs to, through unions and leafrefs. */
export function valueType(node: NodeRef, base: YangType['base']): YangType | undefined {
  const { schema, value } = node;
  if ((schema.kind !== 'leaf' && schema.kind !== 'leaf-list') || node.isDummy) return undefined;
  let type: YangType = schema.type;
  for (;;) {
    if (type.base === 'union') type = (type as UnionType).memberOf(value as LeafValue);
    else if (type.base === 'leafref') type = (type as LeafrefLike).target.type;
    else return type.base === base ? type : undefined;
  }
}

type LeafrefLike = YangType & { readonly target: { readonly type: YangType } };
