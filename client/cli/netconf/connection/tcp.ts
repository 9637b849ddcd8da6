/**
 * Plain TCP as ConfD and NSO have it on a port of the machine itself: a line says who it is, and is believed.
 */
import { connect } from 'node:net';
import { homedir } from 'node:os';
import { TransportError, createFramedTransport } from '../../../../src/netconf/index.ts';
import { DuplexStream } from '../../../../src/node/index.ts';
import { openSession } from '../../../connect.ts';
import { printEndpoint } from '../../endpoint.ts';
import { addressOf } from './address.ts';
import type { OpenDevice, Opening } from './opening.ts';

const CONFD_TCP_PORT = 2023;

export async function openTcp(opening: Opening): Promise<OpenDevice> {
  const { host, port, username } = addressOf(opening, CONFD_TCP_PORT);
  const label = printEndpoint({ host, port, username });
  const socket = connect({ host, port, signal: opening.environment.signal });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', (cause) => {
      reject(new TransportError(`${label} cannot be reached: ${cause.message}`, { cause }));
    });
  });
  socket.write(`[${username};${socket.localAddress ?? ''};tcp;0;0;;${homedir()};;]\n`);
  const stream = new DuplexStream(socket, {
    finish: () => {
      socket.end();
    },
    destroy: () => {
      socket.destroy();
    },
  });
  const connectTimeoutMs = opening.settings.replyTimeoutMs;
  const options = connectTimeoutMs === undefined ? {} : { helloTimeoutMs: connectTimeoutMs };
  const client = await openSession(createFramedTransport(stream), {
    ...opening.session,
    ...options,
  });
  return { client, label };
}
