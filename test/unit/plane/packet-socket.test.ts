/** Sending packets into a simulated plane from another process. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PacketSocket } from '../../../server/plane/simulated/index.ts';
import { udp } from '../../support/packets.ts';
import { SimulatedDevice } from '../../support/simulated-device.ts';

const PACKET = udp(
  { client: '198.51.100.7', server: '10.0.0.5', clientPort: 1, serverPort: 2 },
  'there',
);

describe('the packet socket', () => {
  let directory = '';
  let device: SimulatedDevice;
  let socket: PacketSocket;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'sami-packets-'));
    device = await SimulatedDevice.start({ policy: { defaultAction: 'accept' } }, [
      { id: 'vm1', address: ['10.0.0.5'] },
    ]);
    socket = await PacketSocket.listen(join(directory, 'packets'), device.plane);
  });

  afterEach(async () => {
    await socket.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function ask(...requests: readonly string[]): Promise<readonly unknown[]> {
    const connection = createConnection(socket.path);
    connection.write(requests.map((request) => `${request}\n`).join(''));
    const answers: unknown[] = [];
    for await (const line of createInterface({ input: connection })) {
      answers.push(JSON.parse(line));
      if (answers.length === requests.length) break;
    }
    connection.destroy();
    return answers;
  }

  it('forwards packets and answers with verdicts, in order', async () => {
    const answers = await ask(
      JSON.stringify({ op: 'packet', id: 1, packet: PACKET }),
      JSON.stringify({
        op: 'packets',
        id: 2,
        packets: [PACKET, { ...PACKET, destinationAddress: '10.0.0.9' }],
      }),
    );
    const known = { action: 'pass', packet: PACKET, session: 'known' };
    assert.deepEqual(answers, [
      { id: 1, verdict: { ...known, session: 'new' } },
      { id: 2, verdicts: [known, { action: 'drop', reason: 'address-unknown' }] },
    ]);
  });

  it('fills a VM with sessions, which are found by packets', async () => {
    const [answer] = await ask(JSON.stringify({ op: 'fill', vm: 'vm1', sessions: 70_000 }));
    assert.deepEqual(answer, { added: 70_000 });
    assert.equal((await device.table('vm1', 'session')).entries, 70_000);
    assert.deepEqual(await ask(JSON.stringify({ op: 'fill', vm: 'vm1', sessions: 70_000 })), [
      { added: 0 },
    ]);
  });

  const bad: readonly { request: string; error: string }[] = [
    { request: '{', error: 'not a line of JSON' },
    { request: '[]', error: 'unknown op undefined' },
    { request: '1', error: 'a request is an object' },
    { request: '{"op":"packet"}', error: 'a packet has a "protocol" number' },
    {
      request: '{"op":"packet","packet":{"protocol":6}}',
      error: 'a packet has "sourceAddress" and "destinationAddress"',
    },
    ...[
      {
        part: '"tcp":{"sequence":"1"}',
        error: '"tcp" of a packet is an object with a "sequence" number',
      },
      { part: '"tcpFlags":"syn"', error: '"tcpFlags" of a packet is an array of texts' },
      {
        part: '"dhcp":{"type":"ack"}',
        error: '"dhcp" of a packet is an object with "type" and "clientMac"',
      },
      {
        part: '"membership":1',
        error: '"membership" of a packet is an object with "type" and "group"',
      },
      {
        part: '"request":{"protocol":"gopher"}',
        error: '"request" of a packet is an object whose "protocol" is http, smtp or ftp',
      },
    ].map(({ part, error }) => ({
      request: `{"op":"packet","packet":{"protocol":6,"sourceAddress":"a","destinationAddress":"b",${part}}}`,
      error,
    })),
    { request: '{"op":"packets"}', error: '"packets" is an array' },
    { request: '{"op":"fill","vm":1}', error: '"fill" wants "vm" and "sessions"' },
  ];
  for (const { request, error } of bad) {
    it(`answers ${request} with an error and goes on`, async () => {
      const answers = await ask(request, JSON.stringify({ op: 'fill', vm: 'vm1', sessions: 1 }));
      assert.deepEqual(answers, [{ error }, { added: 1 }]);
    });
  }

  it('is for its owner only, and takes the place of one left behind', async () => {
    assert.equal(statSync(socket.path).mode & 0o777, 0o600);
    const left = join(directory, 'left');
    writeFileSync(left, '');
    const second = await PacketSocket.listen(left, device.plane);
    await second.close();
  });
});
