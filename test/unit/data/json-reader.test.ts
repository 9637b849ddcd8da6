/** Reading JSON: what hostile and odd texts may cost, and what is given of values. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { JsonError, JsonReader } from '../../../src/data/codec/json-reader.ts';
import { JsonNumber } from '../../../src/data/codec/json-tree.ts';
import type { JsonTree } from '../../../src/data/codec/json-tree.ts';
import { printJsonTree } from '../../../src/data/codec/json-writer.ts';
import { decodeJson, parseDocument, printDocument } from '../../../src/data/index.ts';
import { compileBody, errorText } from '../../support/data-text.ts';

function read(text: string): JsonTree {
  const reader = new JsonReader(text);
  const tree = reader.tree();
  reader.end();
  return tree;
}

/** The message of the error, and where it is. */
function fault(text: string): string {
  try {
    read(text);
    return '';
  } catch (error) {
    assert.ok(error instanceof JsonError);
    return `${String(error.offset)} ${error.message}`;
  }
}

describe('JSON texts (RFC 8259, RFC 7493)', () => {
  it('are read as JSON.parse reads them', () => {
    fc.assert(
      fc.property(fc.json({ depthSize: 'medium' }), fc.constantFrom(0, 2), (text, indent) => {
        const value: unknown = JSON.parse(text);
        const spaced = JSON.stringify(value, undefined, indent);
        // Members of the same name are an error of ours, which JSON.stringify has removed.
        assert.deepEqual(JSON.parse(printJsonTree(read(spaced))), value);
      }),
      { numRuns: 300 },
    );
  });

  const faults: readonly (readonly [string, string])[] = [
    ['', '0 expected a value, not the end of the text'],
    [' ', '1 expected a value, not the end of the text'],
    ['{"a":1} {', '8 expected the end of the text, not "{"'],
    ['["a]', '4 expected the end of a string, without control characters, not the end of the text'],
    ['["a\nb"]', '3 expected the end of a string, without control characters, not "\\n"'],
    ['["\\x"]', '2 expected an escape sequence of JSON, not "\\\\"'],
    ['["\\u12g4"]', '4 expected four hexadecimal digits, not "1"'],
    ['["\\', '2 expected an escape sequence of JSON, not "\\\\"'],
    ['["\\ud83d"]', '1 a string has a lone surrogate or a noncharacter'],
    ['["\\ude00\\ud83d"]', '1 a string has a lone surrogate or a noncharacter'],
    ['["\ufdd0"]', '1 a string has a lone surrogate or a noncharacter'],
    ['["\ud83d"]', '1 a string has a lone surrogate or a noncharacter'],
    ['[tru]', '1 expected "true", "false" or "null", not "t"'],
    ['[nul', '1 expected "true", "false" or "null", not "n"'],
    ['[-]', '1 expected a number, not "-"'],
    ['[1.]', '2 expected "," or "]", not "."'],
    ['[.5]', '1 expected a value, not "."'],
    ['[1e]', '2 expected "," or "]", not "e"'],
    ['[0x1]', '2 expected "," or "]", not "x"'],
    ['[1 2]', '3 expected "," or "]", not "2"'],
    ['[,]', '1 expected a value, not ","'],
    ['{"a" 1}', '5 expected ":", not "1"'],
    ['{"a":1,"a":2}', '7 member "a" is given twice'],
    ['{"\\u0061":1,"a":2}', '12 member "a" is given twice'],
    ['\u00a0[]', '0 expected a value, not "\u00a0"'],
    ['[\u000b]', '1 expected a value, not "\\u000b"'],
    ['\ufeff\ufeff[]', '1 expected a value, not "\ufeff"'],
  ];
  for (const [text, expected] of faults) {
    it(`are refused: ${JSON.stringify(text)}`, () => {
      assert.equal(fault(text), expected);
    });
  }

  it('may begin with a byte order mark', () => {
    assert.deepEqual(read('\ufeff[true]'), [true]);
  });

  it('have numbers as they are written', () => {
    const [number] = read('[-1.50e+400]') as readonly JsonTree[];
    assert.ok(number instanceof JsonNumber);
    assert.equal(number.text, '-1.50e+400');
  });

  it('do not mix up names that objects of JavaScript have', () => {
    const tree = read('{"__proto__":1,"constructor":{"toString":2}}');
    assert.equal(printJsonTree(tree), '{"__proto__":1,"constructor":{"toString":2}}');
  });

  it('nested deep are refused, not read', () => {
    assert.equal(fault('['.repeat(100_000)), '256 values are nested deeper than 256');
    assert.equal(fault('{"a":'.repeat(100_000)), '1280 values are nested deeper than 256');
    assert.equal(fault(`${'['.repeat(256)}${']'.repeat(256)}`), '');
    const reader = new JsonReader('['.repeat(100_000));
    assert.throws(() => {
      reader.skip();
    }, JsonError);
  });

  it('with long numbers are refused', () => {
    assert.match(fault(`[${'9'.repeat(1_000_000)}]`), /^1 a number has more than 1024 characters$/);
  });

  it('that are large as one value are refused', () => {
    assert.match(
      fault(`[${'0,'.repeat(1_000_001)}0]`),
      /^\d+ a value has more than 1000000 parts$/,
    );
    assert.match(
      fault(`["${'x'.repeat(70_000_000)}",0]`),
      /^\d+ a value has more than 1000000 parts$/,
    );
  });
});

