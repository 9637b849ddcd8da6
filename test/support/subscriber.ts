/** A client that keeps the notifications it gets, for tests of subscriptions. */
import { RpcErrorException } from '../../src/error/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import type { Notification } from '../../src/netconf/index.ts';
import { plain } from './server-fixture.ts';
import type { ServerFixture, TestClient } from './server-fixture.ts';

export const NOTIFICATION = 'xmlns="urn:ietf:params:xml:ns:netconf:notification:1.0"';
export const SUBSCRIBED = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-subscribed-notifications"';
export const PUSH = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-yang-push"';
const DATASTORES = 'xmlns:ds="urn:ietf:params:xml:ns:yang:ietf-datastores"';

export class Subscriber {
  readonly client: TestClient;
  readonly #received: Notification[] = [];

  private constructor(client: TestClient) {
    this.client = client;
    void (async () => {
      for await (const notification of client.session.notifications()) {
        this.#received.push(notification);
      }
    })();
  }

  static async connect(fixture: ServerFixture): Promise<Subscriber> {
    return new Subscriber(await fixture.connect());
  }

  static of(client: TestClient): Subscriber {
    return new Subscriber(client);
  }

  /** What has come before the reply to a request, and not been taken yet. */
  async taken(): Promise<readonly Notification[]> {
    const filter = '<filter type="subtree"/>';
    await this.client.rpc(`<get-config><source><candidate/></source>${filter}</get-config>`);
    return this.#received.splice(0);
  }

  /** As {@link taken}, the content as XML without namespaces. */
  async drain(): Promise<readonly string[]> {
    return (await this.taken()).map(({ element }) => plain(element));
  }

  /** Names of what has come. */
  async names(): Promise<readonly string[]> {
    return (await this.taken()).map(({ element }) => element.local);
  }

  /** Sends an operation with its namespaces; the reply's content as text without declarations. */
  async ask(operation: string): Promise<string> {
    const reply = await this.client.session.request(operation);
    return reply.ok ? 'ok' : reply.output.map(plain).join('');
  }

  /** What an operation is refused with. */
  async refused(operation: string): Promise<RpcError> {
    try {
      await this.ask(operation);
    } catch (error) {
      const [first] = error instanceof RpcErrorException ? error.errors : [];
      if (first) return first;
      throw error;
    }
    throw new Error(`not refused: ${operation}`);
  }

  create(parameters = ''): Promise<string> {
    return this.ask(createSubscription(parameters));
  }

  /** The number of a subscription to a stream, or what else the parameters say. */
  async establish(parameters: string): Promise<number> {
    const reply = await this.ask(establishSubscription(parameters));
    return Number(/<id>(\d+)</.exec(reply)?.[1]);
  }

  /** The number of a subscription to a datastore; `terms` are in the namespace of YANG-Push. */
  push(datastore: string, terms: string, more = ''): Promise<number> {
    return this.establish(pushParameters(datastore, terms, more));
  }
}

export function createSubscription(parameters = ''): string {
  return `<create-subscription ${NOTIFICATION}>${parameters}</create-subscription>`;
}

export function establishSubscription(parameters: string): string {
  return `<establish-subscription ${SUBSCRIBED}>${parameters}</establish-subscription>`;
}

export function pushParameters(datastore: string, terms: string, more = ''): string {
  const filter = terms.replaceAll(
    /<(datastore-[\w-]+|selection-filter-ref|periodic|on-change)(?=[\s/>])/g,
    `<$1 ${PUSH}`,
  );
  return `<datastore ${PUSH} ${DATASTORES}>ds:${datastore}</datastore>${filter}${more}`;
}
