/** SIGHUP: users, certificates, authorities and revocation lists are read again; all of it or none. */
import type { ConnectionGate } from '../../src/node/connection-gate.ts';
import type { Logger } from '../logger.ts';
import { permissionFault, readUsersFile } from '../users-file.ts';
import type { Users } from '../users.ts';
import type { ServiceManager } from './notify.ts';
import type { Transports } from './transports.ts';

export interface ReloadParts {
  readonly usersFile: string;
  readonly users: Users;
  readonly gate: ConnectionGate;
  readonly transports: Transports;
  readonly manager: ServiceManager;
  readonly logger: Logger;
}

/** Warns of files with secrets that everybody can read. */
export async function warnOfPermissions(
  files: Iterable<string | undefined>,
  logger: Logger,
): Promise<void> {
  for (const file of files) {
    const fault = file === undefined ? undefined : await permissionFault(file);
    if (fault !== undefined) logger.log('warning', 'unsafe-permissions', { fault });
  }
}

export function reloadOnSignal(parts: ReloadParts): void {
  let reloading = Promise.resolve();
  process.on('SIGHUP', () => {
    reloading = reloading.then(() => reload(parts));
  });
}

/** What cannot be used is said in the log, and what was there before stays. */
async function reload(parts: ReloadParts): Promise<void> {
  const { usersFile, users, gate, transports, manager, logger } = parts;
  await manager.reloading();
  try {
    const fresh = await readUsersFile(usersFile);
    await transports.reload();
    users.replaceBy(fresh);
    gate.dropOutdated();
    logger.log('info', 'reloaded');
    await warnOfPermissions([usersFile], logger);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    logger.log('error', 'reload-failed', { error: reason });
  }
  await manager.ready('serving');
}
