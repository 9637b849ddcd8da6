/** Servers of backends by `show servers state` (HAProxy Management Guide, section 9.3). */
import { unexpected } from './haproxy-error.ts';

export interface RealServer {
  readonly backend: string;
  readonly id: bigint;
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

const COLUMNS = ['be_name', 'srv_id', 'srv_name', 'srv_addr', 'srv_port'] as const;

export class Servers {
  readonly #all: readonly RealServer[];

  constructor(all: readonly RealServer[]) {
    this.#all = all;
  }

  /** Throws {@link HaproxyError} when the answer has another form. */
  static parse(answer: string): Servers {
    const [version = '', head = '', ...lines] = answer.split('\n');
    const names = head.split(' ').slice(1);
    const columns = COLUMNS.map((name) => names.indexOf(name));
    if (version !== '1' || columns.includes(-1)) throw unexpected('the state of servers', answer);
    return new Servers(
      lines.filter(Boolean).map((line) => {
        const words = line.split(' ');
        const [backend = '', id = '', name = '', address = '', port = ''] = columns.map(
          (column) => words[column] ?? '',
        );
        if (!/^\d+$/.test(id) || !/^\d+$/.test(port)) throw unexpected('a server', line);
        return { backend, id: BigInt(id), name, address, port: Number(port) };
      }),
    );
  }

  hasBackend(backend: string): boolean {
    return this.#all.some((server) => server.backend === backend);
  }

  of(backend: string): readonly RealServer[] {
    return this.#all.filter((server) => server.backend === backend);
  }

  byId(backend: string, id: bigint): RealServer | undefined {
    return this.#all.find((server) => server.backend === backend && server.id === id);
  }

  /** By the value of server_key: a name, or with `srvkey addr` an address and port. */
  byKey(backend: string, key: string): RealServer | undefined {
    return this.of(backend).find(({ name, address, port }) =>
      [name, `${address}:${port}`, `[${address}]:${port}`].includes(key),
    );
  }

  /** Without a port: the first at the address. */
  at(backend: string, address: string, port: number | undefined): RealServer | undefined {
    return this.of(backend).find(
      (server) => server.address === address && (port === undefined || server.port === port),
    );
  }
}
