/** `sami yang validate`: data of every type and encoding, what is printed, and the exit code. */
import assert from 'node:assert/strict';
import { moduleText, runYang } from '../../../../support/yang-command.ts';

const MODULE = moduleText(
  'm',
  `container top {
     leaf name { type string; mandatory true; }
     leaf mtu { type uint16 { range "68..9000"; } default 1500; }
     leaf seen { config false; type uint64; }
     list item { key id; leaf id { type int8; } leaf to { type leafref { path "../../item/id"; } } }
     action reset { input { leaf hard { type boolean; mandatory true; } } output { leaf at { type string; } } }
   }
   rpc ping { input { leaf count { type uint8; } } output { leaf lost { type uint8; } } }
   notification down { leaf why { type string; must ". != 'nothing'"; } }`,
);
const FILES = {
  'm.yang': MODULE,
  'good.xml': '<top xmlns="urn:m"><name>n</name><item><id>1</id><to>1</to></item></top>',
  'good.json': '{"m:top":{"name":"n","item":[{"id":1,"to":1}]}}',
  'state.xml': '<top xmlns="urn:m"><name>n</name><seen>7</seen></top>',
  'bad.xml': '<top xmlns="urn:m">\n  <name>n</name>\n  <mtu>12</mtu>\n  <nome>x</nome>\n</top>',
  'escape.json': '{"m:top":{"name":"n","\\u001b[31m":1}}',
  'bad.json': '{"m:top":{\n  "name": "n",\n  "mtu": "1500"\n}}',
  'dangling.xml': '<top xmlns="urn:m"><name>n</name>\n<item><id>1</id><to>2</to></item></top>',
  'part.xml': '<top xmlns="urn:m"><item><id>1</id></item></top>',
  'rest.json': '{"m:top":{"name":"n","item":[{"id":2,"to":1}]}}',
  'unknown.xml': '<top xmlns="urn:m"><name>n</name><nome>x</nome></top>',
  'rpc.xml': '<ping xmlns="urn:m"><count>3</count></ping>',
  'action.json': '{"m:top":{"reset":{"hard":true}}}',
  'reply.xml': '<ping xmlns="urn:m"><lost>3</lost></ping>',
  'notification.xml': '<down xmlns="urn:m"><why>power</why></down>',
  'nothing.xml': '<down xmlns="urn:m"><why>nothing</why></down>',
  'nc-rpc.xml':
    '<rpc xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="1"><ping xmlns="urn:m"><count>3</count></ping></rpc>',
  'nc-reply.xml':
    '<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="1"><lost xmlns="urn:m">1</lost></rpc-reply>',
  'edit.xml':
    '<top xmlns="urn:m"><item xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" nc:operation="delete"><id>1</id></item></top>',
};

interface ValidateCase {
  readonly name: string;
  readonly args: readonly string[];
  readonly code: number;
  readonly out?: RegExp;
  readonly err?: RegExp;
}

