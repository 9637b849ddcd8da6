/** RFC 6241: messages (section 4), subtree filters (section 6), capabilities exchange (section 8.1) and XPath (section 8.9). */
import assert from 'node:assert/strict';
import { ClientSession } from '../../src/netconf/index.ts';
import type { Transport } from '../../src/netconf/index.ts';
import { ServerFixture } from '../support/server-fixture.ts';
import { ZOO_NS, dataOf, openZoo, refusalOf, zoo } from '../support/reading-fixture.ts';
import type { Zoo } from '../support/reading-fixture.ts';

const NC = 'urn:ietf:params:xml:ns:netconf:base:1.0';
const CAGES =
  '<name>Berlin</name><guard>carl</guard>' +
  '<cage><id>a</id><size>5</size><keeper>Anna</keeper><animal><name>rex</name><age>3</age></animal></cage>' +
  '<cage><id>b</id><size>7</size><keeper>Anna</keeper></cage>';

const CAGE_A =
  '<cage><id>a</id><size>5</size><keeper>Anna</keeper><animal><name>rex</name><age>3</age></animal></cage>';
const CAGE_B = '<cage><id>b</id><size>7</size><keeper>Anna</keeper></cage>';

function getConfig(filter: string): string {
  return `<get-config xmlns="${NC}"><source><running/></source>${filter}</get-config>`;
}

interface FilterRow {
  /** Begins with the section. */
  readonly name: string;
  readonly filter: string;
  /** What is inside the container; undefined for no data at all. */
  readonly selected: string | undefined;
}

const SUBTREE: readonly FilterRow[] = [
  {
    name: '§6.4.1 no filter selects everything',
    filter: '',
    selected: `<name>Berlin</name><guard>carl</guard>${CAGE_A}${CAGE_B}`,
  },
  { name: '§6.4.2 an empty filter selects nothing', filter: '<filter/>', selected: undefined },
  {
    name: '§6.2.1 an element of another namespace selects nothing',
    filter: '<filter><zoo xmlns="urn:example:other"/></filter>',
    selected: undefined,
  },
  {
    name: '§6.2.1 an element without namespace stands for one of any',
    filter: '<filter><zoo xmlns=""><name/></zoo></filter>',
    selected: '<name>Berlin</name>',
  },
  {
    name: '§6.2.2 an attribute has to match, and data that has none of it does not',
    filter: `<filter>${zoo('<cage/>').replace('<cage/>', '<cage kind="big"/>')}</filter>`,
    selected: undefined,
  },
  {
    name: '§6.2.3 a containment node leads to what is in it',
    filter: `<filter>${zoo('<cage><animal><age/></animal></cage>')}</filter>`,
    selected: '<cage><id>a</id><animal><name>rex</name><age>3</age></animal></cage>',
  },
  {
    name: '§6.2.4 a selection node selects all that is in it',
    filter: `<filter>${zoo('<cage/>')}</filter>`,
    selected: CAGE_A + CAGE_B,
  },
  {
    name: '§6.2.5 a content match node selects the entries that have the value, with all that is in them',
    filter: `<filter>${zoo('<cage><size>7</size></cage>')}</filter>`,
    selected: CAGE_B,
  },
  {
    name: '§6.2.5 space around the value of a content match node is no part of it',
    filter: `<filter>${zoo('<cage><id>\n  b\n</id></cage>')}</filter>`,
    selected: CAGE_B,
  },
  {
    name: '§6.2.5 several content match nodes have to match all',
    filter: `<filter>${zoo('<cage><keeper>Anna</keeper><size>6</size></cage>')}</filter>`,
    selected: undefined,
  },
  {
    name: '§6.2.5 beside a content match node only what is selected is there, with the node',
    filter: `<filter>${zoo('<cage><id>a</id><size/></cage>')}</filter>`,
    selected: '<cage><id>a</id><size>5</size></cage>',
  },
  {
    name: '§6.4.7 two subtrees of one list select both',
    filter: `<filter>${zoo('<cage><id>a</id><size/></cage><cage><id>b</id><keeper/></cage>')}</filter>`,
    selected: '<cage><id>a</id><size>5</size></cage><cage><id>b</id><keeper>Anna</keeper></cage>',
  },
];

const xpath = (select: string, inside = ''): string =>
  `<filter type="xpath" xmlns:z="${ZOO_NS}" select="${select}">${inside}</filter>`;

const XPATH: readonly FilterRow[] = [
  {
    name: '§8.9.5.1 ancestors of what is found come with it, and keys of their entries',
    filter: xpath('/z:zoo/z:cage/z:animal/z:age'),
    selected: '<cage><id>a</id><animal><name>rex</name><age>3</age></animal></cage>',
  },
  {
    name: '§8.9.5.1 a node-set with several nodes',
    filter: xpath("/z:zoo/z:name | /z:zoo/z:cage[z:id='b']/z:size"),
    selected: '<name>Berlin</name><cage><id>b</id><size>7</size></cage>',
  },
  {
    name: '§8.9.5.1 an empty node-set selects nothing',
    filter: xpath("/z:zoo/z:cage[z:id='c']"),
    selected: undefined,
  },
  {
    name: '§8.9.5.1 the namespaces are those of the filter element, whatever the prefix',
    filter: `<filter type="xpath" xmlns:other="${ZOO_NS}" select="/other:zoo/other:name"/>`,
    selected: '<name>Berlin</name>',
  },
];

