/** `sami netconf` in this process, against a server in this process: what it prints, and the exit code. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { CliEnvironment, ConsoleTerminal } from '../../../../../client/cli/environment.ts';
import { EXIT_CODES, UsageError } from '../../../../../client/cli/exit-code.ts';
import { runConsole } from '../../../../../client/cli/netconf/console.ts';
import type { OpenDevice } from '../../../../../client/cli/netconf/connection/opening.ts';
import type { RawTap } from '../../../../../client/cli/netconf/output/raw-tap.ts';
import { NetconfClient, Schemas } from '../../../../../client/index.ts';
import { SAMI_MODULES, loadSchema } from '../../../../../server/schema.ts';
import { Branch, decodeData } from '../../../../../src/data/index.ts';
import { RpcErrorException, describeRpcError } from '../../../../../src/error/index.ts';
import { createFileModuleRepository, packageYangDirectory } from '../../../../../src/node/index.ts';
import { compile, qnameKey } from '../../../../../src/yang/index.ts';
import type {
  CompileResult,
  NotificationNode,
  SchemaContext,
} from '../../../../../src/yang/index.ts';
import { ServerFixture } from '../../../../support/server-fixture.ts';
import type { FixtureOptions } from '../../../../support/server-fixture.ts';
import { SHOP_MODULES, SHOP_NAMES } from './shop.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** All runs of a test are of the same few devices. */
const compiled = new Map<string, CompileResult>();

function compileOnce(...[sources, options]: Parameters<typeof compile>): CompileResult {
  const key = JSON.stringify(options.modules);
  const result = compiled.get(key) ?? compile(sources, options);
  compiled.set(key, result);
  return result;
}

let shopContext: SchemaContext | undefined;

/** The schema of the default modules and of the shop. */
function shopSchema(): SchemaContext {
  if (shopContext) return shopContext;
  const folder = mkdtempSync(join(tmpdir(), 'sami-shop-'));
  try {
    for (const [file, text] of Object.entries(SHOP_MODULES))
      writeFileSync(join(folder, file), text);
    const modules = [...SAMI_MODULES, ...SHOP_NAMES.map((name) => ({ name }))];
    shopContext = loadSchema({ paths: [folder], modules });
    return shopContext;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A device, and consoles on it. */
export class ConsoleBench implements AsyncDisposable {
  readonly fixture: ServerFixture;
  readonly folder: string;
  readonly variables: Record<string, string>;
  /** Runs in the background read what comes next of them. */
  readonly abort = new AbortController();
  readonly readerGone = new AbortController();

  #getSchemas = 0;

  private constructor(fixture: ServerFixture) {
    this.fixture = fixture;
    this.folder = mkdtempSync(join(tmpdir(), 'sami-console-'));
    this.variables = { XDG_CACHE_HOME: this.folder, XDG_STATE_HOME: this.folder };
  }

  static async start(options: FixtureOptions = {}): Promise<ConsoleBench> {
    return new ConsoleBench(await ServerFixture.start({ context: shopSchema(), ...options }));
  }

  /** Writes a file and gives its path. */
  file(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** Runs a command line. `$D` is the folder of the bench. */
  run(...words: readonly string[]): Promise<Ran> {
    return this.start(words).ended;
  }

  /** How often the device was asked for a module. */
  getSchemas(): number {
    return this.#getSchemas;
  }

  /** Something happens until the console tells of it. */
  async sell(item: string, running: Running, expected: RegExp): Promise<void> {
    const context = shopSchema();
    const { content } = decodeData(
      notificationNode(context),
      `<sold xmlns="urn:shop"><item>${item}</item></sold>`,
    );
    while (!expected.test(running.out)) {
      if (content instanceof Branch) this.fixture.server.publish(content);
      await this.fixture.turn();
    }
  }

  /** Begins a command line; what it has printed so far can be read. */
  start(words: readonly string[], terminal?: ConsoleTerminal): Running {
    const running = new Running();
    const environment: CliEnvironment = {
      output: {
        out: (text) => {
          running.add('out', text);
        },
        err: (text) => {
          running.add('err', text);
        },
        interactive: false,
        readerGone: this.readerGone.signal,
      },
      clock: this.fixture.clock,
      variables: this.variables,
      username: 'operator',
      signal: this.abort.signal,
      schemas: () => new Schemas(createFileModuleRepository([packageYangDirectory()])),
      ...(terminal ? { terminal } : {}),
      exit: (code) => {
        running.code = code;
      },
    };
    const args = words.map((word) => word.replaceAll('$D', this.folder));
    running.ended = this.#carryOut(environment, args, running);
    return running;
  }

  /** A terminal that a test types on. */
  terminal(
    isTerminal = true,
  ): ConsoleTerminal & { readonly input: PassThrough; shown: () => string } {
    const input = new PassThrough();
    const output = new PassThrough();
    let shown = '';
    output.setEncoding('utf8').on('data', (text: string) => (shown += text));
    return { isTerminal, input, output, shown: () => shown };
  }

  async #carryOut(
    environment: CliEnvironment,
    words: readonly string[],
    running: Running,
  ): Promise<Ran> {
    try {
      await runConsole(environment, words, (...args) => this.#open(args[3]));
    } catch (error) {
      running.code = error instanceof UsageError ? EXIT_CODES.usage : EXIT_CODES.error;
      const text =
        error instanceof RpcErrorException
          ? error.errors.map(describeRpcError).join('; ')
          : (error as Error).message;
      running.add('err', `sami: ${text}\n`);
    }
    return { code: running.code, out: running.out, err: running.err };
  }

  async #open(tap: RawTap | undefined): Promise<OpenDevice> {
    const transport = this.fixture.connectRaw();
    const client = await NetconfClient.open(tap ? tap.wrap(transport) : transport, {
      clock: this.fixture.clock,
    });
    const getSchema = client.getSchema.bind(client);
    client.getSchema = (request) => {
      this.#getSchemas += 1;
      return getSchema(request);
    };
    return { client, label: 'operator@bench:830', compile: compileOnce };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.fixture.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function notificationNode(context: SchemaContext): NotificationNode {
  const node = context.notifications.get(qnameKey('urn:shop', 'sold'));
  if (!node) throw new Error('the shop sells nothing');
  return node;
}

export class Running {
  /** Told of each piece of output. */
  onText: ((text: string) => void) | undefined;
  code: number = EXIT_CODES.ok;
  out = '';
  err = '';
  ended: Promise<Ran> = Promise.resolve({ code: 0, out: '', err: '' });
  readonly #waiting: { readonly pattern: RegExp; readonly found: () => void }[] = [];

  add(stream: 'out' | 'err', text: string): void {
    this[stream] += text;
    if (stream === 'out') this.onText?.(text);
    for (const waiting of this.#waiting) {
      if (waiting.pattern.test(this.out + this.err)) waiting.found();
    }
  }

  /** Resolves when what has been printed matches. */
  async printed(pattern: RegExp): Promise<void> {
    if (pattern.test(this.out + this.err)) return;
    await new Promise<void>((resolve) => this.#waiting.push({ pattern, found: resolve }));
  }
}
