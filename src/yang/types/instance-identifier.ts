/** instance-identifier (RFC 7950, section 9.13): checked against the schema when it is parsed. */
import { Refusal, TypeBase, asTypeBase, quote } from './base.ts';
import { parseInstancePath, printInstancePath } from './instance-path-text.ts';
import type { TextPredicate, TextStep } from './instance-path-text.ts';
import type { TypeCommon } from './restriction/restriction.ts';
import type {
  InstanceIdentifierType,
  InstanceIdentifierValue,
  InstanceStep,
  LeafValue,
  ResolvePrefix,
} from './type.ts';
import type { DataSchemaNode, LeafListNode, ListNode, SchemaContext } from '../schema.ts';

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
    const parsed = parseInstancePath(text);
    if (typeof parsed === 'string') {
      return new Refusal(`${quote(text)} is not an instance-identifier: ${parsed}`);
    }
    const steps: InstanceStep[] = [];
    let node: DataSchemaNode | undefined;
    for (const part of parsed) {
      node = this.#child(node, part, resolvePrefix);
      if (!node)
        return new Refusal(`${quote(text)}: the schema has no "${part.prefix}:${part.name}" there`);
      const step = describeStep(node, part, resolvePrefix);
      if (step instanceof Refusal) return new Refusal(`${quote(text)}: ${step.message}`);
      steps.push(step);
    }
    const canonical = printInstancePath(steps, (module) => module);
    return { kind: 'instance-identifier', steps, text: canonical };
  }

  accepts(value: LeafValue): boolean {
    return typeof value === 'object' && value?.kind === 'instance-identifier';
  }

  #child(
    parent: DataSchemaNode | undefined,
    { prefix, name }: { readonly prefix: string; readonly name: string },
    resolvePrefix: ResolvePrefix,
  ): DataSchemaNode | undefined {
    const namespace = resolvePrefix(prefix);
    const branch = parent ?? this.#context().root;
    if (namespace === undefined || !('dataChildren' in branch)) return undefined;
    return branch.dataChild(namespace, name);
  }
}

function describeStep(
  node: DataSchemaNode,
  part: TextStep,
  resolvePrefix: ResolvePrefix,
): InstanceStep | Refusal {
  const plain = { module: node.module.name, name: node.name, keys: [], value: undefined };
  if (node.kind === 'list' && node.keys.length > 0) return describeEntry(node, part, resolvePrefix);
  if (node.kind === 'leaf-list') return describeLeafListEntry(node, part, resolvePrefix);
  const [predicate, ...more] = part.predicates;
  if (!predicate) return { ...plain, position: undefined };
  if (node.kind === 'list' && predicate.kind === 'position' && more.length === 0) {
    return { ...plain, position: predicate.position };
  }
  return new Refusal(`${node.kind} "${node.name}" cannot have this predicate`);
}

/** All keys, each once, in the order of the `key` statement. */
function describeEntry(
  list: ListNode,
  { predicates }: TextStep,
  resolvePrefix: ResolvePrefix,
): InstanceStep | Refusal {
  const keys: InstanceStep['keys'][number][] = [];
  for (const key of list.keys) {
    const names = (it: TextPredicate): boolean =>
      it.kind === 'key' &&
      it.name === key.name &&
      resolvePrefix(it.prefix) === key.module.namespace;
    const given = predicates.find(names);
    if (given?.kind !== 'key')
      return new Refusal(`list "${list.name}" needs a value for key "${key.name}"`);
    const value = canonicalText(key, given.value, resolvePrefix);
    if (value instanceof Refusal) return value;
    keys.push({ module: key.module.name, name: key.name, value });
  }
  if (predicates.length > keys.length) {
    return new Refusal(
      `list "${list.name}" takes one predicate for each of its ${keys.length} keys`,
    );
  }
  const { module, name } = list;
  return { module: module.name, name, keys, value: undefined, position: undefined };
}

function describeLeafListEntry(
  node: LeafListNode,
  { predicates: [predicate, ...more] }: TextStep,
  resolvePrefix: ResolvePrefix,
): InstanceStep | Refusal {
  if (predicate?.kind !== 'value' || more.length > 0) {
    return new Refusal(`leaf-list "${node.name}" needs one predicate with its value: [.='...']`);
  }
  const value = canonicalText(node, predicate.value, resolvePrefix);
  if (value instanceof Refusal) return value;
  return { module: node.module.name, name: node.name, keys: [], value, position: undefined };
}

function canonicalText(
  node: { readonly name: string; readonly type: LeafListNode['type'] },
  text: string,
  resolvePrefix: ResolvePrefix,
): string | Refusal {
  const value = asTypeBase(node.type).read(text, resolvePrefix);
  if (value instanceof Refusal) return new Refusal(`"${node.name}": ${value.message}`);
  return node.type.canonical(value);
}
