/** A document in XML with every element that a schema has, to be filled in by hand (RFC 7950, sections 7.5 to 7.11). */
import { escapeAttribute, escapeText } from '../../xml/index.ts';
import type {
  BranchSchemaNode,
  ChoiceNode,
  DataSchemaNode,
  LeafListNode,
  LeafNode,
  ListNode,
  SchemaContext,
  SchemaNode,
} from '../schema.ts';

export interface SkeletonOptions {
  /** Only what this module has at the top level. Default: that of all modules. */
  readonly module?: string | undefined;
  /** Configuration only. Default: state too. */
  readonly config?: boolean | undefined;
  /** Say in comments how often an element can be there, and what type a leaf has. Default: true. */
  readonly comments?: boolean | undefined;
}

/**
 * One element for each data node, lists and leaf-lists too; of a choice only the default case, or else the first one.
 * Leafs have their defaults. The elements stand side by side, indented by two blanks.
 */
export function printSkeleton(context: SchemaContext, options: SkeletonOptions = {}): string {
  const printer = new SkeletonPrinter(options);
  return printer.print(context);
}

/** An element still to be printed, or the end tag of one. */
type Pending =
  { readonly node: DataSchemaNode; readonly indent: string; readonly namespace: string } | string;

class SkeletonPrinter {
  readonly #options: SkeletonOptions;
  readonly #lines: string[] = [];

  constructor(options: SkeletonOptions) {
    this.#options = options;
  }

  print({ root }: SchemaContext): string {
    const { module } = this.#options;
    const stack = this.#inside(root, '', '').filter(
      (it) => typeof it === 'string' || module === undefined || it.node.module.name === module,
    );
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (typeof next === 'string') this.#lines.push(next);
      else for (const inner of this.#element(next)) stack.push(inner);
    }
    return this.#lines.map((line) => `${line}\n`).join('');
  }

  /** Prints an element or its start tag; returns what comes after it, the last first. */
  #element({ node, indent, namespace }: Exclude<Pending, string>): Pending[] {
    const own = node.module.namespace;
    const declared = own === namespace ? '' : ` xmlns="${escapeAttribute(own)}"`;
    const note = this.#options.comments === false ? '' : noteOf(node);
    if (node.kind === 'leaf' || node.kind === 'leaf-list') {
      const text = escapeText(defaultOf(node));
      const element = text === '' ? '/>' : `>${text}</${node.name}>`;
      this.#lines.push(`${indent}<${node.name}${declared}${element}${note}`);
      return [];
    }
    const inner = 'children' in node ? this.#inside(node, `${indent}  `, own) : [];
    const isEmpty = inner.length === 0;
    this.#lines.push(`${indent}<${node.name}${declared}${isEmpty ? '/' : ''}>${note}`);
    return isEmpty ? [] : [`${indent}</${node.name}>`, ...inner];
  }

  #inside(branch: BranchSchemaNode, indent: string, namespace: string): Pending[] {
    const chosen = new Set<SchemaNode>();
    choose(branch.children, chosen);
    return branch.dataChildren
      .filter((node) => chosen.has(node) && (node.config || this.#options.config !== true))
      .map((node) => ({ node, indent, namespace }))
      .reverse();
  }
}

/** Data nodes that can be there together. */
function choose(nodes: readonly SchemaNode[], chosen: Set<SchemaNode>): void {
  for (const node of nodes) {
    if (node.kind === 'choice') choose(caseOf(node), chosen);
    else chosen.add(node);
  }
}

function caseOf({ defaultCase, cases }: ChoiceNode): readonly SchemaNode[] {
  return (defaultCase ?? cases[0])?.children ?? [];
}

function defaultOf(node: LeafNode | LeafListNode): string {
  const value = node.kind === 'leaf' ? node.defaultValue : node.defaultValues[0];
  return value === undefined ? '' : node.type.canonical(value);
}

function noteOf(node: DataSchemaNode): string {
  const parts: string[] = [];
  if (node.kind === 'list' || node.kind === 'leaf-list') parts.push(countOf(node));
  if (node.kind === 'leaf' || node.kind === 'leaf-list') {
    parts.push(node.type.typedef?.name ?? node.type.base);
  }
  if ('isKey' in node && node.isKey) parts.push('key');
  else if ('mandatory' in node && node.mandatory) parts.push('mandatory');
  if (node.kind === 'container' && node.presence) parts.push('presence');
  return parts.length === 0 ? '' : ` <!-- ${parts.join(', ')} -->`;
}

function countOf({ minElements, maxElements }: ListNode | LeafListNode): string {
  const max = maxElements === Infinity ? 'n' : String(maxElements);
  return `${String(minElements)}..${max}`;
}
