/** Messages of connection tracking: what a kernel sent is understood, what we send is what was meant. */
import assert from 'node:assert/strict';
import { EntryDecoder } from '../../../server/plane/linux/conntrack/decode.ts';
import {
  encodeCreate,
  encodeDelete,
  encodeDump,
  encodeTimeout,
} from '../../../server/plane/linux/conntrack/encode.ts';
import {
  isTranslated,
  keyText,
  parseKeyText,
} from '../../../server/plane/linux/conntrack/entry.ts';
import type { Entry } from '../../../server/plane/linux/conntrack/entry.ts';
import { AddressSet } from '../../../server/plane/kit/netlink/address.ts';
import { MessageBuilder } from '../../../server/plane/kit/netlink/message.ts';
import { RECORDED } from './recorded-messages.ts';

type Name = keyof typeof RECORDED;

function decode(name: Name, wanted?: AddressSet): Entry | undefined {
  const buffer = Buffer.from(RECORDED[name], 'hex');
  return new EntryDecoder().decode(buffer, 0, buffer.length, wanted);
}

function decoded(name: Name): Entry {
  const entry = decode(name);
  assert.ok(entry);
  return entry;
}

function built(build: (builder: MessageBuilder) => void): string {
  const builder = new MessageBuilder(16);
  build(builder);
  return builder.take().toString('hex');
}

describe('Linux data plane: messages about sessions', () => {
  it('reads a TCP session with all that belongs to it', () => {
    assert.deepEqual(decoded('tcp'), {
      protocol: 6,
      zone: 0,
      original: {
        source: '127.0.0.1',
        destination: '127.0.0.1',
        sourcePort: 35866,
        destinationPort: 5000,
      },
      reply: {
        source: '127.0.0.1',
        destination: '127.0.0.1',
        sourcePort: 5000,
        destinationPort: 35866,
      },
      status: 0x18e,
      info: { state: 8, windowScales: [10, 10], verificationTags: undefined },
      timeout: 9,
      mark: 7,
      helper: undefined,
      originalCounters: { packets: 2, bytes: 112 },
      replyCounters: { packets: 2, bytes: 112 },
      startedAt: 0x18e9afd115c1ca78n,
      labels: undefined,
      id: 2911739820,
    });
  });

  const KEYS: readonly (readonly [Name, string])[] = [
    ['icmp', '1 127.0.0.1 127.0.0.1 77 2048 0'],
    ['icmpv6', '58 ::1 ::1 78 32768 0'],
    ['ospf', '89 127.0.0.1 127.0.0.1 0 0 0'],
    ['udp6', '17 ::1 ::1 56130 5353 0'],
    ['sctpZone', '132 203.0.113.9 10.1.1.1 1111 2222 5'],
    ['dnat', '6 127.0.0.1 127.0.0.9 35696 81 0'],
  ];
  for (const [name, key] of KEYS) {
    it(`reads the key of ${name}`, () => {
      assert.equal(keyText(decoded(name)), key);
      assert.equal(keyText(parseKeyText(key)), key);
    });
  }

  it('reads SCTP’s verification tags as they were on the wire', () => {
    assert.deepEqual(decoded('sctpInit').info?.verificationTags, [0, 0x11223344]);
  });

  it('tells translated sessions from others, ICMP included', () => {
    const translated = Object.keys(RECORDED).filter((name) => isTranslated(decoded(name as Name)));
    assert.deepEqual(translated, ['dnat']);
  });

  it('leaves messages about other addresses unread', () => {
    assert.ok(decode('sctpZone', new AddressSet(['10.1.1.1'])));
    assert.ok(decode('dnat', new AddressSet(['127.0.0.9'])));
    assert.equal(decode('sctpZone', new AddressSet(['10.1.1.2', '::1'])), undefined);
    assert.ok(decode('udp6', new AddressSet(['::1'])));
  });

  it('writes entries such that they read back', () => {
    for (const name of ['tcp', 'icmp', 'icmpv6', 'ospf', 'udp6', 'sctpZone'] as const) {
      const entry = decoded(name);
      const buffer = Buffer.from(
        built((builder) => {
          encodeCreate(builder, { sequence: 1 }, entry);
        }),
        'hex',
      );
      const again = new EntryDecoder().decode(buffer, 0, buffer.length);
      assert.deepEqual(again, {
        ...entry,
        status: (entry.status & 0b110) | 0b1000,
        originalCounters: undefined,
        replyCounters: undefined,
        startedAt: undefined,
        id: 0,
      });
      assert.equal(buffer.readUInt32LE(0), buffer.length);
    }
  });

  it('gives the kernel an untranslated reply and the translation beside it', () => {
    const entry = decoded('dnat');
    const buffer = Buffer.from(
      built((builder) => {
        encodeCreate(builder, { sequence: 1 }, entry);
      }),
      'hex',
    );
    const plain = new EntryDecoder().decode(buffer, 0, buffer.length);
    assert.equal(plain?.reply.source, '127.0.0.9');
    // Attribute 13 with the lowest and the highest address, and port 5000 twice.
    assert.match(
      buffer.toString('hex'),
      /0d80080001007f000001080002007f0000011400038006000100138800000600020013880000/,
    );
  });

  it('never refers to an entry without its tuple, which would mean all entries', () => {
    const key = decoded('sctpZone');
    const deletion = built((builder) => {
      encodeDelete(builder, { sequence: 7, acknowledge: true }, key);
    });
    assert.equal(
      deletion,
      '50000000' +
        '0201' +
        '0500' +
        '07000000' +
        '00000000' +
        '02000000' +
        '34000180' +
        '14000180' +
        '08000100cb007109' +
        '080002000a010101' +
        '1c000280' +
        '0500010084000000' +
        '0600020004570000' +
        '0600030008ae0000' +
        '0600120000050000',
    );
    const lifetime = built((builder) => {
      encodeTimeout(builder, { sequence: 1 }, key, 60);
    });
    assert.match(lifetime, /34000180.*0600120000050000080007000000003c$/);
  });

  it('asks for a dump of one family, with a filter on the status', () => {
    assert.equal(
      built((builder) => {
        encodeDump(builder, { sequence: 1 }, 2, 0x10);
      }),
      '24000000' +
        '0101' +
        '0103' +
        '01000000' +
        '00000000' +
        '02000000' +
        '0800030000000010' +
        '08001a0000000010',
    );
  });
});
