/** Questions and answers over a pair of streams: a JSON object a line there, one back, in order. */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { createDeferred } from '../../src/util/index.ts';
import type { Deferred } from '../../src/util/index.ts';

export type Answer = Readonly<Record<string, unknown>>;

export class LineExchange {
  readonly #output: Writable;
  readonly #waiting: Deferred<Answer>[] = [];
  #ended: Error | undefined;

  /** Whoever owns the streams says when they are over: see {@link end}. */
  constructor(input: Readable, output: Writable) {
    this.#output = output;
    createInterface({ input }).on('line', (line) => {
      this.#waiting.shift()?.resolve(JSON.parse(line) as Answer);
    });
  }

  ask(question: object): Promise<Answer> {
    if (this.#ended) return Promise.reject(this.#ended);
    const answer = createDeferred<Answer>();
    this.#waiting.push(answer);
    this.#output.write(`${JSON.stringify(question)}\n`);
    return answer.promise;
  }

  /** No more answers will come. */
  end(reason: Error): void {
    this.#ended = reason;
    for (const answer of this.#waiting.splice(0)) answer.reject(reason);
  }
}
