/**
 * The tree that expressions are evaluated over, as an interface (XPath 1.0, section 5; RFC 7950,
 * sections 6.4 and 10). Nodes are opaque: only the model looks inside them.
 */

export type NodeKind = 'root' | 'element' | 'text' | 'attribute';

/** The prefix of a namespace where the expression stands. */
export type PrefixOf = (namespace: string) => string | undefined;

export interface NodeModel<N> {
  /** The root node of the tree that `node` is in. */
  root(node: N): N;
  /** Undefined for the root. */
  parent(node: N): N | undefined;
  /**
   * Child nodes in document order. With a namespace, or a namespace and a name, only children that
   * have these: the model may use its indexes, and the evaluator does not check again.
   */
  children(node: N, namespace?: string, name?: string): Iterable<N>;
  /** Attribute nodes; a data tree has none. */
  attributes?(node: N): Iterable<N>;
  /** Namespace URI of an element or attribute; '' for none and for other nodes. */
  namespace(node: N): string;
  /** Local name of an element or attribute; '' for other nodes. */
  localName(node: N): string;
  /** What `name()` returns; by default the local name. */
  qualifiedName?(node: N): string;
  /**
   * For a leaf its canonical value, where an identity has the prefix from `prefixOf`, if that has one; for an element with children the text of all
   * leaves below it.
   */
  stringValue(node: N, prefixOf?: PrefixOf): string;
  kind(node: N): NodeKind;
  /** Negative when `a` comes first in document order, 0 for the same node. */
  compareOrder(a: N, b: N): number;
  /** Whether both stand for the same node of the tree. */
  same(a: N, b: N): boolean;
  /**
   * Children with this name, of which the leaves named in `keys` (same namespace) have these values. A
   * number stands for all texts that are equal to it as numbers.
   * It may return more than those (the predicates are applied again), in document order, and
   * `undefined` when it has no index that helps: then all children with this name are looked at. That
   * goes for keys of type identityref too, whose text depends on prefixes.
   */
  childrenByKeys?(
    node: N,
    namespace: string,
    name: string,
    keys: ReadonlyMap<string, string | number>,
  ): Iterable<N> | undefined;
  /** What a leafref or instance-identifier refers to, in document order (RFC 7950, section 10.3.1). */
  deref?(node: N): Iterable<N>;
  /**
   * Whether the identityref `node` has a value derived from `identity` (RFC 7950, section 10.4).
   * `identity` is as written in the expression; `resolve` gives the namespace of its prefix, and for
   * '' that of the module with the expression. False for a node that is no identityref.
   */
  isDerivedFrom?(
    node: N,
    identity: string,
    resolve: (prefix: string) => string | undefined,
    orSelf: boolean,
  ): boolean;
  /** The integer of an enumeration value, NaN for other nodes (RFC 7950, section 10.5.1). */
  enumValue?(node: N): number;
  /** Whether a bits value has this bit set (RFC 7950, section 10.6.1). */
  bitIsSet?(node: N, bit: string): boolean;
}
