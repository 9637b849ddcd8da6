/** Entries that are not the VM's are refused on every plane, in every list of every kind (X3). */
import assert from 'node:assert/strict';
import { NetconfClient } from '../../../../client/index.ts';
import { createServer, loadSchema } from '../../../../server/index.ts';
import type { DataPlane } from '../../../../server/plane/plane.ts';
import { TablePlane } from '../../../../server/plane/kit/table-plane.ts';
import { ownerOf } from '../../../../server/plane/kit/ownership.ts';
import { SimulatedPlane } from '../../../../server/plane/simulated/index.ts';
import { DataList, emptyRoot, encodeData } from '../../../../src/data/index.ts';
import { createLinkedTransports } from '../../../../src/netconf/index.ts';
import { kindsOf, vmListNode } from '../../../../src/sami/index.ts';
import type { Kind } from '../../../../src/sami/index.ts';
import type { ListNode } from '../../../../src/yang/index.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { OWNED_ENTRIES, OWNER } from '../../../support/owned-entries.ts';
import type { OwnedEntries } from '../../../support/owned-entries.ts';
import { fromPlain } from '../../../support/plain-data.ts';
import type { Plain } from '../../../support/plain-data.ts';
import { FakeDriver } from './fake-driver.ts';
import { ALL_MODULES, allKinds, makeVm, refusalsOf, vmList } from './table-device.ts';

const KINDS = kindsOf(vmList());

interface Case {
  readonly name: string;
  readonly vm: Plain;
  /** App-tag of the refusal; undefined when the entry is the VM's. */
  readonly tag: string | undefined;
}

function kindOf({ list: path }: OwnedEntries): readonly [Kind, ListNode] {
  const [kindName, listName] = path.split('/');
  const kind = KINDS.find(({ name }) => name === kindName);
  const list = kind?.lists.find(({ name }) => name === listName);
  if (!kind || !list) throw new Error(`no list ${path}`);
  return [kind, list];
}

const CASES: readonly Case[] = OWNED_ENTRIES.flatMap((row) => {
  const [kind, list] = kindOf(row);
  const vm = (entry: Plain): Plain => ({
    ...OWNER,
    mode: 'standby',
    ...row.vm,
    [kind.container.name]: { [list.name]: [entry] },
  });
  return [
    ...row.own.map(([what, entry]) => ({
      name: `${row.list} ${what}`,
      vm: vm(entry),
      tag: undefined,
    })),
    ...row.foreign.map(([what, tag, entry]) => ({
      name: `${row.list} ${what}`,
      vm: vm(entry),
      tag,
    })),
  ];
});

/** What the plane says to the VM as it comes. */
async function refusal(plane: DataPlane, vm: Plain): Promise<string | undefined> {
  const after = makeVm(vm);
  const [first, ...more] = await refusalsOf(
    plane.prepare([{ id: OWNER.id, before: undefined, after }]).then((change) => change.abort()),
  );
  assert.deepEqual(more, []);
  return first;
}

function judge({ tag }: Case, first: string | undefined): void {
  if (tag === undefined) assert.equal(first, undefined);
  else {
    assert.match(first ?? 'accepted', new RegExp(`^invalid-value ${tag} /`));
    assert.match(
      first ?? '',
      /vm\[id='vm1'\]\/.+\[.+\]: .+/,
      'says which entry, and what is wrong',
    );
  }
}

describe('every list of every kind in our modules', () => {
  it('has rows in the table of owned and foreign entries', () => {
    const lists = KINDS.flatMap(({ name, lists: all }) =>
      all.map((list) => `${name}/${list.name}`),
    );
    assert.deepEqual(OWNED_ENTRIES.map(({ list }) => list).sort(), [...lists].sort());
    for (const { list, own, foreign } of OWNED_ENTRIES) {
      assert.ok(own.length > 0 && foreign.length > 0, list);
    }
  });

  it('has rows for a foreign address, MAC address and VLAN wherever its rules name one', () => {
    for (const row of OWNED_ENTRIES) {
      const [, list] = kindOf(row);
      const tags = new Set(list.must.map(({ errorAppTag }) => errorAppTag));
      const tested = new Set<string>(row.foreign.map(([, tag]) => tag));
      for (const tag of ['address-not-owned', 'vlan-not-owned']) {
        if (tags.has(tag)) assert.ok(tested.has(tag), `${row.list} ${tag}`);
      }
    }
  });
});

