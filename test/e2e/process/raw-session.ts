/** A NETCONF session byte by byte, for what no client would send. */
import { once } from 'node:events';
import { Client } from 'ssh2';
import type { ClientChannel } from 'ssh2';
import { PASSWORD, USER } from '../../support/processes.ts';
import type { Samid } from '../../support/processes.ts';

const BASE = 'urn:ietf:params:xml:ns:netconf:base:1.0';
const HELLO =
  `<hello xmlns="${BASE}"><capabilities><capability>urn:ietf:params:netconf:base:1.1</capability>` +
  '</capabilities></hello>]]>]]>';

/** The element `rpc`; `body` may be anything. */
export function rpc(body: string): string {
  return `<rpc xmlns="${BASE}" message-id="1">${body}</rpc>`;
}

/** One message in one chunk (RFC 6242, section 4.2). */
export function chunked(message: string): string {
  return `\n#${Buffer.byteLength(message)}\n${message}\n##\n`;
}

/**
 * Sends bytes after the hello and returns what comes back until the device ends the session, or until
 * `answers` messages have come.
 */
export async function exchange(device: Samid, bytes: string, answers = Infinity): Promise<string> {
  const connection = new Client();
  connection.connect({
    host: '127.0.0.1',
    port: device.port,
    username: USER,
    password: PASSWORD,
  });
  await once(connection, 'ready');
  const channel = await openSubsystem(connection);
  let received = '';
  const finished = new Promise<void>((resolve) => {
    channel.setEncoding('utf8').on('data', (text: string) => {
      received += text;
      if (received.split('\n##\n').length > answers) resolve();
    });
    channel.once('close', resolve);
  });
  channel.write(HELLO + bytes);
  if (answers === 0) channel.end();
  await finished;
  connection.end();
  return received.slice(received.indexOf(']]>]]>') + ']]>]]>'.length);
}

function openSubsystem(connection: Client): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    connection.subsys('netconf', (error, channel) => {
      if (error) reject(error);
      else resolve(channel);
    });
  });
}
