/**
 * Decodes a request while it arrives (RFC 6241, section 4.1): the operation is looked up by its name, its
 * parameters are decoded by their schema, and the content of `config` goes straight into an edit of the
 * datastore's schema. An action is found at the end of the way to it (RFC 7950, section 7.15.2).
 */
import { DataDecoder } from '../../src/data/index.ts';
import type { AnyContent, Branch } from '../../src/data/index.ts';
import {
  badElement,
  malformedMessage,
  missingAttribute,
  missingElement,
  operationNotSupported,
  unknownElement,
} from '../../src/error/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import { NETCONF_BASE_NS, NETCONF_NMDA_NS, YANG_NS } from '../../src/netconf/index.ts';
import type { NamespaceScope, XmlAttribute, XmlSink } from '../../src/xml/index.ts';
import { qnameKey } from '../../src/yang/index.ts';
import type { AnyNode, OperationNode, SchemaContext } from '../../src/yang/index.ts';
import { ConditionReader } from '../txid/condition-reader.ts';
import type { Condition } from '../txid/conditions.ts';
import { hasTransactionIds } from '../txid/has-transaction-ids.ts';
import { checkInput } from './check-input.ts';

/** The attributes and declarations of `rpc`, which the reply repeats (RFC 6241, section 4.1). */
export interface RequestEnvelope {
  readonly attributes: readonly XmlAttribute[];
  readonly bindings: ReadonlyMap<string, string>;
}

export interface Request extends RequestEnvelope {
  readonly operation: OperationNode;
  readonly input: Branch;
  /** Declarations in scope of the expressions that leaves hold. */
  readonly xpathBindings: ReadonlyMap<string, string>;
  /** The same expressions one by one, in their order: each may have declarations of its own. */
  readonly expressions: readonly XPathText[];
  /** What `config` held. */
  readonly anyContent: ReadonlyMap<AnyNode, unknown>;
  /** Attributes of the element of the operation, and of `xpath-filter` in it. */
  readonly operationAttributes: readonly XmlAttribute[];
  readonly filterAttributes: readonly XmlAttribute[];
  /** Transaction ids in `config`, where the server has them. */
  readonly conditions: Condition | undefined;
  /** Of an action: what it is in, as the request names it. */
  readonly instance?: ActionInstance;
}

/** An expression as it stood in a request, with the declarations in scope there. */
export interface XPathText {
  readonly text: string;
  readonly bindings: ReadonlyMap<string, string>;
}

/** The way to an action. Whether it exists is for whoever carries the action out. */
export interface ActionInstance {
  /** From the root; of list entries it has the keys. */
  readonly root: Branch;
  /** The containers and list entries on the way, from the top. */
  readonly ancestors: readonly Branch[];
}

const NO_ACTION = {
  type: 'protocol',
  message: '<action> leads to no action that the schema has',
} as const;

/** Leaves of operations that hold expressions. */
const EXPRESSIONS: ReadonlySet<string> = new Set([
  'datastore-xpath-filter',
  'select',
  'stream-xpath-filter',
  'where',
  'xpath-filter',
]);

/** Expressions that are kept, and errors: what is beyond is not told one by one, and takes no memory. */
const MAX_KEPT = 1001;

export class RequestReader implements XmlSink {
  readonly #context: SchemaContext;
  readonly #errors: RpcError[] = [];
  #depth = 0;
  #isRpc = false;
  #envelope: RequestEnvelope = { attributes: [], bindings: new Map() };
  #operation: OperationNode | undefined;
  #decoder: DataDecoder | undefined;
  #operations = 0;
  #isAction = false;
  #xpathBindings: ReadonlyMap<string, string> = new Map();
  readonly #expressions: { text: string; readonly bindings: ReadonlyMap<string, string> }[] = [];
  /** At what depth the expression stands that is being read. */
  #expressionDepth = 0;
  #operationAttributes: readonly XmlAttribute[] = [];
  #filterAttributes: readonly XmlAttribute[] = [];
  #conditions: ConditionReader | undefined;
  /** Set while the content of an element that is of no use goes by. */
  #skipping = false;

  constructor(context: SchemaContext) {
    this.#context = context;
  }

  get envelope(): RequestEnvelope {
    return this.#envelope;
  }

  /** False when the message is no request at all: then the session cannot go on. */
  get isRpc(): boolean {
    return this.#isRpc;
  }

