/** Reading XML: what the options of the decoder do. Faults in requests are in the case files for edits. */
import assert from 'node:assert/strict';
import {
  Branch,
  DataDecoder,
  EditBranch,
  childValue,
  decodeData,
  encodeData,
} from '../../../src/data/index.ts';
import type { DecodeOptions, DataList } from '../../../src/data/index.ts';
import { XmlTokenizer, parseXml, textContent } from '../../../src/xml/index.ts';
import type { XmlSink } from '../../../src/xml/index.ts';
import { printPath } from '../../../src/error/index.ts';
import { compileBody, dataOf, decodeRoot, errorText, treeText } from '../../support/data-text.ts';

const context = compileBody(`
  identity animal; identity cat { base animal; }
  container c {
    list e { key k; leaf v { type string; } leaf k { type string; }
      list f { key n; leaf n { type int32; } } }
    leaf pet { type identityref { base animal; } }
    leaf-list pets { type identityref { base animal; } }
    leaf at { type instance-identifier { require-instance false; } }
    leaf none { type empty; }
    leaf text { type string; }
    anydata any; anyxml xml;
    leaf state { type string; config false; }
    leaf-list samples { type int32; config false; }
    list log { config false; leaf line { type string; } }
  }`);

function read(xml: string, options: DecodeOptions = {}): Branch {
  const { content, errors } = decodeRoot(context, xml, options);
  assert.equal(errorText(errors), '');
  assert.ok(content instanceof Branch);
  return content;
}

