/**
 * Access lists (K4, K5) in the kernel: what is permitted passes and what is denied does not, in every instant
 * of a move, which a stream of packets of both sorts shows.
 */
import assert from 'node:assert/strict';
import { TestHypervisor } from '../../support/move-fixture.ts';
import { describeOnKernel } from '../../support/namespaces.ts';
import { CLIENT, CLIENT_2, Crossing, MARKER_VM, VM, VM_2 } from './crossing.ts';
import type { Packets } from './crossing.ts';
import { lifetimes, startDevices } from './devices.ts';

const PERMITTED = 80;
const DENIED = 81;
const DYNAMIC_PERMITTED = 82;
const DYNAMIC_DENIED = 83;
const PASSING = [PERMITTED, DYNAMIC_PERMITTED];
const STOPPED = [DENIED, DYNAMIC_DENIED];

const ace = (vm: string, name: string, port: number, forwarding: string, more = ''): string => `
  <ace><name>${name}</name>
    <matches>
      <ipv4><destination-ipv4-network>${vm}/32</destination-ipv4-network></ipv4>
      <udp><destination-port><port>${port}</port></destination-port></udp>
    </matches>
    <actions><forwarding>${forwarding}</forwarding></actions>${more}
  </ace>`;

/** Static lists permit one port and all that the dynamic rules do not stop; those permit and deny others. */
function vmXml(id: string, address: string, extra = ''): string {
  const times = '<lifetime>600</lifetime>';
  return `<vm><id>${id}</id><address>${address}</address>
    <acl-static xmlns="urn:sami:yang:sami-acl"><acl><name>main</name><aces>
      ${ace(address, 'no', DENIED, 'drop')}${ace(address, 'yes', PERMITTED, 'accept')}
      ${ace(address, 'late', DYNAMIC_DENIED, 'accept')}
    </aces></acl></acl-static>
    <acl-dynamic xmlns="urn:sami:yang:sami-acl">
      ${ace(address, 'stop', DYNAMIC_DENIED, 'drop', times)}
      ${ace(address, 'user', DYNAMIC_PERMITTED, 'accept', `<authentication><identity>bob</identity></authentication>${times}`)}
      ${extra}
    </acl-dynamic></vm>`;
}

/** Where nothing is permitted by itself, and each packet is looked at. */
const STRICT = { policy: 'drop', established: 'check' } as const;
const MARKER_XML = `<vm><id>marker</id><address>${MARKER_VM}</address>
  <acl-static xmlns="urn:sami:yang:sami-acl"><acl><name>all</name><aces><ace><name>all</name>
    <matches><ipv4><destination-ipv4-network>${MARKER_VM}/32</destination-ipv4-network></ipv4></matches>
    <actions><forwarding>accept</forwarding></actions></ace></aces></acl></acl-static></vm>`;

const kinds = (to: string, ports: readonly number[]): readonly Packets[] =>
  ports.map((dport) => ({ from: CLIENT, to, dport }));

async function seenSum(crossing: Crossing, packets: readonly Packets[]): Promise<number> {
  let sum = 0;
  for (const each of packets) sum += await crossing.seen('world', each);
  return sum;
}

/** Sends both sorts all the time; the sort that is permitted only while the VM runs. */
class BothSorts {
  readonly #crossing: Crossing;
  readonly #vm: string;
  sent = 0;
  denied = 0;

  constructor(crossing: Crossing, vm: string) {
    this.#crossing = crossing;
    this.#vm = vm;
  }

  async begin(): Promise<void> {
    await this.#crossing.stream('world', `denied ${this.#vm}`, kinds(this.#vm, STOPPED));
    await this.run();
  }

  run(): Promise<void> {
    return this.#crossing.stream('world', `permitted ${this.#vm}`, kinds(this.#vm, PASSING));
  }

  async pause(): Promise<void> {
    const sent = await this.#crossing.stopStream('world', `permitted ${this.#vm}`);
    this.sent += sent.reduce((sum, count) => sum + count, 0);
    await this.#crossing.drain('world');
  }

