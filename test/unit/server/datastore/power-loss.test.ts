/**
 * A server that dies at any instant leaves the configuration as it was before a commit or as it is after it: the
 * power is lost at every single call that changes the disk, with everything that can become of what was not durable.
 */
import assert from 'node:assert/strict';
import { Datastores } from '../../../../server/datastore/datastores.ts';
import { FileStore } from '../../../../server/index.ts';
import { decodeData, encodeData, applyEdit } from '../../../../src/data/index.ts';
import type { Branch } from '../../../../src/data/index.ts';
import type { SchemaContext } from '../../../../src/yang/index.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { RecordingLogger } from '../../../support/recording-logger.ts';
import { requester } from '../../../support/requester.ts';
import { deleteVm, sami, vm } from '../../../support/sami-xml.ts';
import { serverSchema } from '../../../support/server-schemas.ts';
import { DAMAGES, SimulatedDisk } from '../../../support/simulated-disk.ts';

const BY = requester(1);
const PLAIN = {
  confirmed: false,
  confirmTimeoutSeconds: 600,
  persist: undefined,
  persistId: undefined,
};
const CONFIRMED = { ...PLAIN, confirmed: true };

/** A device of which only the disk survives. */
class Device {
  readonly datastores: Datastores;
  readonly #context: SchemaContext;

  private constructor(datastores: Datastores, context: SchemaContext) {
    this.datastores = datastores;
    this.#context = context;
  }

  static async start(disk: SimulatedDisk, { context, minEditBytes }: Kind): Promise<Device> {
    const schema = context();
    const logger = new RecordingLogger();
    const store = new FileStore({
      directory: '/config',
      context: schema,
      logger,
      disk,
      ...(minEditBytes === undefined ? {} : { minEditBytes }),
    });
    const options = { context: schema, planes: [], participants: [], store, logger };
    return new Device(await Datastores.open({ ...options, clock: new FakeClock() }), schema);
  }

