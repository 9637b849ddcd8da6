/** Which arguments of `sami yang validate` are data, and in which encoding. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { DocumentFormat } from '../../../src/data/index.ts';
import { readModuleHead } from './module-file.ts';
import { readText, refuseRepeatedInput, type TextFile } from './read-text.ts';

export interface DataFile extends TextFile {
  readonly format: DocumentFormat;
}

export interface SplitArguments {
  readonly schemas: readonly string[];
  readonly data: readonly string[];
}

/** Data by the name of the file or, where that says nothing, by how it begins; `-` is data. */
export function splitArguments(args: readonly string[]): SplitArguments {
  refuseRepeatedInput(args);
  const data = args.filter(isData);
  return { data, schemas: args.filter((argument) => !data.includes(argument)) };
}

function isData(argument: string): boolean {
  if (argument === '-' || /\.(?:xml|json)$/.test(argument)) return true;
  if (/\.(?:yang|yin)$/.test(argument)) return false;
  if (!(statSync(argument, { throwIfNoEntry: false })?.isFile() ?? false)) return false;
  const start = readStart(argument);
  return /^[\s\uFEFF]*[<{]/.test(start) && !readModuleHead(start);
}

function readStart(path: string): string {
  const buffer = Buffer.alloc(4096);
  const file = openSync(path, 'r');
  try {
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, 0));
  } finally {
    closeSync(file);
  }
}

export function readDataFile(path: string, format: DocumentFormat | undefined): DataFile {
  const file = readText(path);
  return { ...file, format: format ?? formatByName(path) ?? guessFormat(file.text) };
}

function formatByName(path: string): DocumentFormat | undefined {
  if (path.endsWith('.xml')) return 'xml';
  return path.endsWith('.json') ? 'json' : undefined;
}

function guessFormat(text: string): DocumentFormat {
  return /^[\s\uFEFF]*</.test(text) ? 'xml' : 'json';
}
