/**
 * Drives libyang's yanglint in its interactive mode: one process takes thousands of commands, where
 * starting one for each would cost far more than the work. An item is a few commands whose output belongs
 * together; after each item an unknown command makes yanglint print a line that ends it. When an item
 * crashes yanglint, a new process goes on behind it.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Commands whose output belongs together. */
export type Item = readonly string[];

/** Output of an item, errors included; undefined where yanglint crashed. */
export type Output = string | undefined;

const MARK = '@@end';
const LAST = '@@last';
const MARK_LINE = new RegExp(`^YANGLINT\\[E\\]: Unknown command "${MARK}".*\\n`, 'm');
const ERROR_LINE = /^(?:libyang\[0\]|YANGLINT\[E\]): /m;

/** yanglint looks for modules in the working directory and all that is below it. */
const EMPTY_DIRECTORY = mkdtempSync(join(tmpdir(), 'sami-oracle-'));
process.once('exit', () => {
  rmSync(EMPTY_DIRECTORY, { recursive: true, force: true });
});

/** Whether the output of an item says that something was refused. */
export function isRefusal(output: string): boolean {
  return ERROR_LINE.test(output);
}

/**
 * Runs the items, each after the ones before it in the same process. `preamble` is run first in every
 * process, for what all items share.
 */
export async function runItems(
  items: readonly Item[],
  preamble: Item = [],
): Promise<readonly Output[]> {
  const outputs: Output[] = [];
  while (outputs.length < items.length) {
    const found = await runOnce(preamble, items.slice(outputs.length));
    outputs.push(...found);
    // It ended early: the item that comes next is the one that it did not survive.
    if (outputs.length < items.length) outputs.push(undefined);
  }
  return outputs;
}

/** Outputs of as many items as one process completes. */
async function runOnce(preamble: Item, items: readonly Item[]): Promise<readonly string[]> {
  const commands = [preamble, ...items].flatMap((item) => [...item, MARK]);
  // Lines of output and of errors go to the same pipe, so that they stay in order.
  const child = spawn('sh', ['-c', 'exec stdbuf -oL yanglint 2>&1'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    cwd: EMPTY_DIRECTORY,
  });
  child.stdin.on('error', () => {
    // It has crashed; the missing output says so.
  });
  child.stdin.write(`${[...commands, LAST].join('\n')}\n`);
  let text = '';
  const last = `Unknown command "${LAST}"`;
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    // Not asked to quit: it would replace the history of commands in the user's home.
    if (text.slice(-part.length - 200).includes(last)) child.kill('SIGKILL');
  });
  await new Promise((resolve) => child.once('close', resolve));
  return text.split(MARK_LINE).slice(1, -1);
}

/** A module with the features that it is to have. */
export interface LintModule {
  readonly name: string;
  readonly revision?: string | undefined;
  readonly features: readonly string[] | 'all';
}

/** Commands that load modules into an empty context; `directories` are where imports are looked for. */
export function loadCommands(
  directories: readonly string[],
  modules: readonly LintModule[],
): readonly string[] {
  const paths = directories.map((directory) => `searchpath ${directory}`);
  const loads = modules.map(({ name, revision, features }) => {
    const wanted = features === 'all' ? '*' : features.join(',');
    const suffix = revision === undefined ? '' : `@${revision}`;
    return `load -F ${name}:${wanted} ${name}${suffix}`;
  });
  return ['clear', ...paths, ...loads];
}

/** Call it in a `before` hook: the whole suite needs yanglint. Under CI its absence is a failure. */
export function requireYanglint(suite: { skip(): never }): void {
  if (spawnSync('yanglint', ['--version']).status === 0) return;
  if (process.env['CI'] === 'true') assert.fail('yanglint is not installed');
  suite.skip();
}
