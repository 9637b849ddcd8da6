/**
 * Two devices with the simulated data plane, a hypervisor and an orchestrator in one process, on one
 * clock that goes on only while the orchestrator sleeps between two attempts.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NetconfClient, Schemas, move, resume, rollback } from '../../client/index.ts';
import type {
  Connector,
  Hypervisor,
  MoveEnvironment,
  MoveOptions,
  MoveReport,
} from '../../client/index.ts';
import { createServer } from '../../server/index.ts';
import type { Server } from '../../server/index.ts';
import { SimulatedPlane } from '../../server/plane/simulated/index.ts';
import type { SimulatedPlaneOptions } from '../../server/plane/simulated/index.ts';
import { createLinkedTransports } from '../../src/netconf/index.ts';
import type { TransportPeer } from '../../src/netconf/index.ts';
import { createFileModuleRepository, packageYangDirectory } from '../../src/node/index.ts';
import { modeOf } from '../../src/sami/index.ts';
import type { Clock, Timer } from '../../src/util/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import { FakeClock } from './fake-clock.ts';
import { HangingTransport } from './hanging-transport.ts';
import { samiSchema } from './server-fixture.ts';
import { SurvivingStore } from './surviving-store.ts';

export const VM = 'vm1';
export const ADDRESS = '10.0.0.1';

export interface TestDeviceOptions extends Omit<SimulatedPlaneOptions, 'clock'> {
  /** The tables outlive the process. */
  readonly keepsTables?: boolean;
  /** The schema; that of the package's modules when absent. */
  readonly context?: SchemaContext;
}

export class TestDevice implements Connector {
  readonly name: string;
  readonly #clock: FakeClock;
  readonly #options: Omit<TestDeviceOptions, 'keepsTables'>;
  readonly #store = new SurvivingStore();
  readonly #transports = new Set<HangingTransport>();
  restarts = 0;
  #server: Server | undefined;
  #plane: SimulatedPlane | undefined;

  constructor(
    name: string,
    clock: FakeClock,
    options: Omit<TestDeviceOptions, 'keepsTables'> = {},
  ) {
    this.name = name;
    this.#clock = clock;
    this.#options = options;
  }