for (const [name, make] of [
  [
    'a device of tables',
    (): DataPlane =>
      new TablePlane(new FakeDriver(KINDS.map((kind) => kind.name)), {
        context: allKinds(),
        clock: new FakeClock(),
      }),
  ],
  [
    'the simulated plane',
    (): DataPlane => new SimulatedPlane(allKinds(), { clock: new FakeClock() }),
  ],
] as const) {
  describe(`entries on ${name}`, () => {
    for (const each of CASES) {
      it(`${each.tag === undefined ? 'may be' : 'may not be'} ${each.name}`, async () => {
        const plane = make();
        await plane.start([]);
        judge(each, await refusal(plane, each.vm));
        await plane.close();
      });
    }
  });
}

describe('entries in the datastore', () => {
  const context = loadSchema({ modules: ALL_MODULES.map((module) => ({ name: module })) });
  const list = vmListNode(context) as ListNode;

  /** Edits the candidate and validates it, as any NETCONF client would. */
  async function refusedByServer(vm: Plain): Promise<string | undefined> {
    const top = list.dataParent;
    if (top.kind !== 'container') throw new Error('no container sami');
    const vms = DataList.from(list, [fromPlain(list, vm)]);
    const sami = fromPlain(top, {}).with(list, vms);
    const config = encodeData(emptyRoot(context).with(top, sami));
    const server = await createServer({ context, clock: new FakeClock() });
    const [near, far] = createLinkedTransports();
    void server.accept(far);
    await using client = await NetconfClient.open(near, { clock: new FakeClock() });
    try {
      await client.editConfig({ target: 'candidate', config });
      const [first] = await refusalsOf(client.commit());
      return first;
    } finally {
      await server.close();
    }
  }

  for (const each of CASES) {
    it(`${each.tag === undefined ? 'may be' : 'may not be'} ${each.name}`, async () => {
      const first = await refusedByServer(each.vm);
      if (each.tag === undefined) assert.equal(first, undefined);
      else assert.match(first ?? 'accepted', new RegExp(` ${each.tag} `));
    });
  }
});

describe('the identity of a VM', () => {
  it('is looked at anew for every entry when it changes', async () => {
    const plane = new TablePlane(new FakeDriver(['session']), {
      context: allKinds(),
      clock: new FakeClock(),
    });
    await plane.start([]);
    const entries = OWNED_ENTRIES[0]?.own.map(([, entry]) => entry);
    const before = makeVm({ ...OWNER, mode: 'standby', sessions: { session: entries } });
    await (await plane.prepare([{ id: 'vm1', before: undefined, after: before }])).apply();
    const address = before.schema.dataChildren.find((node) => node.name === 'address');
    assert.ok(address);
    const after = before.with(address, ['10.0.0.5']);
    const refusals = await refusalsOf(plane.prepare([{ id: 'vm1', before, after }]));
    assert.equal(refusals.length, 1);
    assert.match(refusals[0] ?? '', /address-not-owned .*2001:db8::5/);
  });

  it('counts as it is configured now, also where the same entry was checked before', () => {
    const [own] = OWNED_ENTRIES[0]?.own ?? [];
    const session = KINDS[0]?.lists[0];
    assert.ok(own && session);
    const row = fromPlain(session, own[1]);
    assert.equal(ownerOf(makeVm(OWNER)).error(row), undefined);
    const moved = ownerOf(makeVm({ ...OWNER, address: ['10.9.9.9'] }));
    assert.equal(moved.error(row)?.appTag, 'address-not-owned');
  });
});
