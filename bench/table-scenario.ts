/** A device with a simulated plane: loading a table, then changing and reading one entry of it. */
import { setTimeout as delay } from 'node:timers/promises';
import { startDevice } from '../client/demo/device.ts';
import { connect } from '../client/demo/parties.ts';
import type { NetconfClient } from '../client/index.ts';
import { median } from './row.ts';
import type { Scenario } from './row.ts';
import { residentBytes, timed, withFolder } from './scratch.ts';
import { VM_ADDRESS, sessionXml, sessionsConfig } from './sessions-xml.ts';

const LARGE = 100_000;
const SMALL = 1000;
const VM = 'bench';
const REPEATS = 40;
/** Long enough for a process that has nothing to do to give garbage back. */
const REST_MS = 1000;

export const tableScenario: Scenario = {
  name: 'table',
  metrics: [
    {
      name: 'load 100 000 sessions, edit-config + commit',
      unit: 'entries/s',
      bound: { kind: 'at least', value: 40_000 },
      peer: 'netopeer2: 12 000',
    },
    {
      name: 'one entry edited and committed, 100 000 present',
      unit: 'ms',
      bound: { kind: 'at most', value: 10 },
      peer: 'netopeer2: 3 600',
    },
    {
      name: 'one entry edited and committed, 100 000 ÷ 1 000 present',
      unit: 'ratio',
      bound: { kind: 'at most', value: 2 },
    },
    {
      name: 'keyed read of one entry, 100 000 present, warmed up',
      unit: 'ms',
      bound: { kind: 'at most', value: 1 },
    },
    {
      name: 'resident memory per entry, 100 000 present',
      unit: 'bytes',
      bound: { kind: 'at most', value: 1000 },
      peer: 'netopeer2: 11 780',
    },
  ],
  run: () => withFolder(run),
};

async function run(folder: string): Promise<readonly number[]> {
  const small = await measure(folder, 'small', SMALL);
  const large = await measure(folder, 'large', LARGE);
  return [
    (LARGE / large.loadMs) * 1000,
    large.editMs,
    large.editMs / small.editMs,
    large.readMs,
    large.bytes / LARGE,
  ];
}

interface Figures {
  readonly loadMs: number;
  readonly editMs: number;
  readonly readMs: number;
  /** Growth of resident memory. */
  readonly bytes: number;
}

async function measure(folder: string, name: string, count: number): Promise<Figures> {
  const device = await startDevice({ name, folder, args: ['--plane', 'simulated'] });
  try {
    await using client = await connect(device.address);
    await makeVm(client);
    const empty = residentBytes(device.pid);
    // Made before the clock starts: how fast a client can write XML is not the question.
    const config = [...sessionsConfig(VM, count)];
    const loadMs = await timed(async () => {
      await client.editConfig({ target: 'candidate', config });
      await client.commit();
    });
    await delay(REST_MS);
    const bytes = residentBytes(device.pid) - empty;
    return { loadMs, bytes, editMs: await editOne(client, count), readMs: await readOne(client) };
  } finally {
    await device.close();
  }
}

async function makeVm(client: NetconfClient): Promise<void> {
  const config =
    `<sami xmlns="urn:sami:yang:sami"><vm><id>${VM}</id><address>${VM_ADDRESS}</address>` +
    `<mode>standby</mode></vm></sami>`;
  await client.editConfig({ target: 'candidate', config });
  await client.commit();
}

/** Median time to add one entry and commit. */
async function editOne(client: NetconfClient, present: number): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < REPEATS; index += 1) {
    const config =
      `<sami xmlns="urn:sami:yang:sami"><vm><id>${VM}</id>` +
      `<sessions xmlns="urn:sami:yang:sami-session">${sessionXml(present + index)}</sessions></vm></sami>`;
    times.push(
      await timed(async () => {
        await client.editConfig({ target: 'candidate', config });
        await client.commit();
      }),
    );
  }
  return median(times);
}

/** Median time to read one entry by its keys, by a server that has done so before. */
async function readOne(client: NetconfClient): Promise<number> {
  await readTimes(client);
  return median(await readTimes(client));
}

async function readTimes(client: NetconfClient): Promise<readonly number[]> {
  const times: number[] = [];
  for (let index = 0; index < 5 * REPEATS; index += 1) {
    const keys = sessionXml((index * 7919) % SMALL).replace(/<state>.*<\/session>/, '</session>');
    const content =
      `<sami xmlns="urn:sami:yang:sami"><vm><id>${VM}</id>` +
      `<sessions xmlns="urn:sami:yang:sami-session">${keys}</sessions></vm></sami>`;
    times.push(await timed(() => readEntry(client, content)));
  }
  return times;
}

async function readEntry(client: NetconfClient, content: string): Promise<void> {
  const data = await client.get({ filter: { type: 'subtree', content } });
  if (data.children.length === 0) throw new Error('the entry that was to be read is not there');
}
