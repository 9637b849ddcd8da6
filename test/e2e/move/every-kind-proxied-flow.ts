/** A client and a server with a proxy between them: each knows its own numbers and what it was told. */
import type { Packet } from '../../../server/plane/simulated/index.ts';
import { tcp } from '../../support/packets.ts';
import type { Flow, Way } from '../../support/packets.ts';
import { describeVerdict } from '../../support/simulated-device.ts';
import type { Bench } from './every-kind-device.ts';

/** What an end of the connection sends next, and what it expects. */
interface End {
  sends: number;
  expects: number;
}

export class ProxiedFlow {
  readonly #flow: Flow;
  #client: End = { sends: 0, expects: 0 };
  #server: End = { sends: 0, expects: 0 };
  /** Bytes that the client has sent. */
  #sent = 0;

  constructor(flow: Flow) {
    this.#flow = flow;
  }

  /** Both handshakes; client and server begin with numbers of their own. */
  open(device: Bench): void {
    this.#client = { sends: 1_000, expects: 0 };
    this.#server = { sends: 4_294_967_290, expects: 0 };
    this.#sent = 0;
    const syn = tcp(this.#flow, 'there', 'syn');
    const [hello] = device.out({ ...syn, tcp: { sequence: this.#client.sends } });
    this.#client = { sends: 1_001, expects: (hello?.tcp?.sequence ?? 0) + 1 };
    const [request] = device.out(this.#segment('there'));
    this.#server.expects = (request?.tcp?.sequence ?? 0) + 1;
    device.out({ ...this.#segment('back'), tcpFlags: ['syn', 'ack'] });
    this.#server.sends += 1;
  }

  /** The client sends until it has sent so many bytes in all; the server acknowledges each segment. */
  sendUpTo(device: Bench, bytes: number): void {
    while (this.#sent < bytes) {
      const payload = Math.min(11, bytes - this.#sent);
      device.out(this.#segment('there', payload));
      this.#client.sends += payload;
      this.#server.expects += payload;
      this.#sent += payload;
      device.out(this.#segment('back'));
    }
  }

  /** A next segment each way, and one that was sent and acknowledged long ago. */
  ask(device: Bench): Readonly<Record<'toServer' | 'toClient' | 'stale', string>> {
    const stale = this.#segment('there', 11);
    const old = { ...stale, tcp: { ...stale.tcp, sequence: this.#client.sends - 11, payload: 11 } };
    return {
      stale: this.#stale(device, old),
      toServer: this.#next(device, 'there', this.#server),
      toClient: this.#next(device, 'back', this.#client),
    };
  }

  /** Whether a segment comes out with the numbers that the other end expects. */
  #next(device: Bench, way: Way, receiver: End): string {
    const verdict = device.forward(this.#segment(way, 5));
    if (verdict.action !== 'pass') return describeVerdict(verdict);
    const { sequence, acknowledgement } = verdict.packet.tcp ?? {};
    return sequence === wrapped(receiver.expects) && acknowledgement === wrapped(receiver.sends)
      ? 'in sequence'
      : `out of sequence: ${String(sequence)} for ${String(receiver.expects)}`;
  }

  /** What the proxy says it expects, as bytes that the client has sent. */
  #stale(device: Bench, packet: Packet): string {
    const verdict = device.forward(packet);
    if (verdict.action !== 'answer') return describeVerdict(verdict);
    const [answer] = verdict.packets;
    return `${describeVerdict(verdict)} ${String((answer?.tcp?.acknowledgement ?? 0) - 1_001)}`;
  }

  #segment(way: Way, payload = 0): Packet {
    const end = way === 'there' ? this.#client : this.#server;
    return {
      ...tcp(this.#flow, way, 'ack'),
      tcp: {
        sequence: wrapped(end.sends),
        acknowledgement: wrapped(end.expects),
        window: 1_000,
        payload,
      },
    };
  }
}

function wrapped(number: number): number {
  return number >>> 0;
}
