/** Both framings: what is read of some bytes does not depend on how they are cut. */
import { NetconfError } from '../../../src/netconf/index.ts';
import { ByteSource } from '../../../src/netconf/framing/byte-source.ts';
import { ChunkedReader } from '../../../src/netconf/framing/chunked.ts';
import { EndOfMessageReader } from '../../../src/netconf/framing/end-of-message.ts';
import { asyncFrom } from '../../support/byte-pieces.ts';
import { RandomSource } from '../../support/random-source.ts';
import { mutateCharacters } from '../mutate.ts';
import { promiseSame } from '../target.ts';
import type { Target } from '../target.ts';

const LIMIT = 200;
const BITS: readonly string[] = [
  '\n#',
  '\n##\n',
  '4\n',
  '<a/>',
  ']]>]]>',
  ']',
  '\n',
  '#',
  '12\n',
  'é',
];

/** The messages, and what ended the reading if not the end. */
async function read(framing: string, pieces: readonly Uint8Array[]): Promise<string> {
  const source = new ByteSource(asyncFrom(pieces));
  const limits = { maxMessageBytes: LIMIT, extraLineFeeds: framing === 'chunked, lenient' };
  let text = '';
  try {
    while (await source.fill()) {
      const reader = framing.startsWith('chunked')
        ? new ChunkedReader(source, limits)
        : new EndOfMessageReader(source, limits);
      let message = '';
      const decoder = new TextDecoder('latin1');
      for (let part = await reader.read(); part; part = await reader.read()) {
        message += decoder.decode(part);
      }
      text += `[${message}]`;
    }
  } catch (error) {
    if (!(error instanceof NetconfError)) throw error;
    text += `!${error.name}`;
  }
  return text;
}

export const FRAMING: Target = {
  name: 'framing',
  make(random) {
    const framing = random.pick(['chunked', 'chunked, lenient', 'end of message']);
    let text = '';
    if (framing === 'end of message') {
      for (let bit = random.below(12); bit > 0; bit -= 1) text += random.pick(BITS);
    } else {
      for (let chunk = random.below(6); chunk > 0; chunk -= 1) {
        const data = random.pick(BITS);
        text += `\n#${Buffer.byteLength(data)}\n${data}${random.chance(0.4) ? '\n##\n' : ''}`;
      }
      if (random.chance(0.6)) text = mutateCharacters(text, random);
    }
    return { text, about: framing };
  },
  async check({ text, about }) {
    const bytes = new TextEncoder().encode(text);
    const whole = await read(about, [bytes]);
    const single = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
    promiseSame('byte by byte', whole, await read(about, single));
    const random = new RandomSource(bytes.length);
    const cut = random.below(bytes.length + 1);
    const halves = [bytes.subarray(0, cut), bytes.subarray(cut)].filter((it) => it.length > 0);
    promiseSame('in two', whole, await read(about, halves));
  },
};
