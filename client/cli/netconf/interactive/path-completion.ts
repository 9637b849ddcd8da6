/** How a path may go on: names from the schema, keys from the device, values from types. */
import type {
  BitsType,
  EnumerationType,
  LeafListNode,
  LeafNode,
  ListNode,
  SchemaContext,
  UnionType,
  YangType,
} from '../../../../src/yang/index.ts';
import { quoteXPath } from '../../../../src/error/index.ts';
import { UsageError } from '../../exit-code.ts';
import { identityTypes } from '../paths/leaf-text.ts';
import { parsePath } from '../paths/parse-path.ts';
import { branchOf, childrenOf, takeStep } from '../paths/schema-step.ts';
import type { StepNode, StepPlace } from '../paths/schema-step.ts';
import type { Names } from '../schema/names.ts';

export interface PathCompletionOptions {
  readonly names: Names;
  /** Configuration alone. */
  readonly forEdit: boolean;
  /** The path may end in `=VALUE`. */
  readonly withValue: boolean;
  /** rpcs and actions too. */
  readonly withOperations: boolean;
  /** Values that a key of the list at the path has on the device. */
  readonly keyValues: (path: string, key: LeafNode) => Promise<readonly string[]>;
}

/** The whole of what `text` may become. Nothing when the text leads nowhere. */
export async function completePath(
  text: string,
  options: PathCompletionOptions,
): Promise<readonly string[]> {
  try {
    return (await candidates(text, options)).filter((it) => it.startsWith(text));
  } catch (error) {
    if (error instanceof UsageError) return [];
    throw error;
  }
}

async function candidates(
  text: string,
  options: PathCompletionOptions,
): Promise<readonly string[]> {
  if (text === '') return ['/'];
  const { slash, bracket, equals } = marksOf(text);
  if (slash < 0) return [];
  const head = text.slice(0, slash);
  if (bracket >= 0) return predicateCandidates(text, bracket, options);
  if (equals >= 0) return options.withValue ? valueCandidates(text, equals, options) : [];
  return nameCandidates(head, text.slice(slash + 1), options);
}

/** The last slash and the open bracket, if any, and the equals sign outside of brackets. */
function marksOf(text: string): {
  readonly slash: number;
  readonly bracket: number;
  readonly equals: number;
} {
  let slash = -1;
  let bracket = -1;
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (bracket >= 0) {
      if (character === '"' || character === "'") quote = character;
      else if (character === ']') bracket = -1;
    } else if (character === '=') return { slash, bracket, equals: at };
    else if (character === '/') slash = at;
    else if (character === '[') bracket = at;
  }
  return { slash, bracket, equals: -1 };
}

function placeAt(
  names: Names,
  head: string,
  withOperations: boolean,
): StepPlace & {
  readonly node: StepNode | undefined;
} {
  let place: StepPlace = {
    schema: names.context?.root,
    namespace: '',
    path: '',
    withOperations,
  };
  let node: StepNode | undefined;
  for (const part of head === '' ? [] : parsePath(head).parts) {
    const step = takeStep(names, place, part);
    node = step.schema;
    place = {
      schema: branchOf(node),
      namespace: step.namespace,
      path: `${place.path}/${part.name}`,
      withOperations,
    };
  }
  return { ...place, node };
}

function nameCandidates(
  head: string,
  tail: string,
  options: PathCompletionOptions,
): readonly string[] {
  const { names, forEdit, withValue, withOperations } = options;
  const { schema, namespace } = placeAt(names, head, withOperations);
  if (!schema) return [];
  const prefix = tail.includes(':') ? tail.slice(0, tail.indexOf(':')) : undefined;
  const wanted = prefix === undefined ? undefined : names.find(prefix);
  return childrenOf(schema, withOperations)
    .filter((child) => !forEdit || child.config || child.kind === 'rpc' || child.kind === 'action')
    .flatMap((child) => {
      const { module } = child;
      if (prefix !== undefined) {
        return module.namespace === wanted ? [`${head}/${prefix}:${child.name}`] : [];
      }
      const shown = module.namespace === namespace ? child.name : `${module.name}:${child.name}`;
      // A name without its prefix is taken too.
      return (
        shown.startsWith(tail) ? [shown] : child.name.startsWith(tail) ? [child.name] : []
      ).map((name) => `${head}/${name}`);
    })
    .map((path, _, all) =>
      all.length === 1 ? `${path}${continuation(path, options, withValue)}` : path,
    );
}

