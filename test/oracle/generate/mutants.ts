/** One change to a document each, most of which make it invalid (RFC 7950, sections 7, 8 and 9). */
import type { ChoiceNode, ListNode, SchemaNode } from '../../../src/yang/index.ts';
import type { DocumentGenerator } from './documents.ts';
import { Item } from './item.ts';
import { makeValue, wrongText } from './values.ts';

export interface Mutation {
  readonly name: string;
  /** Changes the document in place. False when there is nothing in it to change. */
  apply(root: Item, generator: DocumentGenerator): boolean;
}

type Inner = Exclude<SchemaNode, { kind: 'root' }>;

/** A mutation of one item out of those that it suits. */
function at(
  name: string,
  suits: (item: Item) => boolean,
  change: (item: Item, generator: DocumentGenerator) => boolean | undefined,
): Mutation {
  return {
    name,
    apply(root, generator) {
      const items = root.descendants().filter((item) => item.dataSchema && suits(item));
      const item = generator.options.random.pick(items);
      return item !== undefined && change(item, generator) !== false;
    },
  };
}

const isLeaf = (item: Item): boolean => item.leafSchema !== undefined;
const isKey = ({ schema }: Item): boolean => schema?.kind === 'leaf' && schema.isKey;
const isEntry = ({ schema }: Item): boolean =>
  schema?.kind === 'list' || schema?.kind === 'leaf-list';
const isBranch = ({ schema }: Item): boolean =>
  schema?.kind === 'container' || schema?.kind === 'list';

const CHARACTERS = Array.from('09aZ-.:/ %+_é@');

function setText(item: Item, text: string): void {
  const type = item.leafSchema?.type;
  if (type) item.value = { kind: 'text', type, text };
}

function putBehind(item: Item, copy: Item): void {
  const { parent } = item;
  if (parent) parent.add(copy, parent.children.indexOf(item) + 1);
}

export const MUTATIONS: readonly Mutation[] = [
  at('wrong value', isLeaf, (item, { options }) => {
    const type = item.leafSchema?.type;
    if (type) setText(item, wrongText(type, options.random));
  }),
  at('another value', isLeaf, (item, { options }) => {
    const type = item.leafSchema?.type;
    const value = type && makeValue(type, options.random, options.context);
    if (!value || value.kind === 'reference' || value.kind === 'pointer') return false;
    item.value = value;
    return true;
  }),
  at('no value', isLeaf, (item) => {
    setText(item, '');
  }),
  at('space around', isLeaf, (item, { options }) => {
    if (item.value?.kind !== 'text') return false;
    const { text } = item.value;
    setText(item, options.random.pick([` ${text}`, `${text} `, `\n  ${text}\n`]) ?? '');
    return true;
  }),
  at('one character', isLeaf, (item, { options: { random } }) => {
    if (item.value?.kind !== 'text') return false;
    const { text } = item.value;
    const index = random.integer(0, text.length);
    const extra = random.pick(CHARACTERS) ?? '';
    setText(item, text.slice(0, index) + (random.chance(0.5) ? extra : '') + text.slice(index + 1));
    return true;
  }),
  at(
    'dangling reference',
    ({ schema, value }) => {
      const type = schema && 'type' in schema ? schema.type : undefined;
      return (
        value !== undefined && (type?.base === 'leafref' || type?.base === 'instance-identifier')
      );
    },
    (item, { options }) => {
      if (item.value?.kind === 'path') {
        const steps = item.value.steps;
        const last = steps.at(-1);
        if (!last) return false;
        const gone = {
          ...last,
          keys: last.keys.map((key) => ({ ...key, value: `${key.value}9` })),
        };
        item.value = {
          kind: 'path',
          steps: [...steps.slice(0, -1), last.keys.length > 0 ? gone : { ...last, name: 'none' }],
        };
        return true;
      }
      if (item.value?.kind !== 'text') return false;
      const value = makeValue(item.value.type, options.random, options.context);
      if (value?.kind !== 'text') return false;
      item.value = value;
      return true;
    },
  ),
  at(
    'wrong identity',
    ({ value }) => value?.kind === 'identity',
    (item, { options }) => {
      const { random, context } = options;
      const other = random.pick(context.identities);
      if (!other || item.value?.kind !== 'identity') return false;
      const name = random.chance(0.5) ? other.name : 'no-such-identity';
      item.value = {
        kind: 'identity',
        module: random.chance(0.7) ? other.module.name : item.value.module,
        name,
      };
      return true;
    },
  ),
  at(
    'identity without prefix',
    ({ value }) => value?.kind === 'identity',
    (item) => {
      if (item.value?.kind !== 'identity') return false;
      setText(item, item.value.name);
      return true;
    },
  ),
  at(
    'missing',
    () => true,
    (item) => {
      item.remove();
    },
  ),
  at(
    'missing required leaf',
    ({ schema }) => schema?.kind === 'leaf' && schema.mandatory,
    (item) => {
      item.remove();
    },
  ),
  at('missing key', isKey, (item) => {
    item.remove();
  }),
  at(
    'too few entries',
    ({ schema }) =>
      (schema?.kind === 'list' || schema?.kind === 'leaf-list') && schema.minElements > 0,
    (item) => {
      item.remove();
    },
  ),
  at(
    'too many entries',
    ({ schema }) =>
      (schema?.kind === 'list' || schema?.kind === 'leaf-list') && schema.maxElements < 20,
    tooMany,
  ),
  at('same entry twice', isEntry, (item) => {
    putBehind(item, item.copy());
  }),
  at(
    'node twice',
    ({ schema }) => schema?.kind !== 'list' && schema?.kind !== 'leaf-list',
    (item) => {
      putBehind(item, item.copy());
    },
  ),
  at('unknown element', isBranch, (item, { options }) => {
    const unknown = new Item(undefined, 'no-such-node', item.module, item.namespace);
    item.add(unknown, options.random.integer(0, item.children.length));
  }),
  at(
    'unknown namespace',
    () => true,
    (item) => {
      item.namespace = 'urn:example:no-such-module';
      item.module = 'no-such-module';
    },
  ),
  at(
    'namespace of another module',
    () => true,
    (item, { options }) => {
      const other = options.random.pick([...options.context.modules.values()]);
      if (!other || other.namespace === item.namespace) return false;
      item.namespace = other.namespace;
      item.module = other.name;
      return true;
    },
  ),
  at(
    'misspelt name',
    () => true,
    (item) => {
      item.name = `${item.name}x`;
    },
  ),
  at(
    'moved up',
    ({ parent }) => parent?.parent !== undefined,
    (item) => {
      const { parent } = item;
      item.remove();
      parent?.parent?.add(item);
    },
  ),
  at(
    'another order',
    ({ children }) => children.length > 1,
    (item, { options }) => {
      item.children = options.random.shuffled(item.children);
    },
  ),
  at('another case', ({ schema }) => caseOf(schema) !== undefined, anotherCase),
  at('other node of the schema', isBranch, otherNode),
  at('values of another entry', ({ schema }) => schema?.kind === 'list', valuesOfAnother),
  at('text in a branch', isBranch, (item) => {
    item.text = 'text';
  }),
  at('element in a leaf', isLeaf, (item) => {
    item.add(new Item(undefined, 'inner', item.module, item.namespace));
  }),
  at('empty branch', isBranch, (item) => {
    item.children = [];
  }),
  { name: 'state data', apply: stateData },
];

