/**
 * Every kind of state across a move by the orchestrator: packets fill the tables of the old device, packets
 * ask the new one. Each row is asked of a device too that got the VM without its state, and there the
 * answer has to be another.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Schemas } from '../../../client/index.ts';
import type { MoveReport } from '../../../client/index.ts';
import { SAMI_MODULES, loadSchema } from '../../../server/index.ts';
import { createFileModuleRepository, packageYangDirectory } from '../../../src/node/index.ts';
import { kindsOf, vmListNode } from '../../../src/sami/index.ts';
import type { SchemaContext } from '../../../src/yang/index.ts';
import { MoveFixture } from '../../support/move-fixture.ts';
import { Bench } from './every-kind-device.ts';
import { KIND_ROWS, VM_ADDRESS, VM_FACTS } from './every-kind-rows.ts';
import type { KindRow } from './every-kind-rows.ts';

/** A kind that nothing in the package knows of. */
const VENDOR_MODULE = `
module vendor-tunnel {
  yang-version 1.1;
  namespace "urn:vendor:tunnel";
  prefix vt;
  import sami { prefix sami; }
  import ietf-inet-types { prefix inet; }
  revision 2026-11-20;
  augment "/sami:sami/sami:vm" {
    container tunnels {
      sami:kind "vendor-tunnel";
      sami:ephemeral;
      list tunnel {
        key "peer";
        must "../../sami:address = local" { error-app-tag "address-not-owned"; }
        leaf peer { type inet:ip-address-no-zone; }
        leaf local { type inet:ip-address-no-zone; mandatory true; }
        leaf packets { type uint64; sami:combine "add"; }
        leaf label { type string; sami:local; }
      }
    }
  }
}`;

const VENDOR_ROW: KindRow = {
  kind: 'vendor-tunnel',
  claim: 'entries of a kind that nobody here knows of are there, without what is local',
  config:
    '<tunnels xmlns="urn:vendor:tunnel"><tunnel><peer>198.51.100.1</peer>' +
    `<local>${VM_ADDRESS}</local><packets>99</packets><label>here</label></tunnel></tunnels>`,
  ask: (device) => device.rows('vendor-tunnel/tunnel'),
  kept: [{ peer: '198.51.100.1', local: VM_ADDRESS, packets: 99 }],
  control: [],
};

const ROWS: readonly KindRow[] = [...KIND_ROWS, VENDOR_ROW];

describe('every kind of state across a move', () => {
  let folder = '';
  let context: SchemaContext;
  let schemas: Schemas;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'sami-kinds-'));
    writeFileSync(join(folder, 'vendor-tunnel@2026-11-20.yang'), VENDOR_MODULE);
    context = loadSchema({
      paths: [folder],
      modules: [...SAMI_MODULES, { name: 'vendor-tunnel' }],
    });
    schemas = new Schemas(createFileModuleRepository([folder, packageYangDirectory()]));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(row: KindRow): Promise<World> {
    const { policy = {}, oldPolicy = policy, kinds } = row;
    const served = kinds ? { kinds } : {};
    const fixture = await MoveFixture.start({
      old: { context, policy: oldPolicy, ...served },
      new: { context, policy, ...served },
      sessions: 0,
    });
    return new World(fixture, context, schemas);
  }

  it('has a row for each kind', () => {
    const list = vmListNode(context);
    const kinds = list ? kindsOf(list).map(({ name }) => name) : [];
    assert.deepEqual([...new Set(ROWS.map(({ kind }) => kind))].sort(), [...kinds].sort());
  });

  for (const row of ROWS) {
    it(`${row.kind}: ${row.claim}`, async () => {
      await using world = await start(row);
      await world.fill(row);
      const report = await world.move(row);
      assert.deepEqual(report.errors, []);
      assert.equal(report.outcome, 'migrated');
      assert.deepEqual(await row.ask(world.new), row.kept);

      await using bare = await start(row);
      await bare.new.device.configure(sami(`<vm>${VM_FACTS}</vm>${row.neighbour ?? ''}`));
      assert.deepEqual(await row.ask(bare.new), row.control, 'control: without the move');
    });
  }
});

class World implements AsyncDisposable {
  readonly old: Bench;
  readonly new: Bench;
  readonly #fixture: MoveFixture;
  readonly #schemas: Schemas;

  constructor(fixture: MoveFixture, context: SchemaContext, schemas: Schemas) {
    this.#fixture = fixture;
    this.#schemas = schemas;
    this.old = new Bench(fixture.old, fixture.clock, context);
    this.new = new Bench(fixture.new, fixture.clock, context);
  }

  async fill({ config = '', neighbour, fill }: KindRow): Promise<void> {
    await this.old.device.configure(sami(`<vm>${VM_FACTS}${config}</vm>`));
    if (neighbour) await this.new.device.configure(sami(neighbour));
    fill?.(this.old);
  }

  /** The rest of the traffic comes when the tables have been copied and the VM still runs. */
  move({ meanwhile }: KindRow): Promise<MoveReport> {
    let done = false;
    return this.#fixture.move(
      {
        schemas: this.#schemas,
        onStep: ({ stage }) => {
          if (done || stage !== 'catch-up') return;
          done = true;
          meanwhile?.(this.old);
        },
      },
      'every-kind',
      'vm',
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#fixture[Symbol.asyncDispose]();
  }
}

function sami(content: string): string {
  return `<sami xmlns="urn:sami:yang:sami">${content}</sami>`;
}