/** What has to follow a name that is the only one. */
function continuation(
  path: string,
  { names, withOperations }: PathCompletionOptions,
  withValue: boolean,
): string {
  const { node } = placeAt(names, path, withOperations);
  if (node?.kind === 'list') return node.keys[0] ? `[${node.keys[0].name}='` : '';
  if (node?.kind === 'container') return '/';
  return withValue && (node?.kind === 'leaf' || node?.kind === 'leaf-list') ? '=' : '';
}

async function predicateCandidates(
  text: string,
  bracket: number,
  { names, withOperations, keyValues }: PathCompletionOptions,
): Promise<readonly string[]> {
  const before = text.slice(0, bracket);
  const { node } = placeAt(names, before, withOperations);
  if (node?.kind === 'rpc' || node?.kind === 'action') {
    return node.input.dataChildren.map(({ name }) => `${before}[${name}='`);
  }
  if (node?.kind !== 'list') return [];
  const inside = /^\[\s*(?:[\w.-]+:)?([\w.-]*)(\s*=\s*(["']?))?/.exec(text.slice(bracket));
  const [whole = '[', typed = '', equals] = inside ?? [];
  if (equals === undefined) {
    return node.keys.map(({ name }) => `${before}[${name}='`).filter((it) => it.startsWith(text));
  }
  const key = node.keys.find(({ name }) => name === typed);
  if (!key) return [];
  const stem = `${before}${whole.replace(/["']$/, '')}`;
  const quote = whole.endsWith('"') ? '"' : "'";
  return (await keyValues(before, key)).map((value) => {
    const literal = quote === '"' && !value.includes('"') ? `"${value}"` : quoteXPath(value);
    return `${stem}${literal}]${nextKey(node, key, before)}`;
  });
}

/** A list has all its keys or none. */
function nextKey(list: ListNode, key: LeafNode, before: string): string {
  const given = new Set([...before.matchAll(/\[([\w.-]+)=/g)].map(([, name]) => name));
  const next = list.keys.find(({ name }) => name !== key.name && !given.has(name));
  return next && list.keys.indexOf(next) > list.keys.indexOf(key) ? `[${next.name}='` : '';
}

function valueCandidates(
  text: string,
  equals: number,
  { names, withOperations }: PathCompletionOptions,
): readonly string[] {
  const path = text.slice(0, equals);
  const { node } = placeAt(names, path, withOperations);
  if (node?.kind !== 'leaf' && node?.kind !== 'leaf-list') return [];
  return valuesOf(node, names.context).map((value) => `${path}=${value}`);
}

/** All values of a type that has few. */
function valuesOf(
  { type }: LeafNode | LeafListNode,
  context: SchemaContext | undefined,
): readonly string[] {
  return [...new Set(namedValues(type, context))];
}

function namedValues(type: YangType, context: SchemaContext | undefined): readonly string[] {
  switch (type.base) {
    case 'boolean':
      return ['true', 'false'];
    case 'enumeration':
      return [...(type as EnumerationType).enums.keys()];
    case 'bits':
      return [...(type as BitsType).bits.keys()];
    case 'union':
      return (type as UnionType).members.flatMap((member) => namedValues(member, context));
    case 'identityref':
      return identityTypes(type).flatMap(({ bases }) =>
        (context?.identities ?? [])
          .filter((it) => bases.every((base) => base !== it && it.ancestors.has(base)))
          .map((it) => `${it.module.name}:${it.name}`),
      );
    default:
      return [];
  }
}
