/** Documents in XML: types, envelopes, errors with their place. */
import assert from 'node:assert/strict';
import {
  createDocument,
  parseDocument,
  printDocument,
  validateDocument,
} from '../../../../src/data/document/index.ts';
import type {
  DocumentError,
  DocumentType,
  ParseDocumentOptions,
} from '../../../../src/data/document/index.ts';
import { compileBody, errorLine } from '../../../support/data-text.ts';

const context = compileBody(`
  container cond { when "/c/a = 2"; leaf x { type string; } container deep { when "/c/a = 3"; leaf y { type string; } } }
  container c {
    leaf a { type int8; mandatory true; } leaf s { config false; type string; } leaf b { type int8; }
    list l { key k; leaf k { type string; } leaf v { type string; must ". != 'bad'"; }
      container opt { when "../k = 'z'"; leaf o { type string; } }
      action reset { input { leaf at { type string; } } output { leaf done { type boolean; mandatory true; } } }
      notification gone { leaf why { type string; } } }
    action top { input { leaf x { type int8; } } }
  }
  leaf-list n { type int8; }
  rpc op { input { leaf in { type string; must "count(/m:c/m:l) > 1 or . != 'many'"; } } output { leaf out { type string; } } }
  notification ev { leaf severity { type string; } }`);

function parse(text: string, options: Partial<ParseDocumentOptions> = {}) {
  return parseDocument(context, text, { format: 'xml', ...options });
}

function line(error: DocumentError): string {
  const { position } = error;
  const place = position ? `${String(position.line)}:${String(position.column)}` : '-';
  return `${place} ${errorLine(error)}`;
}

const NC = 'urn:ietf:params:xml:ns:netconf:base:1.0';

interface Row {
  readonly name: string;
  readonly type: DocumentType;
  readonly text: string;
  readonly errors?: readonly string[];
  /** What is printed; the same as `text` when not given. */
  readonly printed?: string;
}

