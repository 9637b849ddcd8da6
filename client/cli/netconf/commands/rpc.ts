/** Any operation: from XML, or by path (RFC 6241, section 4.1; RFC 7950, section 7.15). */
import { NETCONF_BASE_NS, encodeAction } from '../../../../src/netconf/index.ts';
import type { OperationNode, SchemaContext } from '../../../../src/yang/index.ts';
import { UsageError } from '../../exit-code.ts';
import type { Parameters } from '../parameters.ts';
import { parsePath } from '../paths/parse-path.ts';
import { PathTree } from '../paths/path-tree.ts';
import type { PathElement } from '../paths/path-tree.ts';
import type { ConsoleSession } from '../session.ts';
import { command } from './command.ts';
import type { CommandRow } from './command.ts';
import { childrenText, onlyElement, withoutDeclaration } from './xml-text.ts';

/** A file for other clients may have `<rpc>` around the operation; the message-id is the session's. */
export function withoutEnvelope(text: string, source: string): string {
  const content = withoutDeclaration(text, source);
  const root = onlyElement(content);
  if (!root) throw new Error(`${source}: one operation is expected`);
  return root.local === 'rpc' && root.namespace === NETCONF_BASE_NS ? childrenText(root) : content;
}

async function invocation(
  session: ConsoleSession,
  parameters: Parameters,
  text: string,
): Promise<{ readonly target: PathElement; readonly tree: PathTree }> {
  const path = parsePath(text);
  if (path.value !== undefined) throw new UsageError(`"${text}" is not a path: "=" has no meaning`);
  const tree = new PathTree(await session.names(parameters, true), 'invoke');
  return { target: tree.add(path), tree };
}

async function action(session: ConsoleSession, parameters: Parameters, text: string) {
  const { target, tree } = await invocation(session, parameters, text);
  if (target.schema && target.schema.kind !== 'action') {
    throw new UsageError(`"${text}" is a ${target.schema.kind} and no action`);
  }
  await session.send(encodeAction(tree.xml()), operationAt(target));
}

async function runRpc(session: ConsoleSession, parameters: Parameters, text: string) {
  const { target, tree } = await invocation(session, parameters, text);
  const [top] = tree.tops;
  if (top?.schema && top.schema.kind !== 'rpc') {
    throw new UsageError(`"${text}" is a ${top.schema.kind} and no rpc`);
  }
  await session.send(tree.xml(), operationAt(top ?? target));
}

function operationAt({
  schema,
}: PathElement): (context: SchemaContext) => OperationNode | undefined {
  return () => (schema?.kind === 'action' || schema?.kind === 'rpc' ? schema : undefined);
}

export const RPC_COMMANDS: readonly CommandRow[] = [
  command('--rpc [file]', 'send what is in a file as an operation', {
    run: async (session, { values: [file = '-'] }) => {
      const text = file.trimStart().startsWith('<') ? file : await session.options.readFile(file);
      await session.send(withoutEnvelope(text, file === text ? '--rpc' : file));
    },
  }),
  command('--action <path>', 'invoke an action; predicates of the last step are its input', {
    uses: ['ns'],
    run: (session, { values: [path = ''], parameters }) => action(session, parameters, path),
  }),
  command('--run-rpc <path>', 'invoke an rpc; predicates are its input', {
    uses: ['ns'],
    run: (session, { values: [path = ''], parameters }) => runRpc(session, parameters, path),
  }),
];
