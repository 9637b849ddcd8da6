/** Replies as streams of elements: which, how fast, and what happens when nobody wants the rest. */
import assert from 'node:assert/strict';
import { NetconfClient } from '../../../client/index.ts';
import { RpcErrorException } from '../../../src/error/index.ts';
import { encodeGet } from '../../../src/netconf/index.ts';
import type { LinkOptions } from '../../../src/netconf/index.ts';
import { childElements, textContent } from '../../../src/xml/index.ts';
import type { XmlElement } from '../../../src/xml/index.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { createScriptedServer } from '../../support/scripted-server.ts';
import type { ScriptedServer } from '../../support/scripted-server.ts';

async function start(
  link: LinkOptions = {},
): Promise<{ client: NetconfClient; server: ScriptedServer }> {
  const { client: transport, server, ready } = createScriptedServer(link);
  const [client] = await Promise.all([
    NetconfClient.open(transport, { clock: new FakeClock() }),
    ready,
  ]);
  return { client, server };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function collect(rows: AsyncIterable<XmlElement>): Promise<string[]> {
  const seen: string[] = [];
  for await (const row of rows) {
    seen.push(`${row.local} ${childElements(row).map(textContent).join(',') || textContent(row)}`);
  }
  return seen;
}

const DATA =
  '<data><a xmlns="urn:a"><b><k>1</k></b><c>x</c><b><k>2</k></b></a>' +
  '<a xmlns="urn:z"><b><k>3</k></b></a><d xmlns="urn:a"><b><k>4</k></b></d></data>';

describe('rows of a reply', () => {
  const selections: { rows?: string[]; seen: string[] }[] = [
    { seen: ['a ,x,', 'a ', 'd '] },
    { rows: ['a', 'b'], seen: ['b 1', 'b 2', 'b 3'] },
    { rows: ['{urn:a}a', 'b'], seen: ['b 1', 'b 2'] },
    { rows: ['*', 'b'], seen: ['b 1', 'b 2', 'b 3', 'b 4'] },
    { rows: ['a', 'b', 'k'], seen: ['k 1', 'k 2', 'k 3'] },
    { rows: ['b'], seen: [] },
    { rows: ['d', 'x'], seen: [] },
  ];
  for (const { rows, seen } of selections) {
    it(`are those of the path ${rows?.join('/') ?? '(none)'}`, async () => {
      const { client, server } = await start();
      const reading = collect(client.getRows({ rows }));
      await server.receive();
      await server.reply('1', DATA);
      assert.deepEqual(await reading, seen);
    });
  }

  it('are there for get-config, get-data and the output of any operation', async () => {
    const { client, server } = await start();
    const asking = [
      collect(client.getConfigRows({ source: 'running' })),
      collect(client.getDataRows({ datastore: 'operational' })),
      collect(client.stream(encodeGet(), { rows: ['data', 'd'] })),
    ];
    for (const operation of ['get-config', 'get-data', 'get']) {
      assert.match((await server.receive()) ?? '', new RegExp(`<${operation} `));
    }
    for (const id of ['1', '2', '3']) await server.reply(id, DATA);
    const [config, data, output] = await Promise.all(asking);
    assert.equal(config?.length, 3);
    assert.equal(data?.length, 3);
    assert.deepEqual(output, ['d ']);
  });

  it('send nothing before somebody asks for the first', async () => {
    const { client, server } = await start();
    client.getRows();
    const asking = client.discardChanges();
    assert.match((await server.receive()) ?? '', /message-id="1"><discard-changes /);
    await server.reply('1', '<ok/>');
    await asking;
  });

  const row = `<r xmlns="urn:r">${'x'.repeat(16_384)}</r>`;
  const manyRows = (count: { sent: number }, total: number): Generator<string> =>
    (function* () {
      yield '<data>';
      for (; count.sent < total; count.sent++) yield row;
      yield '</data>';
    })();

  it('make the server wait while nobody takes them', async () => {
    const { client, server } = await start({ capacity: 2 });
    const rows = client.getRows()[Symbol.asyncIterator]();
    const first = rows.next();
    await server.receive();
    const count = { sent: 0 };
    const replying = server.reply('1', manyRows(count, 2000));
    await first;
    await settle();
    assert.ok(count.sent < 500, `${count.sent} rows went ahead`);
    let taken = 1;
    while ((await rows.next()).done !== true) taken++;
    await replying;
    assert.equal(taken, 2000);
  });

  it('can be left early: the rest is thrown away and the session goes on', async () => {
    const { client, server } = await start({ capacity: 2 });
    const reading = (async () => {
      for await (const { local } of client.getRows()) return local;
      return undefined;
    })();
    const next = client.discardChanges();
    await server.receive();
    await server.receive();
    await Promise.all([server.reply('1', manyRows({ sent: 0 }, 1000)), reading]);
    assert.equal(await reading, 'r');
    await server.reply('2', '<ok/>');
    await next;
  });

  it('end with the reason of the signal, and the session goes on', async () => {
    const { client, server } = await start();
    const abort = new AbortController();
    const reading = collect(client.getRows({ signal: abort.signal }));
    await server.receive();
    abort.abort(new Error('enough'));
    await assert.rejects(reading, /enough/);
    const next = client.discardChanges();
    await server.reply('1', DATA);
    await server.reply('2', '<ok/>');
    await next;
  });

  it('throw the errors of the reply, after the rows that came before', async () => {
    const { client, server } = await start();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { local } of client.getRows()) seen.push(local);
    })();
    await server.receive();
    const error = '<rpc-error><error-tag>too-big</error-tag></rpc-error>';
    await server.reply('1', `<data><a xmlns="urn:a"/></data>${error}`);
    await assert.rejects(reading, RpcErrorException);
    assert.deepEqual(seen, ['a']);
  });
});
