/**
 * The correspondent's end of the connections: sends numbered lines over each and hears their echo.
 *
 * Runs as a process in the correspondent's namespace:
 * `flow-correspondent VM4 VM6 PUBLIC PORT OWN4 OWN6 OWN-PORT`.
 */
import { createSocket } from 'node:dgram';
import type { Socket as DatagramSocket } from 'node:dgram';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { flowKind, serveLines } from './flow-wire.ts';

const [vm4 = '', vm6 = '', publicAddress = '', port, own4 = '', own6 = '', ownPort] =
  process.argv.slice(2);

interface Flow {
  send(token: number): void;
  close(): void;
  /** The newest number heard back. */
  echoed: number;
}

const flows: Flow[] = [];
const datagramSockets = new Map<boolean, DatagramSocket>();
/** UDP flows by the address of the VM's socket. */
const byRemote = new Map<string, Flow>();
let token = 0;

serveLines(async (question) => {
  switch (question['op']) {
    case 'open':
      await open(Number(question['count']));
      return { ok: true, open: flows.length };
    case 'close':
      for (const flow of flows.splice(0)) flow.close();
      byRemote.clear();
      return { ok: true };
    case 'probe':
      return { alive: await probe(Number(question['timeoutMs'])) };
    default:
      return { error: 'unknown op' };
  }
});

/** The VM's UDP sockets announce themselves; the listeners have to be there before. */
async function listen(): Promise<void> {
  for (const v6 of [false, true]) {
    if (datagramSockets.has(v6)) continue;
    const socket = createSocket(v6 ? 'udp6' : 'udp4');
    datagramSockets.set(v6, socket);
    socket.on('error', () => undefined);
    socket.on('message', (message, from) => {
      heard(socket, message.toString(), from.address, from.port);
    });
    await new Promise<void>((resolve) => socket.bind(Number(ownPort), v6 ? own6 : own4, resolve));
  }
}

function heard(socket: DatagramSocket, message: string, address: string, remotePort: number): void {
  const remote = `${address} ${remotePort}`;
  if (!message.startsWith('hello ')) {
    const flow = byRemote.get(remote);
    if (flow) flow.echoed = Math.max(flow.echoed, Number(message));
    return;
  }
  const flow: Flow = {
    echoed: 0,
    send: (number) => {
      socket.send(String(number), remotePort, address, () => undefined);
    },
    close: () => undefined,
  };
  byRemote.set(remote, flow);
  flows.push(flow);
}

async function open(count: number): Promise<void> {
  await listen();
  for (let index = 0; index < count; index += 1) {
    const kind = flowKind(index);
    if (kind === 'udp' || kind === 'udp6') continue;
    const host = kind === 'tcp6' ? vm6 : kind === 'tcp' ? vm4 : publicAddress;
    flows.push(await openTcp(host));
  }
}

async function openTcp(host: string): Promise<Flow> {
  const socket: Socket = connect({ host, port: Number(port), noDelay: true });
  const flow: Flow = {
    echoed: 0,
    send: (number) => socket.write(`${number}\n`),
    close: () => socket.resetAndDestroy(),
  };
  let rest = '';
  socket.on('data', (data) => {
    const lines = (rest + data.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) flow.echoed = Math.max(flow.echoed, Number(line));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  return flow;
}

/**
 * Number of flows over which something sent from now on comes back. Each try sends a new number, because
 * a datagram may be lost for good while the path changes; TCP retransmits by itself.
 */
async function probe(timeoutMs: number): Promise<number> {
  const first = token + 1;
  const isAlive = (flow: Flow): boolean => flow.echoed >= first;
  for (let waitedMs = 0; waitedMs < timeoutMs && !flows.every(isAlive); waitedMs += 50) {
    if (waitedMs % 200 === 0) {
      token += 1;
      for (const flow of flows) if (!isAlive(flow)) flow.send(token);
    }
    await delay(50);
  }
  return flows.filter(isAlive).length;
}
