/** Names of datastores on the command line (RFC 6241, sections 5 and 8.8; RFC 8342, section 5). */
import { DATASTORES_NS } from '../../../../src/netconf/index.ts';
import type { ConfigDatastore, LockTarget, NmdaDatastore } from '../../../../src/netconf/index.ts';
import { UsageError } from '../../exit-code.ts';
import type { Parameters } from '../parameters.ts';
import type { ConsoleSession } from '../session.ts';

const CONFIG = ['running', 'candidate', 'startup'] as const;
const NMDA = [...CONFIG, 'intended', 'operational'] as const;

/** Undefined for what is neither one of the three datastores nor a URL. */
export function asConfigDatastore(name: string): ConfigDatastore | undefined {
  const known = CONFIG.find((it) => it === name);
  if (known) return known;
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(name) ? { url: name } : undefined;
}

/** Throws {@link UsageError}. */
export function configDatastore(name: string): ConfigDatastore {
  const datastore = asConfigDatastore(name);
  if (datastore !== undefined) return datastore;
  throw new UsageError(
    `"${name}" is not a datastore: running, candidate, startup or a URL is expected`,
  );
}

/** One of RFC 8342, or `MODULE:IDENTITY` for others. */
export async function nmdaDatastore(
  session: ConsoleSession,
  name: string,
  parameters: Parameters,
): Promise<NmdaDatastore> {
  const known = NMDA.find((it) => it === name);
  if (known) return known;
  const [prefix = '', identity] = name.split(':');
  if (identity === undefined || identity === '') {
    throw new UsageError(`"${name}" is not a datastore: ${NMDA.join(', ')} or MODULE:NAME`);
  }
  if (prefix === 'ds') return { namespace: DATASTORES_NS, name: identity };
  const names = await session.names(parameters, false);
  return { namespace: names.resolve(prefix), name: identity };
}

/** What can be locked and validated: also datastores of NMDA. */
export async function anyDatastore(
  session: ConsoleSession,
  name: string,
  parameters: Parameters,
): Promise<LockTarget> {
  const datastore = asConfigDatastore(name);
  return datastore ?? { datastore: await nmdaDatastore(session, name, parameters) };
}

/** Where an edit goes. */
export function editTarget(session: ConsoleSession, { db, target }: Parameters): ConfigDatastore {
  const name = target ?? db;
  return name === undefined ? session.editTarget : configDatastore(name);
}
