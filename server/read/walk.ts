/**
 * Writes what a filter selects of a source, in steps, as XML: for `get`, `get-config` and `get-data`.
 *
 * Nothing is built before it is written. Entries of lists are asked for one by one, so that what a reply costs in
 * memory is one of them, and what it costs others in time is a slice (`steps.ts`).
 */
import {
  Branch,
  DEFAULT_TAG,
  DataList,
  NodeRef,
  encodeBranch,
  encodeLeaf,
  leavesOf,
  rootRef,
  writeOrder,
} from '../../src/data/index.ts';
import type {
  AnyValue,
  LeafListValue,
  ListSelection,
  Selection,
  Slot,
  WithDefaults,
} from '../../src/data/index.ts';
import { ORIGIN_NS } from '../../src/netconf/index.ts';
import type { XmlWriter, XmlWriterAttribute } from '../../src/xml/index.ts';
import type { ContainerNode, DataSchemaNode, LeafValue, ListNode } from '../../src/yang/index.ts';
import { completed, hasDefaultValue, reportsAll, trimmed } from './defaults.ts';
import type { Shown } from './defaults.ts';
import { Element } from './element.ts';
import { eachRow } from './each-row.ts';
import { pagedItems, writePage } from './page.ts';
import type { PageRequest, PagedRow } from './page.ts';
import { holdsState } from './schema-inside.ts';
import { candidates } from './source.ts';
import type { ContainerPart, ListPart, Origin, Source } from './source.ts';
import { Pace, wait } from './steps.ts';
import type { Steps } from './steps.ts';
import type { VersionedNode, VersionedPlace } from '../txid/versioned-place.ts';

export interface WalkOptions {
  /** Only nodes with this property `config`, and what is around them (RFC 8526, `config-filter`). */
  readonly config?: boolean | undefined;
  /** RFC 6243; default `explicit`. */
  readonly withDefaults?: WithDefaults | undefined;
  /** Values that were set and are the default count as defaults too: in operational (RFC 8526, section 3.1.1.2). */
  readonly tagsEqualValues?: boolean;
  /** Write the annotation `origin`. The prefix `or` has to be bound around what is written. */
  readonly withOrigin?: boolean;
  /** Only configuration with these origins, and what is around it. */
  readonly acceptsOrigin?: ((origin: Origin) => boolean) | undefined;
  /** Levels from each selected node on, itself included. */
  readonly maxDepth?: number | undefined;
  readonly page?: PageRequest | undefined;
  /** What is asked of transaction ids, at the root. */
  readonly versions?: VersionedPlace | undefined;
}

/** Writes the children of a source. */
export function* writeSource(
  writer: XmlWriter,
  source: Source,
  selection: Selection | undefined,
  options: WalkOptions = {},
): Steps {
  yield* new Walk(writer, options).root(source, selection);
}

/** Where configuration comes from: all from one place, or as far as it is in this branch of intended from there. */
type Provenance = Origin | Branch | undefined;

interface Place {
  /** Undefined at the root. */
  readonly element: Element | undefined;
  /** Only where defaults are reported. */
  readonly ref: NodeRef | undefined;
  readonly selection: Selection | undefined;
  /** Levels that may be written below; undefined while nothing is selected as a whole. */
  readonly levels: number | undefined;
  readonly provenance: Provenance;
  /** The annotation that is in effect. */
  readonly annotated: Origin | undefined;
  /** Only where somebody has asked for transaction ids. */
  readonly versions: VersionedPlace | undefined;
}

class Walk {
  readonly #writer: XmlWriter;
  readonly #options: WalkOptions;
  readonly #mode: WithDefaults;
  /** Entries of lists of leaves can be written as they are. */
  readonly #isPlain: boolean;
  readonly #pace = new Pace();

  constructor(writer: XmlWriter, options: WalkOptions) {
    this.#writer = writer;
    this.#options = options;
    this.#mode = options.withDefaults ?? 'explicit';
    this.#isPlain =
      this.#mode === 'explicit' &&
      options.config !== false &&
      options.withOrigin !== true &&
      !options.acceptsOrigin &&
      options.maxDepth === undefined &&
      !options.page &&
      !options.versions;
  }

