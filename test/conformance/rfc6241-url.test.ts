/** RFC 6241, section 8.8: configuration in files of one directory and at https addresses. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOCALHOST_CERTIFICATE, LOCALHOST_KEY } from '../support/localhost-certificate.ts';
import { deleteVm, sami, vm } from '../support/sami-xml.ts';
import { ServerFixture } from '../support/server-fixture.ts';
import type { TestClient } from '../support/server-fixture.ts';
import { serverSchema } from '../support/server-schemas.ts';

const BASE = 'urn:ietf:params:xml:ns:netconf:base:1.0';
const MAX_BYTES = 4000;
const document = (content: string): string => `<config xmlns="${BASE}">${content}</config>`;
const vms = (...ids: readonly string[]): string => sami(ids.map((id) => vm({ id })).join(''));
const data = (...ids: readonly string[]): string =>
  `<data><sami>${ids.map((id) => vm({ id })).join('')}</sami></data>`;
const copy = (target: string, source: string): string =>
  `<copy-config><target>${target}</target><source>${source}</source></copy-config>`;
const url = (text: string): string => `<url>${text.replaceAll('&', '&amp;')}</url>`;

/** What an https server of the test answers, and what it was asked. */
class Site {
  readonly files = new Map<string, string>();
  readonly asked: string[] = [];
  readonly #server: HttpsServer;
  readonly #sockets = new Set<Socket>();

