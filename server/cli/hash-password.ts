/** `samid hash-password`: a line for the users file. */
import { createInterface } from 'node:readline';
import { hashPassword } from '../password-hash.ts';

/** Takes the first line of standard input, so that the password is in no list of processes. */
export async function printHash(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${await hashPassword(line)}\n`);
    return;
  }
}
