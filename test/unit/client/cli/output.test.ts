/** What devices say, on a terminal: XML may hold the controls of C1, and messages of SSH may hold any. */
import assert from 'node:assert/strict';
import { onTerminal, oneLine } from '../../../../client/cli/output.ts';

const rows: readonly {
  readonly name: string;
  readonly text: string;
  readonly shown: string;
  readonly line: string;
}[] = [
  { name: 'lines', text: 'one\n  two\n', shown: 'one\n  two\n', line: 'one two' },
  { name: 'the introducer of C1', text: 'a\u009b2Jb', shown: 'a\ufffd2Jb', line: 'a\ufffd2Jb' },
  { name: 'escape', text: 'a\u001b[2Jb', shown: 'a␛[2Jb', line: 'a␛[2Jb' },
  { name: 'another direction', text: 'a\u202eb', shown: 'a\ufffdb', line: 'a\ufffdb' },
];

describe('text of strangers', () => {
  for (const { name, text, shown, line } of rows) {
    it(`with ${name}, on a terminal and in a line of its own`, () => {
      assert.equal(onTerminal(text), shown);
      assert.equal(oneLine(text), line);
    });
  }
});
