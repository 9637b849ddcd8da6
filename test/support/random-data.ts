/** Random data for a schema that has every kind of node, as XML text in the namespace `urn:m`. */
import fc from 'fast-check';

/** Body of the module; see compileBody. */
export const EVERY_KIND = `
  identity animal; identity cat { base animal; } identity dog { base animal; }
  container c {
    leaf a { type int32; default 7; }
    leaf flag { type empty; }
    leaf big { type uint64; }
    leaf ratio { type decimal64 { fraction-digits 2; } }
    leaf pet { type identityref { base animal; } }
    leaf-list sys { type string; }
    leaf-list usr { type int8; ordered-by user; }
    container np { leaf x { type string; } container deeper { leaf y { type string; } } }
    container pr { presence "here"; leaf x { type string; } }
    list l { key "k1 k2"; leaf v { type string; } leaf k2 { type string; } leaf k1 { type int8; }
      list inner { key i; leaf i { type int8; } leaf w { type string; } } }
    list u { key k; ordered-by user; leaf k { type int8; } leaf v { type string; } }
    choice ch { case one { leaf one-a { type string; } leaf one-b { type string; } } container two { leaf t { type string; } } }
    anydata any;
    leaf yes { type boolean; }
    leaf level { type enumeration { enum low; enum "very high"; } }
    leaf set { type bits { bit a; bit b; bit c; } }
    leaf raw { type binary; }
    leaf ref { type leafref { path "../big"; require-instance false; } }
    leaf at { type instance-identifier { require-instance false; } }
    leaf uni { type union { type int8; type enumeration { enum x; } type identityref { base animal; } type string; } }
    leaf-list mix { type union { type boolean; type uint64; type decimal64 { fraction-digits 1; } type string; } ordered-by user; }
  }
  leaf top { type string; }`;

const text = fc.constantFrom('x', 'y', 'a & b', '<>', ' é 漢 ', 'a longer text than twelve', '"\'');
const small = fc.integer({ min: -4, max: 4 });

function escape(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function leaf(name: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  const element = value.map((it) => `<${name}>${escape(String(it))}</${name}>`);
  return fc.option(element, { nil: '' });
}

function many(items: fc.Arbitrary<readonly string[]>): fc.Arbitrary<string> {
  return items.map((all) => all.join(''));
}

function join(...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((all) => all.join(''));
}

function wrap(name: string, content: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const element = content.map((inner) => `<${name}>${inner}</${name}>`);
  return fc.option(element, { nil: '' });
}

/** Entries with distinct keys. */
function rows<K>(
  name: string,
  key: fc.Arbitrary<K>,
  print: (key: K) => string,
  content: fc.Arbitrary<string>,
): fc.Arbitrary<string> {
  const entries = fc.uniqueArray(fc.tuple(key, content), {
    selector: ([it]) => JSON.stringify(it),
    maxLength: 6,
  });
  return many(
    entries.map((all) => all.map(([it, inner]) => `<${name}>${print(it)}${inner}</${name}>`)),
  );
}

function values(name: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  const items = fc.uniqueArray(value, { maxLength: 5 });
  return many(items.map((all) => all.map((it) => `<${name}>${escape(String(it))}</${name}>`)));
}

const inner = rows('inner', small, (i) => `<i>${String(i)}</i>`, leaf('w', text));
const keyed = rows(
  'l',
  fc.tuple(small, fc.constantFrom('p', 'q')),
  ([k1, k2]) => `<k1>${String(k1)}</k1><k2>${k2}</k2>`,
  join(leaf('v', text), inner),
);
const choice = fc.oneof(
  fc.constant(''),
  join(leaf('one-a', text), leaf('one-b', text)),
  wrap('two', leaf('t', text)),
);

/** Content of the root. Every tree of it is valid as far as the syntax goes. */
export const randomData: fc.Arbitrary<string> = join(
  wrap(
    'c',
    join(
      leaf('a', small),
      fc.constantFrom('', '<flag/>'),
      leaf('big', fc.constantFrom(0, '9007199254740993', '18446744073709551615')),
      leaf('ratio', fc.constantFrom('1.50', '-0.01', '100')),
      fc.constantFrom('', '<pet>cat</pet>', '<q:pet xmlns:q="urn:m">q:dog</q:pet>'),
      values('sys', text),
      values('usr', small),
      wrap('np', join(leaf('x', text), wrap('deeper', leaf('y', text)))),
      wrap('pr', leaf('x', text)),
      keyed,
      rows('u', small, (k) => `<k>${String(k)}</k>`, leaf('v', text)),
      choice,
      fc.constantFrom('', '<any><z xmlns="urn:z" at="1">t<y/></z></any>'),
      leaf('yes', fc.boolean()),
      leaf('level', fc.constantFrom('low', 'very high')),
      leaf('set', fc.constantFrom('', 'a', 'a c', 'a b c')),
      leaf('raw', fc.constantFrom('', 'aGk=', '////')),
      leaf('ref', fc.constantFrom('0', '18446744073709551615')),
      fc.constantFrom('', `<q:at xmlns:q="urn:m">/q:c/q:l[q:k1='1'][q:k2="p'"]/q:v</q:at>`),
      fc.oneof(
        leaf('uni', fc.constantFrom('1', '200', 'x', 'y', '')),
        fc.constant('<q:uni xmlns:q="urn:m">q:cat</q:uni>'),
      ),
      values('mix', fc.constantFrom('true', '7', '18446744073709551615', '1.5', 'x', '')),
    ),
  ),
  leaf('top', text),
);
