/** Parameters of operations: what options other than the operations themselves say (RFC 6241 and others). */
import type { ErrorOption, TestOption, WithDefaults } from '../../../src/netconf/index.ts';
import { UsageError } from '../exit-code.ts';
import { optionRow } from './option.ts';
import type { GivenOption, OptionRow } from './option.ts';

/** How a filter was given: what it is made into needs the session. */
export type FilterText =
  | { readonly type: 'xpath'; readonly expression: string }
  /** XML, the name of a file with XML, or a path. */
  | { readonly type: 'subtree'; readonly text: string };

export interface Parameters {
  readonly db?: string;
  readonly source?: string;
  readonly target?: string;
  readonly filter?: FilterText;
  /** Prefix to namespace. */
  readonly prefixes: ReadonlyMap<string, string>;
  readonly withDefaults?: WithDefaults;
  readonly withInactive?: boolean;
  readonly withOrigin?: boolean;
  readonly maxDepth?: number;
  readonly configFilter?: boolean;
  readonly testOption?: TestOption;
  readonly errorOption?: ErrorOption;
  readonly defaultOperation?: 'merge' | 'replace' | 'none';
  /** What --set does with its nodes. */
  readonly operation?: 'merge' | 'replace' | 'create';
  /** What --delete does with its nodes. */
  readonly deleteOperation?: 'remove' | 'delete';
  readonly confirmTimeout?: number;
  readonly persist?: string;
  readonly persistId?: string;
  readonly period?: number;
  readonly dampening?: number;
  readonly syncOnStart?: boolean;
  readonly startTime?: string;
  readonly stopTime?: string;
}

export const NO_PARAMETERS: Parameters = { prefixes: new Map() };

export type ParameterName = Exclude<keyof Parameters, 'prefixes'> | 'ns';

export interface ParameterRow extends OptionRow {
  readonly kind: 'parameter';
  readonly parameter: ParameterName;
  /** What the values add to the parameters; throws {@link UsageError}. */
  readonly read: (values: readonly string[], before: Parameters) => Partial<Parameters>;
}

type Read = (value: string) => Partial<Parameters>;

function row(
  flags: string,
  parameter: ParameterName,
  help: string,
  read: Read,
  choices?: readonly string[],
): ParameterRow {
  return {
    ...optionRow('Parameters of operations', flags, help, choices),
    kind: 'parameter',
    parameter,
    read: ([value = '']) => read(value),
  };
}

const NS_ROW: ParameterRow = {
  ...optionRow(
    'Parameters of operations',
    '-N, --ns <prefix=namespace...>',
    'prefixes for paths; those of the device’s modules are known without',
  ),
  kind: 'parameter',
  parameter: 'ns',
  read: (values, before) => ({ prefixes: new Map([...before.prefixes, ...values.map(binding)]) }),
};

export const PARAMETER_ROWS: readonly ParameterRow[] = [
  row('--db <datastore>', 'db', 'datastore to work on', (db) => ({ db })),
  row('--source <datastore>', 'source', 'source of --copy-config', (source) => ({ source })),
  row('--target <datastore>', 'target', 'target of edits and copies', (target) => ({ target })),
  row('-x, --xpath <expression>', 'filter', 'XPath filter', (expression) => ({
    filter: { type: 'xpath', expression },
  })),
  row('--filter <xml|file|path>', 'filter', 'subtree filter', (text) => ({
    filter: { type: 'subtree', text },
  })),
  NS_ROW,
  row(
    '--with-defaults <mode>',
    'withDefaults',
    'how default values are reported (RFC 6243)',
    (mode) => ({ withDefaults: mode as WithDefaults }),
    ['explicit', 'trim', 'report-all', 'report-all-tagged'],
  ),
  row('--with-inactive', 'withInactive', 'with nodes that are deactivated (ConfD)', () => ({
    withInactive: true,
  })),
  row('--with-origin', 'withOrigin', 'with the origin of data (--get-data)', () => ({
    withOrigin: true,
  })),
  row('--max-depth <levels>', 'maxDepth', 'levels of the reply (--get-data)', (levels) => ({
    maxDepth: wholeNumber(levels, 'a number of levels'),
  })),
  row(
    '--config-filter <true|false>',
    'configFilter',
    'configuration only, or state only (--get-data)',
    (value) => ({ configFilter: value === 'true' }),
    ['true', 'false'],
  ),
  row(
    '-t, --test-option <option>',
    'testOption',
    'whether an edit is tested, made or both',
    (option) => ({ testOption: option as TestOption }),
    ['test-then-set', 'set', 'test-only'],
  ),
  row(
    '--error-option <option>',
    'errorOption',
    'what an edit does after an error',
    (option) => ({ errorOption: option as ErrorOption }),
    ['stop-on-error', 'continue-on-error', 'rollback-on-error'],
  ),
  row('--default-operation <operation>', 'defaultOperation', 'merge, replace or none', (value) => {
    if (value === 'merge' || value === 'replace' || value === 'none') {
      return { defaultOperation: value };
    }
    throw new UsageError(`"${value}" is not merge, replace or none`);
  }),
  row(
    '-o, --operation <operation>',
    'operation',
    'what --set does: merge (default), replace or create',
    (operation) => ({ operation: operation as 'merge' | 'replace' | 'create' }),
    ['merge', 'replace', 'create'],
  ),
  row(
    '--del-operation <operation>',
    'deleteOperation',
    'what --delete does: remove (default) or delete',
    (operation) => ({ deleteOperation: operation as 'remove' | 'delete' }),
    ['remove', 'delete'],
  ),
  row(
    '--timeout, --confirm-timeout <seconds>',
    'confirmTimeout',
    'time to confirm a commit (default: 600 s)',
    (seconds) => ({ confirmTimeout: wholeNumber(seconds, 'a number of seconds') }),
  ),
  row('--persist <id>', 'persist', 'name for a confirmed commit', (persist) => ({ persist })),
  row('--persist-id <id>', 'persistId', 'name of a pending commit', (persistId) => ({ persistId })),
  row(
    '--period <time>',
    'period',
    'subscribe: an update every TIME hundredths of a second',
    (time) => ({
      period: wholeNumber(time, 'a number of hundredths of a second'),
    }),
  ),
  row('--dampening <time>', 'dampening', 'subscribe: at least TIME between updates', (time) => ({
    dampening: wholeNumber(time, 'a number of hundredths of a second'),
  })),
  row('--sync-on-start', 'syncOnStart', 'subscribe: begin with all there is', () => ({
    syncOnStart: true,
  })),
  row('--start-time <time>', 'startTime', 'subscribe: replay from then on', (startTime) => ({
    startTime,
  })),
  row('--stop-time <time>', 'stopTime', 'subscribe: end of the subscription', (stopTime) => ({
    stopTime,
  })),
];

export function applyParameter(
  before: Parameters,
  { row: { read }, values }: GivenOption<ParameterRow>,
): Parameters {
  return { ...before, ...read(values, before) };
}

function binding(text: string): readonly [prefix: string, namespace: string] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new UsageError(`"${text}" is not PREFIX=NAMESPACE`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

export function wholeNumber(text: string, what: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new UsageError(`"${text}" is not ${what}`);
  }
  return value;
}
