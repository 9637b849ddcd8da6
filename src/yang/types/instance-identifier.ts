/** instance-identifier (RFC 7950, section 9.13): checked against the schema when it is parsed. */
import { Refusal, TypeBase, asTypeBase, quote } from './base.ts';
import {
  canonicalInstancePath,
  parseInstancePath,
  printJsonInstancePath,
} from './instance-path-text.ts';
import type { TextPredicate, TextStep } from './instance-path-text.ts';
import type { TypeCommon } from './restriction/restriction.ts';
import type {
  InstanceIdentifierType,
  InstanceIdentifierValue,
  InstanceStep,
  JsonValue,
  LeafValue,
  ResolvePrefix,
  TypedValue,
} from './type.ts';
import type {
  DataSchemaNode,
  LeafListNode,
  LeafNode,
  ListNode,
  ModuleInfo,
  RootNode,
  SchemaContext,
} from '../schema.ts';

/** `context` is asked when the first value is parsed, so it may be complete later than this type. */
export function createInstanceIdentifierType(
  requireInstance: boolean,
  context: () => SchemaContext,
  common: TypeCommon,
): InstanceIdentifierType {
  return new InstanceIdentifier(requireInstance, context, common);
}

class InstanceIdentifier extends TypeBase implements InstanceIdentifierType {
  readonly base = 'instance-identifier';
  readonly requireInstance: boolean;
  readonly #context: () => SchemaContext;

  constructor(requireInstance: boolean, context: () => SchemaContext, common: TypeCommon) {
    super(common);
    this.requireInstance = requireInstance;
    this.#context = context;
  }

  read(text: string, resolvePrefix: ResolvePrefix): InstanceIdentifierValue | Refusal {
    const resolve: NodeNamespace = (prefix) => resolvePrefix(prefix);
    const prefixesOf = (): ResolvePrefix => resolvePrefix;
    return this.#resolve(text, parseInstancePath(text), { resolve, prefixesOf });
  }

  /** In JSON a name has the module where it is another than that of its parent (RFC 7951, section 6.11). */
  override readJson(value: JsonValue, module: ModuleInfo): InstanceIdentifierValue | Refusal {
    if (typeof value !== 'string') {
      return new Refusal(() => `${quote(JSON.stringify(value))} is not a string`);
    }
    const resolvePrefix = this.prefixesOfJson(module);
    const resolve: NodeNamespace = (prefix, parent) => {
      if (prefix === '') return parent;
      const namespace = resolvePrefix(prefix);
      return namespace === parent ? undefined : namespace;
    };
    const prefixesOf = (node: DataSchemaNode): ResolvePrefix => this.prefixesOfJson(node.module);
    return this.#resolve(value, parseInstancePath(value, 'json'), { resolve, prefixesOf });
  }

  override toJson(value: LeafValue): JsonValue {
    return printJsonInstancePath((value as InstanceIdentifierValue).steps);
  }

  accepts(value: LeafValue): boolean {
    return typeof value === 'object' && value?.kind === 'instance-identifier';
  }

  #resolve(
    text: string,
    parsed: readonly TextStep[] | string,
    scope: Scope,
  ): InstanceIdentifierValue | Refusal {
    if (typeof parsed === 'string') {
      return new Refusal(`${quote(text)} is not an instance-identifier: ${parsed}`);
    }
    const steps: InstanceStep[] = [];
    let node: DataSchemaNode | undefined;
    for (const part of parsed) {
      const parent: DataSchemaNode | RootNode = node ?? this.#context().root;
      const namespace = scope.resolve(part.prefix, node?.module.namespace);
      node =
        namespace !== undefined && 'dataChildren' in parent
          ? parent.dataChild(namespace, part.name)
          : undefined;
      if (!node) {
        const shown = part.prefix === '' ? part.name : `${part.prefix}:${part.name}`;
        return new Refusal(`${quote(text)}: the schema has no "${shown}" there`);
      }
      const step = describeStep(node, part, scope);
      if (step instanceof Refusal) return new Refusal(`${quote(text)}: ${step.message}`);
      steps.push(step);
    }
    return { kind: 'instance-identifier', steps, text: canonicalInstancePath(steps) };
  }
}

/** The namespace of a name with `prefix` below a node of namespace `parent`. */
type NodeNamespace = (prefix: string, parent: string | undefined) => string | undefined;

interface Scope {
  readonly resolve: NodeNamespace;
  /** For names inside the value of a node. */
  readonly prefixesOf: (node: DataSchemaNode) => ResolvePrefix;
}

function describeStep(node: DataSchemaNode, part: TextStep, scope: Scope): InstanceStep | Refusal {
  if (node.kind === 'list' && node.keys.length > 0) return describeEntry(node, part, scope);
  if (node.kind === 'leaf-list') return describeLeafListEntry(node, part, scope);
  const [predicate, ...more] = part.predicates;
  if (!predicate) return plainStep(node);
  if (node.kind === 'list' && predicate.kind === 'position' && more.length === 0) {
    return { ...plainStep(node), position: predicate.position };
  }
  return new Refusal(`${node.kind} "${node.name}" cannot have this predicate`);
}

function plainStep({ module, name }: DataSchemaNode): InstanceStep {
  return {
    module: module.name,
    name,
    keys: [],
    value: undefined,
    typed: undefined,
    position: undefined,
  };
}

/** All keys, each once, in the order of the `key` statement. */
function describeEntry(
  list: ListNode,
  { predicates }: TextStep,
  scope: Scope,
): InstanceStep | Refusal {
  const keys: InstanceStep['keys'][number][] = [];
  for (const key of list.keys) {
    const names = (it: TextPredicate): boolean =>
      it.kind === 'key' &&
      it.name === key.name &&
      scope.resolve(it.prefix, list.module.namespace) === key.module.namespace;
    const given = predicates.find(names);
    if (given?.kind !== 'key')
      return new Refusal(`list "${list.name}" needs a value for key "${key.name}"`);
    const typed = readValue(key, given.value, scope);
    if (typed instanceof Refusal) return typed;
    const value = key.type.canonical(typed.value);
    keys.push({ module: key.module.name, name: key.name, value, typed });
  }
  if (predicates.length > keys.length) {
    return new Refusal(
      `list "${list.name}" takes one predicate for each of its ${keys.length} keys`,
    );
  }
  return { ...plainStep(list), keys };
}

function describeLeafListEntry(
  node: LeafListNode,
  { predicates: [predicate, ...more] }: TextStep,
  scope: Scope,
): InstanceStep | Refusal {
  // A state leaf-list may have equal entries, but a position is for lists without keys only (section 9.13).
  if (predicate?.kind !== 'value' || more.length > 0) {
    return new Refusal(`leaf-list "${node.name}" needs one predicate with its value: [.='...']`);
  }
  const typed = readValue(node, predicate.value, scope);
  if (typed instanceof Refusal) return typed;
  return { ...plainStep(node), value: node.type.canonical(typed.value), typed };
}

function readValue(
  node: LeafNode | LeafListNode,
  text: string,
  scope: Scope,
): TypedValue | Refusal {
  const value = asTypeBase(node.type).read(text, scope.prefixesOf(node));
  if (value instanceof Refusal) return new Refusal(`"${node.name}": ${value.message}`);
  return { type: node.type, value };
}