const REFUSED: readonly { readonly name: string; readonly filter: string; readonly tag: string }[] =
  [
    {
      name: '§8.9.5.1 a filter of type xpath without select is missing-attribute',
      filter: '<filter type="xpath"/>',
      tag: 'missing-attribute',
    },
    {
      name: '§8.9.5.1 an expression with another result than a node-set is invalid-value',
      filter: xpath('count(/z:zoo/z:cage)'),
      tag: 'invalid-value',
    },
    {
      name: '§8.9.5.1 an expression that is none is invalid-value',
      filter: xpath('/z:zoo/['),
      tag: 'invalid-value',
    },
    {
      name: '§8.9.5.1 a prefix that is not declared is invalid-value',
      filter: '<filter type="xpath" select="/nowhere:zoo"/>',
      tag: 'invalid-value',
    },
  ];

describe('RFC 6241, sections 6 and 8.9: filters', () => {
  let scene: Zoo;
  before(async () => {
    scene = await openZoo(CAGES);
  });
  after(() => scene.fixture.stop());

  for (const { name, filter, selected } of [...SUBTREE, ...XPATH]) {
    it(name, async () => {
      const expected = selected === undefined ? '<data/>' : `<data><zoo>${selected}</zoo></data>`;
      assert.equal(await dataOf(scene.client, getConfig(filter)), expected);
    });
  }

  for (const { name, filter, tag } of REFUSED) {
    it(name, async () => {
      assert.deepEqual(await refusalOf(scene.client, getConfig(filter)), [tag]);
    });
  }
});

const hello = (...capabilities: readonly string[]): string =>
  `<hello xmlns="${NC}"><capabilities>${capabilities
    .map((it) => `<capability>${it}</capability>`)
    .join('')}</capabilities></hello>`;
const BASE = (version: string): string => `urn:ietf:params:netconf:base:${version}`;

async function read(messages: AsyncIterator<AsyncIterable<Uint8Array>>): Promise<string> {
  const next = await messages.next();
  if (next.done === true) return 'closed';
  let text = '';
  for await (const piece of next.value) text += Buffer.from(piece).toString();
  return text;
}

/** What a server answers to a request that follows this hello; `closed` when it has ended the session. */
async function answerAfter(
  transport: Transport,
  theirs: string,
  isChunked: boolean,
): Promise<string> {
  const messages = transport.messages()[Symbol.asyncIterator]();
  await read(messages);
  await transport.send(theirs);
  if (isChunked) transport.useChunkedFraming();
  const request = `<rpc xmlns="${NC}" message-id="1"><discard-changes/></rpc>`;
  await transport.send(request).catch(() => undefined);
  return read(messages).catch(() => 'closed');
}

const OK = `<rpc-reply xmlns="${NC}" message-id="1"><ok/></rpc-reply>`;

const HELLOS: readonly {
  readonly name: string;
  readonly theirs: string;
  readonly isChunked?: boolean;
  readonly answer: string;
}[] = [
  { name: '§8.1 base:1.0 alone', theirs: hello(BASE('1.0')), answer: OK },
  {
    name: '§8.1 the highest version in common is used',
    theirs: hello(BASE('1.0'), BASE('1.1')),
    isChunked: true,
    answer: OK,
  },
  {
    name: '§8 a capability that is not known is ignored',
    theirs: hello('urn:example:unknown?really', BASE('1.1'), 'not a URI at all'),
    isChunked: true,
    answer: OK,
  },
  {
    name: '§8.1 without a version in common the session does not go on',
    theirs: hello(BASE('2.0'), 'urn:ietf:params:netconf:capability:candidate:1.0'),
    answer: 'closed',
  },
  {
    name: '§8 the shorthand of a capability is not used inside the protocol',
    theirs: hello(':base:1.1', 'base:1.1'),
    answer: 'closed',
  },
  {
    name: '§8.1 a hello with a session-id ends the session',
    theirs: hello(BASE('1.0')).replace('</hello>', '<session-id>4</session-id></hello>'),
    answer: 'closed',
  },
];

describe('RFC 6241, sections 4 and 8.1: messages', () => {
  let fixture: ServerFixture;
  before(async () => {
    fixture = await ServerFixture.start();
  });
  after(() => fixture.stop());

  for (const { name, theirs, isChunked = false, answer } of HELLOS) {
    it(name, async () => {
      assert.equal(await answerAfter(fixture.connectRaw(), theirs, isChunked), answer);
    });
  }

  it('§8.1 every session has a number of its own, and the base capability is announced', async () => {
    const clients = await Promise.all([fixture.connect(), fixture.connect()]);
    const [one, other] = clients.map(({ session }) => session);
    assert.notEqual(one?.sessionId, other?.sessionId);
    assert.ok(one instanceof ClientSession && one.capabilities.has(BASE('1.1')));
  });

  it('§4.1 message-id and all other attributes come back as they were', async () => {
    const messages = fixture.connectRaw();
    const received = messages.messages()[Symbol.asyncIterator]();
    await read(received);
    await messages.send(hello(BASE('1.0')));
    await messages.send(
      `<rpc xmlns="${NC}" xmlns:ex="urn:example:user" message-id="  a&amp;b " ex:user-id="fred" plain=""><discard-changes/></rpc>`,
    );
    const reply = await read(received);
    for (const attribute of [' message-id="  a&amp;b "', ' ex:user-id="fred"', ' plain=""']) {
      assert.ok(reply.includes(attribute), reply);
    }
  });

  it('§4.3 what is wrong with one request concerns no other', async () => {
    const { session } = await fixture.connect();
    const answers = await Promise.allSettled([
      session.request(`<discard-changes xmlns="${NC}"/>`),
      session.request(`<no-such-operation xmlns="${NC}"/>`),
      session.request(`<discard-changes xmlns="${NC}"/>`),
    ]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
  });
});
