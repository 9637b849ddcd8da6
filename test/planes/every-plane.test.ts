/**
 * What holds for every real plane. Entries that are not the VM's are refused (X3), in every list of every kind that
 * it serves, and nothing of them reaches the program or the kernel behind it. What it supports it says in words
 * that devices can be compared by (M3).
 */
import assert from 'node:assert/strict';
import { TablePlane, SocketDriver, silentLogger } from '../../server/index.ts';
import type { DataPlane } from '../../server/index.ts';
import { LinuxDataPlane } from '../../server/plane/linux/index.ts';
import { NftablesDriver } from '../../server/plane/nftables/index.ts';
import { SystemClock } from '../../src/node/index.ts';
import { kindsOf } from '../../src/sami/index.ts';
import { Namespaces, describeOnKernel } from '../support/namespaces.ts';
import { OWNED_ENTRIES, OWNER } from '../support/owned-entries.ts';
import type { Plain } from '../support/plain-data.ts';
import { deviceSchema, makeVm, vmNode } from '../support/simulated-device.ts';
import { BRIDGE_TOOLS, TwoBridges } from './bridge/two-bridges.ts';
import { Balancers } from './haproxy/balancers.ts';
import { OVS_TOOLS, TwoSwitches } from './openvswitch/two-switches.ts';
import { ScriptedPlane } from './socket/scripted-plane.ts';
import { refusalsOf } from '../unit/plane/kit/table-device.ts';

interface Site extends AsyncDisposable {
  readonly plane: DataPlane;
  /** All that the program or the kernel has, as its own tool prints it. */
  show(): Promise<string>;
}

const surroundings = () => ({ context: deviceSchema(), clock: new SystemClock() });
/** Counts of packets that come by themselves, such as neighbour discovery. */
const still = (text: string): string => text.replace(/packets \d+ bytes \d+/g, '');

function onlyPlane([plane, ...more]: readonly DataPlane[]): DataPlane {
  assert.ok(plane);
  assert.deepEqual(more, []);
  return plane;
}

async function inNamespace(make: (netns: string) => DataPlane): Promise<Site> {
  const namespaces = await Namespaces.create('a');
  const tables = '(nft list ruleset; conntrack -L; conntrack -L -f ipv6) 2>/dev/null';
  return {
    plane: make(namespaces.name('a')),
    show: async () => still(await namespaces.run('a', tables)),
    [Symbol.asyncDispose]: () => namespaces[Symbol.asyncDispose](),
  };
}

const contentsOf = (plane: ScriptedPlane): string =>
  [...plane.tables(OWNER.id)]
    .flatMap(([table, rows]) => [...rows.keys()].map((key) => `${table} ${key}`))
    .join('\n');

const SITES: readonly (readonly [
  name: string,
  tools: readonly string[],
  start: () => Promise<Site>,
])[] = [
  [
    'linux',
    [],
    () =>
      inNamespace((netns) => {
        const { context: schema, clock } = surroundings();
        return new LinuxDataPlane({ schema, clock, netns });
      }),
  ],
  [
    'nftables',
    [],
    () =>
      inNamespace((netns) => {
        const { context, clock } = surroundings();
        return new TablePlane(new NftablesDriver(context, { netns }), { context, clock });
      }),
  ],
  [
    'bridge',
    BRIDGE_TOOLS,
    async () => {
      const bridges = await TwoBridges.create();
      const rules = (): Promise<string> => bridges.namespaces.run('old', 'nft list ruleset');
      // Hosts join groups of their own accord; this is the one that the entries are about.
      const groups = async (): Promise<readonly string[]> =>
        (await bridges.memberships('old')).split('\n').filter((it) => it.includes('239.1.1.1'));
      return {
        plane: onlyPlane(bridges.plane('old')(surroundings())),
        show: async () => [still(await rules()), ...(await groups())].join('\n'),
        [Symbol.asyncDispose]: () => bridges[Symbol.asyncDispose](),
      };
    },
  ],
  [
    'openvswitch',
    OVS_TOOLS,
    async () => {
      const switches = await TwoSwitches.create();
      const columns = '--columns=name,tag,vlan_mode,trunks,qos,external_ids';
      return {
        plane: onlyPlane(switches.plane('old')(surroundings())),
        show: () => switches.vsctl('old', `${columns} list port -- list qos -- list queue`),
        [Symbol.asyncDispose]: () => switches[Symbol.asyncDispose](),
      };
    },
  ],
  [
    'haproxy',
    ['haproxy'],
    async () => {
      const backend =
        'stick-table type string size 100 expire 1h store gpc0\n  server s1 10.0.0.5:80';
      const balancers = await Balancers.start({ a: `backend farm\n  ${backend}\n` });
      const { api } = balancers.get('a');
      return {
        plane: balancers.get('a').plane(),
        show: () => api.ask('show table farm'),
        [Symbol.asyncDispose]: () => balancers[Symbol.asyncDispose](),
      };
    },
  ],
  [
    'socket',
    [],
    async () => {
      const kinds = kindsOf(vmNode()).map(({ name }) => name);
      const plane = await ScriptedPlane.start({ kinds });
      const { context, clock } = surroundings();
      const timing = { clock, logger: silentLogger, timeoutMs: 10_000 };
      const driver = await SocketDriver.connect({ path: plane.socket, context, ...timing });
      return {
        plane: new TablePlane(driver, { context, clock }),
        show: () => Promise.resolve(contentsOf(plane)),
        [Symbol.asyncDispose]: () => plane[Symbol.asyncDispose](),
      };
    },
  ],
];

