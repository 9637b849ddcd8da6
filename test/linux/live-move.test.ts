/**
 * Real connections through two real firewalls, moved by the orchestrator: with their sessions they live on,
 * without they die, and with windows of long ago packets are dropped.
 */
import assert from 'node:assert/strict';
import type { Suite } from 'mocha';
import { CarriedCounters } from '../../server/plane/linux/accounting/carried-counters.ts';
import { ConntrackTable } from '../../server/plane/linux/conntrack/table.ts';
import { AddressSet } from '../../server/plane/kit/netlink/address.ts';
import { RELAY_PROGRAMS } from '../../server/plane/kit/netlink/relay-script.ts';
import { Launcher } from '../../server/plane/kit/launcher.ts';
import type { MovingDevices } from '../support/moving-devices.ts';
import { movingFirewalls, rowsOf } from '../support/moving-firewalls.ts';
import { FLOWS, LiveFlows, VM4, VM6 } from '../support/live-flows.ts';
import { describeOnKernel } from '../support/namespaces.ts';
import { until } from '../support/until.ts';

const VM = `<vm><id>vm1</id><address>${VM4}</address><address>${VM6}</address></vm>`;
const ALL = [...FLOWS].sort();
/** Enough that windows are scaled, and that wrong windows would stop the transfer. */
const BULK = 2 << 20;
/** What the stream has to have sent while the move is under way: more than any window. */
const AHEAD = 16 << 20;

/** Packets and bytes of both directions, by the keys that conntrack prints. */
type Counted = ReadonlyMap<string, readonly number[]>;

describeOnKernel('Linux data plane: a VM with live connections moves', function (this: Suite) {
  this.timeout(40_000);

  it('and they live on, with a transfer that has gone on since the bulk copy', async () => {
    await using flows = await LiveFlows.create();
    await using devices = await movingFirewalls(flows.namespaces);
    await devices.old.configure(VM);
    await flows.open();
    assert.deepEqual(await flows.talk(BULK), ALL);
    await flows.stream();
    let atFreeze: Counted = new Map();
    const report = await devices.move('vm1', {
      hypervisor: {
        // Everything has been copied by now; the windows of the stream leave all of that behind.
        stop: async () => {
          const before = await flows.streamed(0);
          assert.ok((await flows.streamed(before + AHEAD)) >= before + AHEAD);
        },
        continueOnNew: async () => {
          atFreeze = await counted(flows);
          await flows.route('new');
        },
        resumeOnOld: () => flows.route('old'),
      },
    });
    assert.deepEqual(report.errors, []);
    assert.equal(report.outcome, 'migrated');
    for (const kind of ['session', 'nat']) {
      const { lost, extra } = report.kinds[kind] ?? {};
      assert.deepEqual([kind, lost, extra], [kind, 0, 0]);
    }
    const streamed = await flows.streamed(0);
    assert.ok((await flows.streamed(streamed + AHEAD)) >= streamed + AHEAD, 'the stream goes on');
    assert.deepEqual(await flows.talk(BULK), ALL);
    assert.equal(await flows.invalid('new'), 0, 'no packet was outside of a window');
    const left = await flows.namespaces.run('old', 'conntrack -C');
    assert.equal(left.trim(), '0');
    await checkCounters(devices, atFreeze);
  });

  it('and without its sessions, as a control, all its connections die', async () => {
    await using flows = await LiveFlows.create();
    await flows.open();
    assert.deepEqual(await flows.talk(100), ALL);
    await flows.route('new');
    assert.deepEqual(await flows.talk(100, 1500), []);
  });

  it('control: with windows of long ago, and strict about them, packets are dropped', async () => {
    await using flows = await LiveFlows.create();
    await flows.open();
    await flows.stream();
    const { namespaces } = flows;
    await copySessions(namespaces.name('old'), namespaces.name('new'));
    await flows.route('new');
    const before = await flows.streamed(0);
    await flows.streamed(before + AHEAD);
    assert.equal(await flows.invalid('new'), 0);
    await flows.route('old');
    await until(async () => (await flows.invalid('old')) > 0);
  });
});

/** Copies the TCP sessions of the VM, as the plane loads them. */
async function copySessions(source: string, target: string): Promise<void> {
  const [program] = RELAY_PROGRAMS;
  assert.ok(program);
  const open = (netns: string): ConntrackTable =>
    new ConntrackTable(new Launcher(netns), program, new CarriedCounters());
  const [from, to] = [open(source), open(target)];
  for await (const entries of from.dump(new AddressSet([VM4]))) {
    const tcp = entries.filter(({ protocol }) => protocol === 6);
    assert.deepEqual(await to.create(tcp), []);
  }
  await from.close();
  await to.close();
}

/** What the kernel of the old firewall has counted, by the conntrack tool. */
async function counted({ namespaces }: LiveFlows): Promise<Counted> {
  const both = '(conntrack -L; conntrack -L -f ipv6) 2>/dev/null';
  const lines = (await namespaces.run('old', both)).split('\n');
  return new Map(lines.flatMap(countedIn));
}

/** Key and counters from lines such as `udp 17 29 src=… dst=… sport=1 dport=2 packets=3 bytes=4 …`. */
function countedIn(line: string): readonly (readonly [string, readonly number[]])[] {
  const [, protocol, source, destination, rest = ''] =
    /^\S+ +(\d+) .*?src=(\S+) dst=(\S+) (.*)$/.exec(line) ?? [];
  if (protocol === undefined) return [];
  const value = (name: string): string | undefined =>
    new RegExp(`\\b${name}=(\\d+)`).exec(rest)?.[1];
  // ICMP has its identifier for a source port.
  const port = value('sport') ?? value('id') ?? '';
  const numbers = [...rest.matchAll(/(?:packets|bytes)=(\d+)/g)].map(([, number]) =>
    Number(number),
  );
  return [[[protocol, source, destination, port].join(' '), numbers]];
}

/** Whatever had been counted on the old device counts on the new one, and to it what has come since. */
async function checkCounters(devices: MovingDevices, before: Counted): Promise<void> {
  const after = new Map(
    (await rowsOf(devices.new, 'session')).map((row) => [
      ['protocol', 'source-address', 'destination-address', 'source-port']
        .map((name) => row[name])
        .join(' '),
      ['original-packets', 'original-bytes', 'reply-packets', 'reply-bytes'].map((name) =>
        Number(row[name]),
      ),
    ]),
  );
  let flowing = 0;
  for (const [key, numbers] of before) {
    const now = after.get(key);
    // Data connections of FTP end by themselves.
    if (!now) continue;
    assert.ok(
      numbers.every((number, index) => (now[index] ?? 0) >= number),
      `${key}: ${numbers.join(' ')}, then ${now.join(' ')}`,
    );
    if (numbers[0] !== now[0]) flowing += 1;
  }
  assert.ok(flowing >= FLOWS.length, `${flowing} sessions have counted on`);
}
