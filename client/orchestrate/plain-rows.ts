/**
 * The short way of an entry from one device to the other, for tables of plain leaves.
 *
 * Between two devices with the same module an entry need not become a value: it is put together again
 * from its XML events, without the leaves that mean nothing elsewhere. The new device checks it like any
 * other. Lists with more than leaves, with leaves of other modules, or with values whose text depends on
 * prefixes go the long way, through the decoder, like everything that is no entry.
 */
import { hasExtension } from '../../src/sami/index.ts';
import { escapeText } from '../../src/xml/index.ts';
import type { NamespaceScope, XmlAttribute, XmlSink } from '../../src/xml/index.ts';
import type { ListNode, UnionType, YangType } from '../../src/yang/index.ts';

/** An entry as text, to stand in its container. */
export class PlainRow {
  readonly schema: ListNode;
  readonly text: string;

  constructor(schema: ListNode, text: string) {
    this.schema = schema;
    this.text = text;
  }
}

interface PlainLeaf {
  readonly open: string;
  readonly close: string;
}

/** How entries of one list are put together; null for a leaf that is left out. */
interface PlainList {
  readonly list: ListNode;
  readonly leaves: ReadonlyMap<string, PlainLeaf | null>;
  readonly open: string;
  readonly close: string;
}

/** Depth of an entry below `<data>`: sami, vm, container, entry. */
const ENTRY_DEPTH = 3;

/** Takes plain entries out of a stream of events and passes the rest on. */
export class PlainRowReader implements XmlSink {
  readonly #inner: XmlSink;
  readonly #onRow: (row: PlainRow) => void;
  /** By local name of container and list. */
  readonly #lists = new Map<string, ReadonlyMap<string, PlainList>>();
  #depth = 0;
  #container: ReadonlyMap<string, PlainList> | undefined;
  /** The list whose entry is being read. */
  #current: PlainList | undefined;
  #leaf: PlainLeaf | null | undefined;
  /** Joined at the end: a string that grows by pieces would burden the collector of garbage. */
  readonly #row: string[] = [];
  #text = '';

  constructor(inner: XmlSink, lists: readonly ListNode[], onRow: (row: PlainRow) => void) {
    this.#inner = inner;
    this.#onRow = onRow;
    for (const list of lists.filter(isPlain)) {
      const { name } = list.dataParent as { readonly name: string };
      this.#lists.set(name, new Map([...(this.#lists.get(name) ?? []), [list.name, plan(list)]]));
    }
  }

  open(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    const depth = this.#depth++;
    if (this.#current) {
      this.#openLeaf(namespace, local, depth);
      return;
    }
    if (depth === ENTRY_DEPTH) {
      const plain = this.#container?.get(local);
      if (plain && plain.list.module.namespace === namespace) {
        this.#current = plain;
        this.#row.push(plain.open);
        return;
      }
    }
    if (depth === ENTRY_DEPTH - 1) this.#container = this.#lists.get(local);
    this.#inner.open(namespace, local, attributes, scope);
  }

  text(text: string): void {
    if (!this.#current) this.#inner.text(text);
    else if (this.#leaf) this.#text += text;
  }

  close(scope: NamespaceScope): void {
    const depth = --this.#depth;
    if (!this.#current) {
      this.#inner.close(scope);
    } else if (depth === ENTRY_DEPTH) {
      this.#row.push(this.#current.close);
      this.#onRow(new PlainRow(this.#current.list, this.#row.join('')));
      this.#row.length = 0;
      this.#current = undefined;
    } else {
      if (this.#leaf) this.#row.push(this.#leaf.open, escapeText(this.#text), this.#leaf.close);
      this.#leaf = undefined;
      this.#text = '';
    }
  }

  #openLeaf(namespace: string, local: string, depth: number): void {
    const leaf = this.#current?.leaves.get(local);
    const isKnown = depth === ENTRY_DEPTH + 1 && namespace === this.#current?.list.module.namespace;
    if (leaf === undefined || !isKnown) {
      throw new Error(`the device sent an element "${local}" that its own module does not have`);
    }
    this.#leaf = leaf;
  }
}

function plan(list: ListNode): PlainList {
  const leaves = list.dataChildren.map((child) => {
    const leaf = { open: `<${child.name}>`, close: `</${child.name}>` };
    return [child.name, child.config && !hasExtension(child, 'local') ? leaf : null] as const;
  });
  return { list, leaves: new Map(leaves), open: `<${list.name}>`, close: `</${list.name}>` };
}

function isPlain(list: ListNode): boolean {
  const container = list.dataParent;
  if (container.kind !== 'container' || container.module !== list.module) return false;
  return list.dataChildren.every(
    (child) =>
      (child.kind === 'leaf' || child.kind === 'leaf-list') &&
      child.module === list.module &&
      isPrefixFree(child.type),
  );
}

/** The text of the value means the same wherever it stands. */
function isPrefixFree(type: YangType): boolean {
  if (type.base === 'union') return (type as UnionType).members.every(isPrefixFree);
  return PREFIX_FREE.has(type.base);
}

/** Not: identityref, instance-identifier, and leafref, which may lead to one. */
const PREFIX_FREE: ReadonlySet<YangType['base']> = new Set([
  ...(['binary', 'bits', 'boolean', 'decimal64', 'empty', 'enumeration', 'string'] as const),
  ...(['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'] as const),
]);
