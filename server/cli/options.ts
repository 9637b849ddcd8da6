/**
 * The options of `samid serve`: one row each, under the name that the code reads. What an option is called on
 * the command line follows from its flags, and a row whose name does not fit is found by a test.
 */
import type { CallHomeEndpoint } from '../../src/node/call-home.ts';
import type { ModuleRequest } from '../../src/yang/index.ts';
import { LOG_LEVELS } from '../logger.ts';
import type { LogLevel } from '../logger.ts';
import { parsePlaneArgument } from '../plane/plane-argument.ts';
import type { PlaneRequest } from '../plane/plane-argument.ts';
import { parseModuleRequest } from '../schema.ts';
import { callHome, duration, endpoint, oneOf } from './arguments.ts';
import type { Endpoint } from './arguments.ts';
import { LIMIT_OPTIONS } from './limit-options.ts';
import type { LimitOptions } from './limit-options.ts';
import { list, maybe, one, required } from './option-row.ts';
import type { OptionRow } from './option-row.ts';

export interface ServeOptions extends LimitOptions {
  readonly stateDir: string;
  readonly users: string;
  readonly name: string;
  readonly recover: boolean;
  readonly plane: readonly PlaneRequest[];
  readonly listen: readonly Endpoint[];
  readonly listenTls: readonly Endpoint[];
  readonly callHome: readonly (readonly CallHomeEndpoint[])[];
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
  readonly tlsCa: string | undefined;
  readonly tlsCrl: string | undefined;
  readonly path: readonly string[];
  readonly module: readonly ModuleRequest[];
  readonly defaultModules: boolean;
  readonly with: readonly string[];
  readonly without: readonly string[];
  readonly urlDirectory: string | undefined;
  readonly urlCa: string | undefined;
  readonly logLevel: LogLevel;
  readonly metrics: Endpoint | undefined;
  readonly stopTimeout: number;
}

/** Every option of the interface has a row, and no row is without one. */
export type OptionTable<T> = { readonly [K in keyof T]-?: OptionRow };

const TLS = 'Transports:';
const MODULES = 'Modules and features:';
const OPERATION = 'Operation:';
const asText = (text: string): string => text;

export const SERVE_OPTIONS: OptionTable<ServeOptions> = {
  stateDir: required('Options:', '--state-dir <dir>', 'directory for configuration and host key'),
  users: required('Options:', '--users <file>', 'JSON file that says who may log in'),
  name: one('Options:', '--name <name>', 'name of this device in its messages', asText, 'samid'),
  recover: {
    group: 'Options:',
    flags: '--recover',
    about: 'start although the stored configuration is not valid any more (see docs/samid.md)',
    value: false,
  },
  plane: list(
    'Options:',
    '--plane <plane>',
    'data plane, as NAME[,OPTION=VALUE]…; may be repeated (see below)',
    parsePlaneArgument,
    'none: a device that carries no state',
  ),
  listen: list(
    TLS,
    '--listen <host:port>',
    'where to listen for SSH; port 0 for any that is free; may be repeated',
    endpoint,
  ),
  listenTls: list(
    TLS,
    '--listen-tls <host:port>',
    'where to listen for TLS (RFC 7589); may be repeated',
    endpoint,
  ),
  callHome: list(
    TLS,
    '--call-home <endpoint,…>',
    'client to connect to (RFC 8071): ssh://HOST[:PORT] or tls://HOST[:PORT], several for one that is at ' +
      'several places; may be repeated for several clients',
    callHome,
  ),
  tlsCert: maybe(TLS, '--tls-cert <file>', 'certificate of this server and those above it, PEM'),
  tlsKey: maybe(TLS, '--tls-key <file>', 'private key of the certificate, PEM'),
  tlsCa: maybe(TLS, '--tls-ca <file>', 'authorities of the certificates of clients, PEM'),
  tlsCrl: maybe(TLS, '--tls-crl <file>', 'revocation lists of these authorities, PEM'),
  path: list(MODULES, '--path <dir>', 'directory with YANG modules; may be repeated', asText),
  module: list(
    MODULES,
    '--module <name[@revision][:feature,…]>',
    'YANG module to serve beside the default ones; may be repeated',
    parseModuleRequest,
  ),
  defaultModules: {
    group: MODULES,
    flags: '--no-default-modules',
    about: 'do not serve the modules of sami',
  },
  with: list(
    MODULES,
    '--with <feature>',
    'part of the server to add; may be repeated (see below)',
    asText,
  ),
  without: list(
    MODULES,
    '--without <feature>',
    'part of the server to leave out; may be repeated (see below)',
    asText,
  ),
  urlDirectory: maybe(
    MODULES,
    '--url-directory <dir>',
    'directory of configurations at file: URLs, with the feature url (default: "configurations" in the ' +
      'state directory)',
  ),
  urlCa: maybe(
    MODULES,
    '--url-ca <file>',
    'authorities of servers at https: URLs, PEM (default: those of Node.js)',
  ),
  logLevel: one(
    OPERATION,
    '--log-level <level>',
    `least of ${LOG_LEVELS.join(', ')} that is logged`,
    oneOf(...LOG_LEVELS),
    'info',
  ),
  metrics: maybe(
    OPERATION,
    '--metrics <host:port>',
    'where Prometheus may fetch metrics; without it nowhere',
    endpoint,
  ),
  stopTimeout: one(
    OPERATION,
    '--stop-timeout <time>',
    'how long answers that are being given are waited for at the end',
    duration,
    5000,
    '5s',
  ),
  ...LIMIT_OPTIONS,
};
