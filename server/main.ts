#!/usr/bin/env node
/** `samid`: the device server as a process. What it can do is in `cli/`; here it starts, and says how it failed. */
import { CommanderError } from 'commander';
import { RpcErrorException } from '../src/error/index.ts';
import { optimizeLate } from '../src/node/short-life.ts';
import { program } from './cli/program.ts';
import { serve } from './cli/serve.ts';
import { UsageError } from './cli/usage-error.ts';
import { PlaneUsageError } from './plane/plane-argument.ts';
import { describePlanes } from './plane/registry.ts';

const EXIT_USAGE = 2;

/** Errors of the user's making in one line; anything else as it is. */
function explain(error: unknown): string {
  if (error instanceof RpcErrorException) return `stored configuration: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

/** As with `sami`: 2 for a command line that makes no sense, 1 for all else. */
function exitCodeOf(error: unknown): number {
  if (error instanceof PlaneUsageError || error instanceof UsageError) return EXIT_USAGE;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  return 1;
}

optimizeLate();
try {
  const asksForHelp = process.argv.some((word) => ['help', '--help', '-h'].includes(word));
  const planes = asksForHelp ? await describePlanes() : '';
  await program({ serve, planes }).parseAsync();
} catch (error) {
  // Commander has printed its message.
  if (!(error instanceof CommanderError)) process.stderr.write(`samid: ${explain(error)}\n`);
  process.exit(exitCodeOf(error));
}
