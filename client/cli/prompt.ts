/** Asks for a secret on the terminal, without showing it. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** Undefined when there is no terminal to ask on. */
export async function promptSecret(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  process.stderr.write(question);
  const silent = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    for await (const line of terminal) return line;
    return undefined;
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
