/** `samid serve`: everything that the options ask for, put together and started. */
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConnectionGate } from '../../src/node/connection-gate.ts';
import { loadOrCreateHostKey } from '../../src/node/host-key.ts';
import { optimizeAsUsual } from '../../src/node/short-life.ts';
import { SystemClock } from '../../src/node/system-clock.ts';
import type { Clock } from '../../src/util/index.ts';
import { connectionLog } from '../connection-log.ts';
import { FileStore } from '../datastore/file-store.ts';
import { chooseFeatures } from '../features.ts';
import type { ServerFeature } from '../features.ts';
import { JsonLogger } from '../logger.ts';
import type { Logger } from '../logger.ts';
import { serveMetrics } from '../metrics/metrics-endpoint.ts';
import type { MetricsEndpoint } from '../metrics/metrics-endpoint.ts';
import { processMetrics } from '../metrics/process-metrics.ts';
import { ServerMetrics } from '../metrics/server-metrics.ts';
import { openPlanes } from '../plane/registry.ts';
import type { OpenPlanes } from '../plane/registry.ts';
import { SAMI_MODULES, loadSchema } from '../schema.ts';
import { createServer } from '../server.ts';
import type { Server } from '../server.ts';
import { lockStateDirectory } from '../state-lock.ts';
import type { UrlOptions } from '../url/url-configurations.ts';
import { readUsersFile } from '../users-file.ts';
import { connectionLimits, sessionLimits } from './limit-options.ts';
import { ServiceManager } from './notify.ts';
import type { ServeOptions } from './options.ts';
import { reloadOnSignal, warnOfPermissions } from './reload.ts';
import { stopOnSignals } from './stop.ts';
import { Transports } from './transports.ts';
import { UsageError } from './usage-error.ts';

interface Surroundings {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly stateDirectory: string;
}

/** Starts everything; a signal ends it. Throws when an option, a file or what is stored is wrong. */
export async function serve(options: ServeOptions): Promise<void> {
  checkWays(options);
  const clock = new SystemClock();
  const logger = new JsonLogger(clock, (line) => process.stderr.write(line), options.logLevel);
  const stateDirectory = resolve(options.stateDir);
  await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
  const users = await readUsersFile(options.users);
  await warnOfPermissions([options.users, options.tlsKey], logger);
  const lock = await lockStateDirectory(stateDirectory);
  const hostKey = await loadOrCreateHostKey(join(stateDirectory, 'host-key'));
  const { server, open } = await makeServer(options, { clock, logger, stateDirectory });
  const metrics = new ServerMetrics();
  const toLog = connectionLog(logger);
  const observe = (event: Parameters<typeof toLog>[0]): void => {
    toLog(event);
    metrics.observeConnection(event);
  };
  const gate = new ConnectionGate({ limits: connectionLimits(options), clock, observe });
  const endpoint = await openMetrics(options, { metrics, server, gate });
  const transports = await Transports.open(options, {
    ...{ hostKey, users, gate, clock, logger, observe },
    onTransport: (transport) => void server.accept(transport),
  });
  const manager = new ServiceManager(process.env, logger);
  const graceMs = options.stopTimeout;
  stopOnSignals({ server, transports, metrics: endpoint, open, lock, manager, logger, graceMs });
  reloadOnSignal({ usersFile: options.users, users, gate, transports, manager, logger });
  process.stdout.write(`${transports.lines.join('\n')}\n`);
  await manager.ready('serving');
  // What runs from here on runs for long.
  optimizeAsUsual();
}

async function makeServer(
  options: ServeOptions,
  { clock, logger, stateDirectory }: Surroundings,
): Promise<{ readonly server: Server; readonly open: OpenPlanes }> {
  const modules = [...(options.defaultModules ? SAMI_MODULES : []), ...options.module];
  const features = featuresOf(options);
  const context = loadSchema({ paths: options.path, modules, features });
  const open = await openPlanes(options.plane, { context, clock, logger, stateDirectory });
  const store = new FileStore({ directory: join(stateDirectory, 'config'), context, logger });
  const { maxFilterVisits, maxHeldEntries, maxValidationVisits } = options;
  const server = await createServer({
    ...{ context, planes: open.planes, store, clock, logger },
    limits: sessionLimits(options),
    reading: { maxFilterVisits, maxHeldEntries },
    maxValidationVisits,
    recover: options.recover,
    ...(features.some(({ name }) => name === 'url')
      ? { url: await urlOptions(options, stateDirectory) }
      : {}),
  });
  return { server, open };
}

/** Throws {@link UsageError} for what is no feature, and for options of a feature that is not there. */
function featuresOf({
  with: add,
  without: omit,
  urlDirectory,
  urlCa,
}: ServeOptions): readonly ServerFeature[] {
  const both = add.find((name) => omit.includes(name));
  if (both !== undefined) throw new UsageError(`--with and --without ${both} exclude each other`);
  if ((urlDirectory ?? urlCa) !== undefined && !add.includes('url')) {
    throw new UsageError('--url-directory and --url-ca need --with url');
  }
  try {
    return chooseFeatures({ add, omit });
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}

async function urlOptions(
  { urlDirectory, urlCa }: ServeOptions,
  stateDirectory: string,
): Promise<UrlOptions> {
  const directory = resolve(urlDirectory ?? join(stateDirectory, 'configurations'));
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const ca = urlCa === undefined ? undefined : await readFile(urlCa, 'utf8');
  return { directory, https: { ca } };
}

async function openMetrics(
  { metrics: at }: ServeOptions,
  parts: { metrics: ServerMetrics; server: Server; gate: ConnectionGate },
): Promise<MetricsEndpoint | undefined> {
  if (!at) return undefined;
  const { metrics, server, gate } = parts;
  metrics.watch(server);
  metrics.watchGate(gate);
  metrics.addAll(processMetrics());
  const endpoint = await serveMetrics(at, () => metrics.text());
  server.logger.log('info', 'metrics-served', { host: endpoint.host, port: endpoint.port });
  return endpoint;
}

function checkWays({ listen, listenTls, callHome }: ServeOptions): void {
  if (listen.length + listenTls.length + callHome.length > 0) return;
  throw new UsageError('nobody can reach it: it needs --listen, --listen-tls or --call-home');
}
