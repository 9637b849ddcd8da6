/**
 * yangcli of yuma123 against the server: it loads the modules by get-schema itself, then each of its commands. A
 * script of its own language says after which command what comes.
 */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PASSWORD, Process, Site, USER } from '../support/processes.ts';
import type { Samid } from '../support/processes.ts';
import { missingProgram, packageRoot, skipIf } from '../support/tools.ts';

const NORTH = /bed north \{\s+name north\s+plant tomato\s+water 71\s+\}/;
const OK = /RPC OK Reply/;

/** In the order in which they are given. A refusal ends a script, so it comes last in one of its own. */
const SCRIPT: readonly (readonly [title: string, command: string, answer: RegExp])[] = [
  ['create with leafs', 'create /greenhouse/bed -- name=north plant=tomato water=70', OK],
  ['create another', 'create /greenhouse/bed -- name=south plant=basil', OK],
  ['merge a leaf', "merge /greenhouse/bed[name='north']/water value=71", OK],
  ['sget-config of candidate', 'sget-config source=candidate /greenhouse', NORTH],
  ['validate', 'validate source=candidate', OK],
  ['commit', 'commit', OK],
  ['get-config', 'get-config source=running', NORTH],
  ['sget with a key', "sget /greenhouse/bed[name='north']", NORTH],
  ['sget with defaults', 'sget /greenhouse/bed with-defaults=report-all', NORTH],
  ['get', 'get', NORTH],
  ['xget', 'xget /greenhouse/bed', NORTH],
  ['xget-config', 'xget-config source=running select=/greenhouse/bed', NORTH],
  ['get-data of NMDA', 'get-data datastore=running', /bed \{\s+name north\s+plant tomato/],
  ['lock', 'lock target=candidate', OK],
  ['unlock', 'unlock target=candidate', OK],
  ['get-locks', 'get-locks lock-timeout=5', /get-locks finished OK/],
  ['release-locks', 'release-locks', /unlock/],
  ['replace', "replace /greenhouse/bed[name='north']/water value=60", OK],
  ['discard-changes', 'discard-changes', OK],
  ['the candidate is as running again', 'get-config source=candidate', NORTH],
  ['remove what is not there', "remove /greenhouse/bed[name='none']", OK],
  ['delete', "delete /greenhouse/bed[name='south']", OK],
  ['save: commit and copy-config to startup', 'save', /Final step.*\n(.*\n)*?RPC OK Reply/],
  ['startup has it', 'get-config source=startup', NORTH],
  ['what was deleted is gone', "sget /greenhouse/bed[name='south']", /data \{\s*\}/],
  ['copy-config', 'copy-config source=running target=startup', OK],
  [
    'get-schema',
    "get-schema identifier=greenhouse version='' format=yang",
    /'module greenhouse \{/,
  ],
  ['create-subscription', 'create-subscription', OK],
  ['requests after it', 'sget /greenhouse', /bed north/],
  ['delete-config of startup', 'delete-config target=startup', OK],
  ['startup is empty', 'get-config source=startup', /data \{\s*\}/],
  ['close-session', 'close-session', /./],
];

const REFUSED: readonly (readonly [command: string, answer: RegExp])[] = [
  ["delete /greenhouse/bed[name='none']", /error-tag data-missing/],
  ['cancel-commit', /error-tag operation-failed/],
  ['kill-session session-id=999999', /error-tag invalid-value/],
  [
    "merge /greenhouse/bed[name='half']/water value=71\nvalidate source=candidate",
    /error-tag data-missing/,
  ],
];

async function run(site: Site, { port }: Samid, commands: readonly string[]): Promise<string> {
  const script = join(site.folder, 'script');
  await writeFile(script, commands.map((line) => `${line}\n`).join(''));
  const yangcli = new Process(
    [
      'yangcli',
      '--batch-mode',
      '--server=127.0.0.1',
      `--ncport=${String(port)}`,
      `--user=${USER}`,
      `--password=${PASSWORD}`,
      `--run-script=${script}`,
    ],
    { HOME: site.folder },
  );
  yangcli.child.stdin?.end();
  return (await yangcli.ended).stdout;
}

describe('yangcli', function () {
  this.timeout(60_000);
  /** What was printed after each step. */
  let answers: readonly string[] = [];
  let log = '';
  const refusals: string[] = [];

  before(async function () {
    skipIf(this, missingProgram('yangcli'));
    await using site = await Site.open();
    const examples = join(packageRoot(), 'examples');
    const module = ['--no-default-modules', '--path', examples, '--module', 'greenhouse'];
    const device = await site.start('device', [...module, '--with', 'startup']);
    const commands = SCRIPT.flatMap(([, command]) => ["log-info 'next step'", command]);
    const output = await run(site, device, commands);
    answers = output.split('next step').slice(1);
    for (const [command] of REFUSED) refusals.push(await run(site, device, [command]));
    log = device.log;
  });

  for (const [index, [title, , answer]] of SCRIPT.entries()) {
    it(title, () => {
      assert.match(answers[index] ?? 'the script did not get there', answer);
    });
  }

  for (const [index, [command, answer]] of REFUSED.entries()) {
    it(`is told why not: ${command.split('\n')[0] ?? ''}`, () => {
      assert.match(refusals[index] ?? '', answer);
    });
  }

  it('leaves no fault in the log', () => {
    assert.doesNotMatch(log, /"bug"/);
  });
});
