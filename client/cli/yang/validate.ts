/** `sami yang validate`: instance data against modules, and from one encoding to another. */
import { Option, type Command } from 'commander';
import type { DocumentFormat, DocumentType } from '../../../src/data/index.ts';
import type { CliEnvironment } from '../environment.ts';
import { parseCount } from '../numbers.ts';
import { addSchemaOptions, type SchemaOptions } from './schema-arguments.ts';

/** As `--type` spells them: names of yanglint and of the standard both. */
const TYPES: Readonly<Record<string, DocumentType>> = {
  data: 'data',
  config: 'config',
  get: 'get',
  'get-config': 'get-config',
  getconfig: 'get-config',
  edit: 'edit',
  rpc: 'rpc',
  reply: 'reply',
  notif: 'notification',
  notification: 'notification',
  'nc-rpc': 'nc-rpc',
  'nc-reply': 'nc-reply',
  'nc-notif': 'nc-notification',
  'nc-notification': 'nc-notification',
  structure: 'structure',
};

/** As `--defaults` spells them (RFC 6243, section 3), those of yanglint included. */
const DEFAULTS = {
  explicit: 'explicit',
  trim: 'trim',
  all: 'report-all',
  'report-all': 'report-all',
  'all-tagged': 'report-all-tagged',
  'report-all-tagged': 'report-all-tagged',
} as const;

export interface ValidateOptions extends SchemaOptions {
  readonly type: string;
  readonly format?: DocumentFormat;
  readonly inputFormat?: DocumentFormat;
  readonly defaults: keyof typeof DEFAULTS;
  readonly notStrict?: boolean;
  readonly merge?: boolean;
  readonly present?: boolean;
  readonly operational?: string;
  readonly replyRpc?: string;
  readonly structure?: string;
  readonly yangLibraryFile?: string;
  readonly maxErrors: number;
  readonly json?: boolean;
  readonly output?: string;
}

export const documentTypeOf = ({ type }: ValidateOptions): DocumentType => TYPES[type] ?? 'data';

export const withDefaultsOf = ({
  defaults,
}: ValidateOptions): (typeof DEFAULTS)[keyof typeof DEFAULTS] => DEFAULTS[defaults];

const HELP = `
Data is what ends in .xml or .json, begins with "<" or "{", or is "-", standard input; the other arguments are schemas.
Exit code: 0 all data is valid, 1 something is not.`;

export function addValidate(yang: Command, environment: CliEnvironment): void {
  const formats = ['xml', 'json'];
  addSchemaOptions(
    yang
      .command('validate <schema-or-data...>')
      .description('check data against modules; with --format print it in that encoding')
      .addOption(
        new Option('-t, --type <type>', 'what the data is')
          .choices(Object.keys(TYPES))
          .default('data'),
      )
      .addOption(new Option('-f, --format <format>', 'print the data').choices(formats))
      .addOption(
        new Option('--input-format <format>', 'encoding of the data, instead of a guess').choices(
          formats,
        ),
      )
      .addOption(
        new Option('-d, --defaults <mode>', 'default values in what is printed (RFC 6243)')
          .choices(Object.keys(DEFAULTS))
          .default('explicit'),
      )
      .option('-n, --not-strict', 'skip data that the modules do not know')
      .option('-m, --merge', 'merge all files and check the whole')
      .option('-e, --present', 'require nothing of modules of which there is no data')
      .option('-O, --operational <file>', 'data that an operation or notification may refer to')
      .option('-R, --reply-rpc <file>', 'the request that an nc-reply answers')
      .option('--structure <name>', 'for --type structure: which one, as module:name')
      .option('-Y, --yang-library-file <file>', 'take modules and features from this yang-library')
      .option('--max-errors <number>', 'errors to report', parseCount, 100)
      .option('--json', 'print errors as a JSON object')
      .option('-o, --output <file>', 'write there instead of standard output')
      .addHelpText('after', HELP),
  ).action(async (args: readonly string[], options: ValidateOptions) => {
    // The rest of the commands work on schemas alone and need not wait for what handles data.
    const { validateFiles } = await import('./validate-files.ts');
    validateFiles(environment, args, options);
  });
}
