/**
 * The options of `samid serve`: one row each, under the name that the code reads. What an option is called on
 * the command line follows from its flags, and a row whose name does not fit is found by a test.
 */
import { DEFAULT_FRAMING_LIMITS } from '../../src/netconf/index.ts';
import type { ModuleRequest } from '../../src/yang/index.ts';
import { parsePlaneArgument } from '../plane/plane-argument.ts';
import type { PlaneRequest } from '../plane/plane-argument.ts';
import { parseModuleRequest } from '../schema.ts';
import { bytes, endpoint, reported } from './arguments.ts';
import type { Endpoint } from './arguments.ts';

export interface ServeOptions {
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

export interface OptionRow<T = unknown> {
  readonly flags: string;
  readonly about: string;
  readonly group: OptionGroup;
  readonly parse?: (text: string) => unknown;
  /** May be given several times; `parse` makes one item of the list. */
  readonly repeats?: boolean;
  readonly required?: boolean;
  readonly value?: T;
  /** The default as the help text says it, where the value does not say it itself. */
  readonly valueText?: string;
}

export type OptionGroup = 'Options:' | 'Modules and features:' | 'Limits:';

/** An option that may be given several times. */
function list<T>(
  group: OptionGroup,
  flags: string,
  about: string,
  parse: (text: string) => T,
  valueText = 'none',
): OptionRow<readonly T[]> {
  return { group, flags, about, parse: reported(parse), repeats: true, value: [], valueText };
}

function one<T>(
  group: OptionGroup,
  flags: string,
  about: string,
  parse: (text: string) => T,
  value: T,
  valueText?: string,
): OptionRow<T> {
  const text = valueText === undefined ? {} : { valueText };
  return { group, flags, about, parse: reported(parse), value, ...text };
}

function required<T>(flags: string, about: string, parse: (text: string) => T): OptionRow<T> {
  return { group: 'Options:', flags, about, parse: reported(parse), required: true };
}

const asText = (text: string): string => text;

export const SERVE_OPTIONS: { readonly [K in keyof ServeOptions]-?: OptionRow<ServeOptions[K]> } = {
  listen: required(
    '--listen <host:port>',
    'where to listen; port 0 for any that is free',
    endpoint,
  ),
  stateDir: required('--state-dir <dir>', 'directory for configuration and host key', asText),
  users: required('--users <file>', 'JSON file that says who may log in', asText),
  plane: list(
    'Options:',
    '--plane <plane>',
    'data plane, as NAME[,OPTION=VALUE]…; may be repeated (see below)',
    parsePlaneArgument,
    'none: a device that carries no state',
  ),
  name: one('Options:', '--name <name>', 'name of this device in its messages', asText, 'samid'),
  path: list(
    'Modules and features:',
    '--path <dir>',
    'directory with YANG modules; may be repeated',
    asText,
  ),
  module: list(
    'Modules and features:',
    '--module <name[@revision][:feature,…]>',
    'YANG module to serve beside the default ones; may be repeated',
    parseModuleRequest,
  ),
  defaultModules: {
    group: 'Modules and features:',
    flags: '--no-default-modules',
    about: 'do not serve the modules of sami',
  },
  with: list(
    'Modules and features:',
    '--with <feature>',
    'part of the server to add; may be repeated (see below)',
    asText,
  ),
  without: list(
    'Modules and features:',
    '--without <feature>',
    'part of the server to leave out; may be repeated',
    asText,
  ),
  maxMessageBytes: one(
    'Limits:',
    '--max-message-bytes <n>',
    'longest request',
    bytes,
    DEFAULT_FRAMING_LIMITS.maxMessageBytes,
  ),
};
