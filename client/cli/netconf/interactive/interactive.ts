/**
 * The console that asks line by line. A line is an operation with its parameters, parameters alone (which then
 * hold for what follows), or an operation in XML, over as many lines as it takes.
 *
 * Where nobody types, the lines are a script: it ends with the first error.
 */
import { clearLine, createInterface, cursorTo } from 'node:readline';
import type { Interface } from 'node:readline';
import { SessionClosedError } from '../../../../src/netconf/index.ts';
import { AsyncQueue } from '../../../../src/util/index.ts';
import { XmlError, XmlTokenizer } from '../../../../src/xml/index.ts';
import type { CliEnvironment, ConsoleTerminal } from '../../environment.ts';
import { UsageError } from '../../exit-code.ts';
import { withoutEnvelope } from '../commands/rpc.ts';
import { describeFailure } from '../describe-failure.ts';
import { flagsOf } from '../help.ts';
import type { Parameters } from '../parameters.ts';
import { LINE_TABLE, planText } from '../plan.ts';
import { runSteps } from '../run-steps.ts';
import type { ConsoleSession } from '../session.ts';
import { Completer } from './completer.ts';
import { HISTORY_LIMIT, historyFile, readHistory, writeHistory } from './history.ts';

const PROMPT = 'netconf> ';
const MORE = '    ...> ';
/** More than that is no line of a person. */
const MAX_XML = 16 * 1024 * 1024;

export async function runInteractive(
  environment: CliEnvironment,
  session: ConsoleSession,
  parameters: Parameters,
): Promise<void> {
  const { terminal } = environment;
  if (!terminal) throw new UsageError('there is no terminal to ask on');
  await new InteractiveConsole(environment, session, parameters, terminal).run();
}

class InteractiveConsole {
  readonly #environment: CliEnvironment;
  readonly #session: ConsoleSession;
  readonly #terminal: ConsoleTerminal;
  readonly #lines = new AsyncQueue<string>({ capacity: Infinity });
  #parameters: Parameters;
  /** Of the operation that is under way. */
  #running: AbortController | undefined;
  #xml = '';
  #interface: Interface | undefined;

  constructor(
    environment: CliEnvironment,
    session: ConsoleSession,
    parameters: Parameters,
    terminal: ConsoleTerminal,
  ) {
    this.#environment = environment;
    this.#session = session;
    this.#parameters = parameters;
    this.#terminal = terminal;
  }

