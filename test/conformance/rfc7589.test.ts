/** RFC 7589: NETCONF over TLS, from the server's side. Titles begin with the section. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { connect as connectTcp } from 'node:net';
import { once } from 'node:events';
import { connect } from 'node:tls';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { createServer } from '../../server/index.ts';
import type { Server } from '../../server/index.ts';
import { Users } from '../../server/users.ts';
import { NETCONF_TLS_PORT } from '../../src/netconf/index.ts';
import { nameOfCertificate, tlsFingerprint } from '../../src/node/cert-to-name.ts';
import type { CertToName, MapType } from '../../src/node/cert-to-name.ts';
import { trustedChain } from '../../src/node/certificate-chain.ts';
import type { ConnectionEvent } from '../../src/node/connection-events.ts';
import { listenTls } from '../../src/node/tls-server.ts';
import type { TlsCredentials, TlsListener } from '../../src/node/tls-server.ts';
import { Authority } from '../support/certificates.ts';
import type { Certificate } from '../support/certificates.ts';
import { samiSchema } from '../support/server-fixture.ts';

const BASE = 'urn:ietf:params:xml:ns:netconf:base:1.0';
const END = ']]>]]>';
const hello = (version: string): string =>
  `<hello xmlns="${BASE}"><capabilities><capability>urn:ietf:params:netconf:base:${version}` +
  `</capability></capabilities></hello>${END}`;
const chunked = (text: string): string => `\n#${String(Buffer.byteLength(text))}\n${text}\n##\n`;
const rpc = (operation: string): string => `<rpc xmlns="${BASE}" message-id="1">${operation}</rpc>`;

const der = (certificate: Certificate): Uint8Array =>
  new X509Certificate(certificate.certificate).raw;
const entry = (
  id: number,
  certificate: Certificate,
  mapType: MapType,
  name?: string,
): CertToName => ({ id, fingerprint: tlsFingerprint(der(certificate)), mapType, name });

/** What a client hears until `pattern` matches or the connection is over. */
class TlsClient {
  readonly socket: TLSSocket;
  text = '';
  isOver = false;
  #wake: () => void = () => undefined;

  constructor(port: number, options: ConnectionOptions) {
    this.socket = connect({
      host: '127.0.0.1',
      port,
      checkServerIdentity: () => undefined,
      ...options,
    });
    this.socket.setEncoding('utf8').on('data', (text: string) => {
      this.text += text;
      this.#wake();
    });
    this.socket.on('error', () => undefined);
    this.socket.once('close', () => {
      this.isOver = true;
      this.#wake();
    });
  }

