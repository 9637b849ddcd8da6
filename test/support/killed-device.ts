/**
 * A program that stores configuration in a directory and is killed at the n-th call that changes it:
 * `killed-device.js DIRECTORY N`. It says `ok` for every commit that is answered.
 */
import { writeSync } from 'node:fs';
import { Datastores } from '../../server/datastore/datastores.ts';
import { NODE_DISK } from '../../server/datastore/disk.ts';
import type { Disk, DiskFile } from '../../server/datastore/disk.ts';
import { FileStore, loadSchema, silentLogger } from '../../server/index.ts';
import { applyEdit, decodeData } from '../../src/data/index.ts';
import { FakeClock } from './fake-clock.ts';
import { requester } from './requester.ts';
import { sami, vm } from './sami-xml.ts';

const [directory = '', calls = ''] = process.argv.slice(2);
let left = Number(calls);

/** SIGKILL to oneself is delivered before the call returns. */
function mortal<T>(call: () => Promise<T>): Promise<T> {
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
  return call();
}

const mortalFile = (file: DiskFile): DiskFile => ({
  size: () => file.size(),
  read: (offset, length) => file.read(offset, length),
  write: (bytes, offset) => mortal(() => file.write(bytes, offset)),
  truncate: (length) => mortal(() => file.truncate(length)),
  sync: () => mortal(() => file.sync()),
  close: () => file.close(),
});

const disk: Disk = {
  ...NODE_DISK,
  open: async (path) => {
    const file = await NODE_DISK.open(path);
    return file && mortalFile(file);
  },
  create: async (path) => mortalFile(await mortal(() => NODE_DISK.create(path))),
  rename: (from, to) => mortal(() => NODE_DISK.rename(from, to)),
  syncDirectory: (path) => mortal(() => NODE_DISK.syncDirectory(path)),
};

const context = loadSchema();
const logger = silentLogger;
const store = new FileStore({ directory, context, logger, disk, minEditBytes: 1 });
const clock = new FakeClock();
const options = { context, planes: [], participants: [], store, clock, logger };
const datastores = await Datastores.open(options);
const by = requester(1);
for (let id = 1; ; id += 1) {
  const config = sami(vm({ id: `vm${String(id)}` }));
  const text = `<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">${config}</config>`;
  const edit = decodeData(context.root, text, { edit: true, state: false });
  await datastores.edit('running', by, (tree) => applyEdit(tree, edit).tree);
  writeSync(1, 'ok\n');
}
