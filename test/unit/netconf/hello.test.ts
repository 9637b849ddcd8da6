/** Capabilities and the exchange of hellos (RFC 6241, section 8.1). */
import assert from 'node:assert/strict';
import {
  BASE_1_0,
  BASE_1_1,
  CapabilitySet,
  ProtocolError,
  SessionClosedError,
  TimeoutError,
  createLinkedTransports,
  decodeHello,
  encodeHello,
  exchangeHello,
  printCapability,
} from '../../../src/netconf/index.ts';
import type { Hello, HelloExchange } from '../../../src/netconf/index.ts';
import { parseXml } from '../../../src/xml/index.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const NS = 'xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"';
const hello = (inner: string): string => `<hello ${NS}>${inner}</hello>`;
const caps = (...uris: string[]): string =>
  `<capabilities>${uris.map((uri) => `<capability> ${uri}\n</capability>`).join('')}</capabilities>`;

describe('capabilities', () => {
  it('are compared without their parameters', () => {
    const set = new CapabilitySet([
      `${BASE_1_1}?x=y`,
      'urn:m?module=m&revision=2020-01-01&features=a,b',
    ]);
    assert.ok(set.has(BASE_1_1));
    assert.ok(!set.has(BASE_1_0));
    assert.deepEqual(set.modules, [
      {
        name: 'm',
        namespace: 'urn:m',
        revision: '2020-01-01',
        features: ['a', 'b'],
        deviations: [],
      },
    ]);
  });

  it('are printed as they are parsed', () => {
    const text = printCapability('urn:c', [
      ['basic-mode', 'explicit'],
      ['also-supported', 'trim,report-all'],
    ]);
    assert.equal(text, 'urn:c?basic-mode=explicit&also-supported=trim,report-all');
    const parameters = new CapabilitySet([text]).get('urn:c')?.parameters;
    assert.equal(parameters?.get('also-supported'), 'trim,report-all');
  });
});

