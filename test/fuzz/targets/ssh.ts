/** Bytes in the place of SSH: the connection is closed or waits for more, and the next one is served. */
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { listenSsh } from '../../../src/node/ssh-transport.ts';
import type { SshListener } from '../../../src/node/ssh-transport.ts';
import { mutateCharacters } from '../mutate.ts';
import { promise } from '../target.ts';
import type { Target } from '../target.ts';

const IDENTS = [
  'SSH-2.0-fuzz\r\n',
  'SSH-1.99-x\n',
  'hello\r\nSSH-2.0-x\r\n',
  'GET / HTTP/1.1\r\n\r\n',
];
/** SSH_MSG_KEXINIT in a packet, as far as it matters. */
const PACKET = `\u0000\u0000\u0001\u0014\u0004\u0014${'k'.repeat(16)}\u0000\u0000\u0000\u0011curve25519-sha256`;

let listener: Promise<SshListener> | undefined;

async function listening(): Promise<number> {
  listener ??= listenSsh({
    host: '127.0.0.1',
    port: 0,
    hostKeys: [
      generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
        type: 'pkcs1',
        format: 'pem',
      }) as string,
    ],
    authenticate: () => Promise.resolve(false),
    onTransport: () => undefined,
  });
  const { port } = await listener;
  return port;
}

/** What the other end says first. */
async function talk(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('error', () => undefined);
  socket.on('data', (bytes: Buffer) => (heard += bytes.toString('latin1')));
  socket.end(Buffer.from(text, 'latin1'));
  await once(socket, 'close');
  return heard;
}

export const SSH: Target = {
  name: 'ssh',
  make(random) {
    let text = random.pick(IDENTS) + (random.chance(0.7) ? PACKET : '');
    for (let change = random.below(5); change > 0; change -= 1)
      text = mutateCharacters(text, random);
    return { text, about: 'from the first byte on' };
  },
  async check({ text }) {
    const port = await listening();
    await talk(port, text);
    const heard = await talk(port, 'SSH-2.0-next\r\n');
    promise(heard.startsWith('SSH-2.0-'), () => `the next client hears: ${heard}`);
  },
};
