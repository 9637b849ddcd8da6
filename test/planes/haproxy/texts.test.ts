/** What is written to HAProxy and read from it, without HAProxy. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HaproxyDevice } from '../../../server/plane/haproxy/device.ts';
import { HaproxyError } from '../../../server/plane/haproxy/haproxy-error.ts';
import { keyProblem } from '../../../server/plane/haproxy/keys.ts';
import { encodeInteger, readMessage } from '../../../server/plane/haproxy/peer-messages.ts';
import { Servers } from '../../../server/plane/haproxy/servers.ts';
import { parseEntry, parseHead } from '../../../server/plane/haproxy/table-text.ts';
import type { Entry } from '../../../server/plane/haproxy/table-text.ts';
import { quoteWord, unquoteWord, wordProblem } from '../../../server/plane/haproxy/words.ts';

/** As HAProxy takes a command apart: what is after "\" is taken as it is. */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [''];
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === '\\') words.push(`${words.pop() ?? ''}${line[(at += 1)] ?? ''}`);
    else if (line[at] === ';' || line[at] === '\n') return [...words, 'NEXT COMMAND'];
    else if (line[at] === ' ') words.push('');
    else words.push(`${words.pop() ?? ''}${line[at] ?? ''}`);
  }
  return words;
}

describe('haproxy plane: words of commands', () => {
  const KEYS = [
    'a',
    'x; shutdown frontend web',
    'a b',
    '<<',
    '\\',
    '\\;',
    'a\\',
    '"',
    "'",
    '#',
    '=',
    '$(x)',
    'é',
  ];
  for (const key of KEYS) {
    it(`${key} is one word`, () => {
      assert.equal(wordProblem(key), undefined);
      const latin = Buffer.from(key).toString('latin1');
      assert.deepEqual(wordsOf(`key ${quoteWord(key)} data.gpc0`), ['key', latin, 'data.gpc0']);
    });
  }

  it('control: unquoted they would be others', () => {
    assert.deepEqual(wordsOf('key x; shutdown'), ['key', 'x', 'NEXT COMMAND']);
  });

  for (const text of ['', 'a\nb', 'a\rb', '\u0000', '\t', '\u001b', '\u007f', '\u0085', '\ud800']) {
    it(`${JSON.stringify(text)} cannot be one`, () => {
      assert.notEqual(wordProblem(text), undefined);
    });
  }

  const PRINTED: readonly (readonly [string, string | undefined])[] = [
    ['a\\ b;c\\=d"e\\\\f', 'a b;c=d"e\\f'],
    ['\\xC3\\xA9', 'é'],
    ['\\n\\t\\r\\e', '\n\t\r\u001b'],
    ['\\xFF', undefined],
  ];
  for (const [printed, text] of PRINTED) {
    it(`${printed} is read`, () => {
      assert.equal(unquoteWord(printed), text);
    });
  }
});

