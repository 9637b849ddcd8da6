/**
 * A NETCONF server for a YANG module of one's own, embedded in a program.
 *
 *     node dist/examples/embedded-server.js [PORT] [MODULE] [DIRECTORY]
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Users, createServer, listenSsh, loadOrCreateHostKey, loadSchema } from 'sami/server';

const [port = '8300', module = 'greenhouse', directory = 'examples'] = process.argv.slice(2);

const users = new Users([{ name: 'gardener', password: 'secret', administrator: true }]);
const folder = mkdtempSync(join(tmpdir(), 'greenhouse-'));
const context = loadSchema({ paths: [directory], modules: [{ name: module }] });
const server = await createServer({ context });
const { privateKey, fingerprint } = await loadOrCreateHostKey(join(folder, 'host-key'));
const listener = await listenSsh({
  host: '127.0.0.1',
  port: Number(port),
  hostKeys: [privateKey],
  authenticate: users.authenticate,
  onTransport: (transport) => void server.accept(transport),
});
console.log(`listening on 127.0.0.1:${listener.port}, host key ${fingerprint}`);

process.once('SIGINT', () => void server.close().then(() => listener.close()));
