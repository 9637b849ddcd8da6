/** A device as the rows of every-kind.test.ts see it: packets go in, and it is said in words what came out. */
import { childValue } from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import { kindsOf, vmListNode } from '../../../src/sami/index.ts';
import type { SchemaContext } from '../../../src/yang/index.ts';
import type { Packet, Verdict } from '../../../server/plane/simulated/index.ts';
import type { FakeClock } from '../../support/fake-clock.ts';
import type { TestDevice } from '../../support/move-fixture.ts';
import { toPlain } from '../../support/plain-data.ts';
import type { Plain } from '../../support/plain-data.ts';
import { describeVerdict } from '../../support/simulated-device.ts';

export class Bench {
  readonly device: TestDevice;
  readonly clock: FakeClock;
  readonly #context: SchemaContext;

  constructor(device: TestDevice, clock: FakeClock, context: SchemaContext) {
    this.device = device;
    this.clock = clock;
    this.#context = context;
  }

  forward(packet: Packet): Verdict {
    return this.device.plane.forward(packet);
  }

  send(...packets: readonly Packet[]): readonly string[] {
    return packets.map((packet) => describeVerdict(this.forward(packet)));
  }

  /** How many of these packets pass. */
  passing(packets: readonly Packet[]): number {
    return this.send(...packets).filter((verdict) => verdict === 'pass').length;
  }

  /** From where and to where a packet goes on; the verdict when it does not. */
  course(packet: Packet): string {
    const verdict = this.forward(packet);
    if (verdict.action !== 'pass') return describeVerdict(verdict);
    const { sourceAddress, sourcePort, destinationAddress, destinationPort } = verdict.packet;
    const text = (address: string, port = 0): string => `${address} ${String(port)}`;
    return `${text(sourceAddress, sourcePort)} > ${text(destinationAddress, destinationPort)}`;
  }

  /** The packets that come out for one that goes in: itself, copies, or answers. */
  out(packet: Packet): readonly Packet[] {
    const verdict = this.forward(packet);
    switch (verdict.action) {
      case 'pass':
      case 'forward':
        return [verdict.packet];
      case 'answer':
        return verdict.packets;
      case 'deliver':
        return verdict.copies;
      case 'drop':
        return [];
    }
  }

  /** Entries of a list, `kind/list`, of a VM. */
  async rows(path: string, vm = 'vm'): Promise<readonly Plain[]> {
    const [kindName, listName] = path.split('/');
    const node = vmListNode(this.#context);
    const kind = node && kindsOf(node).find(({ name }) => name === kindName);
    const list = kind?.lists.find(({ name }) => name === listName);
    if (!list) throw new Error(`no list ${path}`);
    const rows: Branch[] = [];
    for await (const batch of this.device.plane.read({ vm: this.#vm(vm), list })) {
      rows.push(...batch);
    }
    return rows.map(toPlain);
  }

  #vm(id: string): Branch {
    const { datastores } = this.device.server;
    const vm = datastores.vmTree?.find(datastores.running, id);
    if (!vm || childValue(vm, 'id') !== id) throw new Error(`no VM ${id}`);
    return vm;
  }
}
