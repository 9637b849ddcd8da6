/** Documents to JSON (RFC 7951): an object with a member for each node at the top. */
import { operationFailed } from '../../error/index.ts';
import type { RpcError } from '../../error/index.ts';
import type { ModuleInfo, SchemaContext } from '../../yang/index.ts';
import { JsonEncoder } from '../codec/json-encode.ts';
import type { JsonEncodeOptions } from '../codec/json-encode.ts';
import { memberName } from '../codec/json-names.ts';
import { JsonWriter } from '../codec/json-writer.ts';
import type { Branch } from '../node.ts';
import type { NodeRef } from '../tree/node-ref.ts';
import { messageRef } from '../tree/tree-model.ts';
import type { DataDocument, DocumentOperation } from './document.ts';
import { hasNoState } from './document.ts';
import { leavesOf } from './leaves-of.ts';
import { parentOfMessage } from './message-parent.ts';
import type { PrintDocumentOptions } from './print-document.ts';

const INDENT = 2;

export function printJsonDocument(
  document: DataDocument,
  { withDefaults = 'explicit', pretty = false }: PrintDocumentOptions,
  write: (text: string) => void,
): readonly RpcError[] {
  const errors: RpcError[] = [];
  const { context, annotations, edit, operation, root } = document;
  const writer = new JsonWriter(write, { indent: pretty ? INDENT : 0 });
  const options: JsonEncodeOptions = {
    withDefaults,
    configOnly: hasNoState(document),
    annotations,
    onLoss: (path, reason) => {
      errors.push(operationFailed(`left out: ${reason}`, { path }));
    },
  };
  writer.openObject();
  if (operation) new OperationWriter(context, writer, options).write(document, operation);
  else new JsonEncoder(context, writer, options).members(edit ? edit.content : root, undefined);
  writer.closeObject();
  writer.end();
  return errors;
}

/** Writes what leads to an operation, and its content in the innermost object. */
class OperationWriter {
  readonly #context: SchemaContext;
  readonly #writer: JsonWriter;
  readonly #options: JsonEncodeOptions;
  /** Where conditions on defaults in the content look from. */
  #ref: NodeRef | undefined;

  constructor(context: SchemaContext, writer: JsonWriter, options: JsonEncodeOptions) {
    this.#context = context;
    this.#writer = writer;
    this.#options = options;
  }

  write({ type, root }: DataDocument, operation: DocumentOperation): void {
    const { node, content, ancestors } = operation;
    this.#ref = messageRef(content, parentOfMessage(operation, root, undefined).parent);
    if (type === 'nc-reply') {
      this.#contentEncoder().members(content, undefined);
      return;
    }
    const [first, ...others] = ancestors;
    if (first) this.#ancestor(first, others, undefined, node, content);
    else this.#operation(node, content, undefined);
  }

  #contentEncoder(): JsonEncoder {
    const options = this.#ref ? { ...this.#options, ref: this.#ref } : this.#options;
    return new JsonEncoder(this.#context, this.#writer, options);
  }

  #ancestor(
    branch: Branch,
    others: readonly Branch[],
    module: ModuleInfo | undefined,
    node: DocumentOperation['node'],
    content: Branch,
  ): void {
    const { schema } = branch;
    if (schema.kind !== 'container' && schema.kind !== 'list') return;
    this.#writer.name(memberName(schema, module));
    if (schema.kind === 'list') this.#writer.openArray();
    this.#writer.openObject();
    const options: JsonEncodeOptions = { ...this.#options, withDefaults: 'explicit' };
    const encoder = new JsonEncoder(this.#context, this.#writer, options);
    encoder.members(leavesOf(branch), schema.module);
    const [next, ...rest] = others;
    if (next) this.#ancestor(next, rest, schema.module, node, content);
    else this.#operation(node, content, schema.module);
    this.#writer.closeObject();
    if (schema.kind === 'list') this.#writer.closeArray();
  }

  #operation(
    node: DocumentOperation['node'],
    content: Branch,
    module: ModuleInfo | undefined,
  ): void {
    this.#writer.name(memberName(node, module));
    this.#writer.openObject();
    this.#contentEncoder().members(content, node.module);
    this.#writer.closeObject();
  }
}
