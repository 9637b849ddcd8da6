/**
 * Whether an entry concerns the VM that it is filed under: its addresses, MAC address and VLANs. After a
 * move, spoofing must not have become easier, so every plane looks for itself, whoever sits above it.
 *
 * What "concerns" means for a list the modules say, in `must` statements whose error-app-tag ends in
 * `-not-owned`. They are evaluated here against the VM alone. So a kind that nobody has thought of yet is
 * guarded like the others, and one that says nothing is not let in ({@link checkKindModules}).
 */
import {
  Branch,
  DataList,
  TREE_MODEL,
  childRef,
  pathStep,
  rootRef,
} from '../../../src/data/index.ts';
import type { NodeRef } from '../../../src/data/index.ts';
import { invalidValue } from '../../../src/error/index.ts';
import type { PathStep, RpcError } from '../../../src/error/index.ts';
import { kindsOf } from '../../../src/sami/index.ts';
import type {
  BranchSchemaNode,
  ContainerNode,
  DataSchemaNode,
  ListNode,
  MustConstraint,
} from '../../../src/yang/index.ts';
import { VmFacts, compileOwnership } from './ownership-rule.ts';
import type { OwnershipRule } from './ownership-rule.ts';
import { vmPath } from './paths.ts';

const OWNERSHIP_TAG = /-not-owned$/;

/** What is wrong with an entry, or with one nested in it. */
export interface Violation {
  readonly must: MustConstraint;
  /** From the entry of the kind's list down to the entry that is foreign. */
  readonly rows: readonly Branch[];
}

/** The checks of one VM's entries. Get it from {@link ownerOf}. */
export class Owner {
  readonly #vm: Branch;
  readonly #facts: VmFacts;
  #vmRef: NodeRef | undefined;
  /** By container of a kind. */
  readonly #containers = new Map<ContainerNode, NodeRef>();

  constructor(vm: Branch) {
    this.#vm = vm;
    this.#facts = new VmFacts(vm);
  }

