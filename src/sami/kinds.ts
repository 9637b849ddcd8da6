/**
 * What our modules say of themselves: the kinds of state in a schema and how their leaves travel.
 *
 * Nothing here knows a kind by name. A kind is a container that augments the list of VMs and carries
 * the extension `sami:kind`, whoever wrote its module.
 */
import { Branch, DataList } from '../data/index.ts';
import type { ContainerNode, DataSchemaNode, ListNode, SchemaContext } from '../yang/index.ts';

export const SAMI_NAMESPACE = 'urn:sami:yang:sami';

export interface Kind {
  readonly name: string;
  readonly container: ContainerNode;
  /** The container's lists are dynamic tables. */
  readonly ephemeral: boolean;
  /** What may happen when its entries stay behind (`sami:risk`); undefined where the module does not say. */
  readonly risk: string | undefined;
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
    const ephemeral = hasExtension(container, 'ephemeral');
    return [{ name, container, ephemeral, risk: extensionArgument(container, 'risk'), lists }];
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
