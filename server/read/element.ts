/** An element that is written only when there is something to put into it; a list entry with its keys. */
import { encodeLeaf } from '../../src/data/index.ts';
import type { Branch } from '../../src/data/index.ts';
import type { XmlWriter, XmlWriterAttribute } from '../../src/xml/index.ts';
import type { ContainerNode, LeafValue, ListNode } from '../../src/yang/index.ts';

export interface ElementOptions {
  readonly node: ContainerNode | ListNode;
  /** What stands around it. */
  readonly around: Element | undefined;
  readonly attributes: readonly XmlWriterAttribute[];
  /** Of a list entry: where its keys are. */
  readonly row: Branch | undefined;
}

export class Element {
  readonly #writer: XmlWriter;
  readonly #options: ElementOptions;
  #isOpen = false;

  constructor(writer: XmlWriter, options: ElementOptions) {
    this.#writer = writer;
    this.#options = options;
  }

  open(): void {
    if (this.#isOpen) return;
    const { node, around, attributes, row } = this.#options;
    around?.open();
    this.#isOpen = true;
    const given = attributes.length > 0 ? attributes : undefined;
    this.#writer.open(node.module.namespace, node.name, given);
    if (node.kind !== 'list' || !row) return;
    for (const key of node.keys) {
      const value = row.slots[key.slot];
      if (value !== undefined) encodeLeaf(this.#writer, key, value as LeafValue);
    }
  }

  close(): void {
    if (this.#isOpen) this.#writer.close();
  }
}
