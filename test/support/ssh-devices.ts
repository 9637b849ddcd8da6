/** Devices with the simulated data plane that listen for NETCONF over SSH in this process. */
import { join } from 'node:path';
import { Users, createServer } from '../../server/index.ts';
import type { Server } from '../../server/index.ts';
import { SimulatedPlane } from '../../server/plane/simulated/index.ts';
import type { SimulatedPlaneOptions } from '../../server/plane/simulated/index.ts';
import { SystemClock, listenSsh, loadOrCreateHostKey } from '../../src/node/index.ts';
import type { HostKey, SshListener } from '../../src/node/index.ts';
import { samiSchema } from './server-fixture.ts';

export const USERNAME = 'operator';
export const PASSWORD = 'correct horse';

export class SshDevice implements AsyncDisposable {
  readonly hostKey: HostKey;
  readonly plane: SimulatedPlane;
  readonly server: Server;
  readonly #listener: SshListener;

  private constructor(parts: {
    hostKey: HostKey;
    plane: SimulatedPlane;
    server: Server;
    listener: SshListener;
  }) {
    this.hostKey = parts.hostKey;
    this.plane = parts.plane;
    this.server = parts.server;
    this.#listener = parts.listener;
  }

  static async start(
    folder: string,
    name: string,
    options: Omit<SimulatedPlaneOptions, 'clock'> = {},
  ): Promise<SshDevice> {
    const context = samiSchema();
    const clock = new SystemClock();
    const plane = new SimulatedPlane(context, { ...options, clock });
    const server = await createServer({ context, planes: [plane], clock });
    const hostKey = await loadOrCreateHostKey(join(folder, `${name}.key`));
    const users = new Users([{ name: USERNAME, password: PASSWORD, administrator: true }]);
    const listener = await listenSsh({
      host: '127.0.0.1',
      port: 0,
      hostKeys: [hostKey.privateKey],
      authenticate: users.authenticate,
      onTransport: (transport) => void server.accept(transport),
    });
    return new SshDevice({ hostKey, plane, server, listener });
  }

  /** As on the command line. */
  get target(): string {
    return `${USERNAME}@127.0.0.1:${String(this.#listener.port)}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener.close();
    await this.server.close();
  }
}
