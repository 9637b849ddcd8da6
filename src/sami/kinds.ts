/**
 * What our modules say of themselves: the kinds of state in a schema and how their leaves travel.
 *
 * Nothing here knows a kind by name. A kind is a container that augments the list of VMs and carries
 * the extension `sami:kind`, whoever wrote its module.
 */
import { Branch, DataList } from '../data/index.ts';
import type { Slot } from '../data/index.ts';
import type {
  ContainerNode,
  DataSchemaNode,
  LeafValue,
  ListNode,
  SchemaContext,
} from '../yang/index.ts';
import { hashText } from './digest.ts';
import type { EntryHash } from './digest.ts';

export const SAMI_NAMESPACE = 'urn:sami:yang:sami';

export interface Kind {
  readonly name: string;
  readonly container: ContainerNode;
  /** The container's lists are dynamic tables. */
  readonly ephemeral: boolean;
  /** Lists directly below the container. */
  readonly lists: readonly ListNode[];
}

export type Mode = 'learning' | 'standby' | 'frozen';

/** True when `node` carries our extension `name`. */
export function hasExtension(node: DataSchemaNode, name: string): boolean {
  return extensionArgument(node, name) !== undefined;
}

/** Argument of our extension `name` on `node`; '' when it has none, undefined without the extension. */
export function extensionArgument(node: DataSchemaNode, name: string): string | undefined {
  const found = node.extensions.find((use) => use.module === 'sami' && use.name === name);
  return found && (found.argument ?? '');
}

/** The list `/sami:sami/vm`, or undefined when the schema has no module `sami`. */
export function vmListNode(context: SchemaContext): ListNode | undefined {
  const top = context.root.dataChild(SAMI_NAMESPACE, 'sami');
  const list = top?.kind === 'container' ? top.dataChild(SAMI_NAMESPACE, 'vm') : undefined;
  return list?.kind === 'list' ? list : undefined;
}

/** The kinds below `vm`, in schema order. */
export function kindsOf(vm: ListNode): readonly Kind[] {
  return vm.dataChildren.flatMap((container) => {
    const name = extensionArgument(container, 'kind');
    if (name === undefined || container.kind !== 'container') return [];
    const lists = container.dataChildren.filter((child) => child.kind === 'list');
    return [{ name, container, ephemeral: hasExtension(container, 'ephemeral'), lists }];
  });
}

/** Mode of a VM entry; the schema's default when it is not set. */
export function modeOf(vm: Branch): Mode {
  const value = vm.get(childOf(vm, 'mode'));
  return (value ?? 'learning') as Mode;
}

export function vmId(vm: Branch): string {
  return vm.get(childOf(vm, 'id')) as string;
}

/** Addresses of the VM in canonical form. */
export function vmAddresses(vm: Branch): readonly string[] {
  return (vm.get(childOf(vm, 'address')) ?? []) as readonly string[];
}

function childOf(vm: Branch, name: string): DataSchemaNode {
  const node = vm.schema.dataChild(SAMI_NAMESPACE, name);
  if (!node) throw new Error(`list vm has no "${name}"`);
  return node;
}

/** The entries of one list of a VM that the tree holds; undefined when there are none. */
export function entriesOf(vm: Branch, kind: Kind, list: ListNode): DataList | undefined {
  const container = vm.get(kind.container);
  if (!(container instanceof Branch)) return undefined;
  const entries = container.get(list);
  return entries instanceof DataList ? entries : undefined;
}

/** A copy of the VM without the content of its ephemeral kinds; `vm` itself when it has none. */
export function withoutEphemeral(vm: Branch, kinds: readonly Kind[]): Branch {
  return kinds
    .filter((kind) => kind.ephemeral)
    .reduce((result, kind) => result.with(kind.container, undefined), vm);
}

const omitted = new WeakMap<ListNode, { local: readonly boolean[]; digest: readonly boolean[] }>();

function omissions(list: ListNode): { local: readonly boolean[]; digest: readonly boolean[] } {
  let found = omitted.get(list);
  if (!found) {
    const local = list.dataChildren.map((child) => hasExtension(child, 'local') || !child.config);
    const digest = list.dataChildren.map(
      (child, slot) => local[slot] === true || hasExtension(child, 'volatile'),
    );
    found = { local, digest };
    omitted.set(list, found);
  }
  return found;
}

/** A copy of an entry without what means nothing on another device (`sami:local`) and without state. */
export function portable(row: Branch): Branch {
  const list = row.schema as ListNode;
  const { local } = omissions(list);
  const slots = row.slots.map((value, slot) =>
    local[slot] === true ? undefined : portableValue(value),
  );
  while (slots.length > 0 && slots.at(-1) === undefined) slots.pop();
  return new Branch(list, slots);
}

function portableValue(value: Slot): Slot {
  if (!(value instanceof DataList)) return value;
  return DataList.from(value.schema, [...value].map(portable));
}

/** Hash of an entry over what is neither local nor volatile; nested entries have hashes of their own. */
export function entryHash(row: Branch): EntryHash {
  const list = row.schema as ListNode;
  const { digest } = omissions(list);
  let text = list.name;
  for (const [slot, value] of row.slots.entries()) {
    if (value === undefined || digest[slot] === true || value instanceof DataList) continue;
    const node = list.dataChildren[slot];
    if (node) text += `\u0000${node.name}\u0001${valueText(node, value)}`;
  }
  return hashText(text);
}

function valueText(node: DataSchemaNode, value: Slot): string {
  if (node.kind === 'leaf') {
    return typeof value === 'string' ? value : node.type.canonical(value as LeafValue);
  }
  if (node.kind === 'leaf-list') {
    return (value as readonly LeafValue[]).map((item) => node.type.canonical(item)).join('\u0002');
  }
  if (!(value instanceof Branch)) return '';
  return value.schema.dataChildren
    .map((child) => [child, value.get(child)] as const)
    .filter(([, held]) => held !== undefined)
    .map(([child, held]) => `${child.name}\u0003${valueText(child, held)}`)
    .join('\u0004');
}

/** The entry and the entries nested in it, each once: what counts and digests are taken over. */
export function* withNested(row: Branch): Iterable<Branch> {
  yield row;
  for (const value of row.slots) {
    if (value instanceof DataList) for (const inner of value) yield* withNested(inner);
  }
}
