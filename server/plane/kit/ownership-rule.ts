/**
 * Turns the usual `must` statements of ownership into functions of an entry's slots: comparisons of leaves
 * of the entry with leaves of the VM, and what is made of them by `and`, `or`, `not()` and a predicate. What is
 * more than that is left to XPath, which takes ten times as long.
 */
import { Branch, DataList } from '../../../src/data/index.ts';
import type { Slot } from '../../../src/data/index.ts';
import type { Expression, PathExpression, Step } from '../../../src/xpath/index.ts';
import { SAMI_NAMESPACE } from '../../../src/sami/index.ts';
import type {
  BranchSchemaNode,
  DataSchemaNode,
  LeafListNode,
  LeafNode,
  LeafValue,
} from '../../../src/yang/index.ts';

/** Whether `entry` satisfies the statement for the VM with these facts. */
export type OwnershipRule = (entry: Branch, facts: VmFacts) => boolean;

/** The values that a VM has in its own leaves, by slot, as canonical texts. */
export class VmFacts {
  readonly #vm: Branch;
  readonly #texts: (ReadonlySet<string> | undefined)[] = [];

  constructor(vm: Branch) {
    this.#vm = vm;
  }

  texts(slot: number): ReadonlySet<string> {
    return (this.#texts[slot] ??= new Set(textsOf(this.#vm, slot)));
  }

  /** Whether both VMs have the same addresses, MAC address and VLANs. */
  equals(other: VmFacts): boolean {
    const { schema } = this.#vm;
    return IDENTITY.every((name) => {
      const slot = schema.dataChild(SAMI_NAMESPACE, name)?.slot;
      if (slot === undefined) return true;
      const ours = this.texts(slot);
      const theirs = other.texts(slot);
      return ours.size === theirs.size && [...ours].every((text) => theirs.has(text));
    });
  }
}

/** Leaves of a VM that say what is its own. */
const IDENTITY = ['address', 'mac-address', 'vlan-id'] as const;

/** `schema` is the list, or a container in an entry, that has the statement. */
export function compileOwnership(
  ast: Expression,
  schema: BranchSchemaNode,
): OwnershipRule | undefined {
  switch (ast.kind) {
    case 'binary':
      return compileBinary(ast, schema);
    case 'call': {
      const [argument] = ast.arguments;
      return argument && compileCall(ast.name, argument, schema);
    }
    case 'path': {
      const values = compileValues(ast, schema);
      return values ? (entry) => values(entry, () => true) : compileSome(ast, schema);
    }
    default:
      return undefined;
  }
}

function compileCall(
  name: string,
  argument: Expression,
  schema: BranchSchemaNode,
): OwnershipRule | undefined {
  const rule =
    name === 'not' || name === 'boolean' ? compileOwnership(argument, schema) : undefined;
  if (!rule || name === 'boolean') return rule;
  return (entry, facts) => !rule(entry, facts);
}

function compileBinary(
  ast: Extract<Expression, { kind: 'binary' }>,
  schema: BranchSchemaNode,
): OwnershipRule | undefined {
  if (ast.operator === '=') {
    return compileEqual(ast.left, ast.right, schema) ?? compileEqual(ast.right, ast.left, schema);
  }
  if (ast.operator !== 'or' && ast.operator !== 'and') return undefined;
  const left = compileOwnership(ast.left, schema);
  const right = compileOwnership(ast.right, schema);
  if (!left || !right) return undefined;
  return ast.operator === 'or'
    ? (entry, facts) => left(entry, facts) || right(entry, facts)
    : (entry, facts) => left(entry, facts) && right(entry, facts);
}

/** `own` is a path into the entry; `other` a leaf of the VM, or a number. */
function compileEqual(
  own: Expression,
  other: Expression,
  schema: BranchSchemaNode,
): OwnershipRule | undefined {
  const values = own.kind === 'path' ? compileValues(own, schema) : undefined;
  if (!values) return undefined;
  if (other.kind === 'number') {
    const text = String(other.value);
    return (entry) => values(entry, (value) => value === text);
  }
  const slot = other.kind === 'path' ? vmLeafSlot(other, schema) : undefined;
  if (slot === undefined) return undefined;
  return (entry, facts) => {
    const texts = facts.texts(slot);
    return values(entry, (value) => texts.has(value));
  };
}

/** Some value of a leaf of the VM satisfies a predicate, as in `../../sami:address[concat(., '/32') = …]`. */
function compileSome(path: PathExpression, schema: BranchSchemaNode): OwnershipRule | undefined {
  const last = path.steps.at(-1);
  const [predicate, ...more] = last?.predicates ?? [];
  if (!last || !predicate || more.length > 0) return undefined;
  const steps = [...path.steps.slice(0, -1), { ...last, predicates: [] }];
  const slot = vmLeafSlot({ ...path, steps }, schema);
  const test = slot === undefined ? undefined : compileTest(predicate, schema);
  if (slot === undefined || !test) return undefined;
  return (entry, facts) => {
    for (const text of facts.texts(slot)) if (test(entry, text)) return true;
    return false;
  };
}

/** Whether an entry and one value of the VM go together. */
type Test = (entry: Branch, text: string) => boolean;

function compileTest(ast: Expression, schema: BranchSchemaNode): Test | undefined {
  if (ast.kind !== 'binary') return undefined;
  if (ast.operator === '=') {
    return compileMatch(ast.left, ast.right, schema) ?? compileMatch(ast.right, ast.left, schema);
  }
  if (ast.operator !== 'or') return undefined;
  const left = compileTest(ast.left, schema);
  const right = compileTest(ast.right, schema);
  return left && right && ((entry, text) => left(entry, text) || right(entry, text));
}

/** `made` is the value, perhaps with a text before or behind it; `own` a path such as `current()/address`. */
function compileMatch(
  made: Expression,
  own: Expression,
  schema: BranchSchemaNode,
): Test | undefined {
  if (own.kind !== 'filter' || own.predicates.length > 0) return undefined;
  if (own.primary.kind !== 'call' || own.primary.name !== 'current') return undefined;
  const values = compileValues({ kind: 'path', absolute: false, steps: own.steps }, schema);
  const parts = made.kind === 'call' && made.name === 'concat' ? made.arguments : [made];
  const texts = parts.map((part) => (part.kind === 'literal' ? part.value : undefined));
  if (!values || parts.some((part) => part.kind !== 'literal' && !isSelf(part))) return undefined;
  return (entry, text) => {
    const wanted = texts.length === 1 ? text : texts.map((part) => part ?? text).join('');
    return values(entry, (value) => value === wanted);
  };
}

function isSelf(ast: Expression): boolean {
  if (ast.kind !== 'path' || ast.absolute || ast.steps.length !== 1) return false;
  const [step] = ast.steps;
  return step?.axis === 'self' && step.test.kind === 'node' && step.predicates.length === 0;
}

/** Slot of the leaf of the VM that a path such as `../../sami:address` leads to. */
function vmLeafSlot(path: PathExpression, schema: BranchSchemaNode): number | undefined {
  const steps = plainSteps(path);
  const last = steps?.at(-1);
  if (!steps || last?.axis !== 'child') return undefined;
  let at = schema;
  for (const step of steps.slice(0, -1)) {
    if (step.axis !== 'parent' || !('dataParent' in at)) return undefined;
    at = at.dataParent;
  }
  const isVm = at.kind === 'list' && at.name === 'vm' && at.module.namespace === SAMI_NAMESPACE;
  const leaf = isVm ? childOf(at, last) : undefined;
  return leaf && isPlainLeaf(leaf) ? leaf.slot : undefined;
}

/** Calls `test` with the texts of the leaves that a path in the entry leads to, until it returns true. */
type Values = (entry: Branch, test: (text: string) => boolean) => boolean;

function compileValues(path: PathExpression, schema: BranchSchemaNode): Values | undefined {
  const steps = plainSteps(path);
  if (!steps || steps.length === 0) return undefined;
  const slots: number[] = [];
  let at: BranchSchemaNode | undefined = schema;
  let leaf: DataSchemaNode | undefined;
  for (const step of steps) {
    if (step.axis !== 'child' || !at) return undefined;
    leaf = childOf(at, step);
    if (!leaf) return undefined;
    slots.push(leaf.slot);
    at = leaf.kind === 'container' || leaf.kind === 'list' ? leaf : undefined;
  }
  if (!leaf || !isPlainLeaf(leaf)) return undefined;
  const last = slots.pop() ?? 0;
  return (entry, test) =>
    someBelow(entry, slots, 0, (branch) => {
      const value = branch.slots[last];
      return typeof value === 'string' ? test(value) : textsOf(branch, last).some(test);
    });
}

function someBelow(
  branch: Branch,
  slots: readonly number[],
  depth: number,
  test: (branch: Branch) => boolean,
): boolean {
  const slot = slots[depth];
  if (slot === undefined) return test(branch);
  const value = branch.slots[slot];
  if (value instanceof Branch) return someBelow(value, slots, depth + 1, test);
  if (!(value instanceof DataList)) return false;
  for (const row of value) if (someBelow(row, slots, depth + 1, test)) return true;
  return false;
}

/** Steps that only name what they lead to; undefined for any other path. */
function plainSteps({ absolute, steps }: PathExpression): readonly Step[] | undefined {
  const plain = steps.every(
    ({ axis, test, predicates }) =>
      predicates.length === 0 &&
      (axis === 'parent' ? test.kind === 'node' : axis === 'child' && test.kind === 'name'),
  );
  return plain && !absolute ? steps : undefined;
}

function childOf(schema: BranchSchemaNode, { test }: Step): DataSchemaNode | undefined {
  if (test.kind !== 'name' || test.name === undefined || test.namespace === undefined)
    return undefined;
  return schema.dataChild(test.namespace, test.name);
}

/** A leaf that is there when its slot has a value, and whose value is its text. */
function isPlainLeaf(node: DataSchemaNode): node is LeafNode | LeafListNode {
  if (node.kind === 'leaf') return node.defaultValue === undefined && node.when.length === 0;
  return node.kind === 'leaf-list' && node.when.length === 0;
}

function textsOf(branch: Branch, slot: number): readonly string[] {
  const value: Slot = branch.slots[slot];
  if (value === undefined) return [];
  if (typeof value === 'string') return [value];
  const node = branch.schema.dataChildren[slot];
  if (node?.kind !== 'leaf' && node?.kind !== 'leaf-list') return [];
  const values = node.kind === 'leaf-list' ? (value as readonly LeafValue[]) : [value as LeafValue];
  return values.map((item) => node.type.canonical(item));
}
