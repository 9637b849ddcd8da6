/** Speaks to the packet socket of a simulated device: a JSON line there, a JSON line back, in order. */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { LineExchange } from '../line-exchange.ts';
import type { Answer } from '../line-exchange.ts';

/** The part of a simulated device's packet that the demonstration needs. */
export interface DemoPacket {
  readonly protocol: number;
  readonly sourceAddress: string;
  readonly destinationAddress: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly tcpFlags?: readonly string[];
}

export interface DemoVerdict {
  readonly action: 'pass' | 'drop' | 'forward';
  readonly reason?: string;
  /** As it leaves the device. */
  readonly packet?: DemoPacket;
}

export class PacketClient {
  readonly #socket: Socket;
  readonly #exchange: LineExchange;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#exchange = new LineExchange(socket, socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      this.#exchange.end(new Error('the simulated device has closed its packet socket'));
    });
  }

  static async connect(path: string): Promise<PacketClient> {
    const socket = connect(path);
    await once(socket, 'connect');
    return new PacketClient(socket);
  }

  /** Sends packets one after the other; a verdict for each. */
  async send(packets: readonly DemoPacket[]): Promise<readonly DemoVerdict[]> {
    const answer = await this.#ask({ op: 'packets', packets });
    return answer['verdicts'] as readonly DemoVerdict[];
  }

  /** Makes synthetic sessions of a VM until it has `sessions` in all. */
  async fill(vm: string, sessions: number): Promise<void> {
    await this.#ask({ op: 'fill', vm, sessions });
  }

  close(): void {
    this.#socket.destroy();
  }

  async #ask(question: object): Promise<Answer> {
    const answer = await this.#exchange.ask(question);
    if (typeof answer['error'] === 'string') throw new Error(answer['error']);
    return answer;
  }
}