describe('hostile documents in JSON', () => {
  const context = compileBody(`
    container c { leaf s { type string; } leaf-list ll { type uint32; } anydata d;
      list l { key k; leaf k { type uint32; } } }`);
  const parse = (text: string) => parseDocument(context, text, { format: 'json', type: 'get' });

  it('with a long string give it', () => {
    const long = 'x'.repeat(10_000_000);
    const { document, errors } = parse(`{"m:c":{"s":"${long}"}}`);
    assert.equal(errorText(errors), '');
    assert.ok(document);
  });

  it('with a million unknown members report the first ones', () => {
    const members = Array.from({ length: 1_000_000 }, (_, index) => `"a${String(index)}":0`);
    const { errors } = parse(`{"m:c":{${members.join(',')}}}`);
    assert.equal(errors.length, 20);
  });

  it('with a million entries give them', () => {
    const entries = Array.from({ length: 1_000_000 }, (_, index) => index).join(',');
    assert.equal(errorText(parse(`{"m:c":{"ll":[${entries}]}}`).errors), '');
  });

  it('nested deep in what is unknown are refused', () => {
    const { errors, document } = parse(`{"m:c":{"x":${'[{"a":'.repeat(50_000)}`);
    assert.equal(document, undefined);
    assert.match(errors.at(-1)?.message ?? '', /nested deeper/);
  });

  it('with anydata in anydata are converted, however deep', () => {
    const levels = 120;
    const json = `${'{"m:c":{"d":'.repeat(levels)}{}${'}}'.repeat(levels)}`;
    const { document, errors } = parse(json);
    assert.equal(errorText(errors), '');
    assert.ok(document);
    const xml = printDocument(document, { format: 'xml' }).text;
    assert.equal(xml.match(/<d>/g)?.length, levels - 1);
    const shallow = '<c xmlns="urn:m"><d>'.repeat(60) + '</d></c>'.repeat(60);
    const again = parseDocument(context, shallow, { format: 'xml', type: 'get' }).document;
    assert.ok(again);
    assert.equal(printDocument(again, { format: 'json' }).text.match(/"d":/g)?.length, 60);
  });

  it('that are not UTF-8 are refused', () => {
    const { errors } = parseDocument(context, Buffer.from([0x7b, 0xff, 0x7d]), { format: 'json' });
    assert.deepEqual(
      errors.map(({ message }) => message),
      ['the text is not UTF-8'],
    );
    const bytes = Buffer.from('{"m:c":{"s":"é"}}');
    assert.deepEqual(parseDocument(context, bytes, { format: 'json' }).errors, []);
  });

  it('are no exception for decodeJson either', () => {
    const { errors } = decodeJson(context, context.root, '{"m:c":');
    assert.equal(errorText(errors), 'malformed-message /\n');
  });
});
