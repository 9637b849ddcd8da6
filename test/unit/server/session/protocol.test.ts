/** Messages of a session, byte by byte (RFC 6241, sections 3, 4 and 8.1). */
import assert from 'node:assert/strict';
import type { Transport } from '../../../../src/netconf/index.ts';
import { ServerFixture } from '../../../support/server-fixture.ts';
import { sami, vm } from '../../../support/sami-xml.ts';

const NC = 'urn:ietf:params:xml:ns:netconf:base:1.0';
const hello = (...capabilities: readonly string[]): string =>
  `<hello xmlns="${NC}"><capabilities>${capabilities
    .map((it) => `<capability>urn:ietf:params:netconf:base:${it}</capability>`)
    .join('')}</capabilities></hello>`;

/** A client that sends text and reads text. */
class RawClient {
  readonly transport: Transport;
  readonly #messages: AsyncIterator<AsyncIterable<Uint8Array>>;

  constructor(transport: Transport) {
    this.transport = transport;
    this.#messages = transport.messages()[Symbol.asyncIterator]();
  }

  send(text: string): Promise<void> {
    return this.transport.send(text);
  }

  /** The next message; undefined when the server has closed. */
  async read(): Promise<string | undefined> {
    const next = await this.#messages.next().catch(() => undefined);
    if (!next || next.done === true) return undefined;
    const decoder = new TextDecoder();
    let text = '';
    for await (const piece of next.value) text += decoder.decode(piece, { stream: true });
    return text;
  }

  async open(...versions: readonly string[]): Promise<string> {
    const theirs = await Promise.all([this.read(), this.send(hello(...versions))]);
    if (versions.includes('1.1')) this.transport.useChunkedFraming();
    return theirs[0] ?? '';
  }

  async ask(text: string): Promise<string | undefined> {
    await this.send(text);
    return this.read();
  }
}

