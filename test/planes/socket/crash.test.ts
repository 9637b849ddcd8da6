/** A plane in another process dies or hangs in the middle of each call, and comes back. */
import assert from 'node:assert/strict';
import { createServer, loadSchema } from '../../../server/index.ts';
import { TablePlane as KitPlane } from '../../../server/plane/kit/table-plane.ts';
import { SocketDriver, socketFactory } from '../../../server/plane/socket/index.ts';
import { SystemClock } from '../../../src/node/index.ts';
import type { NetconfClient } from '../../../client/index.ts';
import type { Logger } from '../../../server/logger.ts';
import { vmListNode } from '../../../src/sami/index.ts';
import { RpcErrorException } from '../../../src/error/index.ts';
import type { RpcError } from '../../../src/error/index.ts';
import { childElements, textContent } from '../../../src/xml/index.ts';
import type { XmlElement } from '../../../src/xml/index.ts';
import type { SchemaContext } from '../../../src/yang/index.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MovingDevice } from '../../support/moving-devices.ts';
import { fromPlain } from '../../support/plain-data.ts';
import { TablePlane } from '../../support/table-plane.ts';
import { withTemporaryDirectory } from '../../support/temporary-directory.ts';
import { ScriptedPlane } from './scripted-plane.ts';

const TIMEOUT_MS = 1_000;
const HALF_OPEN = 'cumulative-security/half-open';
const GROUP = 'sticky-group/group';

/** A log whose events can be waited for. */
class EventLog implements Logger {
  readonly events: string[] = [];
  #waiting: (() => void)[] = [];

  log(_level: string, event: string): void {
    this.events.push(event);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async seen(event: string, times = 1): Promise<void> {
    while (this.events.filter((it) => it === event).length < times) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
  }
}

let compiled: SchemaContext | undefined;
const schema = (): SchemaContext => (compiled ??= loadSchema());

/** A device with a plane in this process and one behind a socket; a commit goes to both, in this order. */
class Device implements AsyncDisposable {
  readonly plane: ScriptedPlane;
  readonly other: TablePlane;
  readonly clock: FakeClock;
  readonly log: EventLog;
  readonly device: MovingDevice;
  readonly driver: SocketDriver;

  private constructor(
    plane: ScriptedPlane,
    other: TablePlane,
    clock: FakeClock,
    log: EventLog,
    device: MovingDevice,
    driver: SocketDriver,
  ) {
    this.plane = plane;
    this.other = other;
    this.clock = clock;
    this.log = log;
    this.device = device;
    this.driver = driver;
  }

  static async start(otherFirst = true): Promise<Device> {
    const plane = await ScriptedPlane.start({ kinds: ['cumulative-security', 'sticky-group'] });
    const context = schema();
    const vm = vmListNode(context);
    assert.ok(vm);
    const other = new TablePlane(vm, ['session']);
    const clock = new FakeClock();
    const log = new EventLog();
    const options = { path: plane.socket, context, clock, logger: log, timeoutMs: TIMEOUT_MS };
    const driver = await SocketDriver.connect(options);
    const socket = new KitPlane(driver, { context, clock });
    const planes = otherFirst ? [other, socket] : [socket, other];
    const server = await createServer({ context, planes, clock: new SystemClock() });
    return new Device(plane, other, clock, log, new MovingDevice('device', server), driver);
  }

  /** The plane does this when a call of that name comes, once. */
  on(call: string, act: () => boolean): void {
    this.plane.onCall = (name) => {
      if (name !== call) return true;
      this.plane.onCall = () => true;
      return act();
    };
  }

  /** The plane dies in a call, or hangs until time is up. `done`: it has done what it was told. */
  fail(call: string, how: 'dies' | 'hangs', done = false): void {
    this.on(call, () => {
      this.plane.silent = true;
      setImmediate(() => {
        if (how === 'dies') this.plane.cut();
        else this.clock.advance(TIMEOUT_MS);
        this.plane.silent = false;
      });
      return done;
    });
  }