const CASES: readonly ValidateCase[] = [
  { name: 'valid XML', args: ['$D/good.xml'], code: 0 },
  { name: 'valid JSON', args: ['$D/good.json'], code: 0 },
  {
    name: 'every error with its place, tag and path',
    args: ['$D/bad.xml'],
    code: 1,
    err: /^\.\/bad\.xml:3:\d+: error: .*\[invalid-value[^\]]*\]\n {2}at \/m:top\/mtu\n\.\/bad\.xml:4:\d+: error: .*\[unknown-element\]\n {2}at \/m:top\n$/,
  },
  {
    name: 'the place of an error in JSON',
    args: ['$D/bad.json'],
    code: 1,
    err: /^\.\/bad\.json:3:\d+: error: .*\n {2}at \/m:top\/mtu\n$/,
  },
  {
    name: 'control characters, shown and not sent to the terminal',
    args: ['$D/escape.json'],
    code: 1,
    err: /^\.\/escape\.json:1:\d+: error: [\p{L}\p{N}\p{P}\p{S} ]+\n {2}at \/m:top\n$/u,
  },
  {
    name: 'the place of what is found only in the whole',
    args: ['$D/dangling.xml'],
    code: 1,
    err: /^\.\/dangling\.xml:2:\d+: error: .*\[data-missing instance-required\]\n {2}at \/m:top\/item\[id='1'\]\/to\n$/,
  },
  {
    name: 'what is mandatory and missing',
    args: ['$D/part.xml'],
    code: 1,
    err: /\[data-missing\]\n {2}at \/m:top\/name\n$/,
  },
  { name: 'state as part of data', args: ['$D/state.xml'], code: 0 },
  {
    name: 'no state in configuration',
    args: ['--type', 'config', '$D/state.xml'],
    code: 1,
    err: /\[unknown-element\]|\[bad-element\]|\[invalid-value\]/,
  },
  { name: 'a part of the data', args: ['--type', 'get-config', '$D/part.xml'], code: 0 },
  {
    name: 'the same under its name in yanglint',
    args: ['-t', 'getconfig', '$D/part.xml'],
    code: 0,
  },
  { name: 'an edit', args: ['--type', 'edit', '$D/edit.xml'], code: 0 },
  {
    name: 'operations only in edits',
    args: ['$D/edit.xml'],
    code: 1,
    err: /edit\.xml:1:\d+: error/,
  },
  { name: 'an rpc', args: ['--type', 'rpc', '$D/rpc.xml'], code: 0 },
  { name: 'an action', args: ['--type', 'rpc', '-O', '$D/good.xml', '$D/action.json'], code: 0 },
  { name: 'a reply', args: ['--type', 'reply', '$D/reply.xml'], code: 0 },
  { name: 'a notification', args: ['--type', 'notif', '$D/notification.xml'], code: 0 },
  {
    name: 'a notification against its must',
    args: ['--type', 'notif', '$D/nothing.xml'],
    code: 1,
    err: /\[operation-failed must-violation\]/,
  },
  { name: 'a message', args: ['--type', 'nc-rpc', '$D/nc-rpc.xml'], code: 0 },
  {
    name: 'a reply to a message',
    args: ['--type', 'nc-reply', '--reply-rpc', '$D/nc-rpc.xml', '$D/nc-reply.xml'],
    code: 0,
  },
  {
    name: 'unknown data when told to skip it',
    args: ['--not-strict', '$D/unknown.xml'],
    code: 0,
  },
  {
    name: 'several files, each by itself',
    args: ['$D/good.xml', '$D/part.xml'],
    code: 1,
    err: /^\.\/part\.xml[^\n]*\n {2}at \/m:top\/name\n$/,
  },
  { name: 'several files as one', args: ['--merge', '$D/part.xml', '$D/rest.json'], code: 0 },
  {
    name: 'no data at all',
    args: [],
    code: 2,
    err: /^sami: no data to validate/,
  },
  {
    name: 'a file that is not there',
    args: ['$D/none.xml'],
    code: 2,
    err: /^sami: no file "\.\/none\.xml"\n$/,
  },
  {
    name: 'XML as JSON',
    args: ['--format', 'json', '$D/good.xml'],
    code: 0,
    out: /^\{\n {2}"m:top": \{\n {4}"name": "n",\n[^]*"to": 1\n[^]*\}\n$/,
  },
  {
    name: 'JSON as XML, with defaults',
    args: ['--format', 'xml', '--defaults', 'all', '$D/good.json'],
    code: 0,
    out: /^<top xmlns="urn:m">\n {2}<name>n<\/name>\n {2}<mtu>1500<\/mtu>\n[^]*<\/top>\n$/,
  },
  {
    name: 'nothing when data is not valid',
    args: ['--format', 'json', '$D/part.xml'],
    code: 1,
    err: /data-missing/,
  },
];

describe('sami yang validate', () => {
  for (const { name, args, code, out = /^$/, err = /^$/ } of CASES) {
    it(`takes ${name}`, async () => {
      const result = await runYang(FILES, ['validate', '$D/m.yang', ...args]);
      assert.match(result.err, err);
      assert.match(result.out, out);
      assert.equal(result.code, code);
    });
  }

  it('prints errors as JSON', async () => {
    const args = ['validate', '--json', '$D/m.yang', '$D/bad.json'];
    const { code, out } = await runYang(FILES, args);
    const { valid, files, errors } = JSON.parse(out) as {
      readonly valid: boolean;
      readonly files: readonly object[];
      readonly errors: readonly { readonly message?: string }[];
    };
    assert.equal(code, 1);
    assert.equal(valid, false);
    assert.deepEqual(files, [{ file: './bad.json', valid: false }]);
    const [{ message = '', ...rest } = {}] = errors;
    assert.notEqual(message, '');
    assert.deepEqual(rest, {
      ...{ file: './bad.json', line: 3, column: 3, tag: 'invalid-value', path: '/m:top/mtu' },
    });
  });

  it('requires nothing of modules without data when told so', async () => {
    const other = moduleText('other', 'leaf must-be { type string; mandatory true; }');
    const files = { ...FILES, 'other.yang': other };
    const args = ['$D/m.yang', '$D/other.yang', '$D/good.xml'];
    const whole = await runYang(files, ['validate', ...args]);
    assert.match(whole.err, /^\.\/good\.xml: error: .*\[data-missing\]\n {2}at \/other:must-be\n$/);
    assert.equal((await runYang(files, ['validate', '--present', ...args])).code, 0);
    const part = ['validate', '--present', '$D/m.yang', '$D/other.yang', '$D/part.xml'];
    assert.match((await runYang(files, part)).err, /at \/m:top\/name\n$/);
  });

  it('does not mix errors and data on standard output', async () => {
    const args = ['validate', '--json', '--format', 'xml', '$D/m.yang', '$D/good.json'];
    const { code, err } = await runYang(FILES, args);
    assert.equal(code, 2);
    assert.match(err, /^sami: --json and --format want --output/);
    assert.equal((await runYang(FILES, [...args, '--output', '$D/o.xml'])).code, 0);
  });

  it('takes modules and features from a yang-library', async () => {
    const { out: library } = await runYang(FILES, ['library', '$D/m.yang']);
    const files = { ...FILES, 'library.xml': library };
    const args = [
      'validate',
      '--path',
      '$D',
      '--yang-library-file',
      '$D/library.xml',
      '$D/good.xml',
    ];
    assert.deepEqual(await runYang(files, args), { code: 0, out: '', err: '' });
  });
});
