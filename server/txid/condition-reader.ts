/**
 * Finds the transaction ids in the content of an edit while it is decoded: all events go on to the decoder, for which
 * attributes of other namespaces mean nothing.
 */
import type { NamespaceScope, XmlAttribute, XmlSink } from '../../src/xml/index.ts';
import type { DataSchemaNode, LeafValue, RootNode } from '../../src/yang/index.ts';
import { InvalidValueError } from '../../src/yang/index.ts';
import type { Condition } from './conditions.ts';
import { txidsAmong } from './txid.ts';
import type { ClientTxid } from './txid.ts';

/** An element that is open. */
interface Frame {
  /** Undefined for what the schema does not have; the decoder refuses that. */
  readonly node: DataSchemaNode | RootNode | undefined;
  readonly txids: readonly ClientTxid[];
  readonly keys: (LeafValue | undefined)[];
  readonly children: Condition[];
  text: string;
}

const NONE: readonly ClientTxid[] = [];

export class ConditionReader implements XmlSink {
  readonly #decoder: XmlSink;
  readonly #top: Frame;
  readonly #frames: Frame[];

  /** `attributes` are those of the element that holds the edit. */
  constructor(decoder: XmlSink, root: RootNode, attributes: readonly XmlAttribute[]) {
    this.#decoder = decoder;
    this.#top = { node: root, txids: txidsAmong(attributes), keys: [], children: [], text: '' };
    this.#frames = [this.#top];
  }

  /** Undefined when there are no transaction ids. */
  get conditions(): Condition | undefined {
    const { txids, children } = this.#top;
    const hasAny = txids.length > 0 || children.length > 0;
    return hasAny ? { node: undefined, keys: [], txids, children } : undefined;
  }

  open(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    const around = this.#frames.at(-1)?.node;
    const node =
      around && 'dataChildren' in around ? around.dataChild(namespace, local) : undefined;
    const txids = attributes.length > 0 ? txidsAmong(attributes) : NONE;
    this.#frames.push({ node, txids, keys: [], children: [], text: '' });
    this.#decoder.open(namespace, local, attributes, scope);
  }

  text(text: string): void {
    const frame = this.#frames.at(-1);
    if (frame?.node?.kind === 'leaf' && frame.node.isKey) frame.text = text;
    this.#decoder.text(text);
  }

  close(scope: NamespaceScope): void {
    const frame = this.#frames.pop();
    const around = this.#frames.at(-1);
    if (frame?.node && around) leave(frame, frame.node, around, scope);
    this.#decoder.close(scope);
  }
}

function leave(frame: Frame, node: Frame['node'], around: Frame, scope: NamespaceScope): void {
  if (!node || node.kind === 'root') return;
  if (node.kind === 'leaf' && node.isKey && around.node?.kind === 'list') {
    around.keys[around.node.keys.indexOf(node)] = keyValue(node, frame.text, scope);
  }
  if (frame.txids.length === 0 && frame.children.length === 0) return;
  const keys = frame.keys.filter((key) => key !== undefined);
  // Without its keys the decoder refuses the entry.
  if (node.kind === 'list' && keys.length !== node.keys.length) return;
  around.children.push({ node, keys, txids: frame.txids, children: frame.children });
}

/** Undefined for what is no value: the decoder refuses that. */
function keyValue(
  { type }: Extract<DataSchemaNode, { kind: 'leaf' }>,
  text: string,
  scope: NamespaceScope,
): LeafValue | undefined {
  try {
    return type.parse(text, (prefix) => scope.resolve(prefix));
  } catch (error) {
    if (error instanceof InvalidValueError) return undefined;
    throw error;
  }
}
