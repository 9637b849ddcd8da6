/**
 * Documents that follow a schema as far as that can be seen node by node: required nodes are there, keys
 * are unique, one case of a choice. What conditions say is left to whoever validates the document.
 */
import type {
  BranchSchemaNode,
  CaseNode,
  ChoiceNode,
  LeafListNode,
  ListNode,
  SchemaContext,
  SchemaNode,
} from '../../../src/yang/index.ts';
import { Item, canonicalText } from './item.ts';
import type { Random } from './random.ts';
import { resolveReferences } from './references.ts';
import { makeValue } from './values.ts';

export interface GenerateOptions {
  readonly random: Random;
  readonly context: SchemaContext;
  /** State data too. */
  readonly state: boolean;
}

/** Nodes of the schema tree that may stand in data. */
type Inner = Exclude<SchemaNode, { kind: 'root' }>;

/** Optional children of a branch are chosen so that about this many are there. */
const WANTED_CHILDREN = 5;
const MAX_DEPTH = 14;

export class DocumentGenerator {
  readonly options: GenerateOptions;
  readonly #random: Random;
  #items = 0;

  constructor(options: GenerateOptions) {
    this.options = options;
    this.#random = options.random;
  }

  /** Data from the root; `modules` are those that optional nodes at the top are taken from. */
  data(modules: ReadonlySet<string>): Item {
    const root = Item.root();
    const nodes = this.options.context.root.children as readonly Inner[];
    const own = nodes.filter((node) => modules.has(node.module.name));
    const others = nodes.filter((node) => !modules.has(node.module.name) && isRequired(node));
    this.#children(root, [...own, ...others], 0);
    resolveReferences(root, this);
    return root;
  }

  /** The content of an operation or notification, below `item`. */
  content(item: Item, branch: BranchSchemaNode): void {
    this.#children(item, branch.children as readonly Inner[], 1);
  }

  /** One instance of a data node with what it must have; undefined where a value could not be found. */
  instance(node: Inner, depth: number): Item | undefined {
    const item = Item.of(node);
    this.#items += 1;
    if (node.kind === 'leaf' || node.kind === 'leaf-list') {
      item.value = makeValue(node.type, this.#random, this.options.context);
      return item.value ? item : undefined;
    }
    if (node.kind === 'container' || node.kind === 'list') {
      this.#children(item, node.children as readonly Inner[], depth + 1);
      if (node.kind === 'list' && node.keys.some((key) => !item.child(key))) return undefined;
    }
    if (node.kind === 'anydata' || node.kind === 'anyxml') this.#anyContent(item, depth);
    return item;
  }

  /** Nodes of the schema, because both encodings have names for them. */
  #anyContent(item: Item, depth: number): void {
    // yanglint looks for what leafrefs in anydata refer to (RFC 7950, section 7.10, does not).
    const nodes = this.options.context.root.dataChildren.filter(
      (it) => it.kind === 'container' && !hasReference(it),
    );
    const node = this.#random.pick(nodes);
    if (!node || depth > MAX_DEPTH || this.#random.chance(0.4)) return;
    const content = this.instance(node, MAX_DEPTH);
    if (content) item.add(content);
  }

  #children(parent: Item, nodes: readonly Inner[], depth: number): void {
    const optional = nodes.filter((node) => !isRequired(node)).length;
    const wanted = depth === 0 ? WANTED_CHILDREN + 3 : WANTED_CHILDREN;
    const isFull = depth > MAX_DEPTH || this.#items > 250;
    const chance = isFull ? 0 : Math.min(0.7, wanted / Math.max(1, optional));
    for (const node of nodes) {
      if (!('config' in node) || (!this.options.state && !node.config)) continue;
      if (isRequired(node) || this.#random.chance(chance)) this.#child(parent, node, depth);
    }
  }

  #child(parent: Item, node: Inner, depth: number): void {
    switch (node.kind) {
      case 'choice':
        this.#choice(parent, node, depth);
        break;
      case 'list':
      case 'leaf-list':
        this.#entries(parent, node, depth);
        break;
      case 'container':
      case 'leaf':
      case 'anydata':
      case 'anyxml': {
        const item = this.instance(node, depth);
        if (item) parent.add(item);
        break;
      }
      default:
    }
  }

  #choice(parent: Item, choice: ChoiceNode, depth: number): void {
    const picked: CaseNode | undefined = this.#random.pick(choice.cases);
    if (picked) this.#children(parent, picked.children as readonly Inner[], depth);
  }

  #entries(parent: Item, node: ListNode | LeafListNode, depth: number): void {
    const { minElements, maxElements } = node;
    const most = Math.min(maxElements, Math.max(minElements, this.#random.chance(0.15) ? 6 : 2));
    const count = this.#random.integer(Math.max(minElements, Math.min(1, most)), most);
    const seen = new Set<string>();
    for (let attempt = 0; attempt < count * 3 && seen.size < count; attempt += 1) {
      const item = this.instance(node, depth);
      if (!item) continue;
      const identity = identityOf(item, seen.size);
      if (seen.has(identity)) continue;
      seen.add(identity);
      parent.add(item);
    }
  }
}

/** Equal for entries that may not stand side by side. */
export function identityOf(item: Item, number: number): string {
  const { schema } = item;
  if (schema?.kind === 'leaf-list') {
    if (!schema.config || item.value?.kind === 'reference') return `#${String(number)}`;
    return canonicalText(item);
  }
  if (schema?.kind !== 'list' || schema.keys.length === 0) return `#${String(number)}`;
  const keys = schema.keys.map((key) => item.child(key));
  const isOpen = keys.some(
    (key) => key?.value?.kind === 'reference' || key?.value?.kind === 'pointer',
  );
  if (isOpen) return `#${String(number)}`;
  return JSON.stringify(keys.map((key) => key && canonicalText(key)));
}

/** Whether a parent without it, or without something in it, cannot be valid. */
function isRequired(node: Inner): boolean {
  switch (node.kind) {
    case 'leaf':
      return node.mandatory || node.isKey;
    case 'anydata':
    case 'anyxml':
    case 'choice':
      return node.mandatory;
    case 'list':
    case 'leaf-list':
      return node.minElements > 0;
    case 'container':
      return !node.presence && (node.children as readonly Inner[]).some(isRequired);
    default:
      return false;
  }
}

function hasReference(node: Inner): boolean {
  if (node.kind === 'leaf' || node.kind === 'leaf-list') {
    return ['leafref', 'instance-identifier', 'union'].includes(node.type.base);
  }
  return 'children' in node && (node.children as readonly Inner[]).some(hasReference);
}