describe('haproxy plane: what show table prints', () => {
  it('is taken apart', () => {
    const line =
      '0x55: key=a\\ b use=1 exp=1500 shard=0 server_id=2 gpt0=9 gpc0_rate(10000)=6 bytes_in_cnt=9223372036854775807 new_type=7 server_key=s2';
    const { values, ...rest } = parseEntry(line, 'string');
    assert.deepEqual(rest, { client: 'a b', holders: 1, expiresIn: 1500, serverKey: 's2' });
    const numbers = [...values].map(([name, { value, period }]) => [name, value, period]);
    assert.deepEqual(numbers, [
      ['server-id', 2n, undefined],
      ['tag 0', 9n, undefined],
      ['rate general-purpose 0', 6n, 10_000],
      ['counter bytes-in 0', 9223372036854775807n, undefined],
    ]);
  });

  const WRONG: readonly (readonly [string, () => unknown])[] = [
    ['no head', () => parseHead('No such table')],
    ['a type that we do not know', () => parseHead('# table: t, type: float, size:1, used:0')],
    ['no entry', () => parseEntry('# table: t, type: ip, size:1, used:0', 'ip')],
    ['a value that is no number', () => parseEntry('0x1: key=1.2.3.4 use=0 exp=0 gpc0=x', 'ip')],
    ['servers in another form', () => Servers.parse('2\n# be_id\n')],
    [
      'a server without number',
      () => Servers.parse('1\n# be_name srv_id srv_name srv_addr srv_port\nb x s 192.0.2.1 80\n'),
    ],
  ];
  for (const [name, read] of WRONG) {
    it(`${name} is an error that shows it`, () => {
      assert.throws(
        read,
        (error) => error instanceof HaproxyError && /expected .* not "/.test(error.message),
      );
    });
  }

  const ANSWERS: readonly (readonly [string, string, RegExp])[] = [
    ['nothing', '', /it answered -1 of 1 commands/],
    ['no HAProxy', '\n> hello\n> ', /expected information about HAProxy, not "hello"/],
    ['an answer without end', 'x'.repeat((64 << 20) + 1), /longer than 67108864 characters/],
    ['half an answer', '\n> Name: HAProxy\nPid', /it answered 0 of 1 commands/],
  ];
  for (const [name, answer, message] of ANSWERS) {
    it(`${name} on the socket is an error`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'sami-haproxy-'));
      const server = createServer((socket) => socket.on('error', () => undefined).end(answer));
      const socket = join(folder, 's');
      await new Promise<void>((resolve) => server.listen(socket, resolve));
      try {
        await assert.rejects(new HaproxyDevice(socket).identify(), message);
      } finally {
        server.close();
        await rm(folder, { recursive: true });
      }
    });
  }

  it('a table that ends in the middle is an error', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sami-haproxy-'));
    const text = '# table: t, type: ip, size:9, used:2\n0x1: key=192.0.2.1 use=0 exp=0 gpc0=1\n';
    const endings: readonly (readonly [string, number | RegExp])[] = [
      [`${text}\n`, 1],
      [text, /ended in the middle/],
      [`${text}0x2: key=192`, /ended in the middle/],
    ];
    for (const [index, [answer, expected]] of endings.entries()) {
      const server = createServer((socket) => socket.on('error', () => undefined).end(answer));
      const socket = join(folder, `s${index}`);
      await new Promise<void>((resolve) => server.listen(socket, resolve));
      const reading = entriesOf(new HaproxyDevice(socket));
      if (typeof expected === 'number') assert.equal((await reading).length, expected);
      else await assert.rejects(reading, expected);
      server.close();
    }
    await rm(folder, { recursive: true });
  });
});

async function entriesOf(device: HaproxyDevice): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for await (const batch of device.entries('t')) entries.push(...batch);
  return entries;
}

describe('haproxy plane: keys', () => {
  it('mapped addresses are keys of type ipv6', () => {
    assert.equal(keyProblem('::ffff:192.0.2.1', 'ipv6', undefined), undefined);
    assert.equal(
      keyProblem('2001:DB8::1', 'ipv6', undefined),
      'is no IPv6 address in canonical form',
    );
  });
});

describe('haproxy plane: the peers protocol', () => {
  /** The limits in doc/peers-v2.0.txt of HAProxy. */
  const LENGTHS = [
    [0, 1],
    [239, 1],
    [240, 2],
    [2287, 2],
    [2288, 3],
    [264431, 3],
    [264432, 4],
    [33818863, 4],
    [33818864, 5],
    [4294967295, 5],
  ] as const;
  for (const [value, length] of LENGTHS) {
    it(`${value} has ${length} bytes`, () => {
      const bytes = encodeInteger(value);
      assert.equal(bytes.length, length);
      const message = Buffer.from([
        10,
        0x84,
        ...encodeInteger(bytes.length + 4),
        ...bytes,
        0,
        0,
        0,
        7,
      ]);
      assert.deepEqual(readMessage(message), {
        message: { kind: 'acknowledged', table: value, update: 7 },
        length: message.length,
      });
      for (let end = 0; end < message.length; end += 1) {
        assert.equal(readMessage(message.subarray(0, end)), undefined);
      }
    });
  }
});
