/** `sami netconf` from its arguments to its end. */
import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createFileModuleRepository, packageYangDirectory } from '../../../src/node/index.ts';
import type { CliEnvironment } from '../environment.ts';
import { EXIT_CODES, UsageError } from '../exit-code.ts';
import { splitMessages } from './commands/message-file.ts';
import { openDevice } from './connection/open-device.ts';
import { helpText } from './help.ts';
import { runInteractive } from './interactive/interactive.ts';
import { RawTap } from './output/raw-tap.ts';
import { ReplyOutput } from './output/reply-output.ts';
import { FULL_TABLE, isParametersAlone, planOptions } from './plan.ts';
import type { AnyRow, LineRow, Plan } from './plan.ts';
import type { GivenOption } from './option.ts';
import { NO_PARAMETERS } from './parameters.ts';
import { runSteps } from './run-steps.ts';
import { DeviceSchema } from './schema/device-schema.ts';
import { cacheDirectory, createFileModuleCache } from './schema/module-cache.ts';
import { ConsoleSession } from './session.ts';
import { settingsOf } from './settings.ts';
import type { SettingRow, Settings } from './settings.ts';

/** What is left out with `-s noaaa`. */
const ACCESS_CONTROL = [
  { namespace: 'urn:ietf:params:xml:ns:yang:ietf-netconf-acm', local: 'nacm' },
  { namespace: 'http://tail-f.com/ns/aaa/1.1', local: 'aaa' },
] as const;

interface Line {
  readonly settings: Settings;
  readonly given: readonly GivenOption<LineRow>[];
  readonly target: string | undefined;
  readonly file: string | undefined;
}

/** `open` makes the session; tests give their own. */
export async function runConsole(
  environment: CliEnvironment,
  words: readonly string[],
  open: typeof openDevice = openDevice,
): Promise<void> {
  const line = readLine(words);
  const { settings } = line;
  if (settings.help === true) {
    environment.output.out(helpText(FULL_TABLE.rows));
    return;
  }
  const plan = planOf(environment, line);
  const messages = line.file === undefined ? [] : splitMessages(await readText(line.file));
  const files = new OpenFiles();
  try {
    await runOnDevice(environment, { line, plan, messages, files, open });
  } catch (error) {
    if (settings.debug === true && error instanceof Error) environment.output.err(stackOf(error));
    throw error;
  } finally {
    files.close();
  }
  environment.exit(EXIT_CODES.ok);
}

/** With what caused it, down to the first cause. */
function stackOf({ stack = '', cause }: Error): string {
  return `${stack}\n${cause instanceof Error ? `caused by: ${stackOf(cause)}` : ''}`;
}

function readLine(words: readonly string[]): Line {
  const { given, operands } = FULL_TABLE.parse(words);
  const settings = settingsOf(given.filter(isSetting));
  const isElsewhere = settings.host !== undefined || settings.callHome !== undefined;
  const [target, file] = isElsewhere ? [undefined, ...operands] : operands;
  const most = isElsewhere ? 1 : 2;
  if (operands.length > most) {
    throw new UsageError(`"${operands[most] ?? ''}" belongs to nothing`);
  }
  return {
    settings,
    target,
    file,
    given: given.filter((it) => !isSetting(it)) as GivenOption<LineRow>[],
  };
}

function isSetting(option: GivenOption<AnyRow>): option is GivenOption<SettingRow> {
  return option.row.kind === 'setting';
}

/** What is wrong with the line is said before anything is connected. */
function planOf({ terminal }: CliEnvironment, line: Line): Plan & { readonly asks: boolean } {
  const { given, settings, file } = line;
  const plan = planOptions(given, NO_PARAMETERS);
  const isAsked = settings.interactive === true;
  const hasWork = plan.steps.length > 0 || file !== undefined;
  if (isAsked && hasWork) throw new UsageError('--interactive and operations cannot be combined');
  if (plan.steps.length > 0 && file !== undefined) {
    throw new UsageError(`the file "${file}" and operations cannot be combined`);
  }
  const asks = isAsked || (!hasWork && terminal?.isTerminal === true);
  if (!asks && !hasWork) {
    const [parameter] = isParametersAlone(given) ? given : [];
    const what = parameter ? `${parameter.written} alone does nothing: ` : '';
    throw new UsageError(
      `${what}no operation was given, nor -i to read them from standard input; see "sami netconf --help"`,
    );
  }
  return { ...plan, asks };
}

