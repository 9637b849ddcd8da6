/** The namespace declarations in effect while a document is read. Namespaces in XML 1.0, section 6.1. */
import type { NamespaceScope } from './sink.ts';
import { XML_NAMESPACE } from './sink.ts';

interface Frame {
  readonly depth: number;
  /** Prefix to namespace; '' takes a default namespace back. */
  readonly declared: Readonly<Record<string, string>>;
  snapshot: ReadonlyMap<string, string> | undefined;
}

const NO_BINDINGS: ReadonlyMap<string, string> = new Map();

/** Holds a frame only for elements that declare something: there are few, however deep the tree. */
export class NamespaceStack implements NamespaceScope {
  readonly #frames: Frame[] = [];

  push(depth: number, declared: Readonly<Record<string, string>>): void {
    this.#frames.push({ depth, declared, snapshot: undefined });
  }

  /** Drops what the element at `depth` declared. */
  pop(depth: number): void {
    if (this.#frames.at(-1)?.depth === depth) this.#frames.pop();
  }

  resolve(prefix: string): string | undefined {
    for (let index = this.#frames.length - 1; index >= 0; index--) {
      const namespace = this.#frames[index]?.declared[prefix];
      if (namespace !== undefined) return namespace === '' ? undefined : namespace;
    }
    return prefix === 'xml' ? XML_NAMESPACE : undefined;
  }

  all(): ReadonlyMap<string, string> {
    return this.#snapshot(this.#frames.length - 1);
  }

  #snapshot(index: number): ReadonlyMap<string, string> {
    const frame = this.#frames[index];
    if (!frame) return NO_BINDINGS;
    if (!frame.snapshot) {
      const bindings = new Map(this.#snapshot(index - 1));
      for (const [prefix, namespace] of Object.entries(frame.declared)) {
        if (namespace === '') bindings.delete(prefix);
        else bindings.set(prefix, namespace);
      }
      frame.snapshot = bindings;
    }
    return frame.snapshot;
  }
}
