/** Numbers on the command line. */
import { InvalidArgumentError } from 'commander';

export function parseSeconds(text: string): number {
  return parseNumber(text, 'a number of seconds');
}

export function parseCount(text: string): number {
  return parseNumber(text, 'a number');
}

function parseNumber(text: string, what: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError(`expected ${what}`);
  }
  return value;
}
