/** A client whose server says anything: every request settles, with a reply or with an error that has a name. */
import { NetconfClient } from '../../../client/netconf-client.ts';
import { RpcErrorException } from '../../../src/error/index.ts';
import {
  NetconfError,
  createFramedTransport,
  createLinkedStreams,
} from '../../../src/netconf/index.ts';
import { XmlError } from '../../../src/xml/index.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { mutateXml } from '../mutate-xml.ts';
import { promise } from '../target.ts';
import type { Target } from '../target.ts';
import { BASE, END } from './wire.ts';

const HELLO = `<hello xmlns="${BASE}"><capabilities><capability>urn:ietf:params:netconf:base:1.0</capability><capability>urn:ietf:params:netconf:capability:candidate:1.0</capability></capabilities><session-id>7</session-id></hello>`;
const ERROR = `<rpc-error><error-type>application</error-type><error-tag>invalid-value</error-tag><error-severity>error</error-severity><error-app-tag>a</error-app-tag><error-path xmlns:t="urn:t">/t:top/t:e[t:name='x']</error-path><error-message xml:lang="en">no</error-message><error-info><bad-element>e</bad-element></error-info></rpc-error>`;
const CONTENTS: readonly string[] = [
  '<ok/>',
  '<data><top xmlns="urn:t"><e><name>x</name></e></top></data>',
  ERROR,
  `${ERROR}${ERROR.replace('severity>error', 'severity>warning')}`,
  '<id xmlns="urn:ietf:params:xml:ns:yang:ietf-subscribed-notifications">5</id>',
];
const NOTIFICATION = `<notification xmlns="urn:ietf:params:xml:ns:netconf:notification:1.0"><eventTime>2026-11-20T12:00:00Z</eventTime><event xmlns="urn:t"><a>1</a></event></notification>`;

export const CLIENT: Target = {
  name: 'client',
  make(random) {
    const messages = [HELLO, '', '', '', ''].map((hello, id) => {
      let text = hello;
      if (id > 0 && random.chance(0.2)) text = NOTIFICATION;
      else if (id > 0) {
        text = `<rpc-reply xmlns="${BASE}" message-id="${id}">${random.pick(CONTENTS)}</rpc-reply>`;
      }
      const changes = id === 0 ? random.below(2) * random.below(2) : random.below(3);
      for (let change = changes; change > 0; change -= 1) text = mutateXml(text, random);
      return `${text}${END}\n`;
    });
    return { text: messages.join(''), about: 'what a server says' };
  },
  async check({ text }) {
    const [stream, far] = createLinkedStreams();
    await far.write(new TextEncoder().encode(text));
    const clock = new FakeClock();
    const transport = createFramedTransport(stream);
    const open = NetconfClient.open(transport, { clock });
    // Nothing more will come. What the server said is read first.
    setImmediate(() => void far.close());
    let client: NetconfClient;
    try {
      client = await open;
    } catch (error) {
      promise(isNamed(error), () => `a session fails with ${String(error)}`);
      return;
    }
    const results = await Promise.allSettled([
      client.get(),
      client.getConfig({ source: 'running' }),
      client.commit(),
      client.subscribeEvents(),
    ]);
    for (const result of results) {
      if (result.status === 'fulfilled') continue;
      promise(isNamed(result.reason), () => `a request fails with ${String(result.reason)}`);
    }
    client.abort();
  },
};

function isNamed(error: unknown): boolean {
  return [NetconfError, RpcErrorException, XmlError].some((type) => error instanceof type);
}
