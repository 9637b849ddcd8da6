/** check-access of the module `sami`: what the user who asks may not do with the state of a VM. */
import { encodeChildren, keyProbe } from '../../src/data/index.ts';
import { SAMI_NAMESPACE, extensionArgument, vmListNode } from '../../src/sami/index.ts';
import type { DataSchemaNode } from '../../src/yang/index.ts';
import type { WithheldNode } from '../access/withheld.ts';
import { CheckAccessInput, CheckAccessOutput } from '../generated/sami.ts';
import type { CheckAccessOutputDenied } from '../generated/sami.ts';
import { operationTable } from '../operations/operation.ts';
import type { Operation } from '../operations/operation.ts';
import { smallReply } from '../session/reply-writer.ts';

const checkAccess: Operation = ({ input, session, server: { context } }) => {
  const { vm } = CheckAccessInput.fromTree(input);
  const list = vmListNode(context);
  const denied = list ? session.access.withheld(keyProbe(list, [vm])).map(describe) : [];
  const output = CheckAccessOutput.toTree(context, { denied });
  return smallReply((writer) => {
    encodeChildren(writer, output);
  });
};

function describe({ node, read, write }: WithheldNode): CheckAccessOutputDenied {
  const steps = fromVm(node);
  return {
    path: steps.map(({ module, name }) => `${module.name}:${name}`).join('/'),
    kind: steps.map((it) => extensionArgument(it, 'kind')).find((it) => it !== undefined),
    operation: [...(read ? (['read'] as const) : []), ...(write ? (['write'] as const) : [])],
  };
}

/** From the list of VMs down. */
function fromVm(node: DataSchemaNode): readonly DataSchemaNode[] {
  const steps: DataSchemaNode[] = [];
  let at: DataSchemaNode | undefined = node;
  while (at) {
    steps.unshift(at);
    const { dataParent }: DataSchemaNode = at;
    at = isVmList(at) || !('slot' in dataParent) ? undefined : dataParent;
  }
  return steps;
}

function isVmList({ kind, name, module }: DataSchemaNode): boolean {
  return kind === 'list' && name === 'vm' && module.namespace === SAMI_NAMESPACE;
}

export const SAMI_OPERATIONS = operationTable(SAMI_NAMESPACE, { 'check-access': checkAccess });
