/** The pieces of the protocol: entries and keys as text, lines, and the command that tests planes. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { runProgram } from '../../../client/cli/program.ts';
import { encodeJson, sameTree } from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import {
  LineSplitter,
  keyText,
  parseMessage,
  printMessage,
  rowFromJson,
  rowOfKey,
  rowToJson,
} from '../../../src/plane-protocol/index.ts';
import { SystemClock, packageYangDirectory } from '../../../src/node/index.ts';
import { kindsOf } from '../../../src/sami/index.ts';
import { sampleTables } from '../../../client/plane-test/samples.ts';
import { fromPlain } from '../../support/plain-data.ts';
import { deviceSchema, listNode, vmNode } from '../../support/simulated-device.ts';
import { ScriptedPlane } from './scripted-plane.ts';

const kinds = kindsOf(vmNode()).map(({ name }) => name);

describe('entries on the socket', () => {
  const { tables, without } = sampleTables(vmNode(), kinds);

  it('can be made up for every list of ours', () => {
    assert.deepEqual(without, []);
    assert.ok(tables.length > 10);
  });

  for (const table of tables) {
    it(`are those of RFC 7951: ${table.name}`, () => {
      const row = table.wideRow(3);
      const text = JSON.stringify(rowToJson(row));
      assert.deepEqual(JSON.parse(text), JSON.parse(encodeJson(deviceSchema(), row)));
      assert.ok(sameTree(rowFromJson(table.list, JSON.parse(text) as never), row));
    });

    it(`have a key that leads back to them: ${table.name}`, () => {
      const row = table.row(3);
      const found = rowOfKey(table.list, keyText(row));
      assert.ok(found);
      assert.equal(keyText(found), keyText(row));
      assert.match(keyText(row), /^[!#-[\]-~]*$/);
    });
  }

  const group = (name: string): Branch => fromPlain(listNode('sticky-group/group'), { name });
  for (const name of ['a,b', 'a%2Cb', 'ü "x" \\', "it's", '']) {
    it(`have keys without characters that JSON escapes: ${JSON.stringify(name)}`, () => {
      const key = keyText(group(name));
      assert.equal(JSON.stringify(key), `"${key}"`);
      assert.match(key, /^[!-~]*$/);
    });
  }

  it('have the keys that the protocol describes, which a plane can make itself', () => {
    for (const [name, key] of [
      ['web-1.a_b:c/d@e+f', 'web-1.a_b:c/d@e+f'],
      ['a:b c*', 'a:b%20c%2A'],
      ["it's", 'it%27s'],
      ['a,b%', 'a%2Cb%25'],
      ['ü', '%C3%BC'],
    ] as const) {
      assert.equal(keyText(group(name)), key);
    }
  });

  const WRONG: readonly (readonly [string, object, RegExp])[] = [
    ['an unknown member', { address: '192.0.2.1', colour: 1 }, /"colour" is not known/],
    ['no key', { count: 1 }, /key "address" is missing/],
    ['a value of another type', { address: '192.0.2.1', count: 'x' }, /leaf "count"/],
    ['an array for a leaf', { address: ['192.0.2.1'] }, /leaf "address"/],
  ];
  for (const [what, row, reason] of WRONG) {
    it(`are refused with ${what}`, () => {
      const list = listNode('cumulative-security/half-open');
      assert.throws(() => rowFromJson(list, row as never), reason);
    });
  }
});

describe('lines on the socket', () => {
  it('are found however they are cut', () => {
    for (let size = 1; size < 12; size += 1) {
      const lines: string[] = [];
      const splitter = new LineSplitter(100, (line) => lines.push(line));
      const text = '{"id":1}\n\n{"id":22}\n{"id"';
      for (let at = 0; at < text.length; at += size) splitter.push(text.slice(at, at + size));
      assert.deepEqual(lines, ['{"id":1}', '', '{"id":22}']);
    }
  });

  for (const [length, taken] of [
    [9, true],
    [10, false],
  ] as const) {
    it(`of ${length} characters and their end are ${taken ? 'taken' : 'refused'} where 10 is the most`, () => {
      const whole = new LineSplitter(10, () => undefined);
      assert.equal(whole.push(`${'x'.repeat(length)}\n`), taken);
      const open = new LineSplitter(10, () => undefined);
      assert.equal(open.push('x'.repeat(length)), taken);
    });
  }

  it('are ASCII, and say the same', () => {
    const message = { id: 1, name: 'ü😀\u2028' };
    const line = printMessage(message);
    // eslint-disable-next-line no-control-regex
    assert.match(line, /^[\x00-\x7f]*$/);
    assert.deepEqual(parseMessage(line), message);
  });

  for (const line of ['', '[]', '{"id":-1}', '{"id":"1"}', '{}', 'x']) {
    it(`are refused when they are no messages: ${JSON.stringify(line)}`, () => {
      assert.throws(() => parseMessage(line), /a line is no/);
    });
  }
});

describe('sami plane-test', () => {
  async function run(
    ...argv: readonly string[]
  ): Promise<{ out: string; err: string; code: number }> {
    const result = { out: '', err: '', code: 0 };
    await runProgram(
      {
        output: {
          out: (text) => {
            result.out += text;
          },
          err: (text) => {
            result.err += text;
          },
          interactive: false,
        },
        clock: new SystemClock(),
        variables: {},
        username: 'vendor',
        signal: new AbortController().signal,
        schemas: () => {
          throw new Error('no move here');
        },
        exit: (code) => {
          result.code = code;
        },
      },
      ['plane-test', ...argv],
    );
    return result;
  }

  const FEW = ['--entries', '100', '--wait-ms', '10'];

  it('has a line for each check, and says what it did not test', async () => {
    await using plane = await ScriptedPlane.start();
    const { out, err, code } = await run(plane.socket, ...FEW);
    assert.deepEqual([err, code], ['', 0]);
    assert.match(out, /^ok {6}hello: answers hello with version, name and boot-id$/m);
    assert.match(out, /^ok {6}stream: .*\(100 entries: prepare .* s, apply .* s, read .* s\)$/m);
    assert.match(out, /^\d+ checks, 0 failed\. Not tested:\n {2}packets: /m);
  });

  it('says of a failed check what was expected, what came, and where it is written', async () => {
    await using plane = await ScriptedPlane.start({ fault: 'second-wins' });
    const { out, code } = await run(plane.socket, ...FEW);
    assert.equal(code, 1);
    assert.match(
      out,
      /^FAILED {2}second-prepare: .*: expected an error to a second prepare with tag in-use, came \{"id":\d+,"credit":8\}; see docs\/plane-protocol\.md, section 6$/m,
    );
  });

  it('prints JSON', async () => {
    await using plane = await ScriptedPlane.start({ fault: 'ignores-key' });
    const { out, code } = await run(plane.socket, '--json', ...FEW);
    const report = JSON.parse(out) as { results: { name: string; ok: boolean; section: string }[] };
    const failed = report.results
      .filter(({ ok }) => !ok)
      .map(({ name, section }) => [name, section]);
    assert.deepEqual([code, failed], [1, [['read-key', '7']]]);
  });

  const WRONG: readonly (readonly [string, readonly string[], number, RegExp])[] = [
    [
      'no plane listens',
      ['/nonexistent/x.sock'],
      1,
      /expected a plane that listens, came connect ENOENT/,
    ],
    ['a number is none', ['/x', '--entries', 'many'], 2, /--entries: "many" is no number/],
    ['a module is not there', ['/x', '--module', 'no-such'], 2, /no-such/],
  ];
  for (const [what, argv, exit, reason] of WRONG) {
    it(`says so when ${what}`, async () => {
      const { err, code } = await run(...argv);
      assert.equal(code, exit);
      assert.match(err, reason);
    });
  }

  it('knows the kinds of a vendor by the module', async () => {
    await using plane = await ScriptedPlane.start({ kinds: ['ipsec-sa'] });
    const folder = join(packageYangDirectory(), '..', 'examples', 'ipsec');
    const module = ['--path', folder, '--module', 'acme-ipsec'];
    const { out, err, code } = await run(plane.socket, ...module, ...FEW);
    assert.deepEqual([err, code], ['', 0], out);
    assert.match(out, /^ok {6}every-table: .*\(1 tables\)$/m);
  });

  it('says so when no module has a kind of the plane', async () => {
    await using plane = await ScriptedPlane.start({ kinds: ['no-such-kind'] });
    const { err, code } = await run(plane.socket);
    assert.equal(code, 1);
    assert.match(err, /expected a kind that the modules have, came no-such-kind/);
  });
});
