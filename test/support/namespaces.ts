/**
 * Network namespaces for tests against the real kernel. They have unique names and always go: with the
 * test, with its failure, with the process, and those of a process that was killed with the next test.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

const runFile = promisify(execFile);
const PREFIX = 'sami-test';
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const TOOLS = ['ip', 'nft', 'conntrack'] as const;

/** Why tests against the kernel, and with `tools` besides, cannot run here; undefined when they can. */
function missingForKernel(tools: readonly string[] = []): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'needs root';
  for (const tool of [...TOOLS, ...tools]) {
    try {
      execFileSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' });
    } catch {
      return `needs the program ${tool}`;
    }
  }
  const probe = `${PREFIX}-${process.pid}-probe`;
  try {
    execFileSync('ip', ['netns', 'add', probe], { stdio: 'ignore' });
    execFileSync('ip', ['netns', 'exec', probe, 'conntrack', '-L'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'may not make network namespaces here';
  } finally {
    removeQuietly(probe);
  }
}

/** `describe` for tests against the kernel: skipped, with the reason in the title, where they cannot run. */
export function describeOnKernel(
  title: string,
  body: (this: Mocha.Suite) => void,
  tools: readonly string[] = [],
): void {
  const missing = missingForKernel(tools);
  if (missing === undefined) {
    describe(title, body);
    return;
  }
  describe(`${title} (${missing})`, () => {
    it('runs against the kernel', function () {
      if (process.env['CI'] === 'true') throw new Error(missing);
      this.skip();
    });
  });
}

export class Namespaces implements AsyncDisposable {
  readonly #names = new Map<string, string>();
  readonly #children = new Set<ChildProcess>();
  readonly #onExit = (): void => {
    this.#removeAll();
  };

  /** A signal ends the process without 'exit': clean up, then let it end as it would have. */
  readonly #onSignal = (signal: NodeJS.Signals): void => {
    this.#removeAll();
    this.#forgetProcess();
    process.kill(process.pid, signal);
  };

  private constructor() {
    process.once('exit', this.#onExit);
    for (const signal of SIGNALS) process.once(signal, this.#onSignal);
  }

  /** Makes namespaces, known by short names, with loopback up, forwarding, and counting of packets. */
  static async create(...names: readonly string[]): Promise<Namespaces> {
    removeLeftovers();
    const namespaces = new Namespaces();
    const unique = `${PREFIX}-${process.pid}-${String(process.hrtime.bigint()).slice(-9)}`;
    try {
      for (const name of names) await namespaces.#add(name, `${unique}-${name}`);
    } catch (error) {
      await namespaces[Symbol.asyncDispose]();
      throw error;
    }
    return namespaces;
  }

  /** Name of the namespace as `ip netns` knows it. */
  name(short: string): string {
    const name = this.#names.get(short);
    if (name === undefined) throw new Error(`no namespace "${short}"`);
    return name;
  }

  /** Runs a command line inside and returns what it wrote. */
  async run(short: string, commandLine: string, input = ''): Promise<string> {
    const command = ['netns', 'exec', this.name(short), 'sh', '-c', commandLine];
    const running = runFile('ip', command, { maxBuffer: 1 << 28 });
    // A program that ends without reading its input is no failure.
    running.child.stdin?.on('error', () => undefined).end(input);
    return (await running).stdout;
  }

  /** `ip` inside the namespace, as in `ip -n NAME …`. */
  async ip(short: string, ...args: readonly string[]): Promise<void> {
    await runFile('ip', ['-n', this.name(short), ...args]);
  }

  /** Starts a program inside; it is ended with the namespaces at the latest. */
  start(short: string, command: readonly string[]): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', this.name(short), ...command], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  /** Joins two namespaces by a pair of interfaces with addresses of one network each. */
  async link(
    [from, fromDevice, ...fromAddresses]: readonly [string, string, ...string[]],
    [to, toDevice, ...toAddresses]: readonly [string, string, ...string[]],
  ): Promise<void> {
    const peer = ['peer', 'name', toDevice, 'netns', this.name(to)];
    await this.ip(from, 'link', 'add', fromDevice, 'type', 'veth', ...peer);
    for (const [name, device, addresses] of [
      [from, fromDevice, fromAddresses],
      [to, toDevice, toAddresses],
    ] as const) {
      for (const address of addresses) {
        const nodad = address.includes(':') ? ['nodad'] : [];
        await this.ip(name, 'address', 'add', address, 'dev', device, ...nodad);
      }
      await this.ip(name, 'link', 'set', device, 'up');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const endings = [...this.#children].map((child) => once(child, 'exit'));
    for (const child of this.#children) child.kill('SIGKILL');
    await Promise.all(endings);
    this.#removeAll();
    this.#forgetProcess();
  }

  #forgetProcess(): void {
    process.off('exit', this.#onExit);
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
  }

  async #add(short: string, name: string): Promise<void> {
    this.#names.set(short, name);
    await runFile('ip', ['netns', 'add', name]);
    await this.ip(short, 'link', 'set', 'lo', 'up');
    const settings = {
      'net/ipv4/ip_forward': '1',
      'net/ipv6/conf/all/forwarding': '1',
      // While a link-local address is tentative the kernel asks for no neighbour, and takes it for unreachable.
      'net/ipv6/conf/default/accept_dad': '0',
      'net/ipv4/conf/all/rp_filter': '0',
      'net/ipv4/conf/default/rp_filter': '0',
      'net/netfilter/nf_conntrack_acct': '1',
      'net/netfilter/nf_conntrack_tcp_loose': '0',
    };
    const lines = Object.entries(settings).map(([key, value]) => `echo ${value} >/proc/sys/${key}`);
    await this.run(short, lines.join('\n'));
  }

  #removeAll(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    for (const name of this.#names.values()) removeQuietly(name);
    this.#names.clear();
  }
}

/** Namespaces whose process has gone. */
function removeLeftovers(): void {
  const listed = execFileSync('ip', ['netns', 'list']).toString().split('\n');
  for (const line of listed) {
    const [name = ''] = line.split(' ');
    const owner = new RegExp(`^${PREFIX}-(\\d+)-`).exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner))) removeQuietly(name);
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function removeQuietly(name: string): void {
  try {
    execFileSync('ip', ['netns', 'delete', name], { stdio: 'ignore' });
  } catch {
    // Not there, or not to be removed: nothing that could be done here.
  }
}