const rows: readonly Row[] = [
  { name: 'bare data', type: 'data', text: '<c xmlns="urn:m"><a>1</a></c>' },
  {
    name: 'several elements',
    type: 'data',
    text: '<c xmlns="urn:m"><a>1</a></c><n xmlns="urn:m">1</n><n xmlns="urn:m">2</n>',
  },
  {
    name: 'within data',
    type: 'data',
    text: '<?xml version="1.0" encoding="UTF-8"?>\n<data><c xmlns="urn:m"><a>1</a></c></data>\n',
    printed: '<c xmlns="urn:m"><a>1</a></c>',
  },
  {
    name: 'within a reply',
    type: 'get-config',
    text: `<rpc-reply xmlns="${NC}" message-id="1"><data><c xmlns="urn:m"><b>1</b></c></data></rpc-reply>`,
    printed: '<c xmlns="urn:m"><b>1</b></c>',
  },
  { name: 'nothing', type: 'data', text: '', errors: ['- data-missing /m:c/a'], printed: '' },
  {
    name: 'state in a configuration',
    type: 'config',
    text: '<c xmlns="urn:m">\n  <a>1</a>\n  <s>x</s></c>',
    errors: ['3:3 unknown-element /m:c/s (s)'],
    printed: '<c xmlns="urn:m"><a>1</a></c>',
  },
  {
    name: 'a wrong value',
    type: 'data',
    text: '<c xmlns="urn:m">\n  <a>1</a>\n  <b \n>900</b></c>',
    errors: ['3:3 invalid-value /m:c/b'],
    printed: '<c xmlns="urn:m"><a>1</a></c>',
  },
  {
    name: 'a constraint',
    type: 'data',
    text: '<c xmlns="urn:m">\n  <a>1</a>\n  <l><k>x</k></l>\n  <l><k>y</k><v>bad</v></l></c>',
    errors: ["4:14 operation-failed must-violation /m:c/l[k='y']/v"],
    printed: '<c xmlns="urn:m"><a>1</a><l><k>x</k></l><l><k>y</k><v>bad</v></l></c>',
  },
  {
    name: 'an entry twice',
    type: 'data',
    text: '<c xmlns="urn:m">\n  <a>1</a>\n  <l><k>x</k></l>\n  <l><k>x</k></l></c>',
    errors: ["4:3 bad-element /m:c/l[k='x'] (l)"],
    printed: '<c xmlns="urn:m"><a>1</a><l><k>x</k></l></c>',
  },
  {
    name: 'no well-formed text',
    type: 'data',
    text: '<c xmlns="urn:m">\n  <a>1</b></c>',
    errors: ['2:10 malformed-message /'],
  },
  {
    name: 'empty containers under conditions',
    type: 'data',
    text: '<c xmlns="urn:m"><a>1</a></c>\n<cond xmlns="urn:m"/>',
    errors: ['2:1 unknown-element /m:cond (cond)'],
    printed: '<c xmlns="urn:m"><a>1</a></c>',
  },
  {
    name: 'empty containers in empty containers',
    type: 'data',
    text: '<c xmlns="urn:m"><a>2</a></c>\n<cond xmlns="urn:m"><deep/></cond>',
    errors: ['2:21 unknown-element /m:cond/deep (deep)'],
    printed: '<c xmlns="urn:m"><a>2</a></c>',
  },
  {
    name: 'an empty container in an entry of a list',
    type: 'data',
    text: '<c xmlns="urn:m"><a>1</a><l><k>w</k></l>\n<l><k>x</k><opt/></l><l><k>z</k><opt/></l></c>',
    errors: ["2:12 unknown-element /m:c/l[k='x']/opt (opt)"],
    printed: '<c xmlns="urn:m"><a>1</a><l><k>w</k></l><l><k>x</k></l><l><k>z</k></l></c>',
  },
  {
    name: 'an empty container twice',
    type: 'data',
    text: '<cond xmlns="urn:m"/>\n<cond xmlns="urn:m"/>',
    errors: ['2:1 bad-element /m:cond (cond)'],
    printed: '',
  },
  {
    name: 'a key that comes late',
    type: 'get',
    text: '<c xmlns="urn:m"><l><v>1</v>\n<k>x</k></l></c>',
    errors: ['2:1 bad-element /m:c/l/k (k)'],
    printed: '<c xmlns="urn:m"><l><k>x</k><v>1</v></l></c>',
  },
  {
    name: 'a must in the input',
    type: 'rpc',
    text: '<op xmlns="urn:m"><in>many</in></op>',
    errors: ['1:19 operation-failed must-violation /m:op/in'],
  },
  {
    name: 'something missing from the output of an action',
    type: 'reply',
    text: '<c xmlns="urn:m"><l><k>x</k><reset/></l></c>',
    errors: ["1:29 data-missing /m:c/l[k='x']/reset/done"],
  },
  { name: 'an rpc', type: 'rpc', text: '<op xmlns="urn:m"><in>1</in></op>' },
  { name: 'the output of an rpc', type: 'reply', text: '<op xmlns="urn:m"><out>1</out></op>' },
  {
    name: 'an action',
    type: 'rpc',
    text: '<c xmlns="urn:m"><l><k>x</k><reset><at>t</at></reset></l></c>',
  },
  { name: 'an action in an empty container', type: 'rpc', text: '<c xmlns="urn:m"><top/></c>' },
  {
    name: 'the output of an action',
    type: 'reply',
    text: '<c xmlns="urn:m"><l><k>x</k><reset><done>true</done></reset></l></c>',
  },
  {
    name: 'a wrong parameter of an action',
    type: 'rpc',
    text: '<c xmlns="urn:m">\n<top>\n<x>z</x></top></c>',
    errors: ['3:1 invalid-value /m:c/top/x'],
    printed: '<c xmlns="urn:m"><top/></c>',
  },
  {
    name: 'a notification',
    type: 'notification',
    text: '<ev xmlns="urn:m"><severity>1</severity></ev>',
  },
  {
    name: 'a notification in data',
    type: 'notification',
    text: '<c xmlns="urn:m"><l><k>x</k><gone><why>y</why></gone></l></c>',
  },
  {
    name: 'a message with an rpc',
    type: 'nc-rpc',
    text: `<rpc xmlns="${NC}" message-id="5"><op xmlns="urn:m"><in>1</in></op></rpc>`,
  },
  {
    name: 'a message with an action',
    type: 'nc-rpc',
    text: `<rpc xmlns="${NC}" message-id="5"><action xmlns="urn:ietf:params:xml:ns:yang:1"><c xmlns="urn:m"><top/></c></action></rpc>`,
  },
  {
    name: 'an action without its element',
    type: 'nc-rpc',
    text: `<rpc xmlns="${NC}" message-id="5"><c xmlns="urn:m"><top/></c></rpc>`,
    errors: ['1:1 missing-element / (action)'],
    printed: `<rpc xmlns="${NC}" message-id="5"><action xmlns="urn:ietf:params:xml:ns:yang:1"><c xmlns="urn:m"><top/></c></action></rpc>`,
  },
  {
    name: 'a message with a notification',
    type: 'nc-notification',
    text: '<notification xmlns="urn:ietf:params:xml:ns:netconf:notification:1.0"><eventTime>2020-01-01T00:00:00Z</eventTime><ev xmlns="urn:m"/></notification>',
  },
  {
    name: 'an edit',
    type: 'edit',
    text: '<c xmlns="urn:m"><l xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation="delete"><k>x</k></l></c>',
  },
];

