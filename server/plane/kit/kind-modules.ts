/** What the modules of kinds have to say, looked at before a server starts with them. */
import { extensionArgument, kindsOf, vmListNode } from '../../../src/sami/index.ts';
import type { DataSchemaNode, ListNode, SchemaContext } from '../../../src/yang/index.ts';
import { unguardedKinds } from './ownership.ts';

/**
 * Throws when a kind has lists without guard ({@link unguardedKinds}), when two kinds have one name, or when
 * one is where no VM has it: its entries would be taken, and stay behind.
 */
export function checkKindModules(context: SchemaContext): void {
  const vm = vmListNode(context);
  if (!vm) return;
  const faults = [
    ...misplacedKinds(context.root.dataChildren, vm),
    ...clashingKinds(vm),
    ...unguardedKinds(vm),
  ];
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

function clashingKinds(vm: ListNode): readonly string[] {
  const modules = new Map<string, string>();
  return kindsOf(vm).flatMap(({ name, container: { module } }) => {
    const first = modules.get(name);
    modules.set(name, first ?? module.name);
    if (first === undefined) return [];
    return [
      `module "${module.name}": kind "${name}" is one of module "${first}" already; it needs another name`,
    ];
  });
}

function misplacedKinds(nodes: readonly DataSchemaNode[], vm: ListNode): readonly string[] {
  return nodes.flatMap((node) => {
    const kind = extensionArgument(node, 'kind');
    const below = 'dataChildren' in node ? misplacedKinds(node.dataChildren, vm) : [];
    if (kind === undefined || (node.kind === 'container' && node.dataParent === vm)) return below;
    const where = `module "${node.module.name}": ${node.kind} "${node.name}" has sami:kind "${kind}"`;
    return [`${where}, which belongs on a container that augments "/sami:sami/sami:vm"`, ...below];
  });
}
