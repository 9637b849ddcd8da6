/** Data trees and errors as text that is easy to read and compare, and schemas from text. */
import assert from 'node:assert/strict';
import { decodeData, encodeData } from '../../src/data/index.ts';
import type { Branch, DecodeOptions, DecodedTree } from '../../src/data/index.ts';
import { pathText } from '../../src/error/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import { compile } from '../../src/yang/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';

/** Compiles modules given by name and text. */
export function compileTexts(texts: ReadonlyMap<string, string>): SchemaContext {
  const modules = [...texts.keys()].map((name) => ({ name: name.replace(/\.yang$/, '') }));
  const { context, diagnostics } = compile(texts, { modules });
  assert.ok(context, diagnostics.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  return context;
}

/** One module without its head, under the name `m`, namespace `urn:m`, prefix `m`. */
export function compileBody(body: string): SchemaContext {
  const head = 'yang-version 1.1; namespace "urn:m"; prefix m;';
  return compileTexts(new Map([['m.yang', `module m { ${head} ${body} }`]]));
}

const NAMESPACES =
  'xmlns="urn:m" xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" xmlns:yang="urn:ietf:params:xml:ns:yang:1"';

/** Decodes the content of a root; prefixes `nc` and `yang`, and the default namespace `urn:m`, are declared. */
export function decodeRoot(
  context: SchemaContext,
  xml: string,
  options: DecodeOptions = {},
): DecodedTree {
  return decodeData(context.root, `<config ${NAMESPACES}>${xml}</config>`, options);
}

/** Decodes data that has no faults. */
export function dataOf(context: SchemaContext, xml: string): Branch {
  const { content, errors } = decodeRoot(context, xml);
  assert.deepEqual(errors.map(errorLine), []);
  assert.ok(!('operation' in content));
  return content;
}

/** XML with an element to a line, without the default namespace of the test module. */
export function treeText(tree: Branch | undefined): string {
  if (!tree) return '';
  const lines = encodeData(tree)
    .replaceAll(' xmlns="urn:m"', '')
    .replace(/(<\/[^>]*>|<[^>]*\/>)/g, '$1\n')
    .replace(/(<[^/][^>]*>)(?=<)/g, '$1\n')
    .split('\n')
    .filter((line) => line !== '');
  let depth = 0;
  return lines
    .map((line) => {
      if (line.startsWith('</')) depth -= 1;
      const indented = `${'  '.repeat(depth)}${line}\n`;
      if (/^<[^/][^>]*>$/.test(line) && !line.endsWith('/>')) depth += 1;
      return indented;
    })
    .join('');
}

/** Tag, app-tag, path and the element at fault. */
export function errorLine(error: RpcError): string {
  const { tag, appTag, info } = error;
  const place = pathText(error) ?? '/';
  const named = info?.badAttribute ?? info?.badElement ?? info?.missingChoice;
  return [tag, appTag, place, named && `(${named})`].filter((part) => part !== undefined).join(' ');
}

export function errorText(errors: readonly RpcError[]): string {
  return errors.map((error) => `${errorLine(error)}\n`).join('');
}
