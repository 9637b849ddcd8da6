/** The examples of docs/client.md are correct, and those that can be run here do run. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import * as library from '../../../client/index.ts';
import * as netconf from '../../../src/netconf/index.ts';
import { PASSWORD, SshDevice, USERNAME } from '../../support/ssh-devices.ts';
import { withTemporaryDirectory } from '../../support/temporary-directory.ts';
import { packageRoot } from '../../support/tools.ts';
import { typeFaults } from '../../support/type-check.ts';

interface Example {
  readonly code: string;
  readonly isRun: boolean;
}

const TEXT = readFileSync(join(packageRoot(), 'docs/client.md'), 'utf8');

const EXAMPLES: readonly Example[] = [...TEXT.matchAll(/^```ts( run)?\n(.*?)^```$/gms)].map(
  ([, run, code = '']) => ({ code, isRun: run !== undefined }),
);

const [{ code: imports }, ...EXAMPLES_WITH_CODE] = EXAMPLES as [Example, ...Example[]];

/**
 * The example as a module that gets a client from elsewhere, unless it makes one. It is checked against the
 * declarations of the build, which are read much faster than the sources.
 */
function moduleOf({ code }: Example): string {
  const own = code.match(/^import .*;$/gm) ?? [];
  const body = code.replace(/^import .*;$/gm, '');
  const client = /\bconst client\b/.test(code) ? '' : 'client: NetconfClient';
  return [
    imports.replace("'sami/client'", "'../../dist/client/index.js'"),
    "import type { NetconfClient } from '../../dist/client/index.js';",
    ...own,
    `export async function run(${client}) {\n${body}}`,
  ]
    .join('\n')
    .replace("'sami/netconf'", "'../../dist/src/netconf/index.js'");
}

/** What literals in the text stand for here. */
function placed(code: string, device: SshDevice): string {
  const [, port = ''] = /:(\d+)$/.exec(device.target) ?? [];
  return code
    .replace("'192.0.2.1'", "'127.0.0.1'")
    .replace('port: 830', `port: ${port}`)
    .replace("'amy'", JSON.stringify(USERNAME))
    .replace("'secret'", JSON.stringify(PASSWORD))
    .replace('SHA256:…', device.hostKey.fingerprint);
}

type Run = (library: object, client: library.NetconfClient, console: object) => Promise<void>;

function compiled(code: string): Run {
  const names = Object.keys({ ...library, ...netconf });
  const text = `async (library, client, console) => { const { ${names.join(', ')} } = library; {\n${code}} }`;
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  // Helpers for `await using` come first; the function is the last statement.
  const at = outputText.lastIndexOf('async (library');
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- running what the document says is the point
  const make = new Function(
    `${outputText.slice(0, at)} return ${outputText.slice(at)}`,
  ) as () => Run;
  return make();
}

describe('docs/client.md', function () {
  this.timeout(30_000);

  it('has examples that the compiler accepts', () => {
    const texts = new Map(
      EXAMPLES_WITH_CODE.map((example, index) => [`example-${index}.ts`, moduleOf(example)]),
    );
    assert.ok(texts.size > 8);
    for (const [name, faults] of typeFaults(texts)) {
      assert.deepEqual(faults, [], `${name}\n${texts.get(name) ?? ''}`);
    }
    const wrong = moduleOf({
      code: 'await client.commit({ confirmTimeout: "1" });\n',
      isRun: false,
    });
    assert.notDeepEqual(typeFaults(new Map([['wrong.ts', wrong]])).get('wrong.ts'), []);
  });

  it('has examples that run, in the order in which they stand', () =>
    withTemporaryDirectory(async (folder) => {
      await using device = await SshDevice.start(folder, 'device');
      const [, port = ''] = /:(\d+)$/.exec(device.target) ?? [];
      await using client = await library.connectNetconf({
        host: '127.0.0.1',
        port: Number(port),
        username: USERNAME,
        password: PASSWORD,
        hostKey: { kind: 'fingerprint', fingerprint: device.hostKey.fingerprint },
      });
      const said: unknown[][] = [];
      const log = (...values: unknown[]): void => void said.push(values);
      const runnable = EXAMPLES_WITH_CODE.filter(({ isRun }) => isRun);
      assert.ok(runnable.length >= 7);
      for (const { code } of runnable) {
        const run = compiled(placed(code, device));
        await run({ ...library, ...netconf }, client, { log });
      }
      const texts = said.map((values) => values.map(String).join(' '));
      assert.match(texts[0] ?? '', /^\d+ true$/);
      assert.ok(texts.some((text) => /^(module|submodule) [\w-]+ \{|^\s*\/\*|module /.test(text)));
      assert.ok(texts.includes('fulfilled,rejected,fulfilled'));
      assert.ok(
        texts.some((text) => text.startsWith('unknown-element ')),
        texts.join('\n').slice(-500),
      );
    }));
});