/** A VM that comes with one entry of a list. */
function vmWith(path: string, more: Plain, entry: Plain, mode: string): Plain {
  const [kindName, listName = ''] = path.split('/');
  const kind = kindsOf(vmNode()).find(({ name }) => name === kindName);
  assert.ok(kind);
  return { ...OWNER, ...more, mode, [kind.container.name]: { [listName]: [entry] } };
}

for (const [name, tools, start] of SITES) {
  describeOnKernel(
    `the ${name} plane`,
    function () {
      this.timeout(30_000);
      let site: Site;

      before(async () => {
        site = await start();
        await site.plane.start([]);
      });

      after(async () => {
        await site.plane.close();
        await site[Symbol.asyncDispose]();
      });

      const refusals = async (vm: Plain): Promise<readonly string[]> => {
        const change = { id: OWNER.id, before: undefined, after: makeVm(vm) };
        return refusalsOf(site.plane.prepare([change]).then((prepared) => prepared.abort()));
      };

      it('refuses entries of others in every list that it serves, with nothing changed', async () => {
        const shown = await site.show();
        const tested = new Set<string>();
        for (const { list, foreign, own, vm = {} } of OWNED_ENTRIES) {
          const [kind = ''] = list.split('/');
          if (!site.plane.kinds.includes(kind)) continue;
          tested.add(kind);
          for (const mode of ['standby', 'learning']) {
            for (const [what, tag, entry] of foreign) {
              const [first = 'accepted'] = await refusals(vmWith(list, vm, entry, mode));
              const where = `${list} ${what} in mode ${mode}`;
              assert.match(first, new RegExp(`^invalid-value ${tag} /.+vm\\[.+: `), where);
            }
          }
          for (const [what, entry] of own) {
            // The device may lack something for it: that it is somebody else's is not what it says.
            const all = await refusals(vmWith(list, vm, entry, 'standby'));
            assert.ok(!all.some((it) => it.includes('-not-owned')), `control: ${list} ${what}`);
          }
        }
        assert.deepEqual([...tested].sort(), [...site.plane.kinds].sort());
        assert.equal(await site.show(), shown);
        assert.ok((await site.plane.use()).every(({ reserved }) => reserved === 0n));
      });

      it('says what it supports of each kind', async () => {
        const support = await site.plane.support();
        assert.deepEqual(support.map(({ kind }) => kind).sort(), [...site.plane.kinds].sort());
        for (const { kind, features, limit } of support) {
          // The process on the other end of a socket may have nothing to say.
          assert.ok(name === 'socket' || features.length > 0, kind);
          assert.equal(new Set(features).size, features.length, kind);
          for (const feature of features) assert.match(feature, /^[a-z0-9]+(-[a-z0-9]+)*$/);
          assert.ok(limit === undefined || limit > 0n, kind);
        }
      });
    },
    tools,
  );
}