  /** Packets that had the wrong fate. */
  async end(): Promise<{ lost: number; leaked: number }> {
    await this.pause();
    const sent = await this.#crossing.stopStream('world', `denied ${this.#vm}`);
    this.denied = sent.reduce((sum, count) => sum + count, 0);
    await this.#crossing.drain('world');
    const passed = await seenSum(this.#crossing, kinds(this.#vm, PASSING));
    const leaked = await seenSum(this.#crossing, kinds(this.#vm, STOPPED));
    return { lost: this.sent - passed, leaked };
  }
}

describeOnKernel('nftables: access lists of a VM that moves', function () {
  this.timeout(60_000);

  it('no packet is judged wrongly in any instant, for it and for another VM there', async () => {
    await using crossing = await Crossing.create();
    await using devices = await startDevices(crossing, STRICT);
    const many = Array.from({ length: 200 }, (_, index) =>
      ace(VM, `user-${String(index)}`, 10_000 + index, 'accept', '<lifetime>500</lifetime>'),
    ).join('');
    await devices.old.configure(MARKER_XML + vmXml('vm1', VM, many));
    await devices.new.configure(MARKER_XML + vmXml('vm2', VM_2));
    await crossing.namespaces.run('world', `ip route add ${VM_2} via 10.20.2.1`);

    const moving = new BothSorts(crossing, VM);
    const resident = new BothSorts(crossing, VM_2);
    await moving.begin();
    await resident.begin();
    const host = new TestHypervisor();
    const {
      outcome,
      kinds: moved,
      errors,
    } = await devices.move('vm1', {
      hypervisor: {
        stop: async () => {
          await moving.pause();
          await host.stop();
        },
        continueOnNew: async () => {
          await host.continueOnNew();
          await crossing.route('new');
          await moving.run();
        },
        resumeOnOld: () => host.resumeOnOld(),
      },
    });
    assert.deepEqual([outcome, errors], ['migrated', []]);
    assert.deepEqual(moved['acl-dynamic'], { before: 202, after: 202, lost: 0, extra: 0 });
    // Nor when the lists of the VM are written anew while it runs there.
    for (let times = 0; times < 5; times += 1) {
      const more = ace(VM, `more-${times}`, 9000 + times, 'accept');
      await devices.new.configure(
        `<vm><id>vm1</id><acl-static xmlns="urn:sami:yang:sami-acl"><acl><name>main</name>
          <aces>${more}</aces></acl></acl-static></vm>`,
      );
    }
    assert.deepEqual(await moving.end(), { lost: 0, leaked: 0 });
    assert.deepEqual(await resident.end(), { lost: 0, leaked: 0 });
    for (const { sent, denied } of [moving, resident]) {
      assert.ok(sent > 1000 && denied > 1000, `${sent} and ${denied} packets are no stream`);
    }

    const times = await lifetimes(crossing, 'new', 'ace');
    assert.equal(times.length, 204);
    assert.ok(times.every((left) => left !== undefined && left > 400 && left < 600));
    assert.equal(await crossing.send('world', { from: CLIENT_2, to: VM, dport: 10_199 }), 1);
    assert.equal(await crossing.send('world', { from: CLIENT_2, to: VM, dport: 10_200 }), 0);
  });

  it('as controls: without the move nothing passes, and two transactions instead of one are seen', async () => {
    await using crossing = await Crossing.create();
    await using devices = await startDevices(crossing, STRICT);
    await devices.old.configure(MARKER_XML + vmXml('vm1', VM));
    await devices.new.configure(`${MARKER_XML}<vm><id>vm1</id><address>${VM}</address></vm>`);
    for (const [device, passes] of [
      ['new', 0],
      ['old', 1],
    ] as const) {
      await crossing.route(device);
      for (const dport of PASSING) {
        assert.equal(await crossing.send('world', { from: CLIENT_2, to: VM, dport }), passes);
      }
    }

    const text = await crossing.namespaces.run('old', 'nft list ruleset');
    const [, chain = ''] = /chain (acl-static\/\w+) \{\s+ip daddr 10\.1\.1\.1/.exec(text) ?? [];
    const stream = new BothSorts(crossing, VM);
    await stream.begin();
    for (let times = 0; times < 5; times += 1) {
      const rule = `ip daddr ${VM} udp dport ${PERMITTED} accept`;
      await crossing.namespaces.run('old', `nft flush chain inet sami-policy ${chain}`);
      await crossing.namespaces.run('old', `nft add rule inet sami-policy ${chain} ${rule}`);
    }
    const { lost } = await stream.end();
    assert.ok(lost > 0, 'nothing was lost');
  });
});
