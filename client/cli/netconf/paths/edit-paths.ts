/** The content of an edit from paths: what --set, --create, --delete and --remove say. */
import { UsageError } from '../../exit-code.ts';
import type { Names } from '../schema/names.ts';
import { leafText } from './leaf-text.ts';
import { parsePath } from './parse-path.ts';
import type { ParsedPath } from './parse-path.ts';
import { PathTree, isLeaf } from './path-tree.ts';
import type { PathElement } from './path-tree.ts';

export type PathOperation = 'merge' | 'replace' | 'create' | 'delete' | 'remove';

export interface PathEdit {
  /** Paths, some with `=VALUE`. */
  readonly paths: readonly string[];
  readonly operation: PathOperation;
  /** The operation is what nodes without one have: it need not be written. */
  readonly isDefault: boolean;
}

/** XML for `<config>`. Throws {@link UsageError} for paths and values that the schema does not have. */
export function encodePathEdit(names: Names, { paths, operation, isDefault }: PathEdit): string {
  const tree = new PathTree(names, 'edit');
  const targets = new Set<PathElement>();
  for (const text of paths) {
    const path = parsePath(text);
    const target = tree.add(path);
    if (targets.has(target)) throw new UsageError(`"${text}" is there twice`);
    targets.add(target);
    refuseUneditable(target, path);
    setValue(names, target, path, operation);
    if (!isDefault) target.operation = operation;
  }
  return tree.xml();
}

function refuseUneditable({ schema }: PathElement, { text }: ParsedPath): void {
  if (!schema) return;
  if (schema.kind === 'anyxml' || schema.kind === 'anydata') {
    throw new UsageError(`"${text}": a value of ${schema.kind} is XML; use --edit-config`);
  }
  if (!schema.config) throw new UsageError(`"${text}" is state data, which cannot be edited`);
}

function setValue(
  names: Names,
  target: PathElement,
  { text, value }: ParsedPath,
  operation: PathOperation,
): void {
  const { schema } = target;
  const removes = operation === 'delete' || operation === 'remove';
  if (value !== undefined) {
    if (schema && !isLeaf(schema)) {
      throw new UsageError(`"${text}": a ${schema.kind} has no value; --create makes one`);
    }
    if (target.value) throw new UsageError(`"${text}" has its value twice`);
    if (removes && schema?.kind === 'leaf') {
      throw new UsageError(`"${text}": a leaf is deleted whatever its value is`);
    }
    target.value = leafText(names, isLeaf(schema) ? schema : undefined, value);
    return;
  }
  if (target.value || removes ? schema?.kind !== 'leaf-list' || target.value : !isLeaf(schema)) {
    return;
  }
  if (schema?.kind === 'leaf' && schema.type.base === 'empty') return;
  const form = schema?.kind === 'leaf-list' && removes ? `${text}[.='VALUE']` : `${text}=VALUE`;
  throw new UsageError(`"${text}" needs a value: ${form}`);
}

/** --set without a value is a mistake, whatever the schema. */
export function requireValues(paths: readonly string[]): void {
  for (const text of paths) {
    const { value, parts } = parsePath(text);
    const hasOwn = parts.at(-1)?.predicates.some(({ name }) => name === '.') === true;
    if (value === undefined && !hasOwn) throw new UsageError(`"${text}" is not PATH=VALUE`);
  }
}
