/** A server in this process and what a peer with bytes of its own gets to hear from it. */
import { createServer } from '../../../server/index.ts';
import type { Server } from '../../../server/index.ts';
import { createFramedTransport, createLinkedStreams } from '../../../src/netconf/index.ts';
import type { ByteStream } from '../../../src/netconf/index.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import { samiSchema } from '../../support/server-fixture.ts';
import { promise } from '../target.ts';

export const BASE = 'urn:ietf:params:xml:ns:netconf:base:1.0';
export const END = ']]>]]>';
export const HELLO = `<hello xmlns="${BASE}"><capabilities><capability>urn:ietf:params:netconf:base:1.0</capability></capabilities></hello>`;
/** Asked last, so that its answer tells that all before has been dealt with. */
const LAST = 'the-last-one';
const GET = `<rpc xmlns="${BASE}" message-id="${LAST}"><get-config><source><running/></source></get-config></rpc>`;

/** What takes longer, in milliseconds, counts as hanging. */
const PATIENCE = 30_000;

export class FuzzedServer {
  readonly #server: Server;
  readonly #logger: RecordingLogger;

  private constructor(server: Server, logger: RecordingLogger) {
    this.#server = server;
    this.#logger = logger;
  }

  static async start(): Promise<FuzzedServer> {
    const logger = new RecordingLogger();
    const limits = { maxMessageBytes: 1_000_000 };
    const context = samiSchema();
    return new FuzzedServer(
      await createServer({ context, clock: new FakeClock(), logger, limits }),
      logger,
    );
  }

  /** Sends what `messages` holds, then a request; the text that came back until its answer, or until the end. */
  async talk(messages: string): Promise<string> {
    const [client, served] = createLinkedStreams();
    const serving = this.#server.accept(createFramedTransport(served));
    const heard = listen(client, `message-id="${LAST}"`);
    await client.write(new TextEncoder().encode(`${messages}${GET}${END}`)).catch(() => undefined);
    const text = await inTime(heard, 'neither answers nor closes');
    client.abort();
    await inTime(serving, 'does not give up a session whose client has gone');
    return text;
  }

  /** A new client is served as if nothing had been, and nothing in the log is a fault of ours. */
  async check(): Promise<void> {
    const answer = await this.talk(HELLO + END);
    promise(answer.includes('<data'), () => `the next client gets: ${answer.slice(-500)}`);
    for (const { event, fields } of this.#logger.entries) {
      const { error } = fields;
      if (event === 'bug') throw error instanceof Error ? error : new Error(String(error));
    }
    promise(this.#server.sessionIds.length === 0, () => 'a session is left');
    await this.#server.close();
  }
}

/** Reads until what is waited for has come, or the end. */
async function listen(stream: ByteStream, until: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of stream.input) {
    text += decoder.decode(bytes, { stream: true });
    const found = text.indexOf(until);
    if (found >= 0 && /<\/(?:\w+:)?rpc-reply>\s*(?:\]\]>|\n#)/.test(text.slice(found))) return text;
  }
  return text;
}

async function inTime<T>(settles: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(what));
    }, PATIENCE);
  });
  try {
    return await Promise.race([settles, late]);
  } finally {
    clearTimeout(timer);
  }
}