describe('decoding (RFC 7950, sections 7 and 9)', () => {
  it('puts values into the slots of the schema whatever their order', () => {
    const data = read('<c><text>t</text><e><v>1</v><k>a</k></e><none/><e><k>b</k></e></c>');
    assert.equal(
      treeText(data),
      '<c>\n  <e>\n    <k>a</k>\n    <v>1</v>\n  </e>\n  <e>\n    <k>b</k>\n  </e>\n  <none/>\n  <text>t</text>\n</c>\n',
    );
  });

  it('keeps an entry as one array without room at its end', () => {
    const list = childValue(read('<c><e><k>a</k></e></c>').slots[0] as Branch, 'e') as DataList;
    const [row] = list;
    const last = row?.schema.dataChildren.find(({ name }) => name === 'k');
    assert.equal(row?.slots.length, (last?.slot ?? 0) + 1);
  });

  it('reads prefixes of values in the scope where they stand', () => {
    const data = read(
      '<c><pet>cat</pet><pets xmlns:q="urn:m">q:cat</pets><at xmlns:q="urn:m">/q:c/q:text</at></c>',
    );
    assert.match(
      encodeData(data),
      /<pet xmlns:m="urn:m">m:cat<\/pet><pets xmlns:m="urn:m">m:cat<\/pets>/,
    );
    assert.match(encodeData(data), /<at xmlns:m="urn:m">\/m:c\/m:text<\/at>/);
  });

  it('reads a name without prefix as one of the default namespace', () => {
    const { errors } = decodeData(
      context.root,
      '<x><c xmlns="urn:m"><pet xmlns="urn:m">cat</pet></c></x>',
    );
    assert.deepEqual(errors, []);
    const prefixed = '<x xmlns:m="urn:m"><m:c><m:pet>m:cat</m:pet></m:c></x>';
    assert.deepEqual(decodeData(context.root, prefixed).errors, []);
    const unbound = '<x xmlns:m="urn:m"><m:c><m:pet>cat</m:pet></m:c></x>';
    assert.equal(decodeData(context.root, unbound).errors.length, 1);
  });

  it('joins a text that comes in pieces of input', () => {
    const decoder = new DataDecoder(context.root);
    let depth = 0;
    const inside: XmlSink = {
      open: (...event) => {
        if (depth > 0) decoder.open(...event);
        depth += 1;
      },
      text: (text) => {
        decoder.text(text);
      },
      close: (scope) => {
        depth -= 1;
        if (depth > 0) decoder.close(scope);
      },
    };
    const tokenizer = new XmlTokenizer(inside);
    for (const character of '<x><c xmlns="urn:m"><text>a &amp; b<![CDATA[<c>]]> d</text></c></x>') {
      tokenizer.write(character);
    }
    tokenizer.end();
    const { content, errors } = decoder.finish();
    assert.deepEqual(errors, []);
    assert.equal(childValue((content as Branch).slots[0] as Branch, 'text'), 'a & b<c> d');
  });

  it('keeps anydata and anyxml as elements, with prefixes in scope', () => {
    const data = read(
      '<c><any><z xmlns="urn:z" xmlns:p="urn:p" at="1">p:x</z></any><xml>t</xml></c>',
    );
    const again = dataOf(context, encodeData(data));
    assert.equal(encodeData(again), encodeData(data));
    assert.match(encodeData(data), /<z xmlns="urn:z" xmlns:p="urn:p" at="1">p:x<\/z>/);
  });

  it('hands the content of anydata to whoever asks for it', () => {
    const seen: string[] = [];
    const { anyContent, errors } = decodeRoot(
      context,
      '<c><any a="1"><z>t<y/></z></any><xml>u</xml></c>',
      {
        anyContent: (node, attributes) => {
          if (node.kind !== 'anydata') return undefined;
          seen.push(attributes.map(({ local }) => local).join());
          const sink: XmlSink = {
            open: (_namespace, local) => seen.push(`<${local}>`),
            text: (text) => seen.push(text),
            close: () => seen.push('/'),
          };
          return { sink, finish: () => seen.length };
        },
      },
    );
    assert.deepEqual(errors, []);
    assert.deepEqual(seen, ['a', '<z>', 't', '<y>', '/', '/']);
    assert.deepEqual([...anyContent.values()], [6]);
  });

  it('gives away complete entries, and does not keep those that are taken', () => {
    const seen: string[] = [];
    const data = read('<c><e><k>a</k><f><n>1</n></f><f><n>2</n></f></e><e><k>b</k></e></c>', {
      onRow: (row, path) => {
        seen.push(`${printPath(path())} ${row.schema.kind === 'list' ? row.schema.name : ''}`);
        return row.schema.kind === 'list' && row.schema.name === 'f';
      },
    });
    assert.deepEqual(seen, ["/m:c/e[k='a'] f", "/m:c/e[k='a'] f", '/m:c e', '/m:c e']);
    assert.equal(
      treeText(data),
      '<c>\n  <e>\n    <k>a</k>\n  </e>\n  <e>\n    <k>b</k>\n  </e>\n</c>\n',
    );
  });

  it('skips what the schema does not have when told to', () => {
    const data = read('<c><zip><deep>1</deep></zip><text>t</text></c><q xmlns="urn:q"/>', {
      allowUnknown: true,
    });
    assert.equal(treeText(data), '<c>\n  <text>t</text>\n</c>\n');
  });

  it('accepts entries without keys when told to', () => {
    read('<c><e><v>1</v></e></c>', { allowMissingKeys: true });
    assert.equal(
      errorText(decodeRoot(context, '<c><e><v>1</v></e></c>').errors),
      'missing-element /m:c/e (k)\n',
    );
  });

  it('keeps state in its order, equal values too', () => {
    const xml =
      '<c><samples>3</samples><samples>1</samples><samples>3</samples><log><line>b</line></log><log><line>a</line></log></c>';
    const data = read(xml);
    assert.equal(encodeData(data), xml.replace('<c>', '<c xmlns="urn:m">'));
  });

  it('stops looking for errors when there are enough', () => {
    const many = '<zip/>'.repeat(50);
    assert.equal(decodeRoot(context, `<c>${many}</c>`).errors.length, 20);
    assert.equal(decodeRoot(context, `<c>${many}</c>`, { maxErrors: 3 }).errors.length, 3);
  });

  it('begins paths with that of the parent', () => {
    const c = context.root.dataChildren[0];
    assert.ok(c?.kind === 'container');
    const path = [{ namespace: 'urn:m', module: 'm', name: 'c' }];
    const { errors } = decodeData(c, '<c xmlns="urn:m"><e/></c>', { path });
    assert.equal(errorText(errors), 'missing-element /m:c/e (k)\n');
  });

  it('makes an edit only of what has attributes in it', () => {
    const { content } = decodeRoot(
      context,
      '<c><e><k>a</k></e><e nc:operation="delete"><k>b</k></e></c>',
      { edit: true },
    );
    assert.ok(content instanceof EditBranch);
    assert.ok(
      decodeRoot(context, '<c><e><k>a</k></e></c>', { edit: true }).content instanceof Branch,
    );
    const ignored = decodeRoot(context, '<c><e nc:operation="delete"><k>b</k></e></c>');
    assert.ok(ignored.content instanceof Branch, 'attributes of edits count only in edits');
  });

  it('decodes from a tree of elements as from text', () => {
    const element = parseXml('<x><c xmlns="urn:m"><text>t</text></c></x>');
    assert.equal(textContent(element), '');
    const { content } = decodeData(context.root, element);
    assert.equal(treeText(content as Branch), '<c>\n  <text>t</text>\n</c>\n');
  });

  it('refuses content without a schema that is too large to keep', () => {
    const tooBig = 'too-big /m:c/any';
    for (const [inner, expected] of [
      ['<a/>'.repeat(999_999), ''],
      ['<a/>'.repeat(1_000_001), tooBig],
      [`<a>${'x'.repeat(65_000_000)}</a>`, tooBig],
    ] as const) {
      const { errors } = decodeRoot(context, `<c><any>${inner}</any></c>`);
      assert.equal(errorText(errors).trim(), expected);
    }
  });
});
