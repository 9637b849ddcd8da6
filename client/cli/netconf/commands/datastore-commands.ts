/** Operations on whole datastores (RFC 6241, sections 7.3 to 7.6, 8.3.4 and 8.6.4; RFC 5717). */
import {
  encodeCopyConfig,
  encodeDeleteConfig,
  encodeDiscardChanges,
  encodeLock,
  encodePartialLock,
  encodePartialUnlock,
  encodeUnlock,
  encodeValidate,
} from '../../../../src/netconf/index.ts';
import type { LockTarget, ConfigSource } from '../../../../src/netconf/index.ts';
import { UsageError } from '../../exit-code.ts';
import type { Parameters } from '../parameters.ts';
import { wholeNumber } from '../parameters.ts';
import { needsSchema, qualifyXPath } from '../paths/qualify-xpath.ts';
import type { ConsoleSession } from '../session.ts';
import { command } from './command.ts';
import type { Call, CommandRow } from './command.ts';
import { anyDatastore, asConfigDatastore, configDatastore, editTarget } from './datastores.ts';
import { withInactive } from './with-inactive.ts';
import { unwrapped, withoutDeclaration } from './xml-text.ts';

async function lockTarget(session: ConsoleSession, call: Call): Promise<LockTarget> {
  const name = call.values[0] ?? call.parameters.db;
  return name === undefined ? session.editTarget : anyDatastore(session, name, call.parameters);
}

async function configFile(session: ConsoleSession, file: string): Promise<ConfigSource> {
  return { config: unwrapped(withoutDeclaration(await session.options.readFile(file), file)) };
}

/** A datastore, a URL or a file. */
async function copyConfig(session: ConsoleSession, { values, parameters }: Call): Promise<void> {
  const name = values[0] ?? parameters.source ?? '-';
  const source = asConfigDatastore(name) ?? (await configFile(session, name));
  const target = editTarget(session, parameters);
  const { withDefaults } = parameters;
  await session.send(withInactive(encodeCopyConfig({ source, target, withDefaults }), parameters));
}

async function validate(session: ConsoleSession, { values, parameters }: Call): Promise<void> {
  const name = values[0] ?? parameters.source ?? parameters.db;
  if (name === undefined) {
    await session.send(encodeValidate(session.editTarget));
    return;
  }
  const isDatastore = asConfigDatastore(name) !== undefined || /^[\w-]+:[\w-]+$/.test(name);
  const isNmda = name === 'intended' || name === 'operational';
  const source =
    isDatastore || isNmda
      ? await anyDatastore(session, name, parameters)
      : await configFile(session, name);
  await session.send(encodeValidate(source));
}

function deleteTarget({ values, parameters }: Call): string {
  const name = values[0] ?? parameters.target ?? parameters.db;
  if (name !== undefined) return name;
  throw new UsageError('--delete-config needs a datastore');
}

async function partialLock(session: ConsoleSession, { values, parameters }: Call): Promise<void> {
  if (values.length === 0) throw new UsageError('--partial-lock needs a path');
  const early = await session.names(parameters, false);
  const isKnown = values.every((text) => !needsSchema(text, early));
  const names = isKnown ? early : await session.names(parameters, true);
  await session.send(encodePartialLock(values.map((text) => qualifyXPath(text, names))));
}

/** Any others than candidate and running cannot be meant. */
function copyRunning(session: ConsoleSession, { parameters }: { parameters: Parameters }) {
  const { withDefaults } = parameters;
  const request = { source: 'running', target: 'startup', withDefaults } as const;
  return session.send(encodeCopyConfig(request));
}

export const DATASTORE_COMMANDS: readonly CommandRow[] = [
  command('--lock [datastore]', 'lock (default: candidate, or running without one)', {
    uses: ['db'],
    run: async (session, call) => session.send(encodeLock(await lockTarget(session, call))),
  }),
  command('--unlock [datastore]', 'unlock (default: as --lock)', {
    uses: ['db'],
    run: async (session, call) => session.send(encodeUnlock(await lockTarget(session, call))),
  }),
  command('--partial-lock <path...>', 'lock parts of running (RFC 5717)', {
    uses: ['ns'],
    run: partialLock,
  }),
  command('--partial-unlock <id>', 'unlock what a partial lock has', {
    run: (session, { values: [id = ''] }) =>
      session.send(encodePartialUnlock(wholeNumber(id, 'the id of a lock'))),
  }),
  command('--validate [datastore|file]', 'validate (default: as --lock)', {
    uses: ['db', 'source', 'ns'],
    run: validate,
  }),
  command('--copy-config [datastore|url|file]', 'copy to the target (default: as --lock)', {
    uses: ['db', 'target', 'source', 'withDefaults', 'withInactive'],
    run: copyConfig,
  }),
  command('--copy-running-to-startup', 'make what runs what starts', {
    uses: ['withDefaults'],
    run: copyRunning,
  }),
  command('--delete-config [datastore]', 'delete a datastore', {
    uses: ['db', 'target'],
    run: (session, call) => session.send(encodeDeleteConfig(configDatastore(deleteTarget(call)))),
  }),
  command('--discard-changes, --discard', 'make candidate what running is', {
    run: (session) => session.send(encodeDiscardChanges()),
  }),
];
