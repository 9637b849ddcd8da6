/** `sami plane-test`: tells a vendor whether a data plane keeps to the protocol. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { createFileModuleRepository } from '../../../src/node/file-module-repository.ts';
import { packageYangDirectory } from '../../../src/node/package-files.ts';
import { vmListNode } from '../../../src/sami/index.ts';
import { compile, printDiagnostic } from '../../../src/yang/index.ts';
import type { ListNode } from '../../../src/yang/index.ts';
import { testPlane } from '../../plane-test/index.ts';
import type { CheckResult, PlaneTestReport } from '../../plane-test/index.ts';
import type { CliEnvironment } from '../environment.ts';
import { EXIT_CODES, UsageError } from '../exit-code.ts';
import { printJson } from '../output.ts';

interface PlaneTestArguments {
  readonly path: readonly string[];
  readonly module: readonly string[];
  readonly entries: string;
  readonly timeoutMs: string;
  readonly waitMs: string;
  readonly json?: boolean;
}

const DOCUMENT = 'docs/plane-protocol.md';

export function addPlaneTest(program: Command, environment: CliEnvironment): void {
  program
    .command('plane-test <socket>')
    .description('check whether a data plane in another process keeps to docs/plane-protocol.md')
    .addOption(
      new Option('-p, --path <dir>', 'directory to look for modules in; may be repeated')
        .argParser(collect)
        .default([], 'none'),
    )
    .addOption(
      new Option('-m, --module <name>', 'module of a kind from outside; may be repeated')
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--entries <n>', 'entries to send and read back', '1000000')
    .option('--timeout-ms <n>', 'how long the plane may take for an answer', '10000')
    .addOption(
      new Option('--wait-ms <n>', 'how long to watch that nothing ages in standby').default('2000'),
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nThe plane must be one that no device uses: the checks change its tables. Exit code 1 when a check fails.',
    )
    .action((socket: string, options: PlaneTestArguments) => run(environment, socket, options));
}

async function run(
  environment: CliEnvironment,
  socket: string,
  options: PlaneTestArguments,
): Promise<void> {
  const { output, clock } = environment;
  const report = await testPlane({
    path: socket,
    clock,
    vm: vmList(options),
    entries: count('--entries', options.entries),
    timeoutMs: count('--timeout-ms', options.timeoutMs),
    waitMs: count('--wait-ms', options.waitMs),
    ...(options.json === true
      ? {}
      : {
          onResult: (result) => {
            output.out(`${lineOf(result)}\n`);
          },
        }),
  });
  if (options.json === true) printJson(output, report);
  else output.out(summary(report));
  if (report.results.some(({ ok }) => !ok)) environment.exit(EXIT_CODES.error);
}

function lineOf({ name, title, section, ok, note, expected, came }: CheckResult): string {
  if (ok) return `ok      ${name}: ${title}${note === undefined ? '' : ` (${note})`}`;
  return `FAILED  ${name}: ${title}: expected ${expected ?? ''}, came ${came ?? ''}; see ${DOCUMENT}, section ${section}`;
}

function summary({ results, notTested }: PlaneTestReport): string {
  const failed = results.filter(({ ok }) => !ok).length;
  const lines = notTested.map((what) => `  ${what}\n`).join('');
  return `${results.length} checks, ${failed} failed. Not tested:\n${lines}`;
}

/** The list of VMs with all kinds of the package, and of the modules that are named. */
function vmList({ path, module }: PlaneTestArguments): ListNode {
  const yang = packageYangDirectory();
  const ours = readdirSync(join(yang, 'sami')).map((file) => file.replace(/(?:@.*)?\.yang$/, ''));
  const { context, diagnostics } = compile(createFileModuleRepository([...path, yang]), {
    modules: [...new Set([...ours, ...module])].map((name) => ({ name })),
    features: 'all',
  });
  if (!context) {
    const faults = diagnostics.filter(({ severity }) => severity === 'error');
    throw new UsageError(faults.map((it) => printDiagnostic(it).split('\n', 1)[0]).join('; '));
  }
  const vm = vmListNode(context);
  if (!vm) throw new Error('the module "sami" has no list of VMs');
  return vm;
}

function count(option: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new UsageError(`${option}: "${text}" is no number from 1`);
  return Number(text);
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
