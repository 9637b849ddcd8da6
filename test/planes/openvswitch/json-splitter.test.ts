/** Messages of the database server, cut at every place. */
import assert from 'node:assert/strict';
import { JsonSplitter } from '../../../server/plane/openvswitch/json-splitter.ts';

const MESSAGES = [
  '{"a":1}',
  '{"method":"update","params":[{"b":{"c":"}{"}}]}',
  '{"text":"a \\" quote, a \\\\ backslash, \u00fc and {"}',
  '{}',
];

describe('openvswitch plane: messages that follow each other', () => {
  const whole = Buffer.from(MESSAGES.join(''));

  it('are found wherever the stream is cut', () => {
    for (let cut = 0; cut <= whole.length; cut += 1) {
      const splitter = new JsonSplitter();
      const found = [
        ...splitter.push(whole.subarray(0, cut)),
        ...splitter.push(whole.subarray(cut)),
      ];
      assert.deepEqual(found, MESSAGES, `cut at ${cut}`);
    }
  });

  it('are found byte by byte', () => {
    const splitter = new JsonSplitter();
    const found = [...whole].flatMap((byte) => [...splitter.push(Buffer.of(byte))]);
    assert.deepEqual(found, MESSAGES);
  });

  it('may stand apart', () => {
    const splitter = new JsonSplitter();
    const texts = [...splitter.push(Buffer.from(MESSAGES.join('\n ')))];
    assert.deepEqual(
      texts.map((text) => JSON.parse(text) as unknown),
      MESSAGES.map((text) => JSON.parse(text) as unknown),
    );
  });
});
