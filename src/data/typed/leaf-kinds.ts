/** Which JavaScript value stands for a leaf of which type, and its text. */
import { InvalidValueError } from '../../yang/index.ts';
import type { YangType } from '../../yang/index.ts';
import { printBase64 } from './base64.ts';

/** The kinds of JavaScript value that stand for a leaf. */
export type Kind =
  | 'a string'
  | 'a number'
  | 'a bigint'
  | 'a boolean'
  | 'true'
  | 'null'
  | 'an array of bit names'
  | 'a Uint8Array';

/** The kind that values of a type are of, unless they are members of a union. */
export function kindOf(type: YangType): Kind {
  switch (type.base) {
    case 'binary':
      return 'a Uint8Array';
    case 'bits':
      return 'an array of bit names';
    case 'boolean':
      return 'a boolean';
    case 'empty':
      return 'true';
    case 'int64':
    case 'uint64':
      return 'a bigint';
    case 'int8':
    case 'int16':
    case 'int32':
    case 'uint8':
    case 'uint16':
    case 'uint32':
      return 'a number';
    default:
      return 'a string';
  }
}

/** The text that YANG has for a value of this kind; undefined when it is of another kind. */
export function textOf(plain: unknown, kind: Kind): string | undefined {
  switch (kind) {
    case 'a string':
      return typeof plain === 'string' ? plain : undefined;
    case 'a number':
      return typeof plain === 'number' ? String(plain) : undefined;
    case 'a bigint':
      return typeof plain === 'bigint' ? String(plain) : undefined;
    case 'a boolean':
      return typeof plain === 'boolean' ? String(plain) : undefined;
    case 'true':
      return plain === true ? '' : undefined;
    case 'null':
      return plain === null ? '' : undefined;
    case 'an array of bit names':
      return isTexts(plain) ? plain.join(' ') : undefined;
    case 'a Uint8Array':
      return plain instanceof Uint8Array ? printBase64(plain) : undefined;
  }
}

function isTexts(plain: unknown): plain is readonly string[] {
  return Array.isArray(plain) && plain.every((name) => typeof name === 'string');
}

export function wrongKind(plain: unknown, expected: string): InvalidValueError {
  return new InvalidValueError(`expected ${expected}, not ${describe(plain)}`);
}

/** A short description of any value, for messages. */
export function describe(plain: unknown): string {
  switch (typeof plain) {
    case 'string':
      return JSON.stringify(plain.length > 40 ? `${plain.slice(0, 40)}…` : plain);
    case 'bigint':
      return `${plain}n`;
    case 'number':
    case 'boolean':
      return String(plain);
    case 'object':
      if (plain === null) return 'null';
      return Array.isArray(plain) ? 'an array' : 'an object';
    default:
      return typeof plain;
  }
}