describe('hello (RFC 6241, section 8.1)', () => {
  it('is read as it was written', () => {
    const message: Hello = { capabilities: [BASE_1_0, 'urn:x?a=1&b=2'], sessionId: 4294967295 };
    assert.deepEqual(decodeHello(parseXml(encodeHello(message))), message);
    assert.deepEqual(decodeHello(parseXml(hello(caps(BASE_1_1)))), { capabilities: [BASE_1_1] });
  });

  const clientHello: Hello = { capabilities: [BASE_1_0, BASE_1_1] };

  async function meet(
    theirs: string,
    ours: Hello = clientHello,
  ): Promise<{ exchange: HelloExchange; sent: string }> {
    const [near, far] = createLinkedTransports();
    const exchanging = exchangeHello(near, {
      hello: ours,
      timeoutMs: 1000,
      clock: new FakeClock(),
    });
    exchanging.catch(() => undefined);
    await far.send(theirs);
    const exchange = await exchanging;
    await near.send('<next/>');
    let sent = '';
    const collect = async (): Promise<void> => {
      for await (const message of far.messages()) {
        for await (const piece of message) sent += new TextDecoder().decode(piece);
        if (sent.includes('</hello>') && exchange.base === '1.1') far.useChunkedFraming();
        if (sent.includes('<next/>')) return;
      }
    };
    await collect();
    return { exchange, sent };
  }

  const agreements: { name: string; theirs: string[]; base: '1.0' | '1.1' }[] = [
    { name: 'the highest version in common', theirs: [BASE_1_0, BASE_1_1], base: '1.1' },
    { name: '1.1 with a peer that has only that', theirs: [BASE_1_1], base: '1.1' },
    { name: '1.0 with an old peer', theirs: [BASE_1_0], base: '1.0' },
  ];
  for (const { name, theirs, base } of agreements) {
    it(`settles on ${name}, and on its framing`, async () => {
      const { exchange, sent } = await meet(hello(`${caps(...theirs)}<session-id>7</session-id>`));
      assert.equal(exchange.base, base);
      assert.equal(exchange.sessionId, 7);
      assert.ok(sent.endsWith('</hello><next/>'));
    });
  }

  const id = '<session-id>7</session-id>';
  const server: Hello = { capabilities: [BASE_1_1], sessionId: 3 };
  const refused: { name: string; theirs: string; ours?: Hello }[] = [
    { name: 'a peer without a version in common', theirs: hello(caps('urn:x') + id) },
    { name: 'a server without a session-id', theirs: hello(caps(BASE_1_1)) },
    { name: 'a client with a session-id', theirs: hello(caps(BASE_1_1) + id), ours: server },
    { name: 'session-id 0', theirs: hello(`${caps(BASE_1_1)}<session-id>0</session-id>`) },
    {
      name: 'a session-id over 32 bits',
      theirs: hello(`${caps(BASE_1_1)}<session-id>4294967296</session-id>`),
    },
    {
      name: 'a session-id that is no number',
      theirs: hello(`${caps(BASE_1_1)}<session-id>x</session-id>`),
    },
    { name: 'two session-ids', theirs: hello(caps(BASE_1_1) + id + id) },
    { name: 'another message', theirs: `<rpc ${NS}/>` },
    { name: 'a hello in no namespace', theirs: `<hello>${caps(BASE_1_1)}${id}</hello>` },
    { name: 'malformed XML', theirs: '<hello' },
    { name: 'a DOCTYPE', theirs: `<!DOCTYPE hello>${hello(caps(BASE_1_1) + id)}` },
  ];
  for (const { name, theirs, ours } of refused) {
    it(`refuses ${name} and closes`, async () => {
      const [near, far] = createLinkedTransports();
      const exchanging = exchangeHello(near, {
        hello: ours ?? clientHello,
        timeoutMs: 1000,
        clock: new FakeClock(),
      });
      await Promise.all([far.send(theirs), assert.rejects(exchanging, ProtocolError)]);
      await near.closed;
    });
  }

  const strange: { name: string; theirs: string; id: number }[] = [
    { name: 'without a session-id', theirs: hello(caps(BASE_1_1)), id: 0 },
    {
      name: 'with session-id 0',
      theirs: hello(`${caps(BASE_1_1)}<session-id>0</session-id>`),
      id: 0,
    },
    {
      name: 'with a session-id that is no number',
      theirs: hello(`${caps(BASE_1_1)}<session-id>x</session-id>`),
      id: 0,
    },
    {
      name: 'with the session-id among the capabilities',
      theirs: hello(caps(BASE_1_1).replace('</capabilities>', `${id}</capabilities>`)),
      id: 7,
    },
    { name: 'in no namespace', theirs: `<hello>${caps(BASE_1_1)}${id}</hello>`, id: 7 },
    {
      name: 'with the namespace of NETCONF for a capability',
      theirs: hello(caps('urn:ietf:params:xml:ns:netconf:base:1.0') + id),
      id: 7,
    },
  ];
  for (const { name, theirs, id: expected } of strange) {
    it(`is taken by a lenient client ${name}, and by no other`, async () => {
      const meetAs = async (lenient: boolean): Promise<HelloExchange> => {
        const [near, far] = createLinkedTransports();
        const clock = new FakeClock();
        const exchanging = exchangeHello(near, {
          hello: clientHello,
          timeoutMs: 1000,
          clock,
          lenient,
        });
        exchanging.catch(() => undefined);
        await far.send(theirs);
        return exchanging;
      };
      assert.equal((await meetAs(true)).sessionId, expected);
      await assert.rejects(meetAs(false), ProtocolError);
    });
  }

  it('is refused by a lenient client when there is no version in common', async () => {
    const [near, far] = createLinkedTransports();
    const clock = new FakeClock();
    const exchanging = exchangeHello(near, {
      hello: clientHello,
      timeoutMs: 1000,
      clock,
      lenient: true,
    });
    await Promise.all([
      far.send(hello(caps('urn:x'))),
      assert.rejects(exchanging, /no version of NETCONF in common/),
    ]);
  });

  it('refuses a hello over its own, small limit', async () => {
    const [near, far] = createLinkedTransports();
    const exchanging = exchangeHello(near, {
      hello: clientHello,
      timeoutMs: 1000,
      clock: new FakeClock(),
      maxHelloBytes: 100,
    });
    far.send(hello(caps('urn:x'.repeat(100)))).catch(() => undefined);
    await assert.rejects(exchanging, /longer than 100 bytes/);
  });

  it('waits for a hello only so long', async () => {
    const [near] = createLinkedTransports();
    const clock = new FakeClock();
    const exchanging = exchangeHello(near, { hello: clientHello, timeoutMs: 1000, clock });
    exchanging.catch(() => undefined);
    clock.advance(999);
    assert.equal(clock.armed, 1);
    clock.advance(1);
    await assert.rejects(exchanging, TimeoutError);
    await near.closed;
  });

  it('leaves no timer behind', async () => {
    const [near, far] = createLinkedTransports();
    const clock = new FakeClock();
    const exchanging = exchangeHello(near, { hello: clientHello, timeoutMs: 1000, clock });
    await far.send(hello(caps(BASE_1_1) + id));
    await exchanging;
    assert.equal(clock.armed, 0);
  });

  it('says that the peer closed first', async () => {
    const [near, far] = createLinkedTransports();
    const exchanging = exchangeHello(near, {
      hello: clientHello,
      timeoutMs: 1000,
      clock: new FakeClock(),
    });
    await Promise.all([far.close(), assert.rejects(exchanging, SessionClosedError)]);
  });
});
