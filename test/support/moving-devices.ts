/**
 * Two device servers with any data planes, on the real clock, and an orchestrator that moves VMs between
 * them over linked transports: everything of a move but SSH and the hypervisor.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NetconfClient, Schemas, move } from '../../client/index.ts';
import type { Connector, MoveEnvironment, MoveReport } from '../../client/index.ts';
import { SAMI_MODULES, createServer, loadSchema } from '../../server/index.ts';
import type { DataPlane, Server } from '../../server/index.ts';
import { createLinkedTransports } from '../../src/netconf/index.ts';
import {
  SystemClock,
  createFileModuleRepository,
  packageYangDirectory,
} from '../../src/node/index.ts';
import type { Clock } from '../../src/util/index.ts';
import type { ModuleRequest, SchemaContext } from '../../src/yang/index.ts';
import { TestHypervisor } from './move-fixture.ts';

export interface PlaneSurroundings {
  readonly context: SchemaContext;
  readonly clock: Clock;
}

/** Makes the planes of one device; the server starts and closes them. */
export type MakePlanes = (
  surroundings: PlaneSurroundings,
) => readonly DataPlane[] | Promise<readonly DataPlane[]>;

export interface MovingDevicesOptions {
  readonly old: MakePlanes;
  readonly new: MakePlanes;
  /** Modules beside those of the package, and where they are. */
  readonly modules?: readonly ModuleRequest[];
  readonly paths?: readonly string[];
}

export class MovingDevice implements Connector {
  readonly name: string;
  readonly server: Server;

  constructor(name: string, server: Server) {
    this.name = name;
    this.server = server;
  }

  async connect(): Promise<NetconfClient> {
    const [near, far] = createLinkedTransports();
    void this.server.accept(far);
    return NetconfClient.open(near, { clock: new SystemClock() });
  }

  /** Commits what `content` says below `<sami>`; rejects with the RpcErrorException of the device. */
  async configure(content: string): Promise<void> {
    await using client = await this.connect();
    const config = `<sami xmlns="urn:sami:yang:sami">${content}</sami>`;
    try {
      await client.editConfig({ target: 'candidate', config });
      await client.commit();
    } catch (error) {
      await client.discardChanges();
      throw error;
    }
  }
}

export class MovingDevices implements AsyncDisposable {
  readonly old: MovingDevice;
  readonly new: MovingDevice;
  readonly hypervisor = new TestHypervisor();
  readonly #folder: string;
  readonly #schemas: Schemas;

  private constructor(old: MovingDevice, target: MovingDevice, folder: string, schemas: Schemas) {
    this.old = old;
    this.new = target;
    this.#folder = folder;
    this.#schemas = schemas;
  }

  static async start(options: MovingDevicesOptions): Promise<MovingDevices> {
    const { paths = [], modules = [] } = options;
    const context = loadSchema({ paths, modules: [...SAMI_MODULES, ...modules] });
    const clock = new SystemClock();
    const device = async (name: string, planes: MakePlanes): Promise<MovingDevice> =>
      new MovingDevice(
        name,
        await createServer({ context, planes: await planes({ context, clock }), clock }),
      );
    return new MovingDevices(
      await device('old', options.old),
      await device('new', options.new),
      await mkdtemp(join(tmpdir(), 'sami-moving-')),
      new Schemas(createFileModuleRepository([...paths, packageYangDirectory()])),
    );
  }

  /** A hot move by the orchestrator itself. */
  move(vm: string, changes: Partial<MoveEnvironment> = {}): Promise<MoveReport> {
    return move({
      old: this.old,
      new: this.new,
      hypervisor: this.hypervisor,
      stateDir: join(this.#folder, 'moves'),
      schemas: this.#schemas,
      clock: new SystemClock(),
      ...changes,
      vm,
      id: `move-${vm}`,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.old.server.close();
    await this.new.server.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
