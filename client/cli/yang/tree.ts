/** `sami yang tree`: diagrams of modules (RFC 8340). */
import type { Command } from 'commander';
import { printTree } from '../../../src/yang/index.ts';
import type { CliEnvironment } from '../environment.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { parseCount } from '../numbers.ts';
import { requireSchemas } from './diagnostics.ts';
import { addSchemaOptions, type SchemaOptions } from './schema-arguments.ts';
import { writeResult } from './write-result.ts';

interface TreeCommandOptions extends SchemaOptions {
  readonly depth?: number;
  readonly lineLength?: number;
  readonly node?: string;
  readonly groupings?: boolean;
  /** False with `--no-expand-uses`. */
  readonly expandUses: boolean;
  readonly output?: string;
}

export function addTree(yang: Command, environment: CliEnvironment): void {
  addSchemaOptions(
    yang
      .command('tree <schema...>')
      .description('draw the schema tree of modules')
      .option('--depth <levels>', 'levels to show', parseCount)
      .option('-L, --line-length <columns>', 'fold lines that are longer', parseCount)
      .option('-P, --node <path>', 'only this part of the tree, such as /m:top/m:list')
      .option('--groupings', 'groupings too')
      .option('--no-expand-uses', 'show uses by the names of groupings')
      .option('-o, --output <file>', 'write there instead of standard output'),
  ).action((schemas: readonly string[], options: TreeCommandOptions) => {
    drawTrees(environment, schemas, options);
  });
}

function drawTrees(
  environment: CliEnvironment,
  schemas: readonly string[],
  options: TreeCommandOptions,
): void {
  const set = requireSchemas(environment, schemas, options);
  if (!set) return;
  const { depth, lineLength, node: path, groupings, expandUses } = options;
  const names = new Set(set.given.map(({ module }) => module));
  const trees = [...names].map((name) =>
    printTree(set.context, name, { depth, lineLength, path, groupings, expandUses }),
  );
  // A tree without the path has its title only.
  if (path !== undefined && trees.every((tree) => tree.trimEnd().split('\n').length === 1)) {
    throw new Error(`no node "${path}" in ${[...names].join(', ')}`);
  }
  writeResult(environment, options.output, trees.join('\n'));
  environment.exit(EXIT_CODES.ok);
}
