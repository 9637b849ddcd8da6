/** The database of one switch: read, changed as a whole, and connected to again when its server has been away. */
import type { Clock, Timer } from '../../../src/util/index.ts';
import { OvsdbClient, OvsdbError } from './ovsdb-client.ts';
import type { OvsdbOperation, OvsdbResult } from './ovsdb-client.ts';
import { SwitchView } from './switch-view.ts';

export interface DatabaseOptions {
  readonly clock: Clock;
  readonly socket: string;
  readonly bridge: string;
  /** Ports may have come or gone, or the server is back. */
  readonly onChange: () => void;
}

const RETRY_MS = 1_000;
/** How long ovs-vswitchd may take to do what the database says. */
const ANSWER_MS = 5_000;

const COUNTERS = { table: 'Open_vSwitch', where: [] };

export class SwitchDatabase {
  readonly #options: DatabaseOptions;
  #client: Promise<OvsdbClient> | undefined;
  #retry: Timer | undefined;
  #closed = false;

  constructor(options: DatabaseOptions) {
    this.#options = options;
  }

  /** Throws {@link OvsdbError}. */
  async view(): Promise<SwitchView> {
    const { bridge } = this.#options;
    const view = SwitchView.from(await this.#transact(SwitchView.query(bridge)));
    if (view) return view;
    throw new OvsdbError(`the switch has no bridge "${bridge}"`);
  }

  /**
   * Carries out all operations or none, and waits until the switch works that way, as ovs-vsctl(8) does. Returns
   * false when the switch does not answer: the database is changed, and it will follow when it is back.
   */
  async change(operations: readonly OvsdbOperation[]): Promise<boolean> {
    const results = await this.#transact([
      ...operations,
      { op: 'mutate', ...COUNTERS, mutations: [['next_cfg', '+=', 1]] },
      { op: 'select', ...COUNTERS, columns: ['next_cfg', 'cur_cfg'] },
    ]);
    const [counters] = results.at(-1)?.rows ?? [];
    return this.#follows(Number(counters?.['next_cfg']), Number(counters?.['cur_cfg']));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#retry?.cancel();
    const client = await this.#client?.catch(() => undefined);
    await client?.close();
  }

  async #follows(wanted: number, seen: number): Promise<boolean> {
    let current = seen;
    while (current < wanted) {
      const rows = [{ cur_cfg: current }];
      try {
        const results = await this.#transact([
          { op: 'wait', ...COUNTERS, columns: ['cur_cfg'], until: '!=', rows, timeout: ANSWER_MS },
          { op: 'select', ...COUNTERS, columns: ['cur_cfg'] },
        ]);
        current = Number(results[1]?.rows?.[0]?.['cur_cfg']);
      } catch (error) {
        if (error instanceof OvsdbError && error.code === 'timed out') return false;
        throw error;
      }
    }
    return true;
  }

  async #transact(operations: readonly OvsdbOperation[]): Promise<readonly OvsdbResult[]> {
    const client = await this.#connected();
    return client.transact(operations);
  }

  async #connected(): Promise<OvsdbClient> {
    if (this.#closed) throw new OvsdbError('closed');
    this.#client ??= OvsdbClient.connect({
      socket: this.#options.socket,
      database: 'Open_vSwitch',
      monitor: { Port: ['name'], Interface: ['external_ids', 'type'] },
      onUpdate: this.#options.onChange,
      onEnd: () => {
        this.#client = undefined;
        this.#retryLater();
      },
    });
    try {
      return await this.#client;
    } catch (error) {
      this.#client = undefined;
      throw error;
    }
  }

  #retryLater(): void {
    if (this.#closed) return;
    this.#retry?.cancel();
    this.#retry = this.#options.clock.setTimer(RETRY_MS, () => {
      this.#connected().then(
        () => {
          this.#options.onChange();
        },
        () => {
          this.#retryLater();
        },
      );
    });
  }
}
