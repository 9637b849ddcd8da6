/** Texts that the command line names: files, pipes and, as `-`, standard input. All are UTF-8 (RFC 7950, section 6). */
import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { UsageError } from '../exit-code.ts';

export interface TextFile {
  /** For messages. */
  readonly name: string;
  readonly text: string;
  /** Where the text is not UTF-8; what is there instead is U+FFFD. */
  readonly fault?: TextFault;
}

export interface TextFault {
  /** Index of the first character that could not be read. */
  readonly offset: number;
  readonly message: string;
}

/** Throws a UsageError for what is not there or is a directory. */
export function readText(path: string): TextFile {
  const bytes = readFileSync(path === '-' ? 0 : checkFile(path));
  const file = { name: path === '-' ? '<stdin>' : path, text: bytes.toString('utf8') };
  return isUtf8(bytes) ? file : { ...file, fault: faultOf(bytes, file.text) };
}

function checkFile(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) throw new UsageError(`no file "${path}"`);
  if (stats.isDirectory()) throw new UsageError(`"${path}" is a directory, not a file`);
  return path;
}

function faultOf(bytes: Buffer, text: string): TextFault {
  const mark = bytes.toString('hex', 0, 2);
  if (mark === 'feff' || mark === 'fffe')
    return { offset: 0, message: 'the text is UTF-16, not UTF-8' };
  return { offset: Math.max(0, text.indexOf('\uFFFD')), message: 'the text is not UTF-8 here' };
}

/** Standard input can be read only once. */
export function refuseRepeatedInput(args: readonly string[]): void {
  if (args.filter((argument) => argument === '-').length > 1) {
    throw new UsageError('"-", standard input, is there twice');
  }
}
