/** What a whole move asks of a device of tables: as many rows as there are, not more with each batch. */
import assert from 'node:assert/strict';
import { Catalog } from '../../../../server/plane/kit/catalog.ts';
import { TablePlane } from '../../../../server/plane/kit/table-plane.ts';
import type { VmEdit } from '../../../../server/plane/kit/driver.ts';
import { MovingDevices } from '../../../support/moving-devices.ts';
import type { MakePlanes } from '../../../support/moving-devices.ts';
import { fromPlain } from '../../../support/plain-data.ts';
import { FakeDriver } from './fake-driver.ts';

const KINDS = ['cumulative-security'];
const LIST = ['cumulative-security', 'blocked-client'] as const;
/** Entries that the orchestrator writes at a time. */
const BATCH = 5_000;

/** Rows that the edits from one mode to another set, by call. */
function sets(driver: FakeDriver, from: VmEdit['modeBefore'], to: VmEdit['mode']): number[] {
  return driver.edits.flatMap((edits) =>
    edits
      .filter(({ modeBefore, mode }) => modeBefore === from && mode === to)
      .map(({ tables }) => tables.reduce((sum, { set }) => sum + set.length, 0)),
  );
}

/** A plane that looks when it has to, not because time has passed. */
const planeOf =
  (driver: FakeDriver): MakePlanes =>
  (surroundings) => [new TablePlane(driver, { ...surroundings, pollMs: 600_000 })];

/** With entries of a client list, which a device has learnt. */
function knowing(driver: FakeDriver, rows: number): MakePlanes {
  return (surroundings) => {
    const table = new Catalog(surroundings.context, KINDS).find(...LIST);
    assert.ok(table);
    for (let index = 0; index < rows; index += 1) {
      const client = `192.0.${String(index >> 8)}.${String(index & 255)}`;
      const row = { 'client-address': client, 'server-address': '10.0.0.5', 'times-blocked': 1 };
      driver.traffic(table, fromPlain(table.list, row), (own) => own);
    }
    return planeOf(driver)(surroundings);
  };
}

async function move(rows: number): Promise<{ old: FakeDriver; target: FakeDriver }> {
  const [old, target] = [new FakeDriver(KINDS), new FakeDriver(KINDS)];
  await using devices = await MovingDevices.start({
    old: knowing(old, rows),
    new: planeOf(target),
  });
  await devices.old.configure('<vm><id>vm1</id><address>10.0.0.5</address></vm>');
  const report = await devices.move('vm1');
  assert.deepEqual([report.outcome, report.errors], ['migrated', []]);
  assert.equal(report.kinds['cumulative-security']?.after, rows);
  return { old, target };
}

describe('a move between devices of tables', () => {
  it('costs what there are entries, however many batches they come in', async () => {
    const looks: number[] = [];
    for (const rows of [BATCH + 1, 3 * BATCH]) {
      const { old, target } = await move(rows);
      const batches = sets(target, 'standby', 'standby');
      assert.equal(
        batches.reduce((sum, size) => sum + size, 0),
        rows,
        'the new device is given each entry once in standby',
      );
      assert.ok(batches.length > 1 && Math.max(...batches) <= BATCH);
      assert.deepEqual(sets(target, 'standby', 'learning'), [rows], 'and once on leaving it');
      assert.equal(target.rowsRead, rows, 'it is read once');
      looks.push(old.rowsRead / rows);
    }
    const [few, many] = looks;
    assert.equal(many, few, 'the old device is read as often with more entries');
  });
});
