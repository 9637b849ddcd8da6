/**
 * The VM's end of the connections: a TCP service that echoes, and UDP sockets that say who they are once
 * and from then on only echo, so that nothing but a session lets the correspondent's datagrams in.
 *
 * Runs as a process in the VM's namespace: `flow-vm PORT CORRESPONDENT4 CORRESPONDENT6 CORRESPONDENT-PORT VM4 VM6`.
 */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { createServer } from 'node:net';
import { flowKind, serveLines } from './flow-wire.ts';

const [port, peer4 = '', peer6 = '', peerPort, vm4 = '', vm6 = ''] = process.argv.slice(2);
const sockets: Socket[] = [];

for (const host of [vm4, vm6]) {
  createServer((connection) => {
    connection.on('error', () => connection.destroy());
    connection.setNoDelay(true);
    connection.pipe(connection);
  }).listen(Number(port), host, 4096);
}

serveLines(async (question) => {
  if (question['op'] === 'close') for (const socket of sockets.splice(0)) socket.close();
  if (question['op'] === 'open') {
    const count = Number(question['count']);
    for (let index = 0; index < count; index += 1) {
      const kind = flowKind(index);
      if (kind === 'udp' || kind === 'udp6') await openUdp(index, kind === 'udp6');
    }
  }
  return { ok: true };
});

async function openUdp(index: number, v6: boolean): Promise<void> {
  const socket = createSocket(v6 ? 'udp6' : 'udp4');
  sockets.push(socket);
  // A route that is missing while the VM is stopped is an error to the socket; the datagram is just lost.
  socket.on('error', () => undefined);
  socket.on('message', (message, from) => {
    socket.send(message, from.port, from.address, () => undefined);
  });
  await new Promise<void>((resolve) => socket.bind(0, v6 ? vm6 : vm4, resolve));
  await new Promise<void>((resolve) => {
    socket.send(`hello ${index}`, Number(peerPort), v6 ? peer6 : peer4, () => {
      resolve();
    });
  });
}
