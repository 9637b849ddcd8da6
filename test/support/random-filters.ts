/** Filters for the data of `random-data.ts`, and what they select as text. */
import fc from 'fast-check';
import { compileSubtreeFilter, compileXPathFilter } from '../../src/data/index.ts';
import type { Selection } from '../../src/data/index.ts';
import { parseXml } from '../../src/xml/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';

const EXPRESSIONS: readonly string[] = [
  '/m:c',
  '/m:top',
  '/m:c/m:np',
  '/m:c/m:np/m:deeper/m:y',
  '/m:c/m:pr',
  '/m:c/m:l',
  "/m:c/m:l[m:k2 = 'p']",
  "/m:c/m:l[m:k1 = 1][m:k2 = 'q']/m:inner",
  "/m:c/m:l[m:v = 'x']/m:v",
  '/m:c/m:l[m:k1 > 0]/m:inner[m:i < 2]',
  "/m:c/m:l[contains(m:v, 'e') or not(m:v)]",
  '/m:c/m:l[m:inner]/m:v',
  '/m:c/m:l[count(m:inner) = 2]',
  '/m:c/m:l[2]',
  '/m:c/m:l[last()]/m:inner',
  '/m:c/m:u[m:k = ../m:l/m:k1]',
  '/m:c[m:a = 7]/m:sys | /m:c/m:usr',
  '/m:c[m:a > 6]/m:u',
  '//m:x',
  "//m:inner[m:w = 'y']",
  '//m:l//m:w',
  '/m:c/m:*[m:x]',
  '/m:c/m:two[m:t]',
  '/m:c/m:any',
  "/m:c/m:sys[. = 'x']",
  '/m:c[m:np/m:x]/m:l',
  '//*[m:k1]/m:v',
  '/c/l/v',
];

const SUBTREES: readonly string[] = [
  '<c xmlns="urn:m"/>',
  '<top xmlns="urn:m"/>',
  '<c xmlns="urn:m"><l><k2>p</k2></l></c>',
  '<c xmlns="urn:m"><l><k1>1</k1><k2>p</k2><inner/></l></c>',
  '<c xmlns="urn:m"><l><v>x</v><inner><w/></inner></l></c>',
  '<c xmlns="urn:m"><a>7</a><u/></c>',
  '<c xmlns="urn:m"><a>3</a></c>',
  '<c xmlns="urn:m"><np><deeper/></np><usr/></c>',
  '<c xmlns="urn:m"><sys>x</sys><pr/></c>',
  '<c xmlns="urn:m"><l><inner><i>0</i></inner></l><l><v>y</v></l></c>',
  '<c xmlns="urn:m"><pr><x/></pr><two><t/></two></c>',
  '<nothing xmlns="urn:m"/>',
];

/** A union with what finds nothing and looks at the whole: the same nodes, found in another way. */
export function evaluated(expression: string): string {
  return `${expression} | /m:c[last() = 0]`;
}

const BINDINGS = new Map([['m', 'urn:m']]);

export function xpathFilter(context: SchemaContext, expression: string): Selection {
  return compileXPathFilter(expression, BINDINGS, context);
}

export const randomExpression: fc.Arbitrary<string> = fc.constantFrom(...EXPRESSIONS);

export function randomFilter(context: SchemaContext): fc.Arbitrary<Selection> {
  return fc.oneof(
    randomExpression.map((it) => xpathFilter(context, it)),
    fc
      .constantFrom(...SUBTREES)
      .map((it) => compileSubtreeFilter(parseXml(`<filter>${it}</filter>`), context)),
  );
}
