/**
 * RFC 8341, section 3.4.5, step by step over single instances, as slowly as it is written down there: what the
 * compiled rules are compared with. It shares nothing with them.
 */
import { Branch, DataList } from '../../src/data/index.ts';
import type { DataSchemaNode, LeafValue, SchemaNode } from '../../src/yang/index.ts';

export interface NaiveStep {
  readonly node: DataSchemaNode;
  /** Keys of an entry by name; of an entry of a leaf-list its value, under `.`. */
  readonly keys: Readonly<Record<string, string>>;
}

/** One instance of a data node: the steps from the top, the last of which is the node. */
export interface NaiveInstance {
  readonly steps: readonly NaiveStep[];
  /** Of a leaf. */
  readonly value: string | undefined;
}

export interface NaiveRule {
  readonly module: string;
  /** Names of nodes with what is asked of the keys; undefined for a rule about a module. */
  readonly path: readonly NaivePathStep[] | undefined;
  readonly operations: '*' | readonly string[];
  readonly permit: boolean;
}

export interface NaivePathStep {
  /** Prefixed: `g:bed`. */
  readonly name: string;
  readonly keys: Readonly<Record<string, string>>;
}

export interface NaiveRules {
  readonly rules: readonly NaiveRule[];
  readonly readDefault: boolean;
  readonly writeDefault: boolean;
  readonly user: string;
}

/** All instances of a tree in document order, those of containers without presence left out. */
export function instancesOf(branch: Branch, above: readonly NaiveStep[] = []): NaiveInstance[] {
  return branch.schema.dataChildren.flatMap((node) => {
    const value = branch.get(node);
    if (value === undefined) return [];
    if (value instanceof DataList)
      return [...value].flatMap((row) => entryInstances(node, row, above));
    if (value instanceof Branch) {
      const steps = [...above, { node, keys: {} }];
      const isThere = node.kind === 'container' && node.presence;
      return [...(isThere ? [{ steps, value: undefined }] : []), ...instancesOf(value, steps)];
    }
    if (node.kind === 'leaf-list') {
      return (value as readonly LeafValue[]).map((it) => ({
        steps: [...above, { node, keys: { '.': node.type.canonical(it) } }],
        value: undefined,
      }));
    }
    const text = node.kind === 'leaf' ? node.type.canonical(value as LeafValue) : 'any';
    return [{ steps: [...above, { node, keys: {} }], value: text }];
  });
}

function entryInstances(
  node: DataSchemaNode,
  row: Branch,
  above: readonly NaiveStep[],
): NaiveInstance[] {
  const keys: Record<string, string> = {};
  for (const key of node.kind === 'list' ? node.keys : []) {
    keys[key.name] = key.type.canonical(row.get(key) as LeafValue);
  }
  const steps = [...above, { node, keys }];
  return [{ steps, value: undefined }, ...instancesOf(row, steps)];
}

export function pathOf({ steps }: Pick<NaiveInstance, 'steps'>): string {
  return steps
    .map(({ node, keys }) => {
      const tests = Object.entries(keys).map(([name, value]) => `[${name}='${value}']`);
      return `/${prefixed(node)}${tests.join('')}`;
    })
    .join('');
}

/** Steps 6 to 12. */
export function mayAccess(
  rules: NaiveRules,
  operation: 'read' | 'create' | 'update' | 'delete',
  steps: readonly NaiveStep[],
): boolean {
  const own = steps.at(-1);
  if (!own) return true;
  for (const rule of rules.rules) {
    if (rule.module !== '*' && rule.module !== own.node.module.name) continue;
    if (rule.operations !== '*' && !rule.operations.includes(operation)) continue;
    if (rule.path && !isAtOrAbove(rule.path, steps, rules.user)) continue;
    return rule.permit;
  }
  const denies =
    operation === 'read' ? ['default-deny-all'] : ['default-deny-all', 'default-deny-write'];
  for (let at: SchemaNode = own.node; at.kind !== 'root'; at = at.parent) {
    if (at.extensions.some(({ name }) => denies.includes(name))) return false;
  }
  return operation === 'read' ? rules.readDefault : rules.writeDefault;
}

function isAtOrAbove(
  path: readonly NaivePathStep[],
  steps: readonly NaiveStep[],
  user: string,
): boolean {
  return path.every(({ name, keys }, index) => {
    const step = steps[index];
    if (!step || prefixed(step.node) !== name) return false;
    return Object.entries(keys).every(
      ([key, value]) => step.keys[key] === (value === '$USER' ? user : value),
    );
  });
}

function prefixed({ module, name }: DataSchemaNode): string {
  return `${module.prefix}:${name}`;
}

/** Whether an instance is in the answer: it may be read, and so may all above it and the keys of these. */
export function isVisible(rules: NaiveRules, steps: readonly NaiveStep[]): boolean {
  return steps.every((step, index) => {
    const way = steps.slice(0, index + 1);
    if (!mayAccess(rules, 'read', way)) return false;
    if (step.node.kind !== 'list') return true;
    return step.node.keys.every((node) => mayAccess(rules, 'read', [...way, { node, keys: {} }]));
  });
}