function tooMany(item: Item, generator: DocumentGenerator): boolean {
  const schema = item.schema as ListNode;
  const present = item.parent?.children.filter((it) => it.schema === schema).length ?? 0;
  for (let more = present; more <= schema.maxElements; more += 1) {
    const added = generator.instance(schema, 10);
    if (added) putBehind(item, added);
  }
  return true;
}

function caseOf(schema: SchemaNode | undefined): ChoiceNode | undefined {
  const parent = schema && schema.kind !== 'root' ? schema.parent : undefined;
  if (parent?.kind !== 'case') return undefined;
  return parent.parent.kind === 'choice' && parent.parent.cases.length > 1
    ? parent.parent
    : undefined;
}

function anotherCase(item: Item, generator: DocumentGenerator): boolean {
  const choice = caseOf(item.schema);
  const own = item.schema && item.schema.kind !== 'root' ? item.schema.parent : undefined;
  const others = choice?.cases.filter((it) => it !== own) ?? [];
  const nodes = others.flatMap(({ children }) => children) as readonly Inner[];
  const node = generator.options.random.pick(nodes.filter((it) => 'slot' in it));
  const added = node && generator.instance(node, 10);
  if (!added) return false;
  putBehind(item, added);
  return true;
}

/** A node that may stand here, if nothing else forbids it. */
function otherNode(item: Item, generator: DocumentGenerator): boolean {
  const { schema } = item;
  if (schema?.kind !== 'container' && schema?.kind !== 'list') return false;
  const node = generator.options.random.pick(schema.dataChildren);
  const added = node && generator.instance(node, 10);
  if (!added) return false;
  item.add(added);
  return true;
}

/** What is not a key becomes what it is in a neighbour: `unique` statements look at that. */
function valuesOfAnother(item: Item, { options }: DocumentGenerator): boolean {
  const others =
    item.parent?.children.filter((it) => it.schema === item.schema && it !== item) ?? [];
  const other = options.random.pick(others);
  if (!other) return false;
  for (const child of item.children.filter((it) => !isKey(it))) child.remove();
  for (const child of other.children.filter((it) => !isKey(it))) item.add(child.copy());
  return true;
}

function stateData(root: Item, generator: DocumentGenerator): boolean {
  const places = root.descendants().flatMap((item) => {
    const { schema } = item;
    if (schema?.kind !== 'container' && schema?.kind !== 'list') return [];
    const nodes = schema.dataChildren.filter(({ config }) => !config && schema.config);
    return nodes.map((node) => ({ item, node }));
  });
  const place = generator.options.random.pick(places);
  const added = place && generator.instance(place.node, 10);
  if (!added) return false;
  place.item.add(added);
  return true;
}
