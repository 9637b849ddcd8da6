/**
 * A device of one's own as a data plane: a toy that keeps a guest book for each address, and a kind of state
 * that the package has never heard of (guest-book.yang). A VM moves from one such device to another.
 *
 *     node dist/examples/table-plane.js [DIRECTORY]
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NetconfClient, Schemas, move } from 'sami/client';
import { childValue } from 'sami/data';
import type { Branch } from 'sami/data';
import { createLinkedTransports } from 'sami/netconf';
import { SystemClock, createFileModuleRepository, packageYangDirectory } from 'sami/node';
import { SAMI_MODULES, TablePlane, createServer, loadSchema } from 'sami/server';
import type { KindSupport, TableDriver, TableSchema, VmEdit } from 'sami/server';

/** The device: visits by `ADDRESS GUEST`. A real one would talk to hardware where this uses a Map. */
class GuestBook implements TableDriver {
  readonly name = 'guest-book';
  readonly kinds = ['guest'];
  readonly visits = new Map<string, number>();

  open = (): Promise<void> => Promise.resolve();
  close = (): Promise<void> => Promise.resolve();

  support(): Promise<readonly KindSupport[]> {
    return Promise.resolve([{ kind: 'guest', limit: 1_000n, features: ['ipv6'] }]);
  }

  /** What the device has for the addresses of a VM, now. */
  // eslint-disable-next-line @typescript-eslint/require-await
  async *read(vm: Branch, { fields }: TableSchema): AsyncIterable<readonly Branch[]> {
    const addresses = childValue(vm, 'address');
    yield [...this.visits].flatMap(([key, visits]) => {
      const [server = '', guest = ''] = key.split(' ');
      if (!(addresses as readonly string[]).includes(server)) return [];
      return [fields.make({ 'server-address': server, guest, visits })];
    });
  }

  /** This device can do everything that the kit asks of it. */
  check = (): Promise<readonly never[]> => Promise.resolve([]);

  apply(edits: readonly VmEdit[]): Promise<void> {
    for (const { table, set, remove } of edits.flatMap(({ tables }) => tables)) {
      const { fields } = table;
      const key = (row: Branch): string =>
        `${fields.text(row, 'server-address') ?? ''} ${fields.text(row, 'guest') ?? ''}`;
      for (const row of remove) this.visits.delete(key(row));
      for (const { before, after } of set) {
        // The difference, so that visits since the entry was read are not lost.
        const known = before ? (fields.number(before, 'visits') ?? 0) : 0;
        const more = (fields.number(after, 'visits') ?? 0) - known;
        const base = before ? (this.visits.get(key(after)) ?? known) : 0;
        this.visits.set(key(after), base + more);
      }
    }
    return Promise.resolve();
  }
}

const [directory = 'examples'] = process.argv.slice(2);
const paths = [directory];
const context = loadSchema({ paths, modules: [...SAMI_MODULES, { name: 'guest-book' }] });
const clock = new SystemClock();

async function startDevice(name: string) {
  const book = new GuestBook();
  const server = await createServer({
    context,
    planes: [new TablePlane(book, { context, clock })],
  });
  const connect = (): Promise<NetconfClient> => {
    const [near, far] = createLinkedTransports();
    void server.accept(far);
    return NetconfClient.open(near, { clock });
  };
  return { name, book, server, connect };
}

const [old, target] = [await startDevice('old'), await startDevice('new')];
const client = await old.connect();
const vm = '<vm><id>web</id><address>192.0.2.7</address></vm>';
await client.editConfig({
  target: 'candidate',
  config: `<sami xmlns="urn:sami:yang:sami">${vm}</sami>`,
});
await client.commit();
await client.close();
old.book.visits.set('192.0.2.7 alice', 3).set('192.0.2.7 bob', 1).set('192.0.2.8 carol', 9);
const { outcome } = await move({
  ...{ vm: 'web', old, new: target, clock, stateDir: await mkdtemp(join(tmpdir(), 'moves-')) },
  schemas: new Schemas(createFileModuleRepository([...paths, packageYangDirectory()])),
});
console.log(`${outcome}; the new device knows:`);
for (const [key, visits] of target.book.visits) console.log(`${key} ${String(visits)}`);
await old.server.close();
await target.server.close();
