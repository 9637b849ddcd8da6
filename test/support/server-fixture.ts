/** A server with clients in one process, over linked transports, with a clock that the test moves. */
import { createServer } from '../../server/index.ts';
import type { ConfigurationStore, DataPlane, Server, ServerOptions } from '../../server/index.ts';
import { loadSchema } from '../../server/schema.ts';
import { RpcErrorException } from '../../src/error/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import { ClientSession, createLinkedTransports } from '../../src/netconf/index.ts';
import type { Transport, TransportPeer } from '../../src/netconf/index.ts';
import { vmListNode } from '../../src/sami/index.ts';
import { childElements, textContent, XmlWriter } from '../../src/xml/index.ts';
import type { XmlElement } from '../../src/xml/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import { FakeClock } from './fake-clock.ts';
import { RecordingLogger } from './recording-logger.ts';
import { TablePlane } from './table-plane.ts';

let shared: SchemaContext | undefined;

/** The schema of the default modules, compiled once for all tests. */
export function samiSchema(): SchemaContext {
  shared ??= loadSchema();
  return shared;
}

export interface FixtureOptions extends Partial<Omit<ServerOptions, 'clock' | 'logger'>> {
  readonly store?: ConfigurationStore;
  /** Instead of `planes`, for planes that need the clock. */
  readonly makePlanes?: (surroundings: {
    readonly context: SchemaContext;
    readonly clock: FakeClock;
  }) => readonly DataPlane[];
}

export class ServerFixture {
  readonly server: Server;
  readonly clock: FakeClock;
  readonly logger: RecordingLogger;
  readonly plane: TablePlane;
  readonly #clients: ClientSession[] = [];

  private constructor(
    server: Server,
    clock: FakeClock,
    logger: RecordingLogger,
    plane: TablePlane,
  ) {
    this.server = server;
    this.clock = clock;
    this.logger = logger;
    this.plane = plane;
  }

  static async start(options: FixtureOptions = {}): Promise<ServerFixture> {
    const context = options.context ?? samiSchema();
    const clock = new FakeClock();
    const logger = new RecordingLogger();
    const vmList = vmListNode(context);
    if (!vmList) throw new Error('the schema has no list of VMs');
    const plane = new TablePlane(vmList);
    const { makePlanes, ...rest } = options;
    const planes = makePlanes?.({ context, clock }) ?? [plane];
    const server = await createServer({ context, planes, ...rest, clock, logger });
    return new ServerFixture(server, clock, logger, plane);
  }

  /** A client with an open session; an administrator's unless it is said whose. */
  async connect(peer?: TransportPeer): Promise<TestClient> {
    const transport = this.connectRaw(peer);
    const session = await ClientSession.open(transport, { clock: this.clock });
    this.#clients.push(session);
    return new TestClient(session, transport);
  }

  /** A transport on which nothing has been said yet. */
  connectRaw(peer?: TransportPeer): Transport {
    const [client, server] = createLinkedTransports(peer ? { peer } : {});
    void this.server.accept(server);
    return client;
  }

  /** Waits until what is under way in the server is done. */
  async settled(): Promise<void> {
    for (let time = 0; time < 3; time += 1) {
      await this.turn();
      await this.server.datastores.idle();
    }
  }

  /** Lets what can go on go on, a commit that waits for the data plane excepted. */
  async turn(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  /** The data plane answers no prepare before `play` is over. Returns the answers it has left open. */
  async withPlaneHeld<T>(play: () => Promise<Promise<T>[]>): Promise<T[]> {
    let open: () => void = () => undefined;
    this.plane.gate = new Promise((resolve) => (open = resolve));
    const answers = await play();
    open();
    return Promise.all(answers);
  }

  async stop(): Promise<void> {
    await this.server.close();
  }
}

/** A client that speaks XML text. */
export class TestClient {
  readonly session: ClientSession;
  readonly transport: Transport;

  constructor(session: ClientSession, transport: Transport) {
    this.session = session;
    this.transport = transport;
  }

  get id(): number {
    return this.session.sessionId;
  }

  /** Sends an operation, of the NETCONF namespace unless it says another; the reply's content as text without declarations. */
  async rpc(operation: string): Promise<string> {
    const text = operation.replace(
      /^<([\w-]+)(?![^>]* xmlns=)/,
      '<$1 xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"',
    );
    const reply = await this.session.request(text);
    return reply.ok ? 'ok' : reply.output.map(plain).join('');
  }

  /** The errors that an operation is refused with; fails when it is not. */
  async refused(operation: string): Promise<readonly RpcError[]> {
    try {
      await this.rpc(operation);
    } catch (error) {
      if (error instanceof RpcErrorException) return error.errors;
      throw error;
    }
    throw new Error(`not refused: ${operation}`);
  }

  /** Error tags only. */
  async refusedWith(operation: string): Promise<readonly string[]> {
    return (await this.refused(operation)).map((error) => error.tag);
  }

  edit(config: string, options = ''): Promise<string> {
    return this.rpc(
      `<edit-config><target><candidate/></target>${options}<config>${config}</config></edit-config>`,
    );
  }

  /** Content of a datastore. */
  config(datastore: 'running' | 'candidate' = 'running'): Promise<string> {
    return this.rpc(`<get-config><source><${datastore}/></source></get-config>`);
  }

  async commit(parameters = ''): Promise<string> {
    return this.rpc(`<commit>${parameters}</commit>`);
  }

  /** Leaves without a word. */
  vanish(): void {
    this.transport.abort();
  }
}

/** XML without namespace declarations and without space between elements, for comparing. */
export function plain(element: XmlElement): string {
  const children = childElements(element);
  const content = children.length > 0 ? children.map(plain).join('') : escape(textContent(element));
  return content === '' ? `<${element.local}/>` : `<${element.local}>${content}</${element.local}>`;
}

function escape(text: string): string {
  let out = '';
  const writer = new XmlWriter((part) => (out += part));
  writer.text(text);
  writer.flush();
  return out;
}
