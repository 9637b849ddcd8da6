/**
 * RPCs and actions of modules that the program around the server brings along (RFC 7950, sections 7.14 and
 * 7.15): plain values of the schema's types in and out.
 */
import {
  decodeData,
  describeRpcError,
  encodeChildren,
  encodeData,
  messageRef,
  parentOfMessage,
  rootRef,
  typedModules,
  validateMessage,
} from '../../src/data/index.ts';
import type { Branch, NodeRef, TypedBranch } from '../../src/data/index.ts';
import { RpcErrorException } from '../../src/error/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import { qnameKey } from '../../src/yang/index.ts';
import type {
  DataSchemaNode,
  LeafValue,
  OperationNode,
  SchemaContext,
} from '../../src/yang/index.ts';
import { OK, smallReply } from '../session/reply-writer.ts';
import type { Reply } from '../session/reply-writer.ts';
import type { ActionInstance } from '../session/request-reader.ts';
import type { Requester } from '../session/requester.ts';
import { OPERATIONS } from '../operation-table.ts';
import type { Operation, OperationCall } from './operation.ts';

/** One invocation. */
export interface OwnCall<Input> {
  /** Checked against the schema: types, mandatory nodes, `must`, `when`, references. Defaults are filled in. */
  readonly input: Input;
  /** Of an action: the keys of the list entries that it is in, from the top, as texts. */
  readonly keys: readonly string[];
  readonly session: Requester;
  /** Aborted when nobody waits for the answer any longer. */
  readonly signal: AbortSignal;
}

/**
 * Carries out an rpc or action. Input and output are values as `sami yang types` describes them (`…Input`,
 * `…Output`); an operation without output gives nothing. Throws RpcErrorException to refuse: the client is told
 * its errors. Whatever else it throws, and output that breaks the schema, is logged as a fault of the program, and
 * the client gets `operation-failed`.
 */
export type OwnOperation = (call: OwnCall<never>) => unknown;

/** By name: `module:rpc`, or the path of an action such as `/heater:heater/zone/boost`. */
export type OwnOperations = Readonly<Record<string, OwnOperation>>;

/** A name in {@link OwnOperations} that cannot be served. */
export class OwnOperationError extends Error {
  constructor(name: string, reason: string) {
    super(`operation "${name}": ${reason}`);
    this.name = 'OwnOperationError';
  }
}

/** The handlers by schema node. Throws {@link OwnOperationError}. */
export function ownOperations(
  context: SchemaContext,
  handlers: OwnOperations,
): ReadonlyMap<OperationNode, Operation> {
  return new Map(
    Object.entries(handlers).map(([name, handler]) => {
      const own = new Own(context, name, handler);
      return [own.node, (call: OperationCall) => own.perform(call)];
    }),
  );
}

type PlainObject = Readonly<Record<string, unknown>>;

class Own {
  readonly node: OperationNode;
  readonly #context: SchemaContext;
  readonly #name: string;
  readonly #input: TypedBranch<PlainObject>;
  readonly #output: TypedBranch<PlainObject>;
  readonly #handler: OwnOperation;

  constructor(context: SchemaContext, name: string, handler: OwnOperation) {
    const path = name.startsWith('/') ? name : `/${name}`;
    // Names are qualified as in types that are generated from the modules of the path.
    const types = typedModules([...path.matchAll(/\/([^/:]+):/g)].map(([, module = '']) => module));
    this.#context = context;
    this.#name = name;
    this.#input = types.branch(`${path}/input`);
    this.#output = types.branch(`${path}/output`);
    this.#handler = handler;
    this.node = this.#find();
  }

  #find(): OperationNode {
    const input = this.#input.find(this.#context);
    if (input?.kind !== 'input') {
      throw new OwnOperationError(this.#name, 'the schema has no such rpc or action');
    }
    const node = input.parent as OperationNode;
    if (node.kind === 'rpc' && OPERATIONS.has(qnameKey(node.module.namespace, node.name))) {
      throw new OwnOperationError(this.#name, 'the server itself carries it out');
    }
    return node;
  }

  async perform({ input, request, session, server }: OperationCall): Promise<Reply> {
    const place = await placeOf(request.instance, server);
    check(validateMessage(input, place));
    const output = await this.#handler({
      input: this.#input.fromTree(withDefaults(input, place)) as never,
      keys: request.instance ? keysOf(request.instance) : [],
      session,
      signal: session.signal,
    });
    const tree = this.#outputTree(output, place);
    if (tree.slots.length === 0) return OK;
    return smallReply((writer) => {
      encodeChildren(writer, tree);
    });
  }

  /** What is wrong with it is our program's fault, not the client's. */
  #outputTree(output: unknown, place: NodeRef): Branch {
    const { tree, errors } = this.#output.build(this.#context, (output ?? {}) as PlainObject);
    const faults = tree ? validateMessage(tree, place) : errors;
    if (tree && faults.length === 0) return tree;
    const reasons = faults.map(describeRpcError).join('; ');
    throw new Error(`output of ${this.#name} breaks the schema: ${reasons}`);
  }
}

/** What the operation stands in. Throws data-missing for an action of what does not exist. */
async function placeOf(
  instance: ActionInstance | undefined,
  { datastores, stateReader }: OperationCall['server'],
): Promise<NodeRef> {
  const [top] = instance?.ancestors ?? [];
  if (!instance || !top) return rootRef(datastores.running);
  // An entry that is state only has actions too.
  const tree = await stateReader.treeOf(top.schema as DataSchemaNode);
  const { parent, missing } = parentOfMessage(instance, instance.root, tree);
  if (missing) throw new RpcErrorException([missing]);
  return parent;
}

/** RFC 7950, section 7.14.2: a default counts as if the client had sent it. */
function withDefaults(input: Branch, place: NodeRef): Branch {
  const text = encodeData(input, { withDefaults: 'report-all', ref: messageRef(input, place) });
  return decodeData(input.schema, `<input>${text}</input>`).content as Branch;
}

function keysOf({ ancestors }: ActionInstance): readonly string[] {
  return ancestors.flatMap(({ schema, slots }) =>
    schema.kind === 'list'
      ? schema.keys.map((key) => key.type.canonical(slots[key.slot] as LeafValue))
      : [],
  );
}

function check(errors: readonly RpcError[]): void {
  if (errors.length > 0) throw new RpcErrorException(errors);
}
