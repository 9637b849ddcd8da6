/** Stick tables with keys of every type and all that HAProxy stores move from one process to another. */
import assert from 'node:assert/strict';
import { HaproxyDevice } from '../../../server/plane/haproxy/device.ts';
import { restoring } from '../../../server/plane/haproxy/merge.ts';
import { Writer } from '../../../server/plane/haproxy/writer.ts';
import { Deadlines } from '../../../server/plane/haproxy/deadlines.ts';
import { SystemClock } from '../../../src/node/index.ts';
import { MovingDevices } from '../../support/moving-devices.ts';
import { Balancers, describeOnHaproxy } from './balancers.ts';
import type { Balancer } from './balancers.ts';
import { TABLES, everyGroup, everyTable } from './every-table.ts';

const VIRTUAL = '192.0.2.80';
const OLD = everyTable('server red 192.0.2.11:80\n  server green 192.0.2.12:80');
const NEW = everyTable('server verde 192.0.2.12:80 id 30\n  server rojo 192.0.2.11:80 id 4', '2h');
const VM = `<vm><id>vm1</id><address>${VIRTUAL}</address>${everyGroup(VIRTUAL)}</vm>`;
/** Never carried: HAProxy ends connections, which do not move. */
const CURRENT = 'active-connections';
const SERVER = 'server-id';

const peersOf = (balancer: Balancer) => ({ peers: { socket: balancer.peers, name: 'samid' } });

/** Gives every client of every table values that differ from all others. */
async function fill(balancer: Balancer): Promise<void> {
  const device = new HaproxyDevice(balancer.socket, peersOf(balancer).peers);
  const clock = new SystemClock();
  const deadlines = new Deadlines(clock, () => Promise.resolve());
  const writer = new Writer(device, clock, deadlines);
  let number = 100;
  for (const { name, clients, type } of TABLES) {
    const shape = await device.shape(name, type === 'binary len 8' ? 8 : undefined);
    assert.ok(shape?.values, name);
    const writes = clients.map((client) => {
      const values = new Map(
        [...(shape.values ?? [])].map(([value, { meaning, type: data, period }]) => {
          const filled =
            meaning.role === 'server-id' ? BigInt(1 + (number % 2)) : BigInt((number += 1));
          const isLarge = data.name === 'bytes_in_cnt';
          return [
            value,
            { meaning, value: isLarge ? filled + (1n << 60n) : filled, period },
          ] as const;
        }),
      );
      const entry = { client, holders: 0, expiresIn: 600_000, values, serverKey: undefined };
      return {
        ...restoring(entry, client),
        values: new Map([...values].map(([key, it]) => [key, it.value])),
      };
    });
    await writer.run([{ shape, writes, clears: [] }]);
  }
  deadlines.close();
}

/** Tables with the names of servers instead of their numbers, without connections of now. */
async function contents(balancer: Balancer): Promise<Record<string, unknown>> {
  const tables: Record<string, unknown> = {};
  for (const { name } of TABLES) {
    const rows: Record<string, unknown> = {};
    for (const [client, values] of Object.entries(await balancer.table(name))) {
      const server = await balancer.serverName(name, values[SERVER] ?? 0);
      const alike = { rojo: 'red', verde: 'green' }[server ?? ''] ?? server;
      rows[client] = { ...values, [SERVER]: alike, [CURRENT]: undefined };
    }
    tables[name] = rows;
  }
  return tables;
}

describeOnHaproxy('haproxy plane: every table', () => {
  it('is the same after a move, with all that is stored', async () => {
    await using balancers = await Balancers.start({ old: OLD, new: NEW });
    const [before, after] = [balancers.get('old'), balancers.get('new')];
    await using devices = await MovingDevices.start({
      old: before.planes(peersOf(before)),
      new: after.planes(peersOf(after)),
    });
    await fill(before);
    const filled = await contents(before);
    const { by_array: arrays } = filled as { by_array: Record<string, Record<string, number>> };
    assert.ok((arrays['y z']?.['counter general-purpose 3'] ?? 0) > 100, 'elements of arrays');
    for (const [name, clients] of Object.entries(filled)) {
      for (const [client, values] of Object.entries(clients as object)) {
        const empty = Object.entries(values as object).filter(([, value]) => value === 0);
        assert.deepEqual(empty, [], `${name}, ${client}: nothing is stored that is nothing`);
      }
    }
    await devices.old.configure(VM);

    const report = await devices.move('vm1');
    assert.deepEqual(report.errors, []);
    assert.equal(report.outcome, 'migrated');
    assert.deepEqual(await contents(after), filled);
    const gone = Object.fromEntries(TABLES.map(({ name }) => [name, {}]));
    assert.deepEqual(await contents(before), gone, 'the VM has left with all of it');
  }).timeout(30_000);

  it('control: without the move the other has nothing', async () => {
    await using balancers = await Balancers.start({ old: OLD, new: NEW });
    await fill(balancers.get('old'));
    const nothing = Object.fromEntries(TABLES.map(({ name }) => [name, {}]));
    assert.deepEqual(await contents(balancers.get('new')), nothing);
  }).timeout(30_000);

  it('control: without being a peer of HAProxy, arrays and binary keys are refused before anything moves', async () => {
    await using balancers = await Balancers.start({ old: OLD, new: NEW });
    const [before, after] = [balancers.get('old'), balancers.get('new')];
    await using devices = await MovingDevices.start({
      old: before.planes(peersOf(before)),
      new: after.planes(),
    });
    await fill(before);
    const filled = await contents(before);
    await devices.old.configure(VM);
    const report = await devices.move('vm1');
    assert.notEqual(report.outcome, 'migrated');
    const messages = report.errors.map(({ message }) => message).join('\n');
    assert.match(messages, /takes keys of type binary only from a peer/);
    assert.match(
      messages,
      /takes counter general-purpose 1 of stick table "by_array" of HAProxy only from a peer/,
    );
    assert.deepEqual(await contents(before), filled);
  }).timeout(30_000);
});
