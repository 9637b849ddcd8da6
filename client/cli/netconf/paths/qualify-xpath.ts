/**
 * XPath filters as people type them to what RFC 6241, section 8.9, wants: every name has a prefix, and every
 * prefix is bound. `/sami:sami/vm[id='vm1']` becomes `/sami:sami/sami:vm[sami:id='vm1']`.
 */
import { XPathError } from '../../../../src/xpath/index.ts';
import { tokenize } from '../../../../src/xpath/syntax/lexer.ts';
import { parseExpression } from '../../../../src/xpath/syntax/parser.ts';
import type { Token } from '../../../../src/xpath/syntax/lexer.ts';
import type { SchemaNode } from '../../../../src/yang/index.ts';
import { UsageError } from '../../exit-code.ts';
import type { Names } from '../schema/names.ts';
import { childrenOf } from './schema-step.ts';

export interface QualifiedXPath {
  readonly select: string;
  readonly prefixes: ReadonlyMap<string, string>;
}

/** Whether names without a prefix, or prefixes that only the modules know, are in the expression. */
export function needsSchema(expression: string, names: Names): boolean {
  return tokensOf(expression).some((token, at, tokens) => {
    if (token.kind !== 'name' || token.text === '*' || isAttribute(tokens, at)) return false;
    const [prefix] = splitName(token.text);
    return prefix === '' || names.find(prefix) === undefined;
  });
}

/** Throws {@link UsageError} for what is no expression, and for names that are not there or not clear. */
export function qualifyXPath(expression: string, names: Names): QualifiedXPath {
  return new Qualifier(expression, names).run();
}

/** Where a step starts: schema nodes, or undefined when they are not known. */
interface Place {
  readonly nodes: readonly SchemaNode[] | undefined;
  /** Of the name before, which is that of a name without one where the schema is not known. */
  readonly namespace: string | undefined;
}

class Qualifier {
  readonly #expression: string;
  readonly #names: Names;
  readonly #tokens: readonly Token[];
  readonly #prefixes = new Map<string, string>();
  readonly #root: Place;
  /** Contexts that predicates and parentheses are in, innermost last, and the place before each. */
  readonly #stack: { readonly context: Place; readonly before: Place }[] = [];
  #context: Place;
  #place: Place;
  #descends = false;

  constructor(expression: string, names: Names) {
    this.#expression = expression;
    this.#names = names;
    this.#tokens = tokensOf(expression);
    this.#root = { nodes: names.context && [names.context.root], namespace: undefined };
    this.#context = this.#root;
    this.#place = this.#root;
  }

  run(): QualifiedXPath {
    let select = '';
    let copied = 0;
    for (const [at, token] of this.#tokens.entries()) {
      const prefix = this.#take(token, at);
      if (prefix === undefined) continue;
      select += `${this.#expression.slice(copied, token.offset)}${prefix}:`;
      copied = token.offset;
    }
    return { select: select + this.#expression.slice(copied), prefixes: this.#prefixes };
  }

  /** The prefix to put before the token, if any. */
  #take(token: Token, at: number): string | undefined {
    if (token.kind === 'symbol') this.#symbol(token.text, at);
    else if (token.kind === 'literal') this.#bindIn(token.text);
    else if (token.kind === 'axis') this.#place = { ...this.#place, nodes: undefined };
    else if (token.kind === 'name' && !isAttribute(this.#tokens, at)) {
      return this.#name(token.text, at);
    }
    return undefined;
  }

  #symbol(symbol: string, at: number): void {
    const startsPath = isPathStart(this.#tokens[at - 1]);
    this.#descends = symbol === '//';
    if (symbol === '/' || symbol === '//') {
      if (startsPath) this.#place = this.#root;
    } else if (symbol === '[' || symbol === '(') {
      this.#stack.push({ context: this.#context, before: this.#place });
      if (symbol === '[') this.#context = this.#place;
      this.#place = this.#context;
    } else if (symbol === ']' || symbol === ')') {
      const { context, before } = this.#stack.pop() ?? { context: this.#root, before: this.#root };
      this.#context = context;
      this.#place = symbol === ']' ? before : { nodes: undefined, namespace: before.namespace };
    } else if (symbol === '..') {
      if (startsPath) this.#place = this.#context;
      const parents = this.#place.nodes?.flatMap((node) => parentOf(node));
      this.#place = { nodes: parents, namespace: this.#place.namespace };
    } else if (symbol !== '.' && symbol !== '@' && symbol !== '::') {
      this.#place = this.#context;
    } else if (startsPath) {
      this.#place = this.#context;
    }
  }

  #name(text: string, at: number): string | undefined {
    const previous = this.#tokens[at - 1];
    if (isPathStart(previous)) this.#place = this.#context;
    const nodes = this.#candidates();
    this.#descends = false;
    const [prefix, name] = splitName(text);
    if (prefix !== '') {
      const namespace = this.#names.resolve(prefix);
      this.#prefixes.set(prefix, namespace);
      const found = nodes?.filter((node) => isNamed(node, name, namespace));
      this.#place = { nodes: found?.length === 0 ? undefined : found, namespace };
      return undefined;
    }
    if (name === '*') {
      this.#place = { nodes, namespace: this.#place.namespace };
      return undefined;
    }
    return this.#unprefixed(name, nodes);
  }

