/** Leaves out elements at the top of the data: what `-s noaaa` does not want to see. */
import type { XmlSink } from '../../../../src/xml/index.ts';

export interface QName {
  readonly namespace: string;
  readonly local: string;
}

/** Depth of the children of `<data>`. */
const TOP = 1;

export class HidingSink implements XmlSink {
  readonly #inner: XmlSink;
  readonly #hidden: readonly QName[];
  #depth = 0;
  /** Elements open inside what is left out, itself included. */
  #hiding = 0;

  constructor(inner: XmlSink, hidden: readonly QName[]) {
    this.#inner = inner;
    this.#hidden = hidden;
  }

  open(...event: Parameters<XmlSink['open']>): void {
    const [namespace, local] = event;
    const isHidden =
      this.#depth === TOP &&
      this.#hidden.some((it) => it.local === local && it.namespace === namespace);
    if (isHidden || this.#hiding > 0) this.#hiding += 1;
    else this.#inner.open(...event);
    this.#depth += 1;
  }

  text(text: string): void {
    if (this.#hiding === 0) this.#inner.text(text);
  }

  close(...event: Parameters<XmlSink['close']>): void {
    this.#depth -= 1;
    if (this.#hiding > 0) this.#hiding -= 1;
    else this.#inner.close(...event);
  }
}