describe('session', () => {
  let fixture: ServerFixture;
  let client: RawClient;

  beforeEach(async () => {
    fixture = await ServerFixture.start({ limits: { maxMessageBytes: 10_000 } });
    client = new RawClient(fixture.connectRaw());
  });
  afterEach(() => fixture.stop());

  describe('hello (RFC 6241, section 8.1)', () => {
    it('announces versions, capabilities and a session-id', async () => {
      const text = await client.open('1.1');
      for (const it of [
        'base:1.0',
        'base:1.1',
        'candidate:1.0',
        'confirmed-commit:1.1',
        'rollback-on-error:1.0',
        'validate:1.1',
        'xpath:1.0',
        'yang-library:1.1?revision=2019-01-04&amp;content-id=',
      ]) {
        assert.ok(text.includes(`:${it}`), it);
      }
      assert.match(text, /<session-id>1<\/session-id>/);
    });

    it('does not announce what is not there', async () => {
      const text = await client.open('1.1');
      for (const it of ['startup', ':url:']) assert.ok(!text.includes(it), it);
    });

    it('announces modules of YANG version 1, not those of 1.1', async () => {
      const text = await client.open('1.1');
      assert.match(text, /module=ietf-netconf-monitoring&amp;revision=2010-10-04/);
      assert.doesNotMatch(text, /module=sami/);
    });

    for (const { name, text } of [
      {
        name: 'with a session-id',
        text: hello('1.1').replace('</hello>', '<session-id>4</session-id></hello>'),
      },
      { name: 'without a version in common', text: hello('9.9') },
      { name: 'that is no hello', text: `<rpc xmlns="${NC}" message-id="1"><get/></rpc>` },
      { name: 'that is no XML', text: 'ssh?' },
    ]) {
      it(`ends at one ${name}`, async () => {
        await client.read();
        await client.send(text);
        assert.equal(await client.read(), undefined);
      });
    }

    it('ends when none comes', async () => {
      await client.read();
      fixture.clock.advance(30_000);
      assert.equal(await client.read(), undefined);
    });

    it('has end-of-message framing with a peer of base:1.0', async () => {
      await client.open('1.0');
      const reply = await client.ask(`<rpc message-id="1" xmlns="${NC}"><close-session/></rpc>`);
      assert.match(reply ?? '', /<ok\/>/);
    });
  });

  describe('rpc and rpc-reply (RFC 6241, sections 4.1 and 4.2)', () => {
    beforeEach(() => client.open('1.1'));

    it('repeats all attributes and declarations of rpc', async () => {
      const reply = await client.ask(
        `<rpc message-id="a&lt;b" user="fred" x:y="z" xmlns:x="urn:x" xmlns="${NC}"><discard-changes/></rpc>`,
      );
      assert.equal(
        reply,
        `<rpc-reply xmlns="${NC}" xmlns:x="urn:x" message-id="a&lt;b" user="fred" x:y="z"><ok/></rpc-reply>`,
      );
    });

    it('takes a prefix for its namespace', async () => {
      const reply = await client.ask(
        `<nc:rpc xmlns:nc="${NC}" message-id="1"><nc:get-config><nc:source><nc:running/></nc:source></nc:get-config></nc:rpc>`,
      );
      assert.match(reply ?? '', /<data\/><\/rpc-reply>$/);
    });

    const faults: readonly {
      readonly name: string;
      readonly text: string;
      readonly tag: string;
      readonly type?: string;
      readonly closes?: boolean;
    }[] = [
      {
        name: 'without message-id',
        text: `<rpc xmlns="${NC}"><discard-changes/></rpc>`,
        tag: 'missing-attribute',
        type: 'rpc',
      },
      {
        name: 'with an unknown operation',
        text: `<rpc xmlns="${NC}" message-id="1"><dance/></rpc>`,
        tag: 'operation-not-supported',
        type: 'protocol',
      },
      {
        name: 'with an operation of another namespace',
        text: `<rpc xmlns="${NC}" message-id="1"><get xmlns="urn:x"/></rpc>`,
        tag: 'operation-not-supported',
      },
      {
        name: 'without an operation',
        text: `<rpc xmlns="${NC}" message-id="1"/>`,
        tag: 'missing-element',
      },
      {
        name: 'with two operations',
        text: `<rpc xmlns="${NC}" message-id="1"><discard-changes/><discard-changes/></rpc>`,
        tag: 'unknown-element',
      },
      {
        name: 'with an unknown parameter',
        text: `<rpc xmlns="${NC}" message-id="1"><discard-changes><x/></discard-changes></rpc>`,
        tag: 'unknown-element',
      },
      {
        name: 'that is not well-formed',
        text: `<rpc xmlns="${NC}" message-id="1"><get></rpc>`,
        tag: 'malformed-message',
        closes: true,
      },
      {
        name: 'with a document type declaration',
        text: `<!DOCTYPE rpc [<!ENTITY a "b">]><rpc xmlns="${NC}" message-id="1"><get/></rpc>`,
        tag: 'malformed-message',
        closes: true,
      },
      {
        name: 'with an undeclared prefix',
        text: `<rpc xmlns="${NC}" message-id="1"><x:get/></rpc>`,
        tag: 'malformed-message',
        closes: true,
      },
      {
        name: 'that is something else',
        text: `<hello xmlns="${NC}"/>`,
        tag: 'malformed-message',
        closes: true,
      },
      {
        name: 'over the limit',
        text: `<rpc xmlns="${NC}" message-id="1"><get><filter>${'<x xmlns="urn:x"/>'.repeat(1000)}</filter></get></rpc>`,
        tag: 'too-big',
        closes: true,
      },
    ];
    for (const { name, text, tag, type, closes = false } of faults) {
      it(`answers a message ${name} with ${tag}${closes ? ' and ends the session' : ''}`, async () => {
        const reply = (await client.ask(text)) ?? '';
        assert.ok(reply.includes(`<error-tag>${tag}</error-tag>`), reply);
        const isNamed = / message-id="1"/.test(text) && !text.startsWith('<!DOCTYPE');
        assert.equal(reply.includes(' message-id="1"'), isNamed, reply);
        assert.equal(reply.split('<rpc-error>').length, 2, reply);
        if (type) assert.ok(reply.includes(`<error-type>${type}</error-type>`), reply);
        const next = `<rpc xmlns="${NC}" message-id="2"><discard-changes/></rpc>`;
        const after = await client.ask(next).catch(() => undefined);
        assert.equal(after?.includes('<ok/>'), closes ? undefined : true);
      });
    }

    it('answers in the order of the requests', async () => {
      const ids = ['1', '2', '3', '4'];
      const requests = ids.map((id) => {
        const operation =
          id === '1'
            ? `<edit-config><target><candidate/></target><config>${sami(vm())}</config></edit-config>`
            : id === '2'
              ? '<commit/>'
              : '<discard-changes/>';
        return client.send(`<rpc xmlns="${NC}" message-id="${id}">${operation}</rpc>`);
      });
      const replies: (string | undefined)[] = [];
      for (const id of ids) {
        const reply = await client.read();
        replies.push(/message-id="(\d)"/.exec(reply ?? '')?.[1]);
        assert.match(reply ?? '', /<ok\/>/, id);
      }
      await Promise.all(requests);
      assert.deepEqual(replies, ids);
    });

    it('hides a fault of a data plane and logs it', async () => {
      fixture.plane.refuseNext = new Error('secret');
      await client.ask(
        `<rpc xmlns="${NC}" message-id="1"><edit-config><target><candidate/></target><config>${sami(vm())}</config></edit-config></rpc>`,
      );
      const reply = await client.ask(`<rpc xmlns="${NC}" message-id="2"><commit/></rpc>`);
      assert.match(reply ?? '', /operation-failed/);
      assert.doesNotMatch(reply ?? '', /secret/);
      assert.ok(fixture.logger.events('error').includes('plane-failed'));
    });

    it('ends after close-session and takes no more requests', async () => {
      const close = client.send(`<rpc xmlns="${NC}" message-id="1"><close-session/></rpc>`);
      const late = client
        .send(`<rpc xmlns="${NC}" message-id="2"><discard-changes/></rpc>`)
        .catch(() => undefined);
      assert.match((await client.read()) ?? '', /<ok\/>/);
      assert.equal(await client.read(), undefined);
      await Promise.all([close, late]);
    });
  });

  describe('kill-session (RFC 6241, section 7.9)', () => {
    it('ends another session and releases its locks', async () => {
      await client.open('1.1');
      await client.ask(
        `<rpc xmlns="${NC}" message-id="1"><lock><target><running/></target></lock></rpc>`,
      );
      const other = await fixture.connect();
      assert.equal(
        await other.rpc('<kill-session><session-id>1</session-id></kill-session>'),
        'ok',
      );
      assert.equal(await other.rpc('<lock><target><running/></target></lock>'), 'ok');
      assert.equal(await client.read(), undefined);
    });

    for (const [name, id] of [
      ['itself', 2],
      ['what does not exist', 99],
    ] as const) {
      it(`refuses to kill ${name}`, async () => {
        await client.open('1.1');
        const other = await fixture.connect();
        const request = `<kill-session><session-id>${String(id)}</session-id></kill-session>`;
        assert.deepEqual(await other.refusedWith(request), ['invalid-value']);
      });
    }
  });
});
