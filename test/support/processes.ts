/**
 * `samid` and `sami` as processes: started, watched, killed at a chosen moment and started again on the
 * same port and state directory.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync, watch } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { connectNetconf } from '../../client/index.ts';
import type { NetconfClient, StampedRecord } from '../../client/index.ts';
import { SAMI_NAMESPACE } from '../../src/sami/index.ts';
import { childElements, findChild, textContent } from '../../src/xml/index.ts';
import type { XmlElement } from '../../src/xml/index.ts';

const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const program = (name: string): string =>
  fileURLToPath(new URL(`../../${name}/main.${EXTENSION}`, import.meta.url));

export const SAMI_PROGRAM = program('client');
const SAMID_PROGRAM = program('server');

export const USER = 'admin';
export const PASSWORD = 'secret';

/** How a process has ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Process {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  #stdout = '';
  #stderr = '';

  constructor(
    command: readonly [string, ...string[]],
    environment: NodeJS.ProcessEnv = {},
    folder?: string,
  ) {
    const [file, ...args] = command;
    this.child = spawn(file, args, {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.child.stdin?.on('error', () => undefined);
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code, signal) => {
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
  }

  get stderr(): string {
    return this.#stderr;
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<Ended> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** Starts `sami` with these arguments. */
export function startSami(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Process {
  const command = [process.execPath, ...process.execArgv, SAMI_PROGRAM, ...args] as const;
  return new Process(command, { SAMI_PASSWORD: PASSWORD, ...environment });
}

export function runSami(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const process = startSami(args, environment);
  process.child.stdin?.end();
  return process.ended;
}

/** What a device says of a VM. */
export interface VmView {
  readonly mode: string;
  /** Count and digest of each kind that has entries. */
  readonly tables: Readonly<Record<string, string>>;
}

export interface SamidOptions {
  readonly name: string;
  /** State directory and users file are made below it. */
  readonly folder: string;
  /** Further arguments. */
  readonly args?: readonly string[];
}

export class Samid implements AsyncDisposable {
  readonly name: string;
  readonly stateDir: string;
  readonly #command: readonly string[];
  #port = 0;
  #fingerprint = '';
  #process: Process | undefined;
  #client: NetconfClient | undefined;

  private constructor({ name, folder, args = [] }: SamidOptions) {
    this.name = name;
    this.stateDir = join(folder, name);
    const users = join(folder, 'users.json');
    this.#command = ['--state-dir', this.stateDir, '--users', users, '--name', name, ...args];
  }

  /** Resolves when it listens. */
  static async start(options: SamidOptions): Promise<Samid> {
    const { folder } = options;
    const users = [{ name: USER, password: PASSWORD, administrator: true }];
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'users.json'), JSON.stringify({ users }), { mode: 0o600 });
    const samid = new Samid(options);
    await samid.restart();
    return samid;
  }

  get port(): number {
    return this.#port;
  }

  get pid(): number {
    return this.#process?.child.pid ?? 0;
  }

  get fingerprint(): string {
    return this.#fingerprint;
  }

  /** As `sami` takes it. */
  get endpoint(): string {
    return `${USER}@127.0.0.1:${String(this.#port)}`;
  }

  /** What it has logged since it was started last. */
  get log(): string {
    return this.#process?.stderr ?? '';
  }

  /** Settles when the process that runs now has ended. */
  get ended(): Promise<Ended> {
    assert.ok(this.#process);
    return this.#process.ended;
  }

  /** Starts it where it was; the first time on any free port. */
  async restart(): Promise<void> {
    const listen = ['--listen', `127.0.0.1:${String(this.#port)}`];
    this.#client = undefined;
    const started = new Process([
      process.execPath,
      ...process.execArgv,
      SAMID_PROGRAM,
      ...listen,
      ...this.#command,
    ]);
    this.#process = started;
    const { stdout } = started.child;
    assert.ok(stdout);
    const line = await Promise.race([
      new Promise<string>((resolve) => createInterface({ input: stdout }).once('line', resolve)),
      started.ended.then(({ stderr }) => {
        throw new Error(`${this.name} did not start: ${stderr}`);
      }),
    ]);
    this.#port = Number(/:(\d+),/.exec(line)?.[1]);
    this.#fingerprint = /SHA256:\S+/.exec(line)?.[0] ?? '';
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<Ended> {
    assert.ok(this.#process);
    return this.#process.kill(signal);
  }

  connect(): Promise<NetconfClient> {
    return connectNetconf({
      host: '127.0.0.1',
      port: this.#port,
      username: USER,
      password: PASSWORD,
      hostKey: { kind: 'fingerprint', fingerprint: this.#fingerprint },
    });
  }

  /** One session that the test keeps for itself. */
  async client(): Promise<NetconfClient> {
    if (this.#client) return this.#client;
    const client = await this.connect();
    this.#client = client;
    void client.closed.then(() => {
      if (this.#client === client) this.#client = undefined;
    });
    return client;
  }

  /** Edits running by the candidate; `content` is what stands in the container `sami`. */
  async configure(content: string): Promise<void> {
    const client = await this.client();
    await client.editConfig({ target: 'candidate', config: inSami(content) });
    await client.commit();
  }

  /** Everything the device shows of its VMs, for comparing. */
  async everything(): Promise<XmlElement> {
    const client = await this.client();
    return client.get({ filter: { type: 'subtree', content: inSami('<vm/>') } });
  }

  /** Mode and tables of the VM; undefined when the device does not have it. */
  async view(id: string): Promise<VmView | undefined> {
    const content = inSami(`<vm><id>${id}</id><mode/><table/></vm>`);
    const client = await this.client();
    const data = await client.get({ filter: { type: 'subtree', content } });
    const sami = findChild(data, SAMI_NAMESPACE, 'sami');
    const vm = sami && findChild(sami, SAMI_NAMESPACE, 'vm');
    return vm && { mode: text(vm, 'mode') ?? 'learning', tables: tablesOf(vm) };
  }

  /** Ids of all VMs that it has. */
  async vms(): Promise<readonly string[]> {
    const client = await this.client();
    const filter = { type: 'subtree', content: inSami('<vm><id/></vm>') } as const;
    const sami = findChild(await client.get({ filter }), SAMI_NAMESPACE, 'sami');
    return childrenOf(sami, 'vm').map((vm) => text(vm, 'id') ?? '');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client?.abort();
    await this.#process?.kill();
  }
}

export function inSami(content: string): string {
  return `<sami xmlns="${SAMI_NAMESPACE}">${content}</sami>`;
}

function childrenOf(parent: XmlElement | undefined, name: string): readonly XmlElement[] {
  return parent ? childElements(parent).filter(({ local }) => local === name) : [];
}

function text(parent: XmlElement, name: string): string | undefined {
  const found = findChild(parent, SAMI_NAMESPACE, name);
  return found && textContent(found);
}

function tablesOf(vm: XmlElement): Record<string, string> {
  const tables: Record<string, string> = {};
  for (const table of childrenOf(vm, 'table')) {
    const [kind = '', entries = '', digest = ''] = ['kind', 'entries', 'digest'].map((name) =>
      text(table, name),
    );
    if (entries !== '0') tables[kind] = `${entries} ${digest}`;
  }
  return tables;
}

/** A directory and devices in it that go together, whatever happens. */
export class Site implements AsyncDisposable {
  readonly folder: string;
  readonly moves: string;
  readonly #devices: Samid[] = [];

  private constructor(folder: string) {
    this.folder = folder;
    this.moves = join(folder, 'moves');
  }

  static async open(): Promise<Site> {
    const site = new Site(await mkdtemp(join(tmpdir(), 'sami-process-')));
    await mkdir(site.moves);
    return site;
  }

  async start(name: string, args: readonly string[] = ['--plane', 'simulated']): Promise<Samid> {
    const device = await Samid.start({ name, folder: this.folder, args });
    this.#devices.push(device);
    return device;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#devices.map((device) => device[Symbol.asyncDispose]()));
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A record in few words: `stage verify`, `begin freeze`, `decision commit`, `confirmed new`. */
export function nameOf(record: StampedRecord): string {
  switch (record.type) {
    case 'stage':
      return `stage ${record.stage}`;
    case 'begin':
    case 'done':
      return `${record.type} ${record.action}`;
    case 'decision':
      return `decision ${record.decision}`;
    case 'confirmed':
      return `confirmed ${record.device}`;
    default:
      return record.type;
  }
}

/** Names of the records in a journal, as far as they are whole. */
export function journalNames(stateDir: string, id: string): readonly string[] {
  let content: string;
  try {
    content = readFileSync(join(stateDir, `${id}.jsonl`), 'utf8');
  } catch {
    return [];
  }
  const lines = content.split('\n').slice(0, -1);
  return lines.map((line) => nameOf(JSON.parse(line) as StampedRecord));
}

/** Calls `act` once, as soon as a journal has a record of this name. Returns what ends the watch. */
export function onRecord(
  { stateDir, id, name }: { readonly stateDir: string; readonly id: string; readonly name: string },
  act: () => void,
): () => void {
  let acted = false;
  const watcher = watch(stateDir, () => {
    if (acted || !journalNames(stateDir, id).includes(name)) return;
    acted = true;
    watcher.close();
    act();
  });
  return () => {
    watcher.close();
  };
}