describe('documents in XML', () => {
  for (const { name, type, text, errors = [], printed } of rows) {
    it(`${type}: ${name}`, () => {
      const { document, errors: found } = parse(text, { type });
      const all = document && found.length === 0 ? validateDocument(document) : found;
      assert.deepEqual(all.map(line), errors);
      if (document) assert.equal(printDocument(document, { format: 'xml' }).text, printed ?? text);
    });

    if (errors.length > 0 || type.startsWith('nc-')) continue;
    it(`${type}: ${name}, in JSON`, () => {
      const { document } = parse(text, { type });
      assert.ok(document);
      const json = printDocument(document, { format: 'json' }).text;
      const again = parseDocument(context, json, { format: 'json', type });
      assert.deepEqual(again.errors.map(line), []);
      assert.ok(again.document);
      assert.deepEqual(validateDocument(again.document).map(line), []);
      assert.equal(printDocument(again.document, { format: 'json' }).text, json);
      const xml = printDocument(again.document, { format: 'xml' }).text;
      assert.equal(xml, printed ?? text);
      assert.equal(
        printDocument(document, { format: 'json', pretty: true })
          .text.replaceAll(/\n */g, '')
          .replaceAll('": ', '":'),
        json,
      );
    });
  }

  const datastore = (text: string) => {
    const { document } = parse(text);
    assert.ok(document);
    return document.root;
  };

  it('rpc: sees the data given', () => {
    const { document } = parse('<op xmlns="urn:m"><in>many</in></op>', { type: 'rpc' });
    assert.ok(document);
    const operational = datastore('<c xmlns="urn:m"><a>1</a><l><k>x</k></l><l><k>y</k></l></c>');
    assert.deepEqual(validateDocument(document, { operational }).map(line), []);
  });

  it('rpc: an action is in something that exists', () => {
    const text = '<c xmlns="urn:m"><l><k>x</k><reset/></l></c>';
    const { document } = parse(text, { type: 'rpc' });
    assert.ok(document);
    const with_ = datastore('<c xmlns="urn:m"><a>1</a><l><k>x</k></l></c>');
    assert.deepEqual(validateDocument(document, { operational: with_ }).map(line), []);
    for (const other of ['<c xmlns="urn:m"><a>1</a><l><k>y</k></l></c>', '']) {
      assert.deepEqual(validateDocument(document, { operational: datastore(other) }).map(line), [
        "1:18 data-missing /m:c/l[k='x']",
      ]);
    }
  });

  it('nc-reply: output of the operation that was asked for', () => {
    const request = parse(`<rpc xmlns="${NC}" message-id="5"><op xmlns="urn:m"/></rpc>`, {
      type: 'nc-rpc',
    }).document;
    assert.ok(request);
    const text = `<rpc-reply xmlns="${NC}" message-id="5"><out xmlns="urn:m">x</out></rpc-reply>`;
    const { document, errors } = parse(text, { type: 'nc-reply', request });
    assert.deepEqual(errors.map(line), []);
    assert.ok(document);
    assert.equal(printDocument(document, { format: 'xml' }).text, text);
  });

  const request = (text: string) => {
    const { document } = parse(`<rpc xmlns="${NC}" message-id="5">${text}</rpc>`, {
      type: 'nc-rpc',
    });
    assert.ok(document);
    return document;
  };
  const ACTION = `<action xmlns="urn:ietf:params:xml:ns:yang:1"><c xmlns="urn:m"><l><k>x</k><reset/></l></c></action>`;
  const replies: readonly (readonly [
    name: string,
    request: string,
    reply: string,
    errors: readonly string[],
  ])[] = [
    ['with what an action must give', ACTION, '<done xmlns="urn:m">true</done>', []],
    [
      'without what an action must give',
      ACTION,
      '<ok/>',
      ["- data-missing /m:c/l[k='x']/reset/done"],
    ],
    [
      'of an operation that failed',
      ACTION,
      '<rpc-error><error-tag>in-use</error-tag></rpc-error>',
      [],
    ],
    ['with ok', '<op xmlns="urn:m"/>', '<ok/>', []],
    ['with neither output nor ok', '<op xmlns="urn:m"/>', '', ['- missing-element / (ok)']],
    [
      'with output of another operation',
      '<op xmlns="urn:m"/>',
      '<done xmlns="urn:m">true</done>',
      ['1:75 unknown-element /m:op (done)'],
    ],
  ];
  for (const [name, asked, answer, expected] of replies) {
    it(`nc-reply: ${name}`, () => {
      const text = `<rpc-reply xmlns="${NC}" message-id="5">${answer}</rpc-reply>`;
      const { document, errors } = parse(text, { type: 'nc-reply', request: request(asked) });
      assert.ok(document);
      assert.deepEqual(
        [...errors, ...(errors.length > 0 ? [] : validateDocument(document))].map(line),
        expected,
      );
      if (errors.length > 0) return;
      const printed = answer === '' ? text.replace('></rpc-reply>', '/>') : text;
      assert.equal(printDocument(document, { format: 'xml' }).text, printed);
      assert.doesNotMatch(printDocument(document, { format: 'json' }).text, /rpc-reply/);
    });
  }

  it('nc-reply: needs its request only for output', () => {
    const reply = (content: string) => {
      const text = `<rpc-reply xmlns="${NC}" message-id="5">${content}</rpc-reply>`;
      return parse(text, { type: 'nc-reply' }).errors.map(line);
    };
    assert.deepEqual(reply('<ok/>'), []);
    assert.deepEqual(reply(''), ['1:1 operation-failed /']);
  });

  it('reply: without the element of the operation, which is given', () => {
    const operation = context.rpcs.get('{urn:m}op');
    const xml = '<out xmlns="urn:m">1</out>';
    const { document, errors } = parse(xml, { type: 'reply', request: operation });
    assert.deepEqual(errors, []);
    assert.equal(document?.operation?.node, operation);
    const json = parseDocument(context, '{"out":1}', {
      format: 'json',
      type: 'reply',
      request: operation,
    });
    assert.deepEqual(json.errors.map(line), ['1:2 invalid-value /m:op/out']);
  });

  const messages: readonly (readonly [
    name: string,
    type: DocumentType,
    text: string,
    errors: readonly string[],
  ])[] = [
    [
      'another element',
      'nc-rpc',
      '<op xmlns="urn:m"/>',
      [
        '1:1 bad-element / (op)',
        '1:1 missing-element / (rpc)',
        '1:1 missing-element / (rpc or action)',
      ],
    ],
    [
      'no identifier',
      'nc-rpc',
      `<rpc xmlns="${NC}"><op xmlns="urn:m"/></rpc>`,
      ['1:1 missing-attribute / (message-id)'],
    ],
    [
      'no operation',
      'nc-rpc',
      `<rpc xmlns="${NC}" message-id="1"/>`,
      ['1:1 missing-element / (rpc or action)'],
    ],
    [
      'two operations',
      'nc-rpc',
      `<rpc xmlns="${NC}" message-id="1"><op xmlns="urn:m"/><op xmlns="urn:m"/></rpc>`,
      ['1:88 bad-element /m:op (op)'],
    ],
    [
      'an rpc as an action',
      'nc-rpc',
      `<rpc xmlns="${NC}" message-id="1"><action xmlns="urn:ietf:params:xml:ns:yang:1"><op xmlns="urn:m"/></action></rpc>`,
      ['1:1 bad-element / (action)'],
    ],
    [
      'text in it',
      'nc-rpc',
      `<rpc xmlns="${NC}" message-id="1">x<op xmlns="urn:m"/></rpc>`,
      ['1:70 bad-element / (config)'],
    ],
    [
      'no time',
      'nc-notification',
      '<notification xmlns="urn:ietf:params:xml:ns:netconf:notification:1.0"><ev xmlns="urn:m"/></notification>',
      ['1:1 missing-element / (eventTime)'],
    ],
    [
      'two times',
      'nc-notification',
      '<notification xmlns="urn:ietf:params:xml:ns:netconf:notification:1.0"><eventTime>2020-01-01T00:00:00Z</eventTime><eventTime>2020-01-01T00:00:00Z</eventTime><ev xmlns="urn:m"/></notification>',
      ['1:1 bad-element / (eventTime)'],
    ],
    [
      'no such time',
      'nc-notification',
      '<notification xmlns="urn:ietf:params:xml:ns:netconf:notification:1.0"><eventTime>2020-13-01T00:00:00Z</eventTime><ev xmlns="urn:m"/></notification>',
      ['1:1 bad-element / (eventTime)'],
    ],
    ['no notification', 'notification', '', ['1:1 missing-element / (notification)']],
    [
      'data in place of an rpc',
      'rpc',
      '<n xmlns="urn:m">1</n>',
      ['1:1 missing-element / (rpc or action)'],
    ],
    [
      'no structure that is known',
      'structure',
      '<x xmlns="urn:m"><y/></x>',
      ['1:1 unknown-element / (x)', '1:1 missing-element / (structure)'],
    ],
  ];
  for (const [name, type, text, expected] of messages) {
    it(`${type}: ${name}`, () => {
      assert.deepEqual(parse(text, { type }).errors.map(line), expected);
    });
  }

  it('have no attributes on the element of an operation', () => {
    const text = '<op xmlns="urn:m" xmlns:q="urn:q" q:x="1" y="2" xml:lang="en"/>';
    assert.deepEqual(parse(text, { type: 'rpc' }).errors.map(line), [
      '1:1 unknown-attribute /m:op (x)',
      '1:1 unknown-attribute /m:op (y)',
    ]);
    assert.deepEqual(parse(text, { type: 'rpc', allowUnknown: true }).errors, []);
  });

  it('stand in a reply only as the result of an operation', () => {
    const text = `<rpc-reply xmlns="${NC}" message-id="1"><data/></rpc-reply>`;
    assert.deepEqual(parse(text, { type: 'get' }).errors, []);
    assert.deepEqual(parse(text, { type: 'data' }).errors.map(line), [
      '1:1 unknown-namespace / (rpc-reply)',
    ]);
  });

  it('have one operation in JSON too, which is an object', () => {
    const faults = (text: string) =>
      parseDocument(context, text, { format: 'json', type: 'rpc' }).errors.map(line);
    assert.deepEqual(faults('{"m:op":{},"m:c":{"top":{}}}'), ['1:19 bad-element /m:c/top (top)']);
    assert.deepEqual(faults('{"m:op":1}'), [
      '1:2 bad-element /m:op (op)',
      '1:1 missing-element / (rpc or action)',
    ]);
  });

  it('messages of NETCONF are not JSON', () => {
    const { document, errors } = parseDocument(context, '{}', { format: 'json', type: 'nc-rpc' });
    assert.equal(document, undefined);
    assert.deepEqual(errors.map(line), ['1:1 operation-not-supported /']);
  });

  it('can be made of data that was not read', () => {
    const root = datastore('<c xmlns="urn:m"><a>1</a></c>');
    const document = createDocument(context, root);
    assert.equal(printDocument(document, { format: 'json' }).text, '{"m:c":{"a":1}}');
    assert.deepEqual(validateDocument(document).map(line), []);
  });
});