  open(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    this.#depth += 1;
    if (this.#depth === 1) this.#openMessage(namespace, local, attributes, scope);
    else if (this.#depth === 2) this.#openOperation(namespace, local, attributes);
    else if (!this.#skipping) this.#openContent(namespace, local, attributes, scope);
  }

  #openContent(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    // A leaf that holds an expression keeps its text only, so its prefixes are kept here.
    if (EXPRESSIONS.has(local) && this.#expressions.length < MAX_KEPT) {
      if (local === 'xpath-filter') this.#filterAttributes = attributes;
      this.#xpathBindings = new Map([...this.#xpathBindings, ...scope.all()]);
      this.#expressions.push({ text: '', bindings: scope.all() });
      this.#expressionDepth = this.#depth;
    }
    this.#decoder?.open(namespace, local, attributes, scope);
  }

  text(text: string): void {
    const expression = this.#expressions.at(-1);
    if (expression && this.#depth === this.#expressionDepth) expression.text += text;
    if (this.#depth >= 2 && !this.#skipping) this.#decoder?.text(text);
  }

  close(scope: NamespaceScope): void {
    if (this.#depth > 2 && !this.#skipping) this.#decoder?.close(scope);
    if (this.#depth === 2) this.#skipping = false;
    if (this.#depth === this.#expressionDepth) this.#expressionDepth = 0;
    this.#depth -= 1;
  }

  /** The request, or what is wrong with it. */
  finish(): Request | readonly RpcError[] {
    if (this.#isRpc && this.#operations === 0) {
      this.#errors.push(missingElement('operation', { type: 'protocol' }));
    }
    const instance = this.#isAction ? this.#finishAction() : undefined;
    const decoded = this.#decoder?.finish();
    if (decoded) this.#errors.push(...decoded.errors.map((it) => this.#ofParameter(it)));
    if (!this.#operation || !decoded || this.#errors.length > 0) return this.#errors;
    const input = decoded.content as Branch;
    const faults = checkInput(input, decoded.anyContent);
    if (faults.length > 0) return faults;
    return {
      ...this.#envelope,
      operation: this.#operation,
      input,
      xpathBindings: this.#xpathBindings,
      expressions: this.#expressions,
      anyContent: decoded.anyContent,
      operationAttributes: this.#operationAttributes,
      filterAttributes: this.#filterAttributes,
      conditions: this.#conditions?.conditions,
      ...(instance ? { instance } : {}),
    };
  }

  /** Parameters of an rpc belong to the protocol (RFC 6241, section 4.3); what an action gets is content. */
  #ofParameter(error: RpcError): RpcError {
    return this.#isAction || error.type !== 'application' ? error : { ...error, type: 'protocol' };
  }

  /** What led to the action has been decoded; from here on its input is what counts. */
  #finishAction(): ActionInstance | undefined {
    const way = this.#decoder;
    if (!way) return undefined;
    const { operation: found, ancestors } = way;
    const { content, errors } = way.finish();
    this.#errors.push(...errors);
    this.#decoder = found?.decoder;
    if (found?.node.kind === 'action') this.#operation = found.node;
    else if (found) this.#errors.push(badElement(found.node.name, { type: 'protocol' }));
    else if (errors.length === 0) this.#errors.push(missingElement('action', NO_ACTION));
    return { root: content as Branch, ancestors: [...ancestors] as Branch[] };
  }

  #openMessage(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    this.#isRpc = namespace === NETCONF_BASE_NS && local === 'rpc';
    if (!this.#isRpc) {
      this.#errors.push(malformedMessage(`<${local}> is not a request`));
      return;
    }
    this.#envelope = { attributes, bindings: scope.all() };
    const hasMessageId = attributes.some((it) => it.namespace === '' && it.local === 'message-id');
    if (!hasMessageId) this.#errors.push(missingAttribute('message-id', 'rpc', { type: 'rpc' }));
  }

  #openOperation(namespace: string, local: string, attributes: readonly XmlAttribute[]): void {
    if (!this.#isRpc) return;
    this.#operations += 1;
    const isAction = namespace === YANG_NS && local === 'action';
    if (this.#operations > 1) {
      this.#skipping = true;
      // RFC 7950, section 7.15.2, has a tag of its own for a second action.
      const refuse = isAction && this.#isAction ? badElement : unknownElement;
      if (this.#errors.length < MAX_KEPT) this.#errors.push(refuse(local, { type: 'protocol' }));
      return;
    }
    if (isAction) {
      this.#isAction = true;
      this.#decoder = new DataDecoder(this.#context.root, { operation: 'input' });
      return;
    }
    const operation = this.#context.rpcs.get(qnameKey(namespace, local));
    if (!operation) {
      this.#errors.push(operationNotSupported(`operation <${local}> is not supported`));
      return;
    }
    this.#operation = operation;
    this.#operationAttributes = attributes;
    this.#decoder = new DataDecoder(operation.input, {
      anyContent: (node, given) => this.#configContent(operation, node, given),
    });
  }

  #configContent(
    operation: OperationNode,
    node: AnyNode,
    attributes: readonly XmlAttribute[],
  ): AnyContent | undefined {
    const { namespace } = node.module;
    if (node.name !== 'config') return undefined;
    if (namespace !== NETCONF_BASE_NS && namespace !== NETCONF_NMDA_NS) return undefined;
    const { root } = this.#context;
    const edit = operation.name === 'edit-config' || operation.name === 'edit-data';
    const decoder = new DataDecoder(root, { edit, state: false, defaultTags: true });
    const finish = (): unknown => decoder.finish();
    if (!edit || !hasTransactionIds(this.#context)) return { sink: decoder, finish };
    this.#conditions = new ConditionReader(decoder, root, attributes);
    return { sink: this.#conditions, finish };
  }
}