  get plane(): SimulatedPlane {
    if (!this.#plane) throw new Error(`${this.name} is down`);
    return this.#plane;
  }

  get server(): Server {
    if (!this.#server) throw new Error(`${this.name} is down`);
    return this.#server;
  }

  async start(): Promise<void> {
    const { context = samiSchema() } = this.#options;
    this.#plane = new SimulatedPlane(context, { ...this.#options, clock: this.#clock });
    this.#server = await createServer({
      context,
      planes: [this.#plane],
      store: this.#store,
      clock: this.#clock,
    });
  }

  /** Goes down as if killed: nothing is undone. */
  async kill(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#plane = undefined;
    this.cutSessions();
    await server?.close();
  }

  async restart(): Promise<void> {
    this.restarts += 1;
    await this.kill();
    await this.start();
  }

  /** The network to the device is cut for the sessions that there are; `waitMs` is what waiting costs. */
  hangSessions(waitMs: number): void {
    const wait = async (): Promise<void> => {
      // What else is on its way arrives first.
      for (let turn = 0; turn < 100; turn += 1) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      this.#clock.advance(waitMs);
    };
    for (const transport of this.#transports) transport.hang(() => void wait());
    this.#transports.clear();
  }

  cutSessions(): void {
    for (const transport of this.#transports) transport.abort();
    this.#transports.clear();
  }

  connect(): Promise<NetconfClient> {
    return this.#connectAs();
  }

  /** Without a peer, as an administrator. */
  async #connectAs(peer?: TransportPeer): Promise<NetconfClient> {
    if (!this.#server) throw new Error(`${this.name} is down`);
    const [near, far] = createLinkedTransports(peer ? { peer } : {});
    const transport = new HangingTransport(near);
    this.#transports.add(transport);
    void this.#server.accept(far);
    return NetconfClient.open(transport, { clock: this.#clock });
  }

  /** The same device, but whoever connects is this user. */
  as(username: string): Connector {
    return { name: this.name, connect: () => this.#connectAs({ username }) };
  }

  /** Edits running by the candidate. */
  async configure(config: string): Promise<void> {
    await using client = await this.connect();
    await client.editConfig({ target: 'candidate', config });
    await client.commit();
  }

  /** Mode and table states of the VM; undefined when the device does not have it. */
  async vm(id = VM): Promise<DeviceView | undefined> {
    const tree = this.server.datastores.vmTree;
    const vm = tree?.find(this.server.datastores.running, id);
    if (!vm) return undefined;
    const tables = await this.plane.tables(vm);
    return {
      mode: modeOf(vm),
      tables: Object.fromEntries(
        tables
          .filter(({ entries }) => entries > 0)
          .map(({ kind, entries, digest }) => [kind, `${String(entries)} ${digest}`]),
      ),
    };
  }
}

export interface DeviceView {
  readonly mode: string;
  /** Count and digest of each kind that has entries. */
  readonly tables: Readonly<Record<string, string>>;
}

/** Runs the VM on one host at a time. */
export class TestHypervisor implements Hypervisor {
  place: 'old' | 'stopped' | 'new' = 'old';
  readonly calls: string[] = [];

  stop(): Promise<void> {
    this.calls.push('stop');
    if (this.place !== 'new') this.place = 'stopped';
    return Promise.resolve();
  }

  continueOnNew(): Promise<void> {
    this.calls.push('continue');
    this.place = 'new';
    return Promise.resolve();
  }

  resumeOnOld(): Promise<void> {
    this.calls.push('abort');
    if (this.place === 'new') throw new Error('the VM runs on its new host');
    this.place = 'old';
    return Promise.resolve();
  }
}

/** Waits shorter than this let the clock go on by themselves: they are waits between two attempts. */
const LONGEST_SLEEP_MS = 1000;

class OrchestratorClock implements Clock {
  readonly #shared: FakeClock;

  constructor(shared: FakeClock) {
    this.#shared = shared;
  }

  now(): number {
    return this.#shared.now();
  }

  setTimer(delayMs: number, onExpiry: () => void): Timer {
    if (delayMs > LONGEST_SLEEP_MS) return this.#shared.setTimer(delayMs, onExpiry);
    let cancelled = false;
    setImmediate(() => {
      this.#shared.advance(delayMs);
      if (!cancelled) onExpiry();
    });
    return { cancel: () => void (cancelled = true) };
  }
}

export interface MoveFixtureOptions {
  readonly old?: TestDeviceOptions;
  readonly new?: TestDeviceOptions;
  readonly sessions?: number;
}

export class MoveFixture implements AsyncDisposable {
  readonly clock: FakeClock;
  readonly old: TestDevice;
  readonly new: TestDevice;
  readonly hypervisor = new TestHypervisor();
  readonly stateDir: string;
  readonly #orchestratorClock: Clock;

  private constructor(clock: FakeClock, old: TestDevice, target: TestDevice, stateDir: string) {
    this.clock = clock;
    this.old = old;
    this.new = target;
    this.stateDir = stateDir;
    this.#orchestratorClock = new OrchestratorClock(clock);
  }

  static async start(options: MoveFixtureOptions = {}): Promise<MoveFixture> {
    const clock = new FakeClock();
    const folder = await mkdtemp(join(tmpdir(), 'sami-move-'));
    const device = (name: string, { keepsTables = false, ...rest }: TestDeviceOptions = {}) =>
      new TestDevice(name, clock, {
        ...rest,
        ...(keepsTables ? { stateFile: join(folder, `${name}.tables`) } : {}),
      });
    const fixture = new MoveFixture(
      clock,
      device('old', options.old),
      device('new', options.new),
      join(folder, 'moves'),
    );
    await fixture.old.start();
    await fixture.new.start();
    await fixture.old.configure(
      `<sami xmlns="urn:sami:yang:sami"><vm><id>${VM}</id><address>${ADDRESS}</address></vm></sami>`,
    );
    fixture.old.plane.fill(VM, options.sessions ?? 40);
    return fixture;
  }

  environment(changes: Partial<MoveEnvironment> = {}): MoveEnvironment {
    return {
      old: this.old,
      new: this.new,
      hypervisor: this.hypervisor,
      stateDir: this.stateDir,
      schemas: schemas(),
      clock: this.#orchestratorClock,
      ...changes,
      settings: {
        answerTimeoutMs: 24 * 3_600_000,
        retryMs: 200,
        batchEntries: 15,
        restEntries: 5,
        ...changes.settings,
      },
    };
  }

  move(changes: Partial<MoveOptions> = {}, id = 'move', vm = VM): Promise<MoveReport> {
    const { choice, port } = changes;
    return move({ ...this.environment(changes), choice, port, vm, id });
  }

  resume(changes: Partial<MoveEnvironment> = {}, id = 'move'): Promise<MoveReport> {
    return resume({ ...this.environment(changes), id });
  }

  rollback(changes: Partial<MoveEnvironment> = {}, id = 'move'): Promise<MoveReport> {
    return rollback({ ...this.environment(changes), id });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.old.kill();
    await this.new.kill();
    await rm(join(this.stateDir, '..'), { recursive: true, force: true });
  }
}

let shared: Schemas | undefined;

/** Compiles once for all tests. */
function schemas(): Schemas {
  shared ??= new Schemas(createFileModuleRepository([packageYangDirectory()]));
  return shared;
}
