/** What the schema demands of the parameters of an operation beyond their types (RFC 7950, section 7.14.2). */
import { Branch } from '../../src/data/index.ts';
import { missingElement } from '../../src/error/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import type { AnyNode, ContainerNode, SchemaNode } from '../../src/yang/index.ts';

/** Reports mandatory parameters that are missing. */
export function checkInput(
  input: Branch,
  anyContent: ReadonlyMap<AnyNode, unknown>,
): readonly RpcError[] {
  const errors: RpcError[] = [];
  const isPresent = (node: SchemaNode, parent: Branch): boolean => {
    switch (node.kind) {
      case 'choice':
      case 'case':
        return node.children.some((child) => isPresent(child, parent));
      case 'anydata':
      case 'anyxml':
        return parent.get(node) !== undefined || anyContent.has(node);
      case 'leaf':
      case 'leaf-list':
      case 'list':
        return parent.get(node) !== undefined;
      case 'container': {
        // A container without presence that is there counts with an anyxml of its own inside.
        const value = parent.get(node);
        return (
          value instanceof Branch || node.dataChildren.some((it) => anyContent.has(it as AnyNode))
        );
      }
      default:
        return false;
    }
  };
  const checkNode = (node: SchemaNode, parent: Branch): void => {
    if (node.kind === 'choice') {
      const chosen = node.cases.find((it) => isPresent(it, parent));
      if (chosen) for (const child of chosen.children) checkNode(child, parent);
      else if (node.mandatory) errors.push(missing(firstName(node)));
    } else if (node.kind === 'container') {
      const value = parent.get(node);
      if (value instanceof Branch) checkAll(value);
      else if (!node.presence && demandsContent(node)) errors.push(missing(node.name));
    } else if ('mandatory' in node && node.mandatory && !isPresent(node, parent)) {
      errors.push(missing(node.name));
    }
  };
  const checkAll = (branch: Branch): void => {
    for (const child of branch.schema.children) checkNode(child, branch);
  };
  checkAll(input);
  return errors;
}

/** Whether a container is mandatory because something in it is (RFC 7950, section 3). */
function demandsContent(node: ContainerNode): boolean {
  return node.children.some((child) => {
    if (child.kind === 'container') return !child.presence && demandsContent(child);
    return 'mandatory' in child && child.mandatory;
  });
}

function missing(name: string): RpcError {
  return missingElement(name, { type: 'protocol' });
}

/** A choice has no element of its own to name: its first node stands for it. */
function firstName(node: SchemaNode): string {
  if (node.kind !== 'choice' && node.kind !== 'case') return 'name' in node ? node.name : '';
  const [first] = node.children;
  return first ? firstName(first) : node.name;
}
