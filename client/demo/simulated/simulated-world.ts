/**
 * The demonstration on simulated firewalls: two `samid` whose data plane is a packet-level model, and
 * packets that are made up here. Connections live when the model lets their packets through.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDevice } from '../device.ts';
import type { Device } from '../device.ts';
import type { DeviceAddress, Place, World } from '../world.ts';
import { PacketClient } from './packet-client.ts';
import type { DemoPacket } from './packet-client.ts';

const TCP = 6;
const UDP = 17;
const SERVICE_PORT = 5000;
const CORRESPONDENT_PORT = 6000;
const VM4 = '10.1.1.1';
const VM6 = '2001:db8:1::1';
/** Leaves the firewalls as an address of their pool. */
const VM4_TRANSLATED = '10.1.1.2';
const PEER4 = '203.0.113.9';
const PEER6 = '2001:db8:9::9';

/** Both firewalls have the same policy; what they lack without a move is the sessions. */
const DEVICE_POLICY = {
  defaultAction: 'drop',
  loose: false,
  nat: [{ internal: [`${VM4_TRANSLATED}/32`], external: ['192.0.2.80'] }],
};

const POLICY_XML = `
  <acl-static xmlns="urn:sami:yang:sami-acl"><acl><name>service</name><aces>
    ${ace('in-tcp', 'ipv4', `destination-ipv4-network>${VM4}/32`, SERVICE_PORT)}
    ${ace('in-tcp6', 'ipv6', `destination-ipv6-network>${VM6}/128`, SERVICE_PORT)}
    ${ace('out', 'ipv4', `source-ipv4-network>${VM4}/32`)}
    ${ace('out-translated', 'ipv4', `source-ipv4-network>${VM4_TRANSLATED}/32`)}
    ${ace('out6', 'ipv6', `source-ipv6-network>${VM6}/128`)}
  </aces></acl></acl-static>`;

/** A rule that admits what goes to or comes from one address; `network` is an element's name and content. */
function ace(name: string, family: 'ipv4' | 'ipv6', network: string, port?: number): string {
  const element = network.slice(0, network.indexOf('>'));
  const tcp =
    port === undefined
      ? ''
      : `<tcp><destination-port><operator>eq</operator><port>${port}</port></destination-port></tcp>`;
  return (
    `<ace><name>${name}</name><matches><${family}><${network}</${element}></${family}>${tcp}</matches>` +
    `<actions><forwarding>accept</forwarding></actions></ace>`
  );
}

/** A connection as its correspondent sees it: what comes from the VM may bear a translated address. */
interface Flow {
  readonly toVm: DemoPacket;
  readonly fromVm: DemoPacket;
}

export class SimulatedWorld implements World {
  readonly plane = 'simulated';
  readonly policyXml = POLICY_XML;
  readonly vm = { id: 'vm-1', addresses: [VM4, VM6, VM4_TRANSLATED] };
  readonly #devices: Record<'old' | 'new', Device>;
  readonly #packets: Record<'old' | 'new', PacketClient>;
  #place: Place = 'old';
  #flows: Flow[] = [];

  private constructor(
    devices: Record<'old' | 'new', Device>,
    packets: Record<'old' | 'new', PacketClient>,
  ) {
    this.#devices = devices;
    this.#packets = packets;
  }

  static async create(folder: string): Promise<SimulatedWorld> {
    const policy = join(folder, 'policy.json');
    writeFileSync(policy, JSON.stringify(DEVICE_POLICY));
    const start = async (name: 'old' | 'new'): Promise<[Device, PacketClient]> => {
      const socket = join(folder, `${name}.packets`);
      const args = [
        '--plane',
        `simulated,packet-socket=${escape(socket)},policy=${escape(policy)}`,
      ];
      const device = await startDevice({ name, folder, args });
      return [device, await PacketClient.connect(socket)];
    };
    const [[old, oldPackets], [fresh, newPackets]] = await Promise.all([
      start('old'),
      start('new'),
    ]);
    return new SimulatedWorld({ old, new: fresh }, { old: oldPackets, new: newPackets });
  }

