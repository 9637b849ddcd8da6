/** An element that is written only when there is something to put into it. */
import type { XmlWriter } from '../../src/xml/index.ts';
import type { ContainerNode, ListNode } from '../../src/yang/index.ts';

export class LazyElement {
  readonly writer: XmlWriter;
  readonly #node: ContainerNode | ListNode;
  readonly #beforeOpen: (() => void) | undefined;
  #isOpen = false;

  /** `beforeOpen` opens what stands around this element. */
  constructor(writer: XmlWriter, node: ContainerNode | ListNode, beforeOpen?: () => void) {
    this.writer = writer;
    this.#node = node;
    this.#beforeOpen = beforeOpen;
  }

  /** Opens the element; false when it is open already. */
  open(): boolean {
    if (this.#isOpen) return false;
    this.#beforeOpen?.();
    this.#isOpen = true;
    this.writer.open(this.#node.module.namespace, this.#node.name);
    return true;
  }

  close(): void {
    if (this.#isOpen) this.writer.close();
  }
}
