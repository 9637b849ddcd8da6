/** The namespace declarations in effect while a document is read. Namespaces in XML 1.0, section 6.1. */
import type { NamespaceScope } from './sink.ts';
import { XML_NAMESPACE } from './sink.ts';

interface Frame {
  readonly depth: number;
  /** Prefix to namespace; '' takes a default namespace back. */
  readonly declared: Readonly<Record<string, string>>;
  /** Declarations in effect at most: those of the frames below too. */
  readonly inEffect: number;
  snapshot: ReadonlyMap<string, string> | undefined;
}

const NO_BINDINGS: ReadonlyMap<string, string> = new Map();

/**
 * Snapshots of elements that declare something have all that is in effect there. These may have so many entries
 * together: some at any rate, and some for each such element.
 */
const MAX_ENTRIES = 1_000_000;
const MAX_ENTRIES_EACH = 64;

/** Holds a frame only for elements that declare something: there are few, however deep the tree. */
export class NamespaceStack implements NamespaceScope {
  readonly #frames: Frame[] = [];
  #entriesLeft = MAX_ENTRIES;

  /** False when snapshots would have to hold too much: nothing more may be read then. */
  push(depth: number, declared: Readonly<Record<string, string>>): boolean {
    const inEffect = (this.#frames.at(-1)?.inEffect ?? 0) + Object.keys(declared).length;
    this.#frames.push({ depth, declared, inEffect, snapshot: undefined });
    this.#entriesLeft = Math.min(this.#entriesLeft + MAX_ENTRIES_EACH - inEffect, MAX_ENTRIES);
    return this.#entriesLeft >= 0;
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
