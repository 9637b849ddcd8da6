/** get, get-config and get-data (RFC 6241, sections 7.1 and 7.7; RFC 8526, section 3.1.1); compare (RFC 9144). */
import {
  encodeCompare,
  encodeGet,
  encodeGetConfig,
  encodeGetData,
} from '../../../../src/netconf/index.ts';
import type { Parameters } from '../parameters.ts';
import type { ConsoleSession } from '../session.ts';
import { command } from './command.ts';
import type { CommandRow } from './command.ts';
import { configDatastore, nmdaDatastore } from './datastores.ts';
import { filterOf } from './filters.ts';
import { withInactive } from './with-inactive.ts';

const READ_USES = ['filter', 'ns', 'withDefaults', 'withInactive'] as const;

/** A value that begins with `/` is a path, any other a datastore. */
function split(
  value: string | undefined,
  parameters: Parameters,
  fallback: string,
): { readonly db: string; readonly path: string | undefined } {
  const isPath = value?.startsWith('/') === true;
  const db = (isPath ? undefined : value) ?? parameters.db ?? fallback;
  return { db, path: isPath ? value : undefined };
}

async function get(session: ConsoleSession, parameters: Parameters, path?: string): Promise<void> {
  const filter = await filterOf(session, parameters, path);
  const { withDefaults } = parameters;
  await session.send(withInactive(encodeGet({ filter, withDefaults }), parameters));
}

async function getConfig(
  session: ConsoleSession,
  parameters: Parameters,
  value?: string,
): Promise<void> {
  const { db, path } = split(value, parameters, 'running');
  const source = configDatastore(db);
  const filter = await filterOf(session, parameters, path);
  const { withDefaults } = parameters;
  await session.send(withInactive(encodeGetConfig({ source, filter, withDefaults }), parameters));
}

async function getData(
  session: ConsoleSession,
  parameters: Parameters,
  value?: string,
): Promise<void> {
  const { db, path } = split(value, parameters, 'operational');
  const datastore = await nmdaDatastore(session, db, parameters);
  const filter = await filterOf(session, parameters, path);
  const { configFilter, maxDepth, withOrigin, withDefaults } = parameters;
  await session.send(
    encodeGetData({ datastore, filter, configFilter, maxDepth, withOrigin, withDefaults }),
  );
}

async function compare(session: ConsoleSession, parameters: Parameters): Promise<void> {
  const source = await nmdaDatastore(session, parameters.source ?? 'running', parameters);
  const target = await nmdaDatastore(
    session,
    parameters.target ?? parameters.db ?? 'candidate',
    parameters,
  );
  const filter = await filterOf(session, parameters);
  await session.send(encodeCompare({ source, target, filter }));
}

export const READ_COMMANDS: readonly CommandRow[] = [
  command('--get [path]', 'running configuration and state', {
    uses: READ_USES,
    run: (session, { values, parameters }) => get(session, parameters, values[0]),
  }),
  command('--get-config [datastore|path]', 'configuration (default: running)', {
    uses: [...READ_USES, 'db'],
    run: (session, { values, parameters }) => getConfig(session, parameters, values[0]),
  }),
  command('--get-data [datastore|path]', 'data of a datastore of NMDA (default: operational)', {
    uses: ['filter', 'ns', 'db', 'withDefaults', 'withOrigin', 'maxDepth', 'configFilter'],
    run: (session, { values, parameters }) => getData(session, parameters, values[0]),
  }),
  command('--compare', 'differences from --source (running) to --target (candidate)', {
    uses: ['source', 'target', 'db', 'filter', 'ns'],
    run: (session, { parameters }) => compare(session, parameters),
  }),
];
