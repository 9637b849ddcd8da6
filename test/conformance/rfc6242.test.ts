/** RFC 6242: NETCONF over SSH, from the server's side. Titles begin with the section. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import ssh2 from 'ssh2';
import { createServer } from '../../server/index.ts';
import type { Server } from '../../server/index.ts';
import { NETCONF_SSH_PORT } from '../../src/netconf/index.ts';
import type { ConnectionEvent } from '../../src/node/connection-events.ts';
import { listenSsh } from '../../src/node/ssh-transport.ts';
import type { SshListener } from '../../src/node/ssh-transport.ts';
import { samiSchema } from '../support/server-fixture.ts';

const BASE = 'urn:ietf:params:xml:ns:netconf:base:1.0';
const END = ']]>]]>';
const hello = (version: string): string =>
  `<hello xmlns="${BASE}"><capabilities><capability>urn:ietf:params:netconf:base:${version}` +
  `</capability></capabilities></hello>${END}`;
const RPC = `<rpc xmlns="${BASE}" message-id="1"><get-config><source><running/></source></get-config></rpc>`;
const chunks = (...parts: readonly string[]): string =>
  `${parts.map((part) => `\n#${String(Buffer.byteLength(part))}\n${part}`).join('')}\n##\n`;

const hostKey = ssh2.utils.generateKeyPairSync('ed25519');

describe('RFC 6242: NETCONF over SSH', () => {
  let server: Server;
  let listener: SshListener;
  let client: ssh2.Client;
  let events: ConnectionEvent[];

  before(async () => {
    server = await createServer({ context: samiSchema() });
  });
  beforeEach(async () => {
    events = [];
    listener = await listenSsh({
      host: '127.0.0.1',
      port: 0,
      hostKeys: [hostKey.private],
      authenticate: () => ({ administrator: true }),
      onTransport: (transport) => void server.accept(transport),
      observe: (event) => void events.push(event),
    });
    client = new ssh2.Client();
    client.on('error', () => undefined);
  });
  afterEach(async () => {
    client.destroy();
    await listener.close();
  });
  after(() => server.close());

  async function login(username = 'amy'): Promise<boolean> {
    const ready = new Promise<boolean>((resolve) => {
      client.once('ready', () => {
        resolve(true);
      });
      client.once('close', () => {
        resolve(false);
      });
    });
    client.connect({ host: '127.0.0.1', port: listener.port, username, password: 'x' });
    return ready;
  }

  function subsystem(name = 'netconf'): Promise<ssh2.ClientChannel | undefined> {
    return new Promise((resolve) => {
      client.subsys(name, (error, channel) => {
        resolve(error ? undefined : channel);
      });
    });
  }

  /** All that the server says to these bytes until `until` matches or it closes the channel. */
  async function exchange(bytes: string, until: RegExp = /$^/): Promise<string> {
    assert.ok(await login());
    const channel = await subsystem();
    assert.ok(channel);
    let text = '';
    return new Promise((resolve) => {
      channel.on('data', (piece: Buffer) => {
        text += piece.toString();
        if (until.test(text)) resolve(text);
      });
      channel.once('close', () => {
        resolve(text);
      });
      channel.write(bytes);
    });
  }

  it('§3 the user name is given to NETCONF without modification', async () => {
    assert.ok(await login('Ämy O\u2019Neil@example'));
    assert.deepEqual(
      events.map((it) => it.kind === 'login' && it.username),
      ['Ämy O\u2019Neil@example'],
    );
  });

  it('§3 a connection is dropped when the user name is not representable in XML', async () => {
    assert.equal(await login('amy\u0007'), false);
    assert.deepEqual(
      events.map((it) => it.kind === 'dropped' && it.reason),
      ['user-name'],
    );
  });

  it('§3 NETCONF is the subsystem "netconf", and nothing else is', async () => {
    assert.ok(await login());
    assert.equal(await subsystem('netconf2'), undefined);
    assert.ok(await subsystem());
  });

  it('§3, §7 the port of NETCONF is 830, and others can be used', () => {
    assert.equal(NETCONF_SSH_PORT, 830);
    assert.notEqual(listener.port, 830);
  });

  it('§3.1 the hello comes at once, without waiting for that of the client', async () => {
    const heard = await exchange('', /]]>]]>/);
    assert.match(
      heard,
      /<hello[\s\S]*base:1\.1<[\s\S]*<session-id>\d+<\/session-id>[\s\S]*]]>]]>$/,
    );
  });

  describe('§4.1 framing', () => {
    it('§4.1 is chunked after hello when both have base:1.1', async () => {
      const heard = await exchange(hello('1.1') + chunks(RPC), /##\n$/);
      assert.match(heard, /]]>]]>\n#\d+\n<rpc-reply/);
    });

    it('§4.1 ends in ]]>]]> when the client has base:1.0 only', async () => {
      const heard = await exchange(hello('1.0') + RPC + END, /rpc-reply>\s*]]>]]>$/);
      assert.doesNotMatch(heard, /\n#\d/);
    });
  });

  describe('§4.2 chunked framing', () => {
    const whole = chunks(RPC);
    const taken: [string, string][] = [
      ['one chunk', whole],
      ['chunks of one octet', chunks(...Array.from(RPC))],
      ['a line feed of the message at the end of a chunk', chunks(`${RPC}\n`)],
      [
        'what looks like framing within a chunk',
        chunks(RPC.replace('<get', '<!--\n##\n#1\n--><get')),
      ],
    ];
    for (const [name, bytes] of taken) {
      it(`§4.2 takes ${name}`, async () => {
        const heard = await exchange(hello('1.1') + bytes, /##\n$/);
        assert.match(heard, /<data/);
      });
    }

    const refused: [string, string][] = [
      ['a size of 0', `\n#0\n${whole}`],
      ['a leading zero', whole.replace('#', '#0')],
      ['a size over 4294967295', `\n#4294967296\n${RPC}`],
      ['a size that is no number', `\n#x\n${RPC}`],
      ['no line feed before the hash', whole.slice(1)],
      ['an end without chunk', '\n##\n'],
      ['a chunk that is followed by something else', chunks(RPC).replace('\n##\n', 'x\n##\n')],
      ['a message in the old framing', RPC + END],
    ];
    for (const [name, bytes] of refused) {
      it(`§4.2 closes the channel for ${name}`, async () => {
        const heard = await exchange(hello('1.1') + bytes);
        assert.doesNotMatch(heard, /<data/);
      });
    }
  });

  it('§4.3 end-of-message framing: messages that arrive together are told apart', async () => {
    const heard = await exchange(
      hello('1.0') + (RPC + END).repeat(3),
      /(rpc-reply>[\s\S]*){3}]]>]]>$/,
    );
    assert.equal(heard.match(/<rpc-reply/g)?.length, 3);
  });

  it('§5 close-session: the answer, then the channel is closed, and the other session goes on', async () => {
    assert.ok(await login());
    const [first, second] = [await subsystem(), await subsystem()];
    assert.ok(first && second);
    let heard = '';
    first.on('data', (piece: Buffer) => (heard += piece.toString()));
    const closed = once(first, 'close');
    first.write(hello('1.0') + `<rpc xmlns="${BASE}" message-id="1"><close-session/></rpc>` + END);
    await closed;
    assert.match(heard, /<ok\/>/);
    const answered = new Promise<void>((resolve) => {
      let text = '';
      second.on('data', (piece: Buffer) => {
        text += piece.toString();
        if (text.includes('<data')) resolve();
      });
    });
    second.write(hello('1.0') + RPC + END);
    await answered;
  });
});
