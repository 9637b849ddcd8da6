/** A database server that hangs: whoever waits for it is told, and does not wait for ever. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { OvsdbClient } from '../../../server/plane/openvswitch/ovsdb-client.ts';
import { withTemporaryDirectory } from '../../support/temporary-directory.ts';

/** Answers the first calls, each with a result that says nothing, and no other from then on. */
function open(
  answers: number,
  ended: () => void,
  use: (client: OvsdbClient) => Promise<void>,
  result: unknown = [],
) {
  return withTemporaryDirectory(async (directory) => {
    const path = join(directory, 'ovsdb.sock');
    const server = createServer((socket) => {
      let left = answers;
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        if (left <= 0) return;
        left -= 1;
        const { id } = JSON.parse(String(chunk)) as { readonly id: number };
        socket.write(JSON.stringify({ id, result, error: null }));
      });
    });
    server.listen(path);
    await once(server, 'listening');
    try {
      const options = { socket: path, database: 'x', monitor: {}, onUpdate: () => undefined };
      await use(await OvsdbClient.connect({ ...options, onEnd: ended, silenceMs: 100 }));
    } finally {
      server.close();
    }
  });
}

describe('openvswitch: a database server that hangs', () => {
  it('a transaction fails, and the connection is over', () => {
    let ended = 0;
    return open(
      1,
      () => (ended += 1),
      async (client) => {
        await assert.rejects(client.transact([]), /does not answer within 100 ms/);
        assert.equal(ended, 1);
      },
    );
  });

  it('the control: one that answers is waited for', () =>
    open(
      2,
      () => undefined,
      async (client) => {
        assert.deepEqual(await client.transact([]), []);
        await client.close();
      },
    ));

  it('an answer of another form is an error', () =>
    open(
      2,
      () => undefined,
      async (client) => {
        await assert.rejects(client.transact([]), /the answer to "transact" is no array/);
        await client.close();
      },
      null,
    ));

  it('the greeting fails as well', () =>
    assert.rejects(
      open(
        0,
        () => undefined,
        () => Promise.resolve(),
      ),
      /does not answer within 100 ms/,
    ));
});