  /** Lets the time pass until the next attempt, which succeeds. */
  async reconnected(times = 1): Promise<void> {
    await this.log.seen('plane-lost', times);
    this.clock.advance(100);
    await this.log.seen('plane-connected', times);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.device.server.close().then(() => this.plane[Symbol.asyncDispose]());
  }
}

const vm = (mode: string, ...counts: readonly number[]): string =>
  `<vm><id>vm1</id><address>192.0.2.1</address><address>192.0.2.2</address><mode>${mode}</mode>` +
  '<cumulative-security xmlns="urn:sami:yang:sami-cumulative">' +
  counts
    .map(
      (count, n) =>
        `<half-open><address>192.0.2.${n + 1}</address><count>${count}</count></half-open>`,
    )
    .join('') +
  '</cumulative-security></vm>';

/** With an entry of a kind that stays configuration. */
const withGroup = (text: string): string =>
  text.replace(
    '</vm>',
    '<sticky-groups xmlns="urn:sami:yang:sami-sticky"><group><name>web</name><type>client-address</type>' +
      '<virtual-address>192.0.2.1</virtual-address></group></sticky-groups></vm>',
  );

async function countsOf(client: NetconfClient): Promise<readonly string[]> {
  const found = (element: XmlElement): readonly string[] =>
    element.local === 'count' ? [textContent(element)] : childElements(element).flatMap(found);
  return found(await client.get());
}

const counts = (device: Device): readonly unknown[] =>
  [...device.plane.table('vm1', HALF_OPEN).values()].map((row) => row['count']);

describe('a plane in another process that fails', () => {
  for (const how of ['dies', 'hangs'] as const) {
    it(`${how} in prepare: the commit is refused, and nothing has changed anywhere`, async () => {
      await using device = await Device.start();
      await device.device.configure(vm('standby', 5));
      device.fail('prepare', how);
      await assert.rejects(device.device.configure(vm('standby', 6)), /cannot be used/);
      assert.match(device.other.calls.at(-1) ?? '', /^abort vm1/);
      await device.reconnected();
      assert.deepEqual(counts(device), [5]);
      await device.device.configure(vm('standby', 7));
      assert.deepEqual(counts(device), [7]);
    });

    for (const done of [false, true]) {
      const when = done ? 'after it was made' : 'before it was made';
      it(`${how} in apply ${when}: it is taken back everywhere, and reported`, async () => {
        const applied: number[] = [];
        for (const otherFirst of [false, true]) {
          await using device = await Device.start(otherFirst);
          await device.device.configure(vm('learning', 5));
          const before = device.other.calls.length;
          device.fail('apply', how, done);
          const change = device.device.configure(vm('learning', 5, 8));
          await assert.rejects(change, /"socket" failed to apply/);
          const calls = device.other.calls.slice(before);
          applied.push(calls.filter((call) => call.startsWith('apply vm1')).length);
          await device.reconnected();
          assert.deepEqual(counts(device), [5]);
        }
        // Either plane goes first: the other one had not applied yet, or applied and was taken back.
        assert.deepEqual(applied.sort(), [0, 2]);
      });
    }

    it(`${how} in abort: what another plane refuses is nowhere, and it goes on`, async () => {
      await using device = await Device.start(false);
      await device.device.configure(vm('standby', 5));
      device.other.refuseNext = new Error('no');
      device.fail('abort', how);
      await assert.rejects(device.device.configure(vm('standby', 6)), /failed/);
      await device.reconnected();
      assert.deepEqual(counts(device), [5]);
      await device.device.configure(vm('standby', 7));
      assert.deepEqual(counts(device), [7]);
    });

    it(`${how} when it is asked what it has: the request is answered, and it goes on`, async () => {
      await using device = await Device.start();
      await device.device.configure(vm('learning', 5));
      await using client = await device.device.connect();
      device.fail('kinds', how);
      const content = '<sami xmlns="urn:sami:yang:sami"><device/></sami>';
      const asked = client.get({ filter: { type: 'subtree', content } });
      await Promise.allSettled([asked]);
      await device.reconnected();
      assert.deepEqual(await countsOf(client), ['5']);
    });

    it(`${how} in read: the request gets an error, the session goes on`, async () => {
      await using device = await Device.start();
      await device.device.configure(vm('learning', 5));
      await using client = await device.device.connect();
      device.fail('read', how);
      await assert.rejects(countsOf(client), /cannot be used/);
      await device.reconnected();
      assert.deepEqual(await countsOf(client), ['5']);
    });

    it(`${how} in watch: the watch is made anew and tells that changes were lost`, async () => {
      await using device = await Device.start();
      await device.device.configure(vm('learning', 5));
      const list = vmListNode(schema());
      assert.ok(list);
      const told: string[] = [];
      const branch = fromPlain(list, { id: 'vm1', address: ['192.0.2.1'] });
      await device.driver.watch(branch, (change) => told.push(change.kind));
      if (how === 'dies') device.plane.cut();
      else {
        device.fail('kinds', 'hangs');
        await device.driver.support();
      }
      await device.reconnected();
      assert.deepEqual(told, ['lost']);
      await device.device.configure(vm('learning', 9));
      assert.deepEqual(told, ['lost', 'set']);
    });
  }

  it('gets nothing to apply when another plane refuses', async () => {
    await using device = await Device.start(false);
    await device.device.configure(vm('standby', 5));
    device.other.refuseNext = new Error('no');
    await assert.rejects(device.device.configure(vm('standby', 6)));
    assert.deepEqual(counts(device), [5]);
    await device.device.configure(vm('standby', 7));
    assert.deepEqual(counts(device), [7]);
  });

  it('refuses: tag, app-tag, message and path of the error are told, and nothing has changed', async () => {
    await using device = await Device.start();
    await device.device.configure(vm('standby', 5));
    device.plane.refusal = {
      ...{ tag: 'resource-denied', 'app-tag': 'table-too-small', message: '2 entries, 1 free' },
      ...{ vm: 'vm1', table: HALF_OPEN, key: '192.0.2.2', leaf: 'count' },
    };
    await assert.rejects(device.device.configure(vm('standby', 5, 6)), (error) => {
      assert.ok(error instanceof RpcErrorException);
      const [{ tag, appTag, message, path } = {}] = error.errors as Partial<RpcError>[];
      assert.deepEqual([tag, appTag], ['resource-denied', 'table-too-small']);
      assert.match(message ?? '', /"scripted".*: 2 entries, 1 free/);
      const at = /vm\[.*'vm1'\]\/.*cumulative-security\/.*half-open\[.*'192\.0\.2\.2'\]\/.*count$/;
      assert.ok(typeof path === 'string');
      assert.match(path, at);
      return true;
    });
    assert.deepEqual(counts(device), [5]);
    await device.device.configure(vm('standby', 7));
    assert.deepEqual(counts(device), [7]);
  });

  it('takes no line as long as an entry: the commit is refused and names the entry', async () => {
    await using device = await Device.start();
    device.plane.maxLine = 1_024;
    device.plane.cut();
    await device.reconnected();
    const server = (n: number): string =>
      `<real-server><server-farm>farm-${n}</server-farm><address>192.0.2.1</address><port>${n}</port></real-server>`;
    const servers = Array.from({ length: 20 }, (_, n) => server(n + 1)).join('');
    const long = withGroup(vm('standby', 5)).replace('</group>', `${servers}</group>`);
    await assert.rejects(
      device.device.configure(long),
      /entry takes \d+ bytes.*lines of 1023.*web/,
    );
    assert.deepEqual(counts(device), []);
    await device.device.configure(withGroup(vm('standby', 5)));
    assert.deepEqual(counts(device), [5]);
  });

  it('has lost its tables: static kinds and the tables of VMs in standby are given again', async () => {
    await using device = await Device.start();
    await device.device.configure(withGroup(vm('standby', 5, 6)));
    device.plane.forget();
    device.plane.bootId = 'boot-2';
    device.plane.cut();
    await device.reconnected();
    assert.deepEqual(counts(device), [5, 6]);
    assert.equal(device.plane.table('vm1', GROUP).size, 1);
  });

  it('control: has kept its tables: those of VMs in standby are not sent again', async () => {
    await using device = await Device.start();
    await device.device.configure(withGroup(vm('standby', 5, 6)));
    device.plane.staged.length = 0;
    device.plane.cut();
    await device.reconnected();
    const sent = device.plane.staged.map(
      ({ op, table, vm: id }) => `${String(op ?? id)} ${String(table)}`,
    );
    assert.deepEqual(sent.slice(0, 3), ['vm1 undefined', `clear ${GROUP}`, `set ${GROUP}`]);
    assert.ok(!sent.some((line) => line.endsWith(HALF_OPEN)), sent.join());
    assert.deepEqual(counts(device), [5, 6]);
  });

  it('refuses commits while it is not there, and is tried again', async () => {
    await using device = await Device.start();
    await device.plane[Symbol.asyncDispose]();
    await device.log.seen('plane-lost');
    await assert.rejects(device.device.configure(vm('standby', 5)), /cannot be used/);
    assert.equal(device.clock.armed > 0, true);
  });
});

describe('samid --plane socket', () => {
  const surroundings = { context: schema(), clock: new SystemClock(), logger: new EventLog() };

  it('says what is wrong when there is no plane', () =>
    withTemporaryDirectory(async (stateDirectory) => {
      const options = new Map([['socket', ['/nonexistent/x.sock']]]);
      const opening = socketFactory.open(options, { ...surroundings, stateDirectory });
      await assert.rejects(
        opening,
        /no plane answers on socket "\/nonexistent\/x\.sock": connect ENOENT/,
      );
    }));

  it('serves the kinds that are asked for, and says which the plane has not', () =>
    withTemporaryDirectory(async (stateDirectory) => {
      await using plane = await ScriptedPlane.start({
        kinds: ['cumulative-security', 'sticky-group'],
      });
      const open = (kind: string): ReturnType<typeof socketFactory.open> =>
        socketFactory.open(
          new Map([
            ['socket', [plane.socket]],
            ['kind', [kind]],
          ]),
          { ...surroundings, stateDirectory },
        );
      const { plane: found } = await open('sticky-group');
      assert.deepEqual(found.kinds, ['sticky-group']);
      await found.close();
      await assert.rejects(
        open('session'),
        /serves cumulative-security, sticky-group: not "session"/,
      );
    }));

  it('refuses a time-out that is none', () =>
    withTemporaryDirectory(async (stateDirectory) => {
      const options = new Map([
        ['socket', ['/x']],
        ['timeout-ms', ['soon']],
      ]);
      const opening = socketFactory.open(options, { ...surroundings, stateDirectory });
      await assert.rejects(opening, /timeout-ms: expected a number/);
    }));
});
