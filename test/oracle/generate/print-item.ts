/** Writes documents as XML (RFC 7950) and JSON (RFC 7951), independently of the encoders under test. */
import { leafrefTarget, memberType } from './member-type.ts';
import { pathText, plainText, type Item } from './item.ts';
import type { Value } from './values.ts';

/** The children of a root, one element to a line. `namespaceOf` gives the namespace of a module by its name. */
export function printXml(root: Item, namespaceOf: (module: string) => string): string {
  return root.children.map((child) => `${element(child, '', namespaceOf)}\n`).join('');
}

function element(item: Item, outer: string, namespaceOf: (module: string) => string): string {
  const modules = modulesIn(item.value);
  const declarations = modules.map((it) => ` xmlns:${it}="${escape(namespaceOf(it))}"`).join('');
  const own = item.namespace === outer ? '' : ` xmlns="${escape(item.namespace)}"`;
  const inner = item.children.map((child) => element(child, item.namespace, namespaceOf)).join('');
  const content = escape(item.text + plainText(item.value)) + inner;
  const start = `<${item.name}${own}${declarations}`;
  return content === '' ? `${start}/>` : `${start}>${content}</${item.name}>`;
}

function modulesIn(value: Value | undefined): readonly string[] {
  if (value?.kind === 'identity') return [value.module];
  if (value?.kind === 'path') return [...new Set(value.steps.map(({ module }) => module))];
  return [];
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#xD;');
}

/** The members of a root. Undefined where JSON cannot say it, such as text beside elements. */
export function printJson(root: Item): string | undefined {
  const value = members(root);
  return value === undefined ? undefined : JSON.stringify(value);
}

function members(parent: Item): Record<string, unknown> | undefined {
  const result: Record<string, unknown> = {};
  for (const item of parent.children) {
    const name = item.module === parent.module ? item.name : `${item.module}:${item.name}`;
    const value = valueOf(item);
    if (value === undefined || item.text !== '') return undefined;
    const kind = item.schema?.kind;
    if (kind === 'list' || kind === 'leaf-list') {
      const before = result[name];
      if (Array.isArray(before)) before.push(value);
      else result[name] = [value];
    } else if (name in result) {
      return undefined;
    } else {
      result[name] = value;
    }
  }
  return result;
}

function valueOf(item: Item): unknown {
  if (item.leafSchema) return item.children.length > 0 ? undefined : jsonValue(item);
  return members(item);
}

/** RFC 7951, section 6. */
function jsonValue(item: Item): unknown {
  const { value } = item;
  if (value?.kind === 'identity') return `${value.module}:${value.name}`;
  if (value?.kind === 'path') {
    // A module name only where it changes (RFC 7951, section 6.11).
    const { steps } = value;
    const prefix = (module: string, index: number): string =>
      steps[index - 1]?.module === module ? '' : `${module}:`;
    return pathText(
      steps,
      ({ module }, index) => prefix(module, index),
      () => '',
    );
  }
  if (value?.kind !== 'text') return undefined;
  const type = memberType(leafrefTarget(value.type), value.text);
  switch (type?.base) {
    case 'int8':
    case 'int16':
    case 'int32':
    case 'uint8':
    case 'uint16':
    case 'uint32':
      return /^[+-]?\d+$/.test(value.text) ? Number(value.text) : value.text;
    case 'int64':
    case 'uint64':
      // yanglint takes leading zeros for octal here (RFC 7950, section 9.2.1 has that for defaults only).
      return value.text.replace(/^([+-]?)0+(?=\d)/, '$1');
    case 'boolean':
      return value.text === 'true' || value.text === 'false' ? value.text === 'true' : value.text;
    case 'empty':
      return value.text === '' ? [null] : value.text;
    default:
      return value.text;
  }
}
