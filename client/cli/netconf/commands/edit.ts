/** edit-config and edit-data (RFC 6241, section 7.2; RFC 8526, section 3.1.2), and edits by path. */
import { encodeEditConfig, encodeEditData } from '../../../../src/netconf/index.ts';
import { UsageError } from '../../exit-code.ts';
import type { Parameters } from '../parameters.ts';
import { encodePathEdit, requireValues } from '../paths/edit-paths.ts';
import type { PathOperation } from '../paths/edit-paths.ts';
import type { ConsoleSession } from '../session.ts';
import { command } from './command.ts';
import type { CommandRow } from './command.ts';
import { asConfigDatastore, editTarget, nmdaDatastore } from './datastores.ts';
import { withInactive } from './with-inactive.ts';
import { strippedOfRoot, unwrapped, withoutDeclaration } from './xml-text.ts';

const EDIT_USES = [
  'db',
  'target',
  'testOption',
  'errorOption',
  'defaultOperation',
  'withInactive',
] as const;

type Config = string | { readonly url: string };

/** The content of several files is one edit; a URL is the device's to read, and alone. */
async function configFrom(session: ConsoleSession, values: readonly string[]): Promise<Config> {
  const [only = '-', ...more] = values;
  const url = asConfigDatastore(only);
  if (typeof url === 'object' && more.length === 0) return url;
  let content = '';
  for (const file of values.length === 0 ? ['-'] : values) {
    content += unwrapped(withoutDeclaration(await session.options.readFile(file), file));
  }
  return content;
}

async function sendEdit(
  session: ConsoleSession,
  parameters: Parameters,
  config: Config,
): Promise<void> {
  const { testOption, errorOption, defaultOperation } = parameters;
  const target = editTarget(session, parameters);
  const request = { target, config, testOption, errorOption, defaultOperation };
  await session.send(withInactive(encodeEditConfig(request), parameters));
}

async function editData(
  session: ConsoleSession,
  parameters: Parameters,
  values: readonly string[],
): Promise<void> {
  const { target, db, defaultOperation } = parameters;
  const name = target ?? db;
  const fallback = session.hasCandidate ? 'candidate' : 'running';
  const datastore = await nmdaDatastore(session, name ?? fallback, parameters);
  const config = await configFrom(session, values);
  await session.send(encodeEditData({ datastore, defaultOperation, config }));
}

async function editPaths(
  session: ConsoleSession,
  parameters: Parameters,
  paths: readonly string[],
  operation: PathOperation,
): Promise<void> {
  if (paths.length === 0) throw new UsageError('no path was given');
  const names = await session.names(parameters, true);
  const isDefault = operation === 'merge' && (parameters.defaultOperation ?? 'merge') === 'merge';
  const config = encodePathEdit(names, { paths, operation, isDefault });
  await sendEdit(session, parameters, config);
}

export const EDIT_COMMANDS: readonly CommandRow[] = [
  command('--edit-config [file|url...]', 'edit with the content of files, all in one request', {
    uses: EDIT_USES,
    run: async (session, { values, parameters }) => {
      await sendEdit(session, parameters, await configFrom(session, values));
    },
  }),
  command('--edit-config1 [file]', 'the same without the root element of the file', {
    uses: EDIT_USES,
    run: async (session, { values: [file = '-'], parameters }) => {
      const text = withoutDeclaration(await session.options.readFile(file), file);
      await sendEdit(session, parameters, strippedOfRoot(text, file));
    },
  }),
  command('--edit-data [file|url...]', 'edit a datastore of NMDA', {
    uses: ['db', 'target', 'defaultOperation', 'ns'],
    run: (session, { values, parameters }) => editData(session, parameters, values),
  }),
  command('--set <path=value...>', 'set leaves, all in one request', {
    uses: [...EDIT_USES, 'ns', 'operation'],
    run: async (session, { values, parameters }) => {
      requireValues(values);
      await editPaths(session, parameters, values, parameters.operation ?? 'merge');
    },
  }),
  command('--create <path...>', 'create nodes, which must not be there', {
    uses: [...EDIT_USES, 'ns'],
    run: (session, { values, parameters }) => editPaths(session, parameters, values, 'create'),
  }),
  command('--delete <path...>', 'delete nodes; with --del-operation delete they must be there', {
    uses: [...EDIT_USES, 'ns', 'deleteOperation'],
    run: (session, { values, parameters }) =>
      editPaths(session, parameters, values, parameters.deleteOperation ?? 'remove'),
  }),
  command('--remove <path...>', 'delete nodes that may be there', {
    uses: [...EDIT_USES, 'ns'],
    run: (session, { values, parameters }) => editPaths(session, parameters, values, 'remove'),
  }),
];
