/** `sami yang`: work with YANG modules and with data that they describe. */
import type { Command } from 'commander';
import type { CliEnvironment } from '../environment.ts';
import { addLibrary } from '../yang/library.ts';
import { addLint } from '../yang/lint.ts';
import { addPrint } from '../yang/print.ts';
import { addTree } from '../yang/tree.ts';
import { addTypes } from '../yang/types.ts';
import { addValidate } from '../yang/validate.ts';

export function addYang(program: Command, environment: CliEnvironment): void {
  const yang = program.command('yang').description('check, print and use YANG modules and data');
  for (const add of [addLint, addTree, addValidate, addPrint, addTypes, addLibrary]) {
    add(yang, environment);
  }
}