  #unprefixed(name: string, nodes: readonly SchemaNode[] | undefined): string | undefined {
    const { namespace: before } = this.#place;
    if (!nodes) {
      this.#place = { nodes: undefined, namespace: before };
      return before === undefined ? undefined : this.#prefixFor(before);
    }
    const found = nodes.filter((node) => isNamed(node, name, undefined));
    const own = found.filter((node) => isNamed(node, name, before));
    const chosen = own.length > 0 ? own : found;
    const namespaces = [...new Set(chosen.map((node) => moduleOf(node)?.namespace ?? ''))];
    const [namespace] = namespaces;
    if (namespace === undefined) {
      throw new UsageError(
        `"${name}" in "${this.#expression}" is no node there; write PREFIX:${name}`,
      );
    }
    if (namespaces.length > 1) {
      const modules = new Set(chosen.map((node) => moduleOf(node)?.name ?? ''));
      throw new UsageError(
        `"${name}" in "${this.#expression}" is ambiguous: these modules have it: ${[...modules].join(', ')}`,
      );
    }
    this.#place = { nodes: chosen, namespace };
    return this.#prefixFor(namespace);
  }

  #candidates(): readonly SchemaNode[] | undefined {
    const { nodes } = this.#place;
    if (this.#descends) {
      const from = nodes ?? this.#root.nodes;
      return from?.flatMap((node) => descendantsOf(node));
    }
    return nodes?.flatMap((node) => dataChildrenOf(node));
  }

  #prefixFor(namespace: string): string {
    for (const [prefix, bound] of this.#prefixes) if (bound === namespace) return prefix;
    const wanted = this.#names.ownPrefixOf(namespace) ?? 'n';
    let prefix = wanted;
    for (let number = 1; this.#isTaken(prefix, namespace); number += 1)
      prefix = `${wanted}${number}`;
    this.#prefixes.set(prefix, namespace);
    return prefix;
  }

  /** By this expression, before or after. */
  #isTaken(prefix: string, namespace: string): boolean {
    const bound = this.#prefixes.get(prefix);
    if (bound !== undefined) return bound !== namespace;
    return this.#tokens.some(
      ({ kind, text }) =>
        kind === 'name' &&
        text.startsWith(`${prefix}:`) &&
        this.#names.resolve(prefix) !== namespace,
    );
  }

  /** Identities in functions such as derived-from-or-self() are strings with prefixes. */
  #bindIn(literal: string): void {
    const [, prefix] = /^([A-Za-z_][\w.-]*):[A-Za-z_][\w.-]*$/.exec(literal) ?? [];
    const namespace = prefix === undefined ? undefined : this.#names.find(prefix);
    if (prefix !== undefined && namespace !== undefined) this.#prefixes.set(prefix, namespace);
  }
}

const SYNTAX = {
  resolvePrefix: (prefix: string): string => prefix,
  defaultNamespace: '',
  limits: { maxLength: 100_000, maxDepth: 100, maxParts: 10_000 },
};

function tokensOf(expression: string): readonly Token[] {
  try {
    parseExpression(expression, SYNTAX);
    return tokenize(expression);
  } catch (error) {
    if (!(error instanceof XPathError)) throw error;
    throw new UsageError(`"${expression}" is no XPath expression: ${error.message}`);
  }
}

/** Whether what follows `previous` begins a path. */
function isPathStart(previous: Token | undefined): boolean {
  if (!previous) return true;
  if (previous.kind !== 'symbol') return previous.kind === 'function';
  return !['/', '//', ']', ')', '.', '..', '::', '@'].includes(previous.text);
}

function isAttribute(tokens: readonly Token[], at: number): boolean {
  if (tokens[at - 1]?.text === '@') return true;
  return tokens[at - 1]?.text === '::' && tokens[at - 2]?.text === 'attribute';
}

function splitName(text: string): readonly [prefix: string, name: string] {
  const colon = text.indexOf(':');
  return colon < 0 ? ['', text] : [text.slice(0, colon), text.slice(colon + 1)];
}

function moduleOf(
  node: SchemaNode,
): { readonly namespace: string; readonly name: string } | undefined {
  return 'module' in node ? node.module : undefined;
}

function isNamed(node: SchemaNode, name: string, namespace: string | undefined): boolean {
  if (!('name' in node) || (name !== '*' && node.name !== name)) return false;
  return namespace === undefined || node.module.namespace === namespace;
}

function dataChildrenOf(node: SchemaNode): readonly SchemaNode[] {
  return 'dataChildren' in node ? childrenOf(node, false) : [];
}

function descendantsOf(node: SchemaNode): readonly SchemaNode[] {
  const found: SchemaNode[] = [];
  const open: SchemaNode[] = [...dataChildrenOf(node)];
  for (let next = open.pop(); next; next = open.pop()) {
    found.push(next);
    open.push(...dataChildrenOf(next));
  }
  return found;
}

function parentOf(node: SchemaNode): readonly SchemaNode[] {
  return 'dataParent' in node ? [node.dataParent] : [];
}