  async edit(name: 'running' | 'candidate', config: string): Promise<void> {
    const text = `<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">${config}</config>`;
    const edit = decodeData(this.#context.root, text, { edit: true, state: false });
    assert.deepEqual(edit.errors, []);
    await this.datastores.edit(name, BY, (tree: Branch) => applyEdit(tree, edit).tree);
  }

  async commit(config: string, request = PLAIN): Promise<void> {
    await this.edit('candidate', config);
    await this.datastores.commit(request, BY);
  }

  get running(): string {
    return encodeData(this.datastores.running);
  }

  async stop(): Promise<void> {
    await this.datastores.close().catch(() => undefined);
  }
}

interface Kind {
  readonly context: () => SchemaContext;
  readonly minEditBytes?: number;
}

interface Row extends Kind {
  readonly name: string;
  prepare(device: Device): Promise<unknown>;
  readonly steps: readonly ((device: Device) => Promise<unknown>)[];
  /** False when a start finds none of it, as with a commit on trial. */
  readonly lasts?: boolean;
}

const add = (id: string): string => sami(vm({ id }));
const swap = (from: string, to: string): string =>
  deleteVm(from).replace('</sami>', `${vm({ id: to })}</sami>`);
const base = (device: Device): Promise<void> => device.commit(add('base'));
const schema = (): SchemaContext => serverSchema();
const startup = (): SchemaContext => serverSchema({ add: ['startup'] });

const ROWS: readonly Row[] = [
  {
    name: 'a commit',
    context: schema,
    prepare: base,
    steps: [(device) => device.commit(add('new'))],
  },
  {
    name: 'the very first commit',
    context: schema,
    prepare: () => Promise.resolve(),
    steps: [(device) => device.commit(add('new'))],
  },
  {
    name: 'an edit of running',
    context: schema,
    prepare: base,
    steps: [(device) => device.edit('running', swap('base', 'new'))],
  },
  {
    name: 'a confirmed commit',
    context: schema,
    prepare: base,
    steps: [(device) => device.commit(add('new'), CONFIRMED)],
    lasts: false,
  },
  {
    name: 'a follow-up',
    context: schema,
    prepare: async (device) => {
      await base(device);
      await device.commit(add('trial'), CONFIRMED);
    },
    steps: [(device) => device.commit(add('new'), CONFIRMED)],
    lasts: false,
  },
  {
    name: 'a confirming commit, with more changes',
    context: schema,
    prepare: async (device) => {
      await base(device);
      await device.commit(add('trial'), CONFIRMED);
    },
    steps: [(device) => device.commit(add('new'))],
  },
  {
    name: 'a cancelled commit',
    context: schema,
    prepare: async (device) => {
      await base(device);
      await device.commit(add('trial'), CONFIRMED);
    },
    steps: [(device) => device.datastores.cancelCommit(undefined, BY)],
    lasts: false,
  },
  {
    name: 'commits while a new snapshot is made',
    context: schema,
    minEditBytes: 1,
    prepare: base,
    steps: [
      (device) => device.commit(add('new')),
      (device) => device.commit(swap('new', 'new2')),
      (device) => device.commit(swap('new2', 'new3')),
    ],
  },
  {
    name: 'a confirming commit while a new snapshot is made',
    context: schema,
    minEditBytes: 1,
    prepare: async (device) => {
      await base(device);
      await device.commit(add('trial'), CONFIRMED);
    },
    steps: [(device) => device.commit(add('new'))],
  },
  {
    name: 'a copy of running to startup',
    context: startup,
    prepare: async (device) => {
      await base(device);
      await device.datastores.saveRunning(BY);
      await device.commit(add('new'));
    },
    steps: [(device) => device.datastores.saveRunning(BY)],
  },
];

/** What a start finds after no step, after the first, and so on. */
async function statesOf(row: Row): Promise<readonly string[]> {
  const states: string[] = [];
  for (let count = 0; count <= row.steps.length; count += 1) {
    const disk = new SimulatedDisk();
    const device = await Device.start(disk, row);
    await row.prepare(device);
    for (const step of row.steps.slice(0, count)) await step(device);
    await device.stop();
    states.push(await runningOn(disk.restarted({ content: 'kept', names: 'kept' }), row));
  }
  return states;
}

interface Loss {
  readonly disk: SimulatedDisk;
  /** Steps that were answered before. */
  readonly answered: number;
  /** Whether all was over by then. */
  readonly isOver: boolean;
}

/** The power goes at the n-th call that changes the disk. */
async function loss(row: Row, n: number): Promise<Loss> {
  const disk = new SimulatedDisk();
  const device = await Device.start(disk, row);
  await row.prepare(device);
  await device.datastores.idle();
  disk.failAt(n);
  let answered = 0;
  try {
    for (const step of row.steps) {
      await step(device);
      answered += 1;
    }
  } catch {
    // Nobody is left to be answered.
  }
  // What goes on in the background, such as a snapshot, comes to its end as well.
  await device.stop();
  return { disk, answered, isOver: !disk.isOff };
}

async function runningOn(disk: SimulatedDisk, row: Kind): Promise<string> {
  const device = await Device.start(disk, row);
  await device.stop();
  return device.running;
}

describe('a configuration when the power is lost', () => {
  for (const row of ROWS) {
    it(`is that before or that after ${row.name}`, async () => {
      const states = await statesOf(row);
      assert.equal(
        new Set(states).size,
        row.lasts === false ? 1 : states.length,
        'can be told apart',
      );
      const seen = new Set<string>();
      let n = 1;
      for (; ; n += 1) {
        const { disk, answered, isOver } = await loss(row, n);
        for (const damage of DAMAGES) {
          const found = await runningOn(disk.restarted(damage), row);
          const where = `call ${String(n)}, content ${damage.content}, names ${damage.names}`;
          assert.ok(states.includes(found), `${where}: ${found}`);
          assert.ok(states.lastIndexOf(found) >= answered, `${where}: an answered commit is lost`);
          seen.add(found);
        }
        if (isOver) break;
      }
      assert.ok(n > 2, 'there was something to lose');
      assert.deepEqual([...seen].sort(), [...new Set(states)].sort());
    });
  }

  it('would be wrong if nothing were synced', async () => {
    // The control: the same disk, and a store that believes that writing is enough.
    class Careless extends SimulatedDisk {
      override async open(path: string): ReturnType<SimulatedDisk['open']> {
        const file = await super.open(path);
        return file && { ...file, sync: () => Promise.resolve() };
      }

      override async create(path: string): ReturnType<SimulatedDisk['create']> {
        return { ...(await super.create(path)), sync: () => Promise.resolve() };
      }
    }
    const disk = new Careless();
    const device = await Device.start(disk, { context: schema });
    await device.commit(add('new'));
    const lost = disk.restarted({ content: 'lost', names: 'kept' });
    await assert.rejects(runningOn(lost, { context: schema }));
    await device.stop();
  });
});