interface Run {
  readonly line: Line;
  readonly plan: Plan & { readonly asks: boolean };
  /** Requests of a file. */
  readonly messages: readonly string[];
  readonly files: OpenFiles;
  readonly open: typeof openDevice;
}

async function runOnDevice(
  environment: CliEnvironment,
  { line: { settings, target }, plan, messages, files, open }: Run,
): Promise<void> {
  const { output } = environment;
  const toFile = settings.outputFile === undefined ? undefined : files.writer(settings.outputFile);
  const write = (text: string): void => {
    if (toFile) toFile(text);
    else output.out(text);
  };
  const tap = tapOf(settings, write, files);
  const device = await open(environment, settings, target, tap);
  await using client = device.client;
  const warn = (text: string): void => {
    output.err(`sami: ${text}\n`);
  };
  const schema = new DeviceSchema({
    client,
    label: device.label,
    cache: createFileModuleCache(cacheDirectory(environment.variables)),
    repository: createFileModuleRepository([packageYangDirectory()]),
    signal: environment.signal,
    clock: environment.clock,
    replyTimeoutMs: settings.replyTimeoutMs,
    warn,
    ...(device.compile ? { compile: device.compile } : {}),
  });
  const hidden = settings.hidesAccess === true ? ACCESS_CONTROL : [];
  const style = settings.style ?? 'xml';
  const session = new ConsoleSession({
    client,
    schema,
    output: new ReplyOutput({ style, write, warn, schema, hidden }),
    clock: environment.clock,
    signal: environment.signal,
    warn,
    readFile: readText,
    isFile: (path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true,
    dry: settings.dry === true,
    raw: tap,
    readerGone: toFile ? undefined : output.readerGone,
    replyTimeoutMs: settings.replyTimeoutMs,
  });
  try {
    if (plan.asks) {
      await runInteractive(environment, session, plan.parameters);
    } else {
      for (const message of messages) await session.send(message);
      await runSteps(session, plan.steps);
    }
  } finally {
    warnOfPendingCommit(session);
  }
}

/** RFC 6241, section 8.4.1: without a name it ends with the session, and what it did is undone. */
function warnOfPendingCommit(session: ConsoleSession): void {
  if (!session.hasPendingCommit) return;
  session.options.warn(
    'the confirmed commit has no name and is undone now, because this session ends; ' +
      'give it one with --persist, or confirm it with --commit',
  );
}

function tapOf(
  { raw }: Settings,
  write: (text: string) => void,
  files: OpenFiles,
): RawTap | undefined {
  if (raw === undefined) return undefined;
  if (raw !== true) return new RawTap(files.writer(raw), false);
  const decoder = new TextDecoder();
  return new RawTap((bytes) => {
    write(typeof bytes === 'string' ? bytes : decoder.decode(bytes, { stream: true }));
  }, true);
}

async function readText(path: string): Promise<string> {
  return path === '-' ? readFileSync(0, 'utf8') : readFile(path, 'utf8');
}

/** Files that are written while the session goes on. */
class OpenFiles {
  readonly #open: number[] = [];

  writer(path: string): (content: string | Uint8Array) => void {
    const file = openSync(path, 'w', 0o600);
    this.#open.push(file);
    return (content) => {
      let rest = typeof content === 'string' ? Buffer.from(content) : content;
      while (rest.length > 0) rest = rest.subarray(writeSync(file, rest));
    };
  }

  close(): void {
    for (const file of this.#open.splice(0)) closeSync(file);
  }
}