  /** False when it ended without. */
  async hears(pattern: RegExp): Promise<boolean> {
    while (!pattern.test(this.text)) {
      if (this.isOver) return false;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return true;
  }

  async closes(): Promise<void> {
    while (!this.isOver) await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}

describe('RFC 7589: NETCONF over TLS', () => {
  let authority: Authority;
  let stranger: Authority;
  let own: Certificate;
  let amy: Certificate;
  let server: Server;
  let listener: TlsListener;
  let events: ConnectionEvent[];
  let users: Users;
  const clients: TlsClient[] = [];

  before(async () => {
    authority = Authority.create('Device managers');
    stranger = Authority.create('Somebody else');
    own = authority.issue({ subject: '/CN=device', names: 'DNS:device.example' });
    amy = authority.issue({ subject: '/CN=amy', names: 'email:amy@Example.COM' });
    server = await createServer({ context: samiSchema() });
  });
  beforeEach(async () => {
    events = [];
    users = new Users(
      [
        { name: 'amy@example.com', groups: ['staff'] },
        { name: 'boss', administrator: true },
      ],
      [entry(10, authority, 'san-rfc822-name')],
    );
    listener = await listenTls({
      host: '127.0.0.1',
      port: 0,
      credentials: credentials(),
      authenticateCertificate: users.authenticateCertificate,
      onTransport: (transport) => void server.accept(transport),
      observe: (event) => void events.push(event),
    });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.socket.destroy();
    await listener.close();
  });
  after(async () => {
    await server.close();
    authority.remove();
    stranger.remove();
  });

  function credentials(more: Partial<TlsCredentials> = {}): TlsCredentials {
    const authorities = authority.certificate;
    return { certificate: own.certificate, privateKey: own.privateKey, authorities, ...more };
  }

  function dial(who: Certificate | undefined, more: ConnectionOptions = {}): TlsClient {
    const client = new TlsClient(listener.port, {
      ca: authority.certificate,
      ...(who ? { cert: who.certificate, key: who.privateKey } : {}),
      ...more,
    });
    clients.push(client);
    return client;
  }

  function refusal(): string | undefined {
    const refused = events.find((event) => event.kind === 'login-refused');
    return refused?.kind === 'login-refused' ? refused.reason : undefined;
  }

  it('§2 the well-known port is 6513', () => {
    assert.equal(NETCONF_TLS_PORT, 6513);
  });

  it('§2 a client with a certificate gets a hello, and its user name and protocol are known', async () => {
    const client = dial(amy);
    assert.ok(await client.hears(/<hello[\s\S]*]]>]]>/));
    client.socket.write(
      hello('1.0') +
        rpc(
          '<get><filter type="subtree"><netconf-state xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"><sessions/></netconf-state></filter></get>',
        ) +
        END,
    );
    assert.ok(await client.hears(/<username>amy@example\.com<\/username>/), client.text);
    assert.match(client.text, /netconf-tls</);
    assert.deepEqual(
      events.map((it) => (it.kind === 'login' ? [it.username, it.method] : [it.kind])),
      [['amy@example.com', 'certificate']],
    );
  });

  it('§2 no NETCONF message is sent before the client is known: a client without certificate hears nothing', async () => {
    const client = dial(undefined);
    assert.equal(await client.hears(/</), false);
    assert.equal(client.text, '');
    assert.match(refusal() ?? '', /certificate/);
  });

  it('§2 who speaks no TLS hears no NETCONF', async () => {
    const socket = connectTcp(listener.port, '127.0.0.1');
    let heard = '';
    socket.on('data', (bytes) => (heard += bytes.toString('latin1')));
    socket.on('error', () => undefined);
    const closed = once(socket, 'close');
    socket.write(hello('1.1'));
    await closed;
    assert.doesNotMatch(heard, /hello/);
  });

  it('§3 with base:1.1 on both sides messages after hello are chunked', async () => {
    const client = dial(amy);
    client.socket.write(
      hello('1.1') + chunked(rpc('<get-config><source><running/></source></get-config>')),
    );
    assert.ok(await client.hears(/]]>]]>\n#\d+\n<rpc-reply[\s\S]*\n##\n/), client.text);
  });

  it('§3 with base:1.0 they end in ]]>]]>', async () => {
    const client = dial(amy);
    client.socket.write(
      hello('1.0') + rpc('<get-config><source><running/></source></get-config>') + END,
    );
    assert.ok(await client.hears(/]]>]]>\s*<rpc-reply[^#]*]]>]]>/), client.text);
  });

  it('§4 close-session is answered, then TLS is closed', async () => {
    const client = dial(amy);
    let ended = false;
    client.socket.once('end', () => (ended = true));
    client.socket.write(hello('1.1') + chunked(rpc('<close-session/>')));
    await client.closes();
    assert.match(client.text, /<ok\/>/);
    assert.equal(ended, true, 'without close_notify');
  });

  describe('§5 certificates are verified by their path (RFC 5280)', () => {
    const rows: { name: string; make: () => Certificate; refused: RegExp | undefined }[] = [
      { name: 'one of the authority', make: () => amy, refused: undefined },
      {
        name: 'one of another authority with the same names',
        make: () => stranger.issue({ subject: '/CN=amy', names: 'email:amy@example.com' }),
        refused: /UNABLE_TO|SELF_SIGNED|UNABLE_TO_VERIFY/,
      },
      {
        name: 'one that has run out',
        make: () =>
          authority.issue({ subject: '/CN=amy', names: 'email:amy@example.com', days: -1 }),
        refused: /CERT_HAS_EXPIRED/,
      },
      {
        name: 'one that is for servers only',
        make: () =>
          authority.issue({
            subject: '/CN=amy',
            names: 'email:amy@example.com',
            usage: 'serverAuth',
          }),
        refused: /INVALID_PURPOSE/,
      },
      {
        name: 'one that another client has issued, which is no authority',
        make: () => {
          const fake = Authority.posing(amy);
          const issued = fake.issue({ subject: '/CN=amy', names: 'email:amy@example.com' });
          fake.remove();
          return { ...issued, certificate: issued.certificate + amy.certificate };
        },
        refused: /INVALID_CA|INVALID_PURPOSE/,
      },
    ];
    for (const { name, make, refused } of rows) {
      it(`§5 ${refused ? 'refuses' : 'takes'} ${name}`, async () => {
        const client = dial(make());
        assert.equal(await client.hears(/<hello/), refused === undefined);
        if (refused) assert.match(refusal() ?? '', refused);
      });
    }

    it('§5 takes one of an authority in between, when the client sends that one too', async () => {
      const between = Authority.create('Between', authority);
      const issued = between.issue({ subject: '/CN=amy', names: 'email:amy@example.com' });
      const whole = { ...issued, certificate: issued.certificate + between.certificate };
      assert.equal(await dial(whole).hears(/<hello/), true);
      // The control: without it the path ends nowhere.
      assert.equal(await dial(issued).hears(/<hello/), false);
      between.remove();
    });

    it('§5 refuses what the revocation list has, also when the list comes later, and nothing else', async () => {
      const bob = authority.issue({ subject: '/CN=bob', names: 'email:amy@example.com' });
      assert.equal(await dial(bob).hears(/<hello/), true);
      listener.replaceCredentials(credentials({ revocations: authority.revocations(bob) }));
      assert.equal(await dial(bob).hears(/<hello/), false);
      assert.match(refusal() ?? '', /CERT_REVOKED/);
      assert.equal(await dial(amy).hears(/<hello/), true);
    });

    it('§5 keeps what it has when the new files cannot be used', async () => {
      for (const bad of [
        { certificate: 'rubbish' },
        { authorities: '' },
        { revocations: 'rubbish' },
      ]) {
        assert.throws(() => {
          listener.replaceCredentials(credentials(bad));
        });
      }
      assert.equal(await dial(amy).hears(/<hello/), true);
    });
  });

  describe('§7 user names', () => {
    const SAN = 'email:Amy@Example.COM,DNS:Amy.Example,IP:192.0.2.1,IP:2001:db8::1,URI:urn:x';
    let certificate: Certificate;
    let elsewhere: Certificate;
    before(() => {
      certificate = authority.issue({ subject: '/CN=old name/O=o/CN=Ämy', names: SAN });
      elsewhere = authority.issue({ subject: '/O=nothing' });
    });
    const chain = (of: Certificate): Uint8Array[] => [der(of), der(authority)];

    const maps: [MapType, string | undefined][] = [
      ['specified', 'someone'],
      ['san-rfc822-name', 'Amy@example.com'],
      ['san-dns-name', 'amy.example'],
      ['san-ip-address', '192.0.2.1'],
      ['san-any', 'Amy@example.com'],
      ['common-name', 'Ämy'],
    ];
    for (const [mapType, expected] of maps) {
      it(`§7 (c) ${mapType} gives "${String(expected)}"`, () => {
        const name = mapType === 'specified' ? 'someone' : undefined;
        const list = [entry(1, authority, mapType, name)];
        assert.equal(nameOfCertificate(chain(certificate), list), expected);
        if (name === undefined) assert.equal(nameOfCertificate(chain(elsewhere), list), undefined);
      });
    }

    it('§7 (c) an IPv6 address becomes 32 lower-case hexadecimal digits', () => {
      const six = authority.issue({ subject: '/CN=x', names: 'IP:2001:DB8::1' });
      const list = [entry(1, authority, 'san-ip-address')];
      assert.equal(nameOfCertificate(chain(six), list), '20010db8000000000000000000000001');
    });

    it('§7 (c) san-any takes the first in the certificate, of whatever kind', () => {
      const ip = authority.issue({ subject: '/CN=x', names: 'URI:urn:x,IP:192.0.2.9,DNS:a' });
      assert.equal(nameOfCertificate(chain(ip), [entry(1, authority, 'san-any')]), '192.0.2.9');
    });

    it('§7 (a) entries are considered in the order of their ids', () => {
      const list = [
        entry(20, certificate, 'specified', 'b'),
        entry(3, certificate, 'specified', 'a'),
      ];
      assert.equal(nameOfCertificate(chain(certificate), list), 'a');
    });

    it('§7 (b) 1 an entry matches the certificate itself', () => {
      const list = [entry(1, certificate, 'specified', 'me')];
      assert.equal(nameOfCertificate(chain(certificate), list), 'me');
      assert.equal(nameOfCertificate(chain(elsewhere), list), undefined);
    });

    it('§7 (b) 2 or an authority in its path, and that by signature, not by name', () => {
      const twin = Authority.create('Device managers');
      const certificates = [certificate, authority, twin].map(
        (it) => new X509Certificate(it.certificate),
      );
      const [client] = certificates;
      assert.ok(client);
      const raw = trustedChain([client, ...certificates.slice(2)], certificates.slice(1)).map(
        (it) => it.raw,
      );
      assert.equal(nameOfCertificate(raw, [entry(1, authority, 'specified', 'me')]), 'me');
      assert.equal(nameOfCertificate(raw, [entry(1, twin, 'specified', 'me')]), undefined);
      twin.remove();
    });

    it('§7 (d) goes on to further entries when one gives no name, or none that NETCONF can have', () => {
      const control = authority.issue({ subject: '/CN=a\u0001b' });
      const list = [
        entry(1, authority, 'san-dns-name'),
        entry(2, authority, 'common-name'),
        entry(3, authority, 'specified', 'last'),
      ];
      assert.equal(nameOfCertificate(chain(control), list), 'last');
      assert.equal(nameOfCertificate(chain(control), list.slice(0, 2)), undefined);
    });

    for (const [algorithm, octets] of [
      ['02', 20],
      ['04', 32],
      ['06', 64],
    ] as const) {
      it(`§7 fingerprints begin with the hash algorithm: ${algorithm}`, () => {
        const fingerprint = tlsFingerprint(der(certificate), algorithm);
        assert.equal(fingerprint.split(':').length, octets + 1);
        const list: CertToName[] = [
          { id: 1, fingerprint: fingerprint.toLowerCase(), mapType: 'specified', name: 'me' },
        ];
        assert.equal(nameOfCertificate(chain(certificate), list), 'me');
      });
    }

    it('§7 (d) the connection ends when no entry gives a name', async () => {
      users.replaceBy(new Users([{ name: 'amy@example.com' }], [entry(1, stranger, 'san-any')]));
      assert.equal(await dial(amy).hears(/<hello/), false);
      assert.equal(refusal(), 'the certificate maps to no user name');
    });

    it('§7 and when the name is no user of this server', async () => {
      users.replaceBy(new Users([{ name: 'boss' }], [entry(1, authority, 'san-any')]));
      assert.equal(await dial(amy).hears(/<hello/), false);
      assert.match(refusal() ?? '', /maps to "amy@example\.com", and there is no such user/);
    });
  });

  describe('§8', () => {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      it(`§5 no session of ${version} is resumed: every certificate is looked at`, async () => {
        const first = dial(amy, { maxVersion: version });
        let session: Buffer | undefined;
        first.socket.on('session', (ticket: Buffer) => (session = ticket));
        assert.ok(await first.hears(/<hello/));
        session ??= first.socket.getSession();
        const again = dial(amy, { maxVersion: version, ...(session ? { session } : {}) });
        assert.ok(await again.hears(/<hello/));
        assert.equal(again.socket.isSessionReused(), false);
      });
    }

    for (const [version, taken] of [
      ['TLSv1.2', true],
      ['TLSv1.3', true],
      ['TLSv1.1', false],
    ] as const) {
      it(`§8 ${version} is ${taken ? 'supported' : 'refused'}`, async () => {
        const versions = { minVersion: version, maxVersion: version };
        // Old versions need a lower level of security on the client's side too, to be tried at all.
        const client = dial(amy, { ...versions, ciphers: 'DEFAULT:@SECLEVEL=0' });
        assert.equal(await client.hears(/<hello/), taken);
        if (taken) assert.equal(client.socket.getProtocol(), version);
      });
    }
  });
});