  *root(source: Source, selection: Selection | undefined): Steps {
    const ref = reportsAll(this.#mode) ? rootRef(source.branch) : undefined;
    yield* this.#inside(source, this.#show(source.branch, ref), {
      element: undefined,
      ref,
      selection: selection?.all === true ? undefined : selection,
      levels: selection ? undefined : this.#options.maxDepth,
      provenance: source.origin ?? source.configured,
      annotated: undefined,
      versions: this.#options.versions,
    });
    yield;
  }

  #show(branch: Branch, ref: NodeRef | undefined): Shown {
    if (ref) return completed(branch, ref);
    return { branch: this.#mode === 'trim' ? trimmed(branch) : branch, defaults: new Set() };
  }

  *#inside(source: Source, shown: Shown, place: Place): Steps {
    if (place.levels !== undefined && place.levels <= 0) return;
    this.#leaves(shown, place);
    const { branch } = shown;
    for (const child of branch.schema.dataChildren) {
      if (child.kind !== 'container' && child.kind !== 'list') continue;
      if (!this.#mayHold(child) || place.selection?.selects(child) === false) continue;
      const part = source.parts?.get(child);
      if (part?.kind === 'container') yield* this.#containerPart(child, part, place);
      else if (part) yield* this.#list(child as ListNode, part, place);
      else yield* this.#atHand(child, branch.slots[child.slot], place);
    }
  }

  *#atHand(child: ContainerNode | ListNode, value: Slot, place: Place): Steps {
    if (value instanceof DataList) yield* this.#list(child as ListNode, value, place);
    else if (value instanceof Branch) {
      yield* this.#container(child as ContainerNode, { branch: value }, place);
    }
  }

  #mayHold(child: ContainerNode | ListNode): boolean {
    const { config } = this.#options;
    if (config === undefined || config === child.config) return true;
    return !config && holdsState(child);
  }

  /** What is neither container nor list. */
  #leaves({ branch, defaults }: Shown, place: Place): void {
    const { selection } = place;
    const leaves = selection ? selection.prune(leavesOf(branch)) : branch;
    if (!leaves) return;
    const { schema } = leaves;
    if (selection && schema.kind === 'list' && this.#wants(schema, place.provenance)) {
      place.element?.open();
    }
    for (const child of writeOrder(schema)) {
      const value = leaves.slots[child.slot];
      if (value === undefined || child.kind === 'container' || child.kind === 'list') continue;
      if (schema.kind === 'list' && child.kind === 'leaf' && child.isKey) continue;
      this.#leaf(child, value, defaults.has(child.slot), place);
    }
  }

  #leaf(child: DataSchemaNode, value: Slot, isDefault: boolean, place: Place): void {
    const { config, acceptsOrigin, page } = this.#options;
    if (config !== undefined && config !== child.config) return;
    const origin = isDefault ? 'default' : originOf(provenanceOf(place.provenance, child));
    if (child.config && acceptsOrigin && !acceptsOrigin(origin ?? 'unknown')) return;
    place.element?.open();
    const known = place.versions?.knownLeaf(child);
    if (known) {
      this.#writer.leaf(child.module.namespace, child.name, '', known);
      return;
    }
    const attributes = this.#attributes(child, value, isDefault);
    if (child.config) attributes.push(...this.#annotation(origin, place.annotated));
    if (child.kind === 'leaf') this.#writeLeaf(child, value as LeafValue, attributes);
    else if (child.kind === 'leaf-list') {
      const { items, attributes: remaining } = page
        ? pagedItems(page, child, value as LeafListValue)
        : { items: value as LeafListValue, attributes: [] };
      for (const [index, item] of items.entries()) {
        const isLast = index === items.length - 1;
        this.#writeLeaf(child, item, isLast ? [...attributes, ...remaining] : attributes);
      }
    } else this.#any(child, value as AnyValue, attributes);
  }

  #writeLeaf(
    child: Extract<DataSchemaNode, { kind: 'leaf' | 'leaf-list' }>,
    value: LeafValue,
    attributes: readonly XmlWriterAttribute[],
  ): void {
    encodeLeaf(this.#writer, child, value, attributes.length > 0 ? attributes : undefined);
  }

  #any(
    child: DataSchemaNode,
    { element }: AnyValue,
    attributes: readonly XmlWriterAttribute[],
  ): void {
    const all = [...element.attributes, ...attributes];
    this.#writer.element({ ...element, attributes: all }, child.kind === 'anyxml');
  }

  #attributes(child: DataSchemaNode, value: Slot, isDefault: boolean): XmlWriterAttribute[] {
    if (this.#mode !== 'report-all-tagged') return [];
    const isEqual = this.#options.tagsEqualValues === true && hasDefaultValue(child, value);
    return isDefault || isEqual ? [DEFAULT_TAG] : [];
  }

  #annotation(
    origin: Origin | undefined,
    annotated: Origin | undefined,
  ): readonly XmlWriterAttribute[] {
    if (this.#options.withOrigin !== true || origin === undefined || origin === annotated)
      return [];
    return [{ namespace: ORIGIN_NS, local: 'origin', value: `or:${origin}`, prefix: 'or' }];
  }

  *#containerPart(child: ContainerNode | ListNode, part: ContainerPart, place: Place): Steps {
    // Conditions on what is in it cannot be tested yet: then everything is read.
    const source = yield* wait(part.read(place.selection?.container(child)));
    if (source) yield* this.#container(child as ContainerNode, source, place);
  }

  *#container(child: ContainerNode, source: Source, place: Place): Steps {
    const ref = place.ref && new NodeRef(child, source.branch, place.ref);
    const shown = this.#show(source.branch, ref);
    const inner = place.selection?.container(child, shown.branch);
    if (place.selection && !inner) return;
    const provenance = source.origin ?? source.configured ?? provenanceOf(place.provenance, child);
    const version = place.versions?.below(child, source.branch);
    const below = this.#below(child, place, { ref, inner, provenance, row: undefined, version });
    if (version?.isKnown === true) {
      below.place.element?.open();
      below.place.element?.close();
      return;
    }
    if (child.presence && below.isSelected && this.#wants(child, provenance)) {
      below.place.element?.open();
    }
    yield* this.#inside(source, shown, below.place);
    below.place.element?.close();
  }

  /** The place inside a container or list entry. */
  #below(
    child: ContainerNode | ListNode,
    place: Place,
    {
      ref,
      inner,
      provenance,
      row,
      version,
      attributes = [],
    }: {
      readonly ref: NodeRef | undefined;
      readonly inner: Selection | undefined;
      readonly provenance: Provenance;
      readonly row: Branch | undefined;
      readonly version: VersionedNode | undefined;
      readonly attributes?: readonly XmlWriterAttribute[];
    },
  ): { readonly place: Place; readonly isSelected: boolean } {
    const isSelected = inner === undefined || inner.all;
    // A container without presence has no origin (RFC 8342, section 5.3.4); it says that of what is in it.
    const isImplied = child.kind === 'container' && !child.presence && provenance === 'system';
    const origin =
      child.config && !(isImplied && place.annotated) ? originOf(provenance) : undefined;
    const own = this.#annotation(origin, place.annotated);
    const element = new Element(this.#writer, {
      node: child,
      around: place.element,
      attributes: [...attributes, ...own, ...(version?.attributes ?? [])],
      row,
    });
    const { maxDepth } = this.#options;
    const first = isSelected && maxDepth !== undefined ? maxDepth - 1 : undefined;
    return {
      isSelected,
      place: {
        element,
        ref,
        selection: isSelected ? undefined : inner,
        levels: place.levels === undefined ? first : place.levels - 1,
        provenance,
        annotated: own.length > 0 ? origin : place.annotated,
        versions: version?.inside,
      },
    };
  }

  /** Whether the node itself passes the filters of `get-data`. */
  #wants(child: ContainerNode | ListNode, provenance: Provenance): boolean {
    const { config, acceptsOrigin } = this.#options;
    if (config !== undefined && config !== child.config) return false;
    return !child.config || !acceptsOrigin || acceptsOrigin(originOf(provenance) ?? 'unknown');
  }

  *#list(child: ListNode, rows: DataList | ListPart, place: Place): Steps {
    const entries = place.selection?.list(child);
    if (place.selection && !entries) return;
    const { page } = this.#options;
    const visit = (row: PagedRow): Steps | undefined => this.#row(child, row, entries, place);
    if (page && (page.target === child || page.isBelow(child))) {
      yield* writePage(page, child, rows, entries, visit);
    } else if (rows instanceof DataList) {
      for (const row of candidates(rows, entries)) {
        const steps = visit({ row });
        if (steps) yield* steps;
        if (this.#pace.isEnough()) yield;
      }
    } else {
      yield* eachRow(rows, entries, (row) => visit({ row }));
    }
  }

  #row(
    child: ListNode,
    { row, attributes = [] }: PagedRow,
    entries: ListSelection | undefined,
    place: Place,
  ): Steps | undefined {
    if (this.#isPlain && child.leafOnly && row instanceof Branch) {
      const selected = entries ? entries.prune(row) : row;
      if (!selected) return undefined;
      place.element?.open();
      encodeBranch(this.#writer, selected, { configOnly: this.#options.config === true });
      return undefined;
    }
    return this.#entry(child, { row, attributes }, entries, place);
  }

  *#entry(
    child: ListNode,
    { row, attributes = [] }: PagedRow,
    entries: ListSelection | undefined,
    place: Place,
  ): Steps {
    const source: Source = row instanceof Branch ? { branch: row } : row;
    const { branch } = source;
    const ref = place.ref && new NodeRef(child, branch, place.ref);
    const shown = this.#show(branch, ref);
    const inner = entries && !entries.all ? entries.entry(shown.branch) : undefined;
    if (entries && !entries.all && !inner) return;
    const provenance =
      source.origin ?? source.configured ?? provenanceOf(place.provenance, child, branch);
    const version = place.versions?.below(child, branch);
    const own = { ref, inner, provenance, row: branch, version, attributes };
    const below = this.#below(child, place, own);
    if (version?.isKnown === true) {
      below.place.element?.open();
      below.place.element?.close();
      return;
    }
    if (below.isSelected && this.#wants(child, provenance)) below.place.element?.open();
    yield* this.#inside(source, shown, below.place);
    below.place.element?.close();
  }
}

/** Of a child of what has this provenance. */
function provenanceOf(around: Provenance, child: DataSchemaNode, row?: Branch): Provenance {
  if (!(around instanceof Branch)) return around;
  const value = around.slots[child.slot];
  if (value === undefined) return 'system';
  if (value instanceof DataList) return (row && value.get(row)) ?? 'system';
  return value instanceof Branch ? value : 'intended';
}

function originOf(provenance: Provenance): Origin | undefined {
  return provenance instanceof Branch ? 'intended' : provenance;
}
