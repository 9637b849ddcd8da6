/** Both framings (RFC 6242, section 4), read at every cut of the bytes. */
import assert from 'node:assert/strict';
import { ByteSource } from '../../../../src/netconf/framing/byte-source.ts';
import { ChunkedReader } from '../../../../src/netconf/framing/chunked.ts';
import { EndOfMessageReader } from '../../../../src/netconf/framing/end-of-message.ts';
import type { MessageReader } from '../../../../src/netconf/framing/message-reader.ts';
import { FramingError, MessageTooBigError } from '../../../../src/netconf/errors.ts';
import { asyncFrom, everyCut, fromUtf8, joinBytes, utf8 } from '../../../support/byte-pieces.ts';

type Framing = 'end-of-message' | 'chunked';

async function read(
  framing: Framing,
  pieces: Uint8Array[],
  maxMessageBytes = 1000,
  extraLineFeeds = false,
): Promise<string[]> {
  const source = new ByteSource(asyncFrom(pieces));
  const messages: string[] = [];
  while (await source.fill()) {
    const reader: MessageReader =
      framing === 'chunked'
        ? new ChunkedReader(source, { maxMessageBytes, extraLineFeeds })
        : new EndOfMessageReader(source, { maxMessageBytes });
    const parts: Uint8Array[] = [];
    for (let part = await reader.read(); part; part = await reader.read()) {
      assert.ok(part.length > 0, 'a piece is never empty');
      parts.push(part);
    }
    assert.equal(await reader.read(), undefined, 'the end stays the end');
    messages.push(fromUtf8(joinBytes(parts)));
  }
  return messages;
}

describe('end-of-message framing (RFC 6242, section 4.3)', () => {
  const good: { name: string; bytes: string; messages: string[] }[] = [
    { name: 'one message', bytes: '<a/>]]>]]>', messages: ['<a/>'] },
    { name: 'two messages', bytes: '<a/>]]>]]><b/>]]>]]>', messages: ['<a/>', '<b/>'] },
    {
      name: 'a bracket right before the delimiter',
      bytes: '<a>]]]>]]>',
      messages: ['<a>]'],
    },
    {
      name: 'white space between messages, which is not theirs',
      bytes: '\n<a/>\n]]>]]>\r\n \t<b/>]]>]]>',
      messages: ['<a/>\n', '<b/>'],
    },
    {
      name: 'white space after a first byte that could begin a delimiter',
      bytes: ']\n]>]]>]]>',
      messages: [']\n]>'],
    },
    { name: 'an empty message', bytes: ']]>]]><b/>]]>]]>', messages: ['', '<b/>'] },
    { name: 'characters of several bytes', bytes: '<é>漢😀]]>]]>', messages: ['<é>漢😀'] },
  ];

  for (const { name, bytes, messages } of good) {
    it(`reads ${name}, however it is cut`, async () => {
      for (const pieces of everyCut(utf8(bytes))) {
        assert.deepEqual(await read('end-of-message', pieces), messages);
      }
    });
  }

  it('is not misled by beginnings of a delimiter, however they are cut', async () => {
    const text = '<a>]</a>]]>]]<b>]]]></b>]]>]>]] >]]]]]';
    for (const pieces of everyCut(utf8(`${text}]]>]]>`))) {
      assert.deepEqual(await read('end-of-message', pieces), [text]);
    }
  });

  it('says that the stream ended inside a message', async () => {
    for (const bytes of ['<a/>', '<a/>]]>]]', '<a/>]]>]]><b/>]']) {
      for (const pieces of everyCut(utf8(bytes))) {
        await assert.rejects(read('end-of-message', pieces), FramingError);
      }
    }
  });

  it('refuses a message over the limit and accepts one at the limit', async () => {
    for (const pieces of everyCut(utf8('12345]]>]]>'))) {
      await assert.rejects(read('end-of-message', pieces, 4), MessageTooBigError);
      assert.deepEqual(await read('end-of-message', pieces, 5), ['12345']);
    }
  });

  it('takes time in proportion to the size, also when every byte could begin a delimiter', async () => {
    const size = 400_000;
    const bytes = new Uint8Array(size).fill(0x5d);
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < size; at += 4) pieces.push(bytes.subarray(at, at + 4));
    const [message] = await read('end-of-message', [...pieces, utf8(']]>]]>')], size);
    assert.equal(message?.length, size);
  });
});

