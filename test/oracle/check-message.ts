/**
 * Asks yanglint about an operation or notification together with the data that it is about. Its interactive
 * mode does not read that data (the format is a variable that nobody sets), so this is a process each.
 */
import { spawn } from 'node:child_process';
import { createFileModuleRepository } from '../../src/node/file-module-repository.ts';
import type { Subject } from './subjects.ts';
import type { Output } from './yanglint.ts';

export interface Message {
  readonly type: string;
  /** Paths. */
  readonly operational: string;
  readonly file: string;
}

export async function checkMessage(
  { directories, requests }: Subject,
  { type, operational, file }: Message,
): Promise<Output> {
  const repository = createFileModuleRepository(directories);
  const modules = requests.map(({ name }) => repository.find(name)?.file ?? name);
  const paths = directories.flatMap((directory) => ['-p', directory]);
  const features = requests.flatMap(({ name }) => ['-F', `${name}:*`]);
  const options = ['-D', ...paths, ...features, '-t', type, '-O', operational];
  const child = spawn('yanglint', [...options, ...modules, file]);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text += part));
  const status = await new Promise((resolve) => child.once('close', resolve));
  if (status === null) return undefined;
  return status === 0 ? '' : `libyang[0]: ${text}`;
}
