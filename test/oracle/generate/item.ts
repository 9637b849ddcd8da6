/** Instance documents before they are written: a tree that mutations can bend into what no schema allows. */
import type {
  DataSchemaNode,
  LeafListNode,
  LeafNode,
  SchemaNode,
} from '../../../src/yang/index.ts';
import type { Value, ValueStep } from './values.ts';

export class Item {
  name: string;
  /** Name of the module, and its namespace. */
  module: string;
  namespace: string;
  /** Undefined for what was invented. */
  readonly schema: SchemaNode | undefined;
  value: Value | undefined;
  /** Put before the children, where a schema has no text. */
  text = '';
  children: Item[] = [];
  parent: Item | undefined;

  constructor(schema: SchemaNode | undefined, name: string, module: string, namespace: string) {
    this.schema = schema;
    this.name = name;
    this.module = module;
    this.namespace = namespace;
  }

  static of(schema: Exclude<SchemaNode, { kind: 'root' }>): Item {
    return new Item(schema, schema.name, schema.module.name, schema.module.namespace);
  }

  /** What stands for the root of a document. */
  static root(): Item {
    return new Item(undefined, '', '', '');
  }

  add(child: Item, index = this.children.length): void {
    child.parent = this;
    this.children.splice(index, 0, child);
  }

  remove(): void {
    const siblings = this.parent?.children;
    if (siblings) siblings.splice(siblings.indexOf(this), 1);
    this.parent = undefined;
  }

  copy(): Item {
    const copy = new Item(this.schema, this.name, this.module, this.namespace);
    copy.value = this.value;
    copy.text = this.text;
    for (const child of this.children) copy.add(child.copy());
    return copy;
  }

  /** All below, in document order, without itself. */
  descendants(): Item[] {
    return this.children.flatMap((child) => [child, ...child.descendants()]);
  }

  ancestors(): Item[] {
    return this.parent ? [this.parent, ...this.parent.ancestors()] : [];
  }

  child(schema: SchemaNode): Item | undefined {
    return this.children.find((child) => child.schema === schema);
  }

  /** The data node of the schema that it is an instance of. */
  get dataSchema(): DataSchemaNode | undefined {
    return this.schema && 'slot' in this.schema ? this.schema : undefined;
  }

  /** The same for leaves and entries of leaf-lists. */
  get leafSchema(): LeafNode | LeafListNode | undefined {
    const { schema } = this;
    return schema?.kind === 'leaf' || schema?.kind === 'leaf-list' ? schema : undefined;
  }
}

/** Text of a value, with module names as prefixes. */
export function plainText(value: Value | undefined): string {
  switch (value?.kind) {
    case 'text':
      return value.text;
    case 'identity':
      return `${value.module}:${value.name}`;
    case 'path':
      return pathText(
        value.steps,
        (step) => `${step.module}:`,
        (step) => `${step.module}:`,
      );
    default:
      return '';
  }
}

/** An instance-identifier; the functions give what stands before the names of steps and of keys. */
export function pathText(
  steps: readonly ValueStep[],
  prefix: (step: ValueStep, index: number) => string,
  keyPrefix: (step: ValueStep) => string,
): string {
  return steps
    .map((step, index) => {
      const keys = step.keys.map((key) => `[${keyPrefix(step)}${key.name}=${quoted(key.value)}]`);
      const value = step.value === undefined ? '' : `[.=${quoted(step.value)}]`;
      return `/${prefix(step, index)}${step.name}${keys.join('')}${value}`;
    })
    .join('');
}

function quoted(text: string): string {
  return text.includes("'") ? `"${text}"` : `'${text}'`;
}

/** Canonical text where the type allows the value, else the text as it is. */
export function canonicalText(item: Item): string {
  const type = item.leafSchema?.type;
  const text = plainText(item.value);
  if (!type) return text;
  try {
    const resolve = (prefix: string): string | undefined => namespaceOf(item, prefix);
    return type.canonical(type.parse(text, resolve));
  } catch {
    return text;
  }
}

function namespaceOf(item: Item, module: string): string | undefined {
  if (module === '') return item.namespace;
  let node: SchemaNode | undefined = item.schema;
  while (node && node.kind !== 'root') node = node.parent;
  return node?.context.modules.get(module)?.namespace;
}

/** Path of an instance for use as a value; undefined where a key is no plain text. */
export function stepsTo(item: Item): readonly ValueStep[] | undefined {
  const steps: ValueStep[] = [];
  for (const it of [item, ...item.ancestors()].toReversed()) {
    const { schema } = it;
    if (!schema) continue;
    const keys =
      schema.kind === 'list'
        ? schema.keys.map((key) => ({ name: key.name, at: it.child(key) }))
        : [];
    const texts = keys.map(({ name, at }) => ({
      name,
      value: at?.value?.kind === 'text' ? canonicalText(at) : undefined,
    }));
    const isPlain = texts.every(({ value }) => value !== undefined && !/['"]/.test(value));
    if (!isPlain || (schema.kind === 'list' && keys.length === 0)) return undefined;
    const isEntry = schema.kind === 'leaf-list';
    if (isEntry && (it.value?.kind !== 'text' || /['"]/.test(it.value.text))) return undefined;
    steps.push({
      module: it.module,
      name: it.name,
      keys: texts as readonly { name: string; value: string }[],
      value: isEntry ? canonicalText(it) : undefined,
    });
  }
  return steps;
}
