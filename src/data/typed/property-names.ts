/**
 * Names of data nodes as properties of typed values.
 *
 * `in-rpcs` is `inRpcs`. A name keeps its qualified form, `'module:name'` as JSON has it (RFC 7951,
 * section 4), where the short one could mean another node or a member of every object. What a node is
 * called depends on its siblings, but never does a node of another module take the name of one that the
 * parent's own module has.
 */

/** What a name is made from: a data node. */
export interface NamedNode {
  readonly name: string;
  readonly module: { readonly name: string };
}

export interface PropertyNameOptions {
  /** Module of the parent; undefined for the root, which belongs to none. */
  readonly parentModule: string | undefined;
  /** Whether the types know the module; nodes of others always have their qualified name. */
  readonly knows: (module: string) => boolean;
}

/** `a-b.c` is `aBC`; underscores stay. */
export function camelCase(name: string): string {
  return name.replaceAll(/[-.]+(\w?)/g, (_, next: string) => next.toUpperCase());
}

/** `a-b.c` is `ABC`: for the names of types. */
export function pascalCase(name: string): string {
  const camel = camelCase(name);
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}

/** Members that every object has, and that an object literal would not set or would hide. */
const OF_EVERY_OBJECT: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** The property name of each node, in the order of the nodes. All differ. */
export function propertyNames(
  nodes: readonly NamedNode[],
  { parentModule, knows }: PropertyNameOptions,
): readonly string[] {
  const claims = new Map<string, NamedNode[]>();
  for (const node of nodes) {
    if (!knows(node.module.name)) continue;
    const short = camelCase(node.name);
    const others = claims.get(short);
    if (others) others.push(node);
    else claims.set(short, [node]);
  }
  return nodes.map((node) => {
    const short = camelCase(node.name);
    const others = claims.get(short) ?? [];
    const isFirst = !OF_EVERY_OBJECT.has(short) && firstClaim(others, short, parentModule) === node;
    return isFirst ? short : longName(node, others, parentModule);
  });
}

/** Who gets a short name that several nodes could have; undefined when nobody has a better right. */
function firstClaim(
  nodes: readonly NamedNode[],
  short: string,
  parentModule: string | undefined,
): NamedNode | undefined {
  if (nodes.length === 1) return nodes[0];
  const own = nodes.filter((node) => node.module.name === parentModule);
  return own.length === 1 ? own[0] : own.find((node) => node.name === short);
}

/** A name as written is enough among nodes of the parent's module; it is never one in short form. */
function longName(
  node: NamedNode,
  others: readonly NamedNode[],
  parentModule: string | undefined,
): string {
  const isOwn = node.module.name === parentModule && others.includes(node);
  return isOwn && /[-.]/.test(node.name) ? node.name : `${node.module.name}:${node.name}`;
}
