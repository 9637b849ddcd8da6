/** Texts in other encodings are told from UTF-8, with the place where they are not. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand, type CommandResult } from '../../../../support/command-line.ts';
import { withTemporaryDirectory } from '../../../../support/temporary-directory.ts';

const MODULE =
  'module m {\n  namespace "urn:m"; prefix m;\n  description "caf\u00e9"; leaf a { type string; }\n}';
const DATA = '<a xmlns="urn:m">caf\u00e9</a>';

interface TextCase {
  readonly name: string;
  readonly module?: Buffer;
  readonly data?: Buffer;
  readonly code: number;
  readonly err: RegExp;
}

const CASES: readonly TextCase[] = [
  { name: 'UTF-8', code: 0, err: /^$/ },
  {
    name: 'a module in Latin-1',
    module: Buffer.from(MODULE, 'latin1'),
    code: 1,
    err: /m\.yang:3:19: error: the text is not UTF-8 here \[invalid-character\]\n[^]*\n1 error\n$/,
  },
  {
    name: 'a module in UTF-16, once and not for each character',
    module: Buffer.from(`\uFEFF${MODULE}`, 'utf16le'),
    code: 1,
    err: /m\.yang:1:1: error: the text is UTF-16, not UTF-8 \[invalid-character\]\n[^]*\n1 error\n$/,
  },
  {
    name: 'data in Latin-1',
    data: Buffer.from(DATA, 'latin1'),
    code: 1,
    err: /d\.xml:1:21: error: the text is not UTF-8 here \[malformed-message\]\n$/,
  },
];

describe('texts that sami yang reads', () => {
  for (const { name, module, data, code, err } of CASES) {
    it(name, async () => {
      const result = await withTemporaryDirectory((directory): Promise<CommandResult> => {
        const files = [join(directory, 'm.yang'), join(directory, 'd.xml')] as const;
        writeFileSync(files[0], module ?? MODULE);
        writeFileSync(files[1], data ?? DATA);
        return runCommand(['yang', 'validate', ...files]);
      });
      assert.match(result.err, err);
      assert.equal(result.code, code);
    });
  }
});
