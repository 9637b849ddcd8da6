/**
 * What both sides print of a document, as lines that are equal when the printed data are: prefixes are
 * resolved, entries whose order is the system's affair are sorted (RFC 7950, section 7.7.1), and containers
 * that mean nothing by themselves are left out when they are empty (section 7.5.1).
 */
import { parseXml, type XmlElement } from '../../src/xml/index.ts';
import type {
  BranchSchemaNode,
  DataSchemaNode,
  ModuleInfo,
  YangType,
} from '../../src/yang/index.ts';

/** That of RFC 6243, section 6, and the one that yanglint takes, of the module that defines the mode. */
const DEFAULTS: readonly string[] = [
  'urn:ietf:params:xml:ns:netconf:default:1.0',
  'urn:ietf:params:xml:ns:yang:ietf-netconf-with-defaults',
];

/** Lines of the content of a datastore in XML. */
export function xmlLines(schema: BranchSchemaNode, text: string): readonly string[] {
  const prolog = text.replace(/^<\?xml.*?\?>/, '');
  return linesOf(schema, parseXml(`<data>${prolog}</data>`));
}

function linesOf(schema: BranchSchemaNode, element: XmlElement): readonly string[] {
  const entries = element.children.filter((it) => typeof it !== 'string');
  return inOrder(
    entries.map((child) => {
      const node = schema.dataChild(child.namespace, child.local);
      return { node, lines: node ? nodeLines(node, child) : [`unknown ${child.local}`] };
    }),
  );
}

function nodeLines(node: DataSchemaNode, element: XmlElement): readonly string[] {
  const tag = element.attributes.some((it) => DEFAULTS.includes(it.namespace)) ? ' (default)' : '';
  const title = `${node.module.name}:${node.name}${tag}`;
  if (node.kind === 'leaf' || node.kind === 'leaf-list') {
    const text = element.children.map((it) => (typeof it === 'string' ? it : '<>')).join('');
    return [`${title} = ${resolved(text, node, element)}`];
  }
  if (node.kind !== 'container' && node.kind !== 'list') return [title];
  return branchLines(node, title, linesOf(node, element));
}

function branchLines(
  node: DataSchemaNode,
  title: string,
  inner: readonly string[],
): readonly string[] {
  if (inner.length === 0 && node.kind === 'container' && !node.presence) return [];
  return [title, ...inner.map((line) => `  ${line}`)];
}

/**
 * Prefixes are replaced in types whose values have them. Other texts are brought into canonical form, which
 * yanglint knows for fewer types: it leaves MAC addresses and times as they are, and writes IPv6 addresses
 * with a part in decimals (RFC 6991, sections 3 and 4; RFC 5952, section 4).
 */
function resolved(
  text: string,
  node: DataSchemaNode & { readonly kind: 'leaf' | 'leaf-list' },
  { bindings }: XmlElement,
): string {
  if (node.type.base === 'string') return canonical(node.type, text);
  if (!['identityref', 'instance-identifier', 'leafref', 'union'].includes(node.type.base))
    return text;
  const hasMembers = node.type.base === 'leafref' || node.type.base === 'union';
  const plain = hasMembers ? canonical(node.type, text) : text;
  return plain.replaceAll(/([A-Za-z_][\w.-]*):/g, (all, prefix: string) => {
    const namespace = bindings.get(prefix);
    return namespace === undefined ? all : `{${namespace}}`;
  });
}

function canonical(type: YangType, text: string): string {
  try {
    return type.canonical(type.parse(text, () => undefined));
  } catch {
    return text;
  }
}

interface Entry {
  readonly node: DataSchemaNode | undefined;
  readonly lines: readonly string[];
}

/** Nodes by name; what the user has ordered as it is, the rest sorted. */
function inOrder(entries: readonly Entry[]): readonly string[] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    if (entry.lines.length === 0) continue;
    const name = entry.node ? `${entry.node.module.name}:${entry.node.name}` : '';
    const group = groups.get(name);
    if (group) group.push(entry);
    else groups.set(name, [entry]);
  }
  return [...groups.keys()].toSorted().flatMap((name) => {
    const group = groups.get(name) ?? [];
    const node = group[0]?.node;
    const isOurs = node && 'orderedBy' in node && node.orderedBy === 'user' && node.config;
    const blocks = group.map(({ lines }) => lines.join('\n'));
    return isOurs ? blocks : blocks.toSorted();
  });
}

/** Lines of the content of a datastore in JSON (RFC 7951, with the metadata of RFC 7952). */
export function jsonLines(schema: BranchSchemaNode, text: string): readonly string[] {
  const value: unknown = text.trim() === '' ? {} : JSON.parse(text);
  return isObject(value) ? objectLines(schema, value, undefined) : ['no object'];
}

function objectLines(
  schema: BranchSchemaNode,
  object: Readonly<Record<string, unknown>>,
  module: ModuleInfo | undefined,
): readonly string[] {
  const entries = Object.entries(object).flatMap(([member, value]): readonly Entry[] => {
    const node = findMember(schema, member.replace(/^@/, ''), module);
    if (!node) return [{ node, lines: [`unknown ${member}`] }];
    // Metadata are compared in XML.
    if (member.startsWith('@')) return [];
    const title = `${node.module.name}:${node.name}`;
    const isArray = node.kind === 'list' || node.kind === 'leaf-list';
    const values: readonly unknown[] = isArray && Array.isArray(value) ? value : [value];
    return values.map((it) => {
      if (node.kind === 'leaf' || node.kind === 'leaf-list')
        return { node, lines: [`${title} = ${jsonText(node.type, it)}`] };
      if (node.kind !== 'container' && node.kind !== 'list') return { node, lines: [title] };
      const inner = isObject(it) ? objectLines(node, it, node.module) : ['no object'];
      return { node, lines: branchLines(node, title, inner) };
    });
  });
  return inOrder(entries);
}

function jsonText(type: YangType, value: unknown): string {
  const hasText = ['string', 'union', 'leafref'].includes(type.base) && typeof value === 'string';
  return JSON.stringify(hasText ? canonical(type, value) : value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member without module name is of the module of its parent. */
function findMember(
  schema: BranchSchemaNode,
  member: string,
  module: ModuleInfo | undefined,
): DataSchemaNode | undefined {
  const [name = '', prefix = module?.name] = member.split(':').toReversed();
  return schema.dataChildren.find((it) => it.name === name && it.module.name === prefix);
}