  /** What makes `row`, an entry of a list of a kind, foreign; undefined when it is the VM's. */
  violation(row: Branch): Violation | undefined {
    const list = row.schema as ListNode;
    const guard = guardOf(list);
    if (!guard.guards) return undefined;
    const look = (): NodeRef => childRef(this.#containerRef(list), list, row);
    return this.#check(guard, row, look);
  }

  /** The refusal for what {@link violation} finds. */
  error(row: Branch): RpcError | undefined {
    const violation = this.violation(row);
    if (!violation) return undefined;
    const { errorMessage, errorAppTag, expression } = violation.must;
    return invalidValue(errorMessage ?? `the entry does not satisfy "${expression.text}"`, {
      type: 'application',
      path: [...vmPath(this.#vm), ...violationSteps(violation)],
      ...(errorAppTag === undefined ? {} : { appTag: errorAppTag }),
    });
  }

  #check(guard: Guard, branch: Branch, look: () => NodeRef): Violation | undefined {
    let ref: NodeRef | undefined;
    const here = (): NodeRef => (ref ??= look());
    for (const { must, rule } of guard.rules) {
      const holds = rule ? rule(branch, this.#facts) : must.expression.boolean(TREE_MODEL, here());
      if (!holds) return { must, rows: [branch] };
    }
    for (const { node, guard: inner } of guard.below) {
      const value = branch.slots[node.slot];
      const found = this.#checkBelow(node, inner, value, here);
      if (found) return branch.schema.kind === 'list' ? wrap(branch, found) : found;
    }
    return undefined;
  }

  #checkBelow(
    node: DataSchemaNode,
    guard: Guard,
    value: unknown,
    parent: () => NodeRef,
  ): Violation | undefined {
    const entries = value instanceof DataList ? value : value instanceof Branch ? [value] : [];
    for (const entry of entries) {
      const found = this.#check(guard, entry, () => childRef(parent(), node, entry));
      if (found) return found;
    }
    return undefined;
  }

  #containerRef(list: ListNode): NodeRef {
    const container = list.dataParent as ContainerNode;
    let ref = this.#containers.get(container);
    if (!ref) {
      this.#vmRef ??= vmRefOf(this.#vm);
      const present = this.#vm.get(container);
      const value = present instanceof Branch ? present : new Branch(container, []);
      ref = childRef(this.#vmRef, container, value);
      this.#containers.set(container, ref);
    }
    return ref;
  }
}

const owners = new WeakMap<Branch, Owner>();

/** The checks for the entries of a VM as it is configured. */
export function ownerOf(vm: Branch): Owner {
  let owner = owners.get(vm);
  if (!owner) {
    owner = new Owner(vm);
    owners.set(vm, owner);
  }
  return owner;
}

/** Whether two configurations of a VM own the same entries. */
export function sameIdentity(before: Branch, after: Branch): boolean {
  return new VmFacts(before).equals(new VmFacts(after));
}

/**
 * Kinds in a schema whose lists do not say what makes an entry the VM's own: through them a client could
 * inject state that concerns somebody else. Texts for whoever loads the schema.
 */
export function unguardedKinds(vm: ListNode): readonly string[] {
  return kindsOf(vm).flatMap((kind) =>
    kind.lists
      .filter((list) => !guardOf(list).guards)
      .map(
        (list) =>
          `module "${kind.container.module.name}": list "${list.name}" of kind "${kind.name}" has no ` +
          '"must" with an error-app-tag that ends in "-not-owned", so nothing says which entries ' +
          'a VM may have; it needs one such as: must "../../sami:address = address" ' +
          '{ error-app-tag "address-not-owned"; }',
      ),
  );
}

interface Guard {
  readonly rules: readonly {
    readonly must: MustConstraint;
    /** The same as a function of the entry and the VM's facts; undefined where XPath has to do it. */
    readonly rule: OwnershipRule | undefined;
  }[];
  /** Children that have something to check at some depth. */
  readonly below: readonly { readonly node: DataSchemaNode; readonly guard: Guard }[];
  /** Whether there is anything to check. */
  readonly guards: boolean;
}

const known = new WeakMap<BranchSchemaNode, Guard>();

/** Compiled once for each list. */
function guardOf(schema: ListNode | ContainerNode): Guard {
  let guard = known.get(schema);
  if (!guard) {
    const rules = schema.must
      .filter(({ errorAppTag }) => OWNERSHIP_TAG.test(errorAppTag ?? ''))
      .map((must) => ({ must, rule: compileOwnership(must.expression.ast, schema) }));
    const below = schema.dataChildren.flatMap((node) => {
      if (node.kind !== 'container' && node.kind !== 'list') return [];
      const inner = guardOf(node);
      return inner.guards ? [{ node, guard: inner }] : [];
    });
    guard = { rules, below, guards: rules.length > 0 || below.length > 0 };
    known.set(schema, guard);
  }
  return guard;
}

/** A reference to the VM in a tree that has nothing else. */
function vmRefOf(vm: Branch): NodeRef {
  const list = vm.schema as ListNode;
  const top = list.dataParent as ContainerNode;
  const sami = new Branch(top, []).with(list, DataList.from(list, [vm]));
  const root = rootRef(new Branch(top.dataParent, []).with(top, sami));
  return childRef(childRef(root, top, sami), list, vm);
}

function wrap(row: Branch, { must, rows }: Violation): Violation {
  return { must, rows: [row, ...rows] };
}

/** Steps from the VM to the entry that is foreign. */
function violationSteps({ rows }: Violation): readonly PathStep[] {
  const steps: PathStep[] = [];
  for (const row of rows) {
    const around: PathStep[] = [];
    let at = (row.schema as ListNode | ContainerNode).dataParent;
    while (at.kind === 'container') {
      around.unshift(pathStep(at));
      at = at.dataParent;
    }
    steps.push(...around, pathStep(row.schema as ListNode | ContainerNode, row));
  }
  return steps;
}