describe('chunked framing (RFC 6242, section 4.2)', () => {
  const good: { name: string; bytes: string; messages: string[] }[] = [
    { name: 'one chunk', bytes: '\n#4\n<a/>\n##\n', messages: ['<a/>'] },
    {
      name: 'the example of the RFC',
      bytes: '\n#4\n<rpc\n#18\n message-id="102"\n\n#14\n     xmlns="u"\n##\n',
      messages: ['<rpc message-id="102"\n     xmlns="u"'],
    },
    {
      name: 'data that looks like framing',
      bytes: '\n#13\n\n##\n\n#4\n]]>]]\n##\n',
      messages: ['\n##\n\n#4\n]]>]]'],
    },
    {
      name: 'two messages',
      bytes: '\n#1\na\n#10\n0123456789\n##\n\n#2\nbc\n##\n',
      messages: ['a0123456789', 'bc'],
    },
  ];
  for (const { name, bytes, messages } of good) {
    it(`reads ${name}, however it is cut`, async () => {
      for (const pieces of everyCut(utf8(bytes))) {
        assert.deepEqual(await read('chunked', pieces), messages);
      }
    });
  }

  it('reads characters that two chunks share', async () => {
    const [first = 0, second = 0] = utf8('é');
    const pieces = [utf8('\n#1\n'), Uint8Array.of(first), utf8('\n#1\n'), Uint8Array.of(second)];
    assert.deepEqual(await read('chunked', [...pieces, utf8('\n##\n')]), ['é']);
  });

  const bad: { name: string; bytes: string }[] = [
    { name: 'a size of zero', bytes: '\n#0\n\n##\n' },
    { name: 'a leading zero', bytes: '\n#04\n<a/>\n##\n' },
    { name: 'a size over 4294967295', bytes: '\n#4294967296\n' },
    { name: 'a size of eleven digits', bytes: '\n#10000000000\n' },
    { name: 'a negative size', bytes: '\n#-1\n' },
    { name: 'a size with a sign', bytes: '\n#+4\n<a/>\n##\n' },
    { name: 'a size in hexadecimal', bytes: '\n#a\n<a/>\n##\n' },
    { name: 'a size with a space', bytes: '\n#4 \n<a/>\n##\n' },
    { name: 'no size', bytes: '\n#\n<a/>\n##\n' },
    { name: 'no line feed first', bytes: '#4\n<a/>\n##\n' },
    { name: 'a carriage return', bytes: '\r\n#4\r\n<a/>\r\n##\r\n' },
    { name: 'no line feed after the size', bytes: '\n#4<a/>\n##\n' },
    { name: 'no line feed after a chunk', bytes: '\n#4\n<a/>##\n' },
    { name: 'no line feed at the end', bytes: '\n#4\n<a/>\n##x#4\n<b/>\n##\n' },
    { name: 'a chunk longer than its size', bytes: '\n#3\n<a/>\n##\n' },
    { name: 'a message without a chunk', bytes: '\n##\n' },
    { name: 'the other framing', bytes: '<a/>]]>]]>' },
  ];
  for (const { name, bytes } of bad) {
    it(`refuses ${name}`, async () => {
      for (const pieces of everyCut(utf8(bytes))) {
        await assert.rejects(read('chunked', pieces, 0xffffffff), FramingError);
      }
    });
  }

  it('passes over line feeds between messages only where that is allowed', async () => {
    const bytes = utf8('\n#1\na\n##\n\n\n\n#1\nb\n##\n');
    for (const pieces of everyCut(bytes)) {
      assert.deepEqual(await read('chunked', pieces, 1000, true), ['a', 'b']);
    }
    await assert.rejects(read('chunked', [bytes]), FramingError);
    const inside = utf8('\n#1\na\n\n#1\nb\n##\n');
    await assert.rejects(read('chunked', [inside], 1000, true), FramingError);
  });

  it('accepts the largest size there is', async () => {
    const source = new ByteSource(asyncFrom([utf8('\n#4294967295\nx')]));
    const reader = new ChunkedReader(source, { maxMessageBytes: 0xffffffff });
    assert.deepEqual(await reader.read(), utf8('x'));
  });

  it('says that the stream ended, wherever in a frame it does', async () => {
    const whole = utf8('\n#4\n<a/>\n#10\n0123456789\n##\n');
    for (let end = 1; end < whole.length; end++) {
      await assert.rejects(read('chunked', [whole.slice(0, end)]), FramingError);
    }
    assert.deepEqual(await read('chunked', [whole]), ['<a/>0123456789']);
  });

  it('refuses a message over the limit before it has read it, and accepts one at the limit', async () => {
    await assert.rejects(read('chunked', [utf8('\n#5\n')], 4), MessageTooBigError);
    await assert.rejects(read('chunked', [utf8('\n#3\nabc\n#2\n')], 4), MessageTooBigError);
    assert.deepEqual(await read('chunked', [utf8('\n#3\nabc\n#1\nd\n##\n')], 4), ['abcd']);
  });
});