  async run(): Promise<void> {
    const { client } = this.#session;
    const terminal = this.#open();
    const ended = { byDevice: false };
    void client.closed.then(() => {
      ended.byDevice = true;
      terminal.close();
    });
    this.#environment.signal.addEventListener('abort', () => {
      terminal.close();
    });
    this.#session.around = {
      before: () => {
        this.#clearPrompt();
      },
      after: () => {
        this.#showPrompt(true);
      },
    };
    try {
      this.#showPrompt();
      while (await this.#next()) this.#showPrompt();
    } finally {
      this.#session.around = undefined;
      terminal.close();
    }
    if (this.#xml !== '') throw new UsageError('the XML at the end is not complete');
    if (ended.byDevice) throw new SessionClosedError('the device has ended the session');
  }

  /** `false`: there is no next line, or the user has had enough. */
  async #next(): Promise<boolean> {
    const next = await this.#lines.next();
    if (next.done === true) return false;
    const line = next.value;
    if (this.#xml === '' && /^\s*(quit|exit)\s*$/.test(line)) return false;
    await this.#attempt(() => this.#perform(line));
    return true;
  }

  /** What goes wrong is said, and ends scripts alone. */
  async #attempt(perform: () => Promise<void> | void): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    this.#session.signal = AbortSignal.any([this.#environment.signal, running.signal]);
    try {
      await perform();
    } catch (error) {
      const isFatal = error instanceof SessionClosedError || this.#environment.signal.aborted;
      if (isFatal || !this.#terminal.isTerminal) throw error;
      this.#say(
        describeFailure(error)
          .map((line) => `${line}\n`)
          .join(''),
      );
    } finally {
      this.#running = undefined;
      this.#session.signal = this.#environment.signal;
    }
  }

  async #perform(line: string): Promise<void> {
    if (this.#xml !== '' || line.trimStart().startsWith('<')) {
      await this.#addXml(line);
      return;
    }
    const text = line.trim();
    if (text === '' || text.startsWith('#')) return;
    const [, topic] = /^help(?:\s+(\S+))?$/.exec(text) ?? [];
    if (text.startsWith('help') && /^help(\s|$)/.test(text)) {
      this.#help(topic);
      return;
    }
    const plan = planText(text, this.#parameters);
    if (plan.steps.length === 0) this.#parameters = plan.parameters;
    await runSteps(this.#session, plan.steps, true);
  }

  /** Sent when it is whole. An empty line in XML that cannot become whole gives it up. */
  async #addXml(line: string): Promise<void> {
    this.#xml += `${line}\n`;
    const text = this.#xml;
    if (text.length > MAX_XML) this.#xml = '';
    const state = stateOf(text);
    if (state === 'open' && line.trim() !== '') return;
    this.#xml = '';
    await this.#session.send(withoutEnvelope(text, 'XML'));
  }

  #help(topic: string | undefined): void {
    const rows = topic === undefined ? LINE_TABLE.rows : [LINE_TABLE.find(`--${topic}`)];
    const known = rows.flatMap((row) => (row ? [row] : []));
    if (known.length === 0) throw new UsageError(`there is no help on "${topic ?? ''}"`);
    const width = Math.max(...known.map((row) => flagsOf(row).length));
    const lines = known.map((row) => {
      const flags = row.kind === 'command' ? flagsOf(row).replace(/^--/, '') : flagsOf(row);
      return `${flags.padEnd(width)}  ${row.help}\n`;
    });
    if (topic === undefined)
      lines.push('quit, exit, Ctrl-D: leave. Ctrl-C: cancel what is under way.\n');
    this.#say(lines.join(''));
  }

  #say(text: string): void {
    this.#environment.output.err(text);
  }

  #open(): Interface {
    const { input, output, isTerminal } = this.#terminal;
    const file = historyFile(this.#environment.variables);
    const completer = new Completer(this.#session, () => this.#parameters);
    const terminal = createInterface({
      input,
      ...(isTerminal ? { output, history: readHistory(file) } : {}),
      terminal: isTerminal,
      historySize: HISTORY_LIMIT,
      removeHistoryDuplicates: true,
      prompt: PROMPT,
      completer: (line: string, answer: (error: null, hits: [string[], string]) => void) => {
        void completer.complete(line).then(([hits, replaced]) => {
          answer(null, [[...hits], replaced]);
        });
      },
    });
    if (isTerminal) {
      terminal.on('history', (lines: readonly string[]) => {
        writeHistory(file, lines);
      });
      terminal.on('SIGINT', () => {
        this.#interrupt(terminal);
      });
    }
    terminal.on('line', (line) => void this.#lines.push(line));
    terminal.on('close', () => {
      this.#lines.end();
      if (isTerminal) this.#running?.abort(new Error('cancelled'));
    });
    this.#interface = terminal;
    return terminal;
  }

  /** Ctrl-C: what is under way, else what has been typed. */
  #interrupt(terminal: Interface): void {
    if (this.#running) {
      this.#running.abort(new Error('cancelled'));
      return;
    }
    this.#xml = '';
    terminal.write(null, { ctrl: true, name: 'e' });
    terminal.write(null, { ctrl: true, name: 'u' });
    this.#terminal.output.write('^C\n');
    this.#showPrompt();
  }

  #showPrompt(keepsCursor = false): void {
    const terminal = this.#interface;
    if (!this.#terminal.isTerminal || !terminal || this.#running) return;
    terminal.setPrompt(this.#xml === '' ? PROMPT : MORE);
    if (!('closed' in terminal && terminal.closed === true)) terminal.prompt(keepsCursor);
  }

  #clearPrompt(): void {
    if (!this.#terminal.isTerminal || this.#running) return;
    cursorTo(this.#terminal.output, 0);
    clearLine(this.#terminal.output, 0);
  }
}

/** Whether more can make it whole. */
export function stateOf(text: string): 'whole' | 'open' | 'wrong' {
  let depth = 0;
  let elements = 0;
  const sink = {
    open: () => void (depth += 1),
    text: () => undefined,
    close: () => {
      depth -= 1;
      elements += 1;
    },
  };
  try {
    new XmlTokenizer(sink).write(text.replace(/^\s*<\?xml[^>]*\?>/, '').trim());
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    return 'wrong';
  }
  return depth === 0 && elements > 0 ? 'whole' : 'open';
}
