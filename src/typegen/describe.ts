/** What documentation comments say of schema nodes. */
import type {
  AnyNode,
  ContainerNode,
  LeafListNode,
  LeafNode,
  LeafValue,
  ListNode,
  SchemaNode,
  YangType,
} from '../yang/index.ts';
import { comment } from './text.ts';

/** Longer restrictions and defaults help nobody. */
const MAX_FACT_LENGTH = 80;

type Status = Exclude<SchemaNode, { readonly kind: 'root' }>['status'];

/** What declarations are made for. */
export interface DescribedBranch {
  readonly kind: string;
  readonly description: string | undefined;
  readonly status: Status;
}

/** The comment of the declaration of a branch. */
export function describeBranch(
  { kind, description, status }: DescribedBranch,
  path: string,
  content: string,
): string {
  const name = kind.charAt(0).toUpperCase() + kind.slice(1);
  // No tag: types of one file refer to each other, and the property that leads here has it.
  const remark = status === 'current' ? '' : ` Its status is ${status}.`;
  return comment([description, `${name} \`${path}\`${content}.${remark}`], '');
}

/** The comment of a property. What is in a branch is said at the declaration of its type. */
export function describeProperty(
  node: ContainerNode | ListNode | LeafNode | LeafListNode | AnyNode,
  isState: boolean,
): string {
  const isBranch = node.kind === 'container' || node.kind === 'list';
  const facts = [...factsOf(node), ...(isState ? ['state'] : [])].join(', ');
  const description = isBranch ? undefined : node.description;
  return comment([description, `${facts}.`], '  ', statusTag(node.status));
}

function statusTag(status: Status): string | undefined {
  return status === 'current' ? undefined : `@deprecated Its status is ${status}.`;
}

function factsOf(
  node: ContainerNode | ListNode | LeafNode | LeafListNode | AnyNode,
): readonly string[] {
  switch (node.kind) {
    case 'container':
      return [node.presence ? 'Presence container' : 'Container'];
    case 'list': {
      const keys = node.keys.map(({ name }) => code(name)).join(', ');
      return [keys === '' ? 'List without keys' : `List, key ${keys}`, ...countFacts(node)];
    }
    case 'leaf': {
      const fallback = node.defaultValue;
      return [
        `Type ${typeFact(node.type)}`,
        ...unitsFact(node.units),
        ...defaultFact(fallback === undefined ? [] : [fallback], node.type),
      ];
    }
    case 'leaf-list':
      return [
        `Leaf-list of type ${typeFact(node.type)}`,
        ...countFacts(node),
        ...unitsFact(node.units),
        ...defaultFact(node.defaultValues, node.type),
      ];
    default:
      return [node.kind === 'anydata' ? 'Anydata' : 'Anyxml'];
  }
}

function countFacts({
  orderedBy,
  minElements,
  maxElements,
}: ListNode | LeafListNode): readonly string[] {
  return [
    ...(minElements > 0 ? [`at least ${minElements}`] : []),
    ...(maxElements < Infinity ? [`at most ${maxElements}`] : []),
    ...(orderedBy === 'user' ? ['ordered by the user'] : []),
  ];
}

/** The typedef, or else the built-in type, and what restricts it. */
function typeFact(type: YangType): string {
  const name = type.typedef ? `${type.typedef.module}:${type.typedef.name}` : type.base;
  const restrictions = type.restrictions
    .filter(({ keyword }) => keyword !== 'fraction-digits')
    .filter(({ text }) => text.length <= MAX_FACT_LENGTH)
    .map(({ keyword, text, invert }) => `${invert === true ? 'not ' : ''}${keyword} ${code(text)}`);
  return [code(name), ...restrictions].join(', ');
}

function unitsFact(units: string | undefined): readonly string[] {
  return units === undefined ? [] : [`units ${code(units)}`];
}

function defaultFact(values: readonly LeafValue[], type: YangType): readonly string[] {
  const text = values.map((value) => code(type.canonical(value))).join(', ');
  if (text === '') return [];
  return text.length > MAX_FACT_LENGTH ? ['with a default'] : [`default ${text}`];
}

function code(text: string): string {
  return `\`${text.replaceAll(/[\r\n]+/g, ' ')}\``;
}
