/** The transport: framing on the wire, order, back-pressure, failure (RFC 6242, section 4). */
import assert from 'node:assert/strict';
import {
  FramingError,
  MessageTooBigError,
  createFramedTransport,
  createLinkedStreams,
  createLinkedTransports,
} from '../../../src/netconf/index.ts';
import type {
  ByteStream,
  IncomingMessage,
  OutgoingMessage,
  Transport,
} from '../../../src/netconf/index.ts';
import { fromUtf8, joinBytes, utf8 } from '../../support/byte-pieces.ts';

async function textOf(message: IncomingMessage): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of message) pieces.push(piece);
  return fromUtf8(joinBytes(pieces));
}

async function nextText(transport: Transport): Promise<string | undefined> {
  for await (const message of transport.messages()) return textOf(message);
  return undefined;
}

/** A stream that keeps what is written to it. */
function recorder(): { stream: ByteStream; written: Uint8Array[]; text: () => string } {
  const [stream] = createLinkedStreams();
  const written: Uint8Array[] = [];
  const write = (bytes: Uint8Array): Promise<void> => {
    written.push(bytes.slice());
    return Promise.resolve();
  };
  return { stream: { ...stream, write }, written, text: () => fromUtf8(joinBytes(written)) };
}

describe('framed transport', () => {
  const forms: { name: string; message: () => OutgoingMessage }[] = [
    { name: 'a text', message: () => '<a>é😀</a>' },
    {
      name: 'pieces of text',
      message: () => ['<a>', 'é', '😀'.slice(0, 1), '😀'.slice(1), '</a>'],
    },
    { name: 'bytes', message: () => [utf8('<a>é'), utf8('😀</a>')] },
    { name: 'text and bytes', message: () => ['<a>', utf8('é'), '😀', utf8('</a>')] },
    {
      name: 'an asynchronous generator',
      message: async function* () {
        yield '<a>';
        await Promise.resolve();
        yield 'é😀</a>';
      },
    },
  ];
  for (const { name, message } of forms) {
    it(`sends ${name} in both framings`, async () => {
      const { stream, text } = recorder();
      const transport = createFramedTransport(stream);
      await transport.send(message());
      transport.useChunkedFraming();
      await transport.send(message());
      assert.equal(text(), '<a>é😀</a>]]>]]>\n#13\n<a>é😀</a>\n##\n');
    });
  }

  it('makes chunks of reasonable size out of many small pieces', async () => {
    const { stream, written, text } = recorder();
    const transport = createFramedTransport(stream);
    transport.useChunkedFraming();
    await transport.send(Array.from({ length: 100_000 }, () => '<row>é</row>'));
    assert.ok(written.length < 40, `${String(written.length)} writes`);
    const [client, server] = createLinkedStreams();
    const reader = createFramedTransport(server);
    reader.useChunkedFraming();
    const received = nextText(reader);
    for (const bytes of written) await client.write(bytes);
    assert.equal(await received, '<row>é</row>'.repeat(100_000));
    assert.ok(text().length > 1_200_000);
  });

  it('sends an empty message as an empty message', async () => {
    const { stream, text } = recorder();
    await createFramedTransport(stream).send('');
    assert.equal(text(), ']]>]]>');
  });

  it('keeps the order of messages, and the framing of the time of the call', async () => {
    const { stream, text } = recorder();
    const transport = createFramedTransport(stream);
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = transport.send(
      (async function* () {
        await gate;
        yield 'hello';
      })(),
    );
    transport.useChunkedFraming();
    const second = transport.send('second');
    release();
    await Promise.all([first, second]);
    assert.equal(text(), 'hello]]>]]>\n#6\nsecond\n##\n');
  });

  it('refuses to send the delimiter where it would end the message', async () => {
    for (const parts of [[']]>]]>'], ['a]]>', ']]>b'], [utf8(']]>]'), utf8(']>')]]) {
      const { stream, written } = recorder();
      await assert.rejects(createFramedTransport(stream).send(parts), FramingError);
      assert.equal(written.length, 0);
    }
    const big = 'x'.repeat(65_534);
    const { stream } = recorder();
    await assert.rejects(createFramedTransport(stream).send([big, ']]>]]>']), FramingError);
    const control = recorder();
    await createFramedTransport(control.stream).send([big, ']]>]] >']);
    assert.equal(control.text(), `${big}]]>]] >]]>]]>`);
  });

  it('survives a message that fails before any of it has left', async () => {
    const [client, server] = createLinkedTransports();
    const failing = (function* () {
      yield '<half';
      throw new Error('no more');
    })();
    await assert.rejects(client.send(failing), /no more/);
    await client.send('<whole/>');
    assert.equal(await nextText(server), '<whole/>');
  });

  it('closes when a message fails after some of it has left', async () => {
    const [client, server] = createLinkedTransports();
    const failing = (function* () {
      yield 'x'.repeat(200_000);
      throw new Error('no more');
    })();
    const receiving = nextText(server);
    await assert.rejects(client.send(failing), /no more/);
    await client.closed;
    await assert.rejects(receiving, FramingError);
    await assert.rejects(client.send('<a/>'), /closed/);
  });

  it('skips what was not read of a message', async () => {
    const [client, server] = createLinkedTransports();
    const sending = (async () => {
      await client.send('x'.repeat(300_000));
      await client.send('<second/>');
      await client.close();
    })();
    const texts: string[] = [];
    let first = true;
    for await (const message of server.messages()) {
      if (first) await message[Symbol.asyncIterator]().next();
      else texts.push(await textOf(message));
      first = false;
    }
    await sending;
    assert.deepEqual(texts, ['<second/>']);
  });

  it('makes the sender wait for a reader that does not read', async () => {
    const [client, server] = createLinkedTransports({ capacity: 4 });
    let produced = 0;
    const sending = client.send(
      (function* () {
        for (; produced < 1000; produced++) yield 'x'.repeat(16_384);
      })(),
    );
    // Nothing else can happen once every promise that can settle has settled.
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(produced < 100, `${String(produced)} pieces went ahead of the reader`);
    assert.equal((await nextText(server))?.length, 16_384_000);
    await sending;
  });

  it('closes on a message over the limit, and stays closed', async () => {
    const [client, server] = createLinkedTransports({ maxMessageBytes: 10 });
    const sending = client.send('x'.repeat(11)).catch(() => undefined);
    await assert.rejects(nextText(server), MessageTooBigError);
    await assert.rejects(nextText(server), MessageTooBigError);
    await Promise.all([sending, server.closed]);
  });

  it('ends the messages when the peer closes between two of them', async () => {
    const [client, server] = createLinkedTransports();
    await client.send('<a/>');
    await client.close();
    assert.equal(await nextText(server), '<a/>');
    assert.equal(await nextText(server), undefined);
  });

  it('sends what is queued before it closes', async () => {
    const [client, server] = createLinkedTransports();
    const sending = client.send('<a/>');
    const closing = client.close();
    assert.equal(await nextText(server), '<a/>');
    await Promise.all([sending, closing, server.closed]);
  });
});
