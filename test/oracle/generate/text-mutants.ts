/** Changes to the text of a document, below what its tree can say (XML 1.0; RFC 8259; RFC 7951). */
import type { DocumentFormat } from '../../../src/data/index.ts';
import type { Random } from './random.ts';

export interface TextMutation {
  readonly name: string;
  /** Undefined where there is no place for it. */
  apply(text: string, random: Random): string | undefined;
}

/** Replaces one of the matches of an expression. */
function one(
  name: string,
  expression: RegExp,
  replace: (match: string, group: string) => string,
): TextMutation {
  return {
    name,
    apply(text, random) {
      const match = random.pick([...text.matchAll(expression)]);
      if (!match) return undefined;
      const [all, group = ''] = match;
      return (
        text.slice(0, match.index) + replace(all, group) + text.slice(match.index + all.length)
      );
    },
  };
}

/** Not one that may hold any XML: attributes are part of that (RFC 7950, section 7.11). */
const ELEMENT = /<(?!xml\b|data\b|free\b)([\w-]+)(?=[ />])/g;

const XML: readonly TextMutation[] = [
  one('comment between elements', /(?<=>)(?=<)/g, () => '<!-- a & b -->'),
  one('instruction between elements', /(?<=>)(?=<)/g, () => '<?go on?>'),
  one('space between elements', /(?<=>)(?=<)/g, () => '\n \t '),
  one(
    'comment in a value',
    />(\w+)</g,
    (_, value) => `>${value.slice(0, 1)}<!-- x -->${value.slice(1)}<`,
  ),
  one('CDATA', />(\w+)</g, (_, value) => `><![CDATA[${value}]]><`),
  one(
    'references to characters',
    />(\w)(?=\w*<)/g,
    (_, letter) => `>&#${String(letter.codePointAt(0))};`,
  ),
  one('unknown entity', />(\w+)</g, () => '>&unknown;<'),
  one('ampersand', />(\w+)</g, () => '>a & b<'),
  one('attribute', ELEMENT, (start) => `${start} x="1"`),
  one('attribute of a namespace', ELEMENT, (start) => `${start} xmlns:q="urn:q" q:x="1"`),
  one('unbound prefix', /<([\w-]+)(?=\/>)/g, (_, name) => `<q:${name}`),
  one('missing end', /<\/[\w-]+>/g, () => ''),
  one('wrong end', /<\/([\w-]+)>/g, () => '</other>'),
  one('end of the text', /<[\w-]+>/g, (start) => `${start}<`),
  one('prolog', /^/g, () => '<?xml version="1.0" encoding="UTF-8"?>'),
  one('text behind', /\n$/g, () => 'text\n'),
];

const JSON_TEXT: readonly TextMutation[] = [
  one('number as text', /:(-?\d+)(?=[,}\]])/g, (_, number) => `:"${number}"`),
  one('text as number', /:"(-?[1-9]\d{0,8})"/g, (_, number) => `:${number}`),
  one('boolean as text', /:(true|false)/g, (_, value) => `:"${value}"`),
  one('text as boolean', /:"(true|false)"/g, (_, value) => `:${value}`),
  one('null', /:(?:"[^"\\]*"|\d+)(?=[,}])/g, () => ':null'),
  one('array around a value', /:("[^"\\]*"|\d+)(?=[,}])/g, (_, value) => `:[${value}]`),
  one('object for a value', /:("[^"\\]*"|\d+)(?=[,}])/g, () => ':{}'),
  one('value for an object', /:\{\}/g, () => ':"x"'),
  one('fraction', /:(-?\d+)(?=[,}\]])/g, (_, number) => `:${number}.5`),
  one('exponent', /:(-?\d{1,3})(?=[,}\]])/g, (_, number) => `:${number}e0`),
  one('name without module', /(?<=^\{)"[\w.-]+:([\w.-]+)"/g, (_, name) => `"${name}"`),
  one('name of another module', /"[\w.-]+:([\w.-]+)":/g, (_, name) => `"other:${name}":`),
  one('module name below', /(?<=[{,])"([\w-]+)":(?=["\d[{tf])/g, (_, name) => `"x:${name}":`),
  one('comma too many', /(?=\})/g, () => ','),
  one('missing brace', /\}$/g, () => ''),
  one('space', /(?<=[:,{[])/g, () => ' \n\t'),
  one(
    'escapes',
    /:"(\w)(?=\w*")/g,
    (_, it) => `:"\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`,
  ),
  one(
    'metadata',
    /(?<=[{,])"([\w-]+)":(?=["\d])/g,
    (all, name) => `"@${name}":{"other:note":1},${all}`,
  ),
];

/** By the format of the document. */
export const TEXT_MUTATIONS: Readonly<Record<DocumentFormat, readonly TextMutation[]>> = {
  xml: XML,
  json: JSON_TEXT,
};
