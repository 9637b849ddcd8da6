#!/usr/bin/env node
/** `sami`. The only place of the client that touches the process: arguments, signals, exit code. */
import { userInfo } from 'node:os';
import { createFileModuleRepository } from '../src/node/file-module-repository.ts';
import { optimizeLate } from '../src/node/short-life.ts';
import { packageYangDirectory } from '../src/node/package-files.ts';
import { SystemClock } from '../src/node/system-clock.ts';
import { EXIT_CODES } from './cli/exit-code.ts';
import { PROCESS_OUTPUT, outliveReaders } from './cli/output.ts';
import { runProgram } from './cli/program.ts';
import { Schemas } from './orchestrate/schema.ts';

/** The first interrupt asks for an orderly end, the second does not ask. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(EXIT_CODES.error);
      controller.abort(new Error(`interrupted by ${name}`));
    });
  }
  return controller.signal;
}

outliveReaders();

if (process.argv[2] === 'yang') optimizeLate();

await runProgram(
  {
    output: PROCESS_OUTPUT,
    clock: new SystemClock(),
    variables: process.env,
    username: userInfo().username,
    signal: interruptSignal(),
    terminal: {
      get isTerminal() {
        return process.stdin.isTTY && process.stderr.isTTY;
      },
      get input() {
        return process.stdin;
      },
      get output() {
        return process.stderr;
      },
    },
    schemas: () => new Schemas(createFileModuleRepository([packageYangDirectory()])),
    exit: (code) => {
      process.exitCode = code;
    },
  },
  process.argv.slice(2),
);