  private constructor(server: HttpsServer) {
    this.#server = server;
    server.on('connection', (socket: Socket) => this.#sockets.add(socket));
  }

  static async start(): Promise<Site> {
    const server = createServer({ key: LOCALHOST_KEY, cert: LOCALHOST_CERTIFICATE });
    const site = new Site(server);
    server.on('request', (request, response) => {
      const path = request.url ?? '';
      site.asked.push(
        `${request.method ?? ''} ${path} ${request.headers.authorization ?? ''}`.trim(),
      );
      if (path === '/silent') return;
      if (path === '/moved') {
        response.writeHead(302, { location: '/there' }).end();
        return;
      }
      if (path === '/broken') {
        response.writeHead(500).end();
        return;
      }
      if (request.method === 'PUT') {
        let text = '';
        request.on('data', (piece: Buffer) => (text += piece.toString()));
        request.on('end', () => {
          site.files.set(path, text);
          response.writeHead(201).end();
        });
        return;
      }
      const text = site.files.get(path);
      if (text === undefined) response.writeHead(404).end();
      else if (request.method === 'DELETE') {
        site.files.delete(path);
        response.writeHead(204).end();
      } else response.end(text);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return site;
  }

  at(path: string, user = ''): string {
    const { port } = this.#server.address() as AddressInfo;
    return `https://${user}localhost:${String(port)}${path}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

describe('RFC 6241, section 8.8: url', () => {
  let outside: string;
  let directory: string;
  let site: Site;
  let fixture: ServerFixture;
  let client: TestClient;

  before(async () => {
    site = await Site.start();
  });
  after(() => site.stop());

  beforeEach(async () => {
    outside = await mkdtemp(join(tmpdir(), 'sami-url-'));
    directory = join(outside, 'inside');
    await mkdir(join(directory, 'sub'), { recursive: true });
    site.files.clear();
    site.asked.length = 0;
    fixture = await start();
    client = await fixture.connect();
  });
  afterEach(async () => {
    await fixture.stop();
    await rm(outside, { recursive: true });
  });

  const start = (https = {}): Promise<ServerFixture> =>
    ServerFixture.start({
      context: serverSchema({ add: ['url', 'startup'] }),
      url: {
        directory,
        https: { ca: LOCALHOST_CERTIFICATE, allowLocal: true, ...https },
        maxBytes: MAX_BYTES,
      },
    });

  it('§8.8.3 is announced with the schemes that there are', () => {
    const urn = 'urn:ietf:params:netconf:capability:url:1.0?scheme=file,https';
    assert.ok(fixture.server.capabilities.includes(urn));
  });

  it('§8.8.5.1 takes a value that is tagged as a default for no value, as a config in a message (RFC 6243, section 4.5.1)', async () => {
    const withDefaults = (mode: string): string =>
      `<with-defaults xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-with-defaults">${mode}</with-defaults>`;
    const lease = '<standby-lease>600</standby-lease>';
    await client.edit(vms('a'));
    const ROWS = [
      { mode: 'report-all-tagged', stored: /<standby-lease [^>]*default="true"/, back: false },
      // Control: without the mark it is a value.
      { mode: 'report-all', stored: /<standby-lease>600</, back: true },
    ];
    for (const { mode, stored, back } of ROWS) {
      const file = url(`file:///${mode}.xml`);
      await client.rpc(
        copy(file, '<candidate/>').replace('</copy-config>', `${withDefaults(mode)}</copy-config>`),
      );
      assert.match(await readFile(join(directory, `${mode}.xml`), 'utf8'), stored);
      await client.rpc(copy('<candidate/>', file));
      assert.equal((await client.config('candidate')).includes(lease), back, mode);
    }
  });

  it('§8.8.3 is not announced by a server that has no place for it, which says so', async () => {
    const without = await ServerFixture.start({
      context: serverSchema({ add: ['url', 'startup'] }),
    });
    try {
      assert.ok(!without.server.capabilities.some((it) => it.includes(':url:')));
      const request = copy('<running/>', url('file:///a'));
      assert.deepEqual(await (await without.connect()).refusedWith(request), [
        'operation-not-supported',
      ]);
    } finally {
      await without.stop();
    }
  });

  const places: readonly {
    readonly scheme: string;
    readonly url: () => string;
    readonly put: (text: string) => Promise<void>;
    readonly get: () => Promise<string | undefined>;
  }[] = [
    {
      scheme: 'file',
      url: () => 'file:///sub/a.xml',
      put: (text) => writeFile(join(directory, 'sub/a.xml'), text),
      get: () => readFile(join(directory, 'sub/a.xml'), 'utf8').catch(() => undefined),
    },
    {
      scheme: 'https',
      url: () => site.at('/a.xml'),
      put: (text) => Promise.resolve(void site.files.set('/a.xml', text)),
      get: () => Promise.resolve(site.files.get('/a.xml')),
    },
  ];
  for (const place of places) {
    describe(place.scheme, () => {
      it('§8.8.5.1 edit-config takes an edit with its operations', async () => {
        await client.edit(vms('a', 'b'));
        await place.put(document(deleteVm('a')));
        const request = `<edit-config><target><candidate/></target>${url(place.url())}</edit-config>`;
        assert.equal(await client.rpc(request), 'ok');
        assert.equal(await client.config('candidate'), data('b'));
      });

      for (const target of ['running', 'candidate', 'startup']) {
        it(`§8.8.5.2 copy-config to ${target} takes a complete datastore`, async () => {
          await place.put(document(vms('a')));
          assert.equal(await client.rpc(copy(`<${target}/>`, url(place.url()))), 'ok');
          const source = `<source><${target}/></source>`;
          assert.equal(await client.rpc(`<get-config>${source}</get-config>`), data('a'));
        });
      }

      it('§8.8.5.2 copy-config from a datastore writes what copy-config reads', async () => {
        await client.edit(vms('a', 'b'));
        assert.equal(await client.rpc(copy(url(place.url()), '<candidate/>')), 'ok');
        assert.match(
          (await place.get()) ?? '',
          /^<config xmlns="urn:ietf:params:xml:ns:netconf:base/,
        );
        await client.rpc(copy('<running/>', url(place.url())));
        assert.equal(await client.config(), data('a', 'b'));
      });

      it('§8.8.5.2 copy-config replaces what is there', async () => {
        await place.put(document(vms('a')));
        await client.rpc(copy(url(place.url()), `<config>${vms('b')}</config>`));
        assert.equal(await place.get(), document(vms('b')));
      });

      it('§7.3 copy-config of a URL onto itself is invalid-value', async () => {
        await place.put(document(vms('a')));
        const request = copy(url(place.url()), url(place.url()));
        assert.deepEqual(await client.refusedWith(request), ['invalid-value']);
        assert.equal(await place.get(), document(vms('a')));
      });

      it('§7.3 copy-config from one URL to another', async () => {
        site.files.set('/from', document(vms('a')));
        assert.equal(await client.rpc(copy(url(place.url()), url(site.at('/from')))), 'ok');
        assert.equal(await place.get(), document(vms('a')));
      });

      it('§8.8.5.3 delete-config deletes what is there, and data-missing what is not', async () => {
        await place.put(document(vms('a')));
        const request = `<delete-config><target>${url(place.url())}</target></delete-config>`;
        assert.equal(await client.rpc(request), 'ok');
        assert.equal(await place.get(), undefined);
        assert.deepEqual(await client.refusedWith(request), ['data-missing']);
      });

      it('§8.8.5.4 validate takes a complete datastore', async () => {
        const request = `<validate><source>${url(place.url())}</source></validate>`;
        await place.put(document(vms('a')));
        assert.equal(await client.rpc(request), 'ok');
        await place.put(document(sami('<vm><id>a</id></vm>')));
        assert.deepEqual(await client.refusedWith(request), ['operation-failed']);
      });

      const faults: readonly (readonly [string, string, string])[] = [
        ['another root', '<nothing/>', 'unknown-element'],
        ['no XML', 'interface eth0', 'invalid-value'],
        ['half a document', document(vms('a')).slice(0, -3), 'invalid-value'],
        ['unknown data', document(sami('<nothing/>')), 'unknown-element'],
        ['more than the limit', document(vms('a') + ' '.repeat(MAX_BYTES)), 'too-big'],
      ];
      for (const [what, text, tag] of faults) {
        it(`§8.8.5.2 a document with ${what} is ${tag}, and changes nothing`, async () => {
          await place.put(text);
          const [error] = await client.refused(copy('<running/>', url(place.url())));
          assert.equal(error?.tag, tag);
          assert.ok(error.message?.includes(place.url()), error.message);
          assert.equal(await client.config(), '<data/>');
        });
      }

      it('§8.8.5.2 nothing at the URL is data-missing', async () => {
        const request = copy('<running/>', url(place.url()));
        assert.deepEqual(await client.refusedWith(request), ['data-missing']);
      });
    });
  }

  it('§8.8.5.1 file://localhost is this device as well', async () => {
    await writeFile(join(directory, 'a'), document(vms('a')));
    assert.equal(await client.rpc(copy('<running/>', url('file://localhost/a'))), 'ok');
    assert.equal(await client.config(), data('a'));
  });

  describe('what is outside of the directory', () => {
    beforeEach(async () => {
      await writeFile(join(outside, 'secret'), document(vms('secret')));
      await symlink(join(outside, 'secret'), join(directory, 'link'));
      await symlink(outside, join(directory, 'way'));
      await writeFile(join(directory, '.hidden'), document(vms('a')));
    });

    for (const path of [
      'file:///../secret',
      'file:///%2e%2e/secret',
      'file:///sub/..%2f..%2fsecret',
      'file:///sub%2f..%2f..%2fsecret',
      'file:///sub/../../secret',
      'file:///..%5csecret',
      'file:///link',
      'file:///way/secret',
      'file:///.hidden',
      'file:///sub/.%2e/.hidden',
      'file://elsewhere/secret',
      'file:///sub',
      'file:///',
      'file:///nowhere/a',
      'file:///a%00b',
      'file:///a?b',
      `file:///${'x'.repeat(300)}`,
    ]) {
      it(`§8.8.1 ${path.slice(0, 40)} is neither read, written nor deleted`, async () => {
        const requests = [
          copy('<running/>', url(path)),
          copy(url(path), `<config>${vms('evil')}</config>`),
          `<delete-config><target>${url(path)}</target></delete-config>`,
        ];
        for (const request of requests) {
          // A link is replaced by the file that is written, and what it leads to is left alone.
          if (path === 'file:///link' && request.includes('evil')) continue;
          const [tag] = await client.refusedWith(request);
          assert.ok(['invalid-value', 'data-missing', 'operation-failed'].includes(tag ?? ''), tag);
        }
        assert.equal(await client.config(), '<data/>');
        assert.deepEqual((await readdir(outside)).sort(), ['inside', 'secret']);
        assert.equal(await readFile(join(outside, 'secret'), 'utf8'), document(vms('secret')));
        assert.deepEqual((await readdir(directory)).sort(), ['.hidden', 'link', 'sub', 'way']);
      });
    }

    it('§8.8.1 a link is replaced, not followed, by what is written', async () => {
      await client.rpc(copy(url('file:///link'), `<config>${vms('a')}</config>`));
      assert.equal(await readFile(join(outside, 'secret'), 'utf8'), document(vms('secret')));
      assert.equal(await client.rpc(copy('<running/>', url('file:///link'))), 'ok');
    });
  });

  for (const text of [
    'ftp://a/b',
    'http://localhost/a',
    'javascript:1',
    'nothing',
    'file:',
    '/etc/passwd',
  ]) {
    it(`§8.8.3 "${text}" is no URL for this server`, async () => {
      assert.deepEqual(await client.refusedWith(copy('<running/>', url(text))), ['invalid-value']);
    });
  }

  describe('https', () => {
    it('§7.3 gives user and password of the URL, and shows them to nobody', async () => {
      site.files.set('/a', document(vms('a')));
      await client.rpc(copy('<running/>', url(site.at('/a', 'user:pass@'))));
      const basic = `Basic ${Buffer.from('user:pass').toString('base64')}`;
      assert.deepEqual(site.asked, [`GET /a ${basic}`]);
      const [error] = await client.refused(copy('<running/>', url(site.at('/none', 'user:pass@'))));
      assert.doesNotMatch(JSON.stringify(error), /pass/);
    });

    for (const [path, message] of [
      ['/moved', /302.*redirection/],
      ['/broken', /500/],
    ] as const) {
      it(`§8.8.1 an answer ${String(message)} is operation-failed, and followed nowhere`, async () => {
        site.files.set('/there', document(vms('a')));
        const [error] = await client.refused(copy('<running/>', url(site.at(path))));
        assert.equal(error?.tag, 'operation-failed');
        assert.match(error.message ?? '', message);
        assert.equal(site.asked.length, 1);
      });
    }

    const withHttps = async (
      https: {
        readonly timeoutMs?: number;
        readonly allowLocal?: boolean;
        readonly ca?: undefined;
      },
      path: string,
    ): Promise<readonly [string | undefined, string | undefined]> => {
      const other = await start(https);
      try {
        site.files.set('/a', document(vms('a')));
        const [error] = await (await other.connect()).refused(copy('<running/>', url(path)));
        return [error?.tag, error?.message];
      } finally {
        await other.stop();
      }
    };

    it('§8.8.1 a server that does not answer is given up', async () => {
      const [tag, message] = await withHttps({ timeoutMs: 50 }, site.at('/silent'));
      assert.equal(tag, 'operation-failed');
      assert.match(message ?? '', /within 50 ms/);
    });

    it('§8.8.1 a server that nobody has vouched for is not believed', async () => {
      const [tag] = await withHttps({ ca: undefined }, site.at('/a'));
      assert.equal(tag, 'operation-failed');
      assert.deepEqual(site.asked, []);
    });

    it('§8.8.1 addresses of the device itself and of its link are refused', async () => {
      const hosts = [
        'localhost',
        '127.1',
        '[::1]',
        '[::ffff:127.0.0.1]',
        '169.254.169.254',
        '[fe80::1]',
      ];
      for (const host of [...hosts, '0.0.0.0', '[::]', '224.0.0.1']) {
        const at = site.at('/a').replace('localhost', host);
        const [tag] = await withHttps({ allowLocal: false }, at);
        assert.equal(tag, 'invalid-value', host);
      }
      assert.deepEqual(site.asked, []);
    });
  });
});
