#!/usr/bin/env node
/** `samid`: the device server as a process. The only place that reads arguments, signals and exits. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { RpcErrorException } from '../src/error/index.ts';
import { DEFAULT_FRAMING_LIMITS } from '../src/netconf/index.ts';
import { loadOrCreateHostKey } from '../src/node/host-key.ts';
import { listenSsh } from '../src/node/ssh-transport.ts';
import type { SshListener } from '../src/node/ssh-transport.ts';
import { packageVersion } from '../src/node/package-files.ts';
import { SystemClock } from '../src/node/system-clock.ts';
import type { ModuleRequest } from '../src/yang/index.ts';
import { FileStore } from './datastore/file-store.ts';
import { chooseFeatures } from './features.ts';
import { JsonLogger } from './logger.ts';
import type { Logger } from './logger.ts';
import { PlaneUsageError, parsePlaneArgument } from './plane/plane-argument.ts';
import type { PlaneRequest } from './plane/plane-argument.ts';
import { describePlanes, openPlanes } from './plane/registry.ts';
import type { OpenPlanes } from './plane/registry.ts';
import { SAMI_MODULES, loadSchema, parseModuleRequest } from './schema.ts';
import { createServer } from './server.ts';
import type { Server } from './server.ts';
import { lockStateDirectory } from './state-lock.ts';
import type { StateLock } from './state-lock.ts';
import { hashPassword, readUsersFile } from './users.ts';
import type { Users } from './users.ts';

interface Endpoint {
  readonly host: string;
  readonly port: number;
}

interface Options {
  readonly listen: Endpoint;
  readonly stateDir: string;
  readonly users: string;
  readonly plane: readonly PlaneRequest[];
  readonly name: string;
  readonly path: readonly string[];
  readonly module: readonly ModuleRequest[];
  readonly defaultModules: boolean;
  readonly with: readonly string[];
  readonly without: readonly string[];
  readonly maxMessageBytes: number;
}

/** How long a stop may take before the process ends anyway. */
const STOP_TIMEOUT_MS = 10_000;
const EXIT_USAGE = 2;

/** `planes` describes the data planes for the help text. */
function program(planes: string): Command {
  const command = new Command('samid')
    .exitOverride()
    .description('A network device that is managed over NETCONF: the server of sami.')
    .version(packageVersion());
  const serving = command
    .command('serve', { isDefault: true })
    .description('run the server; this is what happens without a command')
    .requiredOption(
      '--listen <host:port>',
      'where to listen; port 0 for any that is free',
      endpoint,
    )
    .requiredOption('--state-dir <dir>', 'directory for configuration and host key')
    .requiredOption('--users <file>', 'JSON file that says who may log in')
    .addOption(
      new Option(
        '--plane <plane>',
        'data plane, as NAME[,OPTION=VALUE]…; may be repeated (see below)',
      )
        .argParser((text, before: readonly PlaneRequest[]) => [
          ...before,
          argument(parsePlaneArgument, text),
        ])
        .default([], 'none: a device that carries no state'),
    )
    .option('--name <name>', 'name of this device in its messages', 'samid')
    .addOption(
      new Option('--path <dir>', 'directory with YANG modules; may be repeated')
        .argParser(collect)
        .default([], 'none'),
    )
    .addOption(
      new Option(
        '--module <name[@revision][:feature,…]>',
        'YANG module to serve beside the default ones; may be repeated',
      )
        .argParser((text, before: readonly ModuleRequest[]) => [
          ...before,
          argument(parseModuleRequest, text),
        ])
        .default([], 'none'),
    )
    .option('--no-default-modules', 'do not serve the modules of sami')
    .addOption(
      new Option('--with <feature>', 'part of the server to add; may be repeated (see below)')
        .argParser(collect)
        .default([], 'none'),
    )
    .addOption(
      new Option('--without <feature>', 'part of the server to leave out; may be repeated')
        .argParser(collect)
        .default([], 'none'),
    )
    .option(
      '--max-message-bytes <n>',
      'longest request',
      positive,
      DEFAULT_FRAMING_LIMITS.maxMessageBytes,
    )
    .action(async (options: Options) => serve(options));
  command
    .command('hash-password')
    .description('read a password from standard input and print its hash for the users file')
    .action(printHash);
  serving.addHelpText('after', `\n${planes}`);
  command.addHelpText('after', () => `\n${serving.helpInformation()}\n${planes}`);
  return command;
}

async function serve(options: Options): Promise<void> {
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
  const { host, port } = listener;
  const where = host.includes(':') ? `[${host}]` : host;
  process.stdout.write(
    `${options.name} listening on ${where}:${String(port)}, host key ${hostKey.fingerprint}\n`,
  );
}

function listen(
  { listen: { host, port } }: Options,
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

interface Parts {
  readonly server: Server;
  readonly listener: SshListener;
  readonly open: OpenPlanes;
  readonly lock: StateLock;
  readonly logger: Logger;
}

function stopOnSignals({ server, listener, open, lock, logger }: Parts): void {
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    logger.log('info', 'stopping', { signal });
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    server
      .close()
      .then(() => Promise.all([listener.close(), open.close()]))
      .then(() => lock.release())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          logger.log('error', 'stop-failed', { error });
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('unhandledRejection', (error) => {
    logger.log('error', 'bug', { error });
    stop('unhandledRejection');
  });
}

async function printHash(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${await hashPassword(line)}\n`);
    return;
  }
}

function endpoint(text: string): Endpoint {
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65535) throw new InvalidArgumentError('Expected HOST:PORT.');
  return { host: match[1] ?? (match[2] || '::'), port };
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('Expected a positive number.');
  return Number(text);
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

/** What a parser says becomes an error of the command line. */
function argument<T>(parse: (text: string) => T, text: string): T {
  try {
    return parse(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

/** Errors of the user's making in one line; anything else as it is. */
function explain(error: unknown): string {
  if (error instanceof RpcErrorException) return `stored configuration: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

/** As with `sami`: 2 for a command line that makes no sense, 1 for all else. */
function exitCodeOf(error: unknown): number {
  if (error instanceof PlaneUsageError) return EXIT_USAGE;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  return 1;
}

try {
  const asksForHelp = process.argv.some((word) => ['help', '--help', '-h'].includes(word));
  await program(asksForHelp ? await describePlanes() : '').parseAsync();
} catch (error) {
  // Commander has printed its message.
  if (!(error instanceof CommanderError)) process.stderr.write(`samid: ${explain(error)}\n`);
  process.exit(exitCodeOf(error));
}