  get old(): DeviceAddress {
    return this.#devices.old.address;
  }

  get new(): DeviceAddress {
    return this.#devices.new.address;
  }

  async openFlows(count: number): Promise<void> {
    const indices = Array.from({ length: count }, (_, index) => index);
    this.#flows = await Promise.all(indices.map((index) => this.#open(index)));
  }

  closeFlows(): Promise<void> {
    this.#flows = [];
    return Promise.resolve();
  }

  async aliveFlows(): Promise<number> {
    if (this.#place === 'nowhere') return 0;
    const device = this.#packets[this.#place];
    const arrived = await device.send(this.#flows.map(({ toVm }) => toVm));
    // Only who has heard the correspondent answers it.
    const hearing = this.#flows.filter((_, index) => arrived[index]?.action === 'pass');
    const answered = await device.send(hearing.map(({ fromVm }) => fromVm));
    return answered.filter(({ action }) => action === 'pass').length;
  }

  plumb(place: Place): Promise<void> {
    this.#place = place;
    return Promise.resolve();
  }

  fill(total: number): Promise<void> {
    return this.#packets.old.fill(this.vm.id, total);
  }

  async close(): Promise<void> {
    for (const packets of Object.values(this.#packets)) packets.close();
    await Promise.all(Object.values(this.#devices).map((device) => device.close()));
  }

  /** The kinds take turns: TCP to the service, UDP that the VM begins, plain and translated. */
  async #open(index: number): Promise<Flow> {
    const turn = index % 5;
    if (turn === 0) return this.#openTcp(index, VM4, PEER4);
    if (turn === 1) return this.#openTcp(index, VM6, PEER6);
    if (turn === 2) return this.#openUdp(index, VM6, PEER6);
    return this.#openUdp(index, turn === 3 ? VM4 : VM4_TRANSLATED, PEER4);
  }

  async #openTcp(index: number, vm: string, peer: string): Promise<Flow> {
    const toVm: DemoPacket = {
      protocol: TCP,
      sourceAddress: peer,
      destinationAddress: vm,
      sourcePort: 20_000 + index,
      destinationPort: SERVICE_PORT,
      tcpFlags: ['ack', 'psh'],
    };
    const fromVm: DemoPacket = { ...reverse(toVm), tcpFlags: ['ack', 'psh'] };
    await this.#sendAll([
      { ...toVm, tcpFlags: ['syn'] },
      { ...fromVm, tcpFlags: ['syn', 'ack'] },
      { ...toVm, tcpFlags: ['ack'] },
    ]);
    return { toVm, fromVm };
  }

  async #openUdp(index: number, vm: string, peer: string): Promise<Flow> {
    const fromVm: DemoPacket = {
      protocol: UDP,
      sourceAddress: vm,
      destinationAddress: peer,
      sourcePort: 30_000 + index,
      destinationPort: CORRESPONDENT_PORT,
    };
    const [outside = fromVm] = await this.#sendAll([fromVm]);
    const toVm = reverse(outside);
    await this.#sendAll([toVm]);
    return { toVm, fromVm };
  }

  /** Sends packets that have to pass through the old firewall; returns them as they left it. */
  async #sendAll(packets: readonly DemoPacket[]): Promise<DemoPacket[]> {
    const verdicts = await this.#packets.old.send(packets);
    return verdicts.map(({ action, reason, packet }, index) => {
      if (action === 'pass' && packet) return packet;
      throw new Error(
        `the simulated firewall did not let packet ${JSON.stringify(packets[index])} pass: ${reason ?? action}`,
      );
    });
  }
}

function reverse(packet: DemoPacket): DemoPacket {
  return {
    protocol: packet.protocol,
    sourceAddress: packet.destinationAddress,
    destinationAddress: packet.sourceAddress,
    sourcePort: packet.destinationPort,
    destinationPort: packet.sourcePort,
  };
}

/** A value in the argument of `--plane`. */
function escape(value: string): string {
  return value.replaceAll(/[\\,]/g, '\\$&');
}
