/** Values of leaves in JSON (RFC 7951, section 6). */
import { InvalidValueError } from '../../yang/index.ts';
import type { JsonValue, LeafListNode, LeafNode, LeafValue } from '../../yang/index.ts';
import { JsonNumber, isArray, isObject } from './json-tree.ts';
import type { JsonReader } from './json-reader.ts';
import type { JsonTree } from './json-tree.ts';

/** Reads what stands for the value of a leaf, whatever it is. */
export function readJsonScalar(reader: JsonReader): JsonTree {
  const kind = reader.kind();
  return kind === 'array' || kind === 'object' ? reader.tree() : reader.scalar();
}

/** The value that `tree` stands for. Throws InvalidValueError. */
export function parseJsonLeaf(
  tree: JsonTree,
  { type, module }: Pick<LeafNode | LeafListNode, 'type' | 'module'>,
): LeafValue {
  return type.parseJson(valueOf(tree), module);
}

function valueOf(tree: JsonTree): JsonValue {
  if (typeof tree === 'string' || typeof tree === 'boolean') return tree;
  if (tree instanceof JsonNumber) return numberOf(tree.text);
  if (isEmptyValue(tree)) return [null];
  if (tree === null) throw new InvalidValueError('null is no value; that of type empty is [null]');
  throw new InvalidValueError(
    `${isObject(tree) ? 'an object' : 'an array other than [null]'} is no value of a leaf`,
  );
}

/** RFC 7951, section 6.9. */
export function isEmptyValue(tree: JsonTree): tree is readonly [null] {
  return isArray(tree) && tree.length === 1 && tree[0] === null;
}

const PARTS = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** A number that is not whole must not become so when it is rounded to what JavaScript has. */
function numberOf(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new InvalidValueError(`${text} is beyond the numbers of JSON`);
  if (!Number.isInteger(value) || !/[.eE]/.test(text)) return value;
  const [, whole = '', fraction = '', exponent = '0'] = PARTS.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/0+$/, '');
  const isWhole = digits === '' || digits.length <= whole.length + Number(exponent);
  if (!isWhole) throw new InvalidValueError(`${text} is not a whole number`);
  return value;
}
