/**
 * Subtree filters as requests for transaction ids (draft-ietf-netconf-transaction-id, section 4.3): elements say of the
 * nodes that they select what the client knows of them. For the filter itself these attributes mean nothing.
 */
import type { Branch } from '../../src/data/index.ts';
import { childElements, textContent } from '../../src/xml/index.ts';
import type { XmlElement, XmlNode } from '../../src/xml/index.ts';
import type { DataSchemaNode, LeafValue, ListNode } from '../../src/yang/index.ts';
import { InvalidValueError } from '../../src/yang/index.ts';
import { isTxid, txidsAmong } from './txid.ts';
import type { ClientTxid } from './txid.ts';

/** The element without transaction ids, which is the filter. */
export function withoutTxids(element: XmlElement): XmlElement {
  const children = element.children.map((child): XmlNode =>
    typeof child === 'string' ? child : withoutTxids(child),
  );
  return { ...element, attributes: element.attributes.filter((it) => !isTxid(it)), children };
}

/** An element of a filter. */
export class AskedElement {
  readonly txids: readonly ClientTxid[];
  readonly children: readonly AskedElement[];
  /** Whether there are transaction ids below it. */
  readonly hasInside: boolean;
  readonly #element: XmlElement;
  readonly #text: string;
  /** What the text is as a value of a leaf, in canonical form. */
  readonly #values = new Map<DataSchemaNode, string | undefined>();

  constructor(element: XmlElement) {
    this.#element = element;
    this.txids = txidsAmong(element.attributes);
    this.children = childElements(element).map((child) => new AskedElement(child));
    this.hasInside = this.children.some(({ txids, hasInside }) => txids.length > 0 || hasInside);
    this.#text = this.children.length > 0 ? '' : textContent(element).trim();
  }

  /** An element without a namespace stands for one in any (RFC 6241, section 6.2.1). */
  isFor({ name, module }: DataSchemaNode): boolean {
    const { local, namespace } = this.#element;
    return local === name && (namespace === '' || namespace === module.namespace);
  }

  /** Whether the content matches in it are met by an instance (RFC 6241, section 6.2.5). */
  matches(instance: Branch): boolean {
    return this.children.every((child) => child.#text === '' || child.#isIn(instance));
  }

  /** The keys of the one entry that it can stand for, as {@link keyText} has them; undefined when it is not one. */
  keyTextIn({ keys }: ListNode): string | undefined {
    const values: (string | undefined)[] = keys.map((key) => {
      const [match, ...others] = this.children.filter((it) => it.#text !== '' && it.isFor(key));
      return match && others.length === 0 ? match.#valueOf(key) : undefined;
    });
    const isOne = values.length > 0 && values.every((value) => value !== undefined);
    return isOne ? JSON.stringify(values) : undefined;
  }

  #isIn({ schema, slots }: Branch): boolean {
    return schema.dataChildren.some((node) => {
      const value = slots[node.slot];
      if (value === undefined || !this.isFor(node)) return false;
      if (node.kind !== 'leaf' && node.kind !== 'leaf-list') return false;
      const items = (node.kind === 'leaf' ? [value] : value) as readonly LeafValue[];
      const wanted = this.#valueOf(node);
      return wanted !== undefined && items.some((item) => node.type.canonical(item) === wanted);
    });
  }

  #valueOf(node: Extract<DataSchemaNode, { kind: 'leaf' | 'leaf-list' }>): string | undefined {
    if (this.#values.has(node)) return this.#values.get(node);
    const value = this.#parse(node);
    this.#values.set(node, value);
    return value;
  }

  /** Undefined for what is no value of the leaf. */
  #parse({ type }: Extract<DataSchemaNode, { kind: 'leaf' | 'leaf-list' }>): string | undefined {
    const { bindings } = this.#element;
    try {
      return type.canonical(type.parse(this.#text, (prefix) => bindings.get(prefix)));
    } catch (error) {
      if (error instanceof InvalidValueError) return undefined;
      throw error;
    }
  }
}

/** What tells an entry from others of its list. */
export function keyText({ keys }: ListNode, { slots }: Branch): string {
  return JSON.stringify(keys.map(({ slot, type }) => type.canonical(slots[slot] as LeafValue)));
}
