/** `samid serve`: everything that the options ask for, put together and started. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { loadOrCreateHostKey } from '../../src/node/host-key.ts';
import { optimizeAsUsual } from '../../src/node/short-life.ts';
import { listenSsh } from '../../src/node/ssh-transport.ts';
import type { SshListener } from '../../src/node/ssh-transport.ts';
import { SystemClock } from '../../src/node/system-clock.ts';
import { FileStore } from '../datastore/file-store.ts';
import { chooseFeatures } from '../features.ts';
import { JsonLogger } from '../logger.ts';
import type { Logger } from '../logger.ts';
import { openPlanes } from '../plane/registry.ts';
import { SAMI_MODULES, loadSchema } from '../schema.ts';
import { createServer } from '../server.ts';
import type { Server } from '../server.ts';
import { lockStateDirectory } from '../state-lock.ts';
import { readUsersFile } from '../users-file.ts';
import type { Users } from '../users.ts';
import { endpointText } from './arguments.ts';
import type { ServeOptions } from './options.ts';
import { stopOnSignals } from './stop.ts';

export async function serve(options: ServeOptions): Promise<void> {
  const clock = new SystemClock();
  const logger = new JsonLogger(clock, (line) => process.stderr.write(line));
  const stateDirectory = resolve(options.stateDir);
  await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
  const users = await readUsersFile(options.users);
  const lock = await lockStateDirectory(stateDirectory);
  const hostKey = await loadOrCreateHostKey(join(stateDirectory, 'host-key'));
  const modules = [...(options.defaultModules ? SAMI_MODULES : []), ...options.module];
  const features = chooseFeatures({ add: options.with, omit: options.without });
  const context = loadSchema({ paths: options.path, modules, features });
  const open = await openPlanes(options.plane, { context, clock, logger, stateDirectory });
  const store = new FileStore({ directory: join(stateDirectory, 'config'), context, logger });
  const limits = { maxMessageBytes: options.maxMessageBytes };
  const server = await createServer({ context, planes: open.planes, store, clock, logger, limits });
  const listener = await listen(options, hostKey.privateKey, users, server, logger);
  stopOnSignals({ server, listener, open, lock, logger });
  process.stdout.write(
    `${options.name} listening on ${endpointText(listener)}, host key ${hostKey.fingerprint}\n`,
  );
  optimizeAsUsual();
}

function listen(
  { listen: { host, port } }: ServeOptions,
  hostKey: string,
  users: Users,
  server: Server,
  logger: Logger,
): Promise<SshListener> {
  return listenSsh({
    host,
    port,
    hostKeys: [hostKey],
    authenticate: users.authenticate,
    onTransport: (transport) => void server.accept(transport),
    // The session has the limit: it can still answer a message that is too long.
    limits: { maxMessageBytes: Infinity },
    onError: (error) => {
      logger.log('warning', 'connection-failed', { error: error.message });
    },
  });
}
