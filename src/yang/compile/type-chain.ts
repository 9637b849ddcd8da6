/**
 * Follows a type statement through typedefs to the built-in type (RFC 7950, sections 7.3 and 7.4).
 */
import type { Statement } from '../syntax/statement.ts';
import type { BuiltInType } from '../types/index.ts';
import type { Compilation } from './compilation.ts';

/** Names of the built-in types (section 4.2.4). */
export const BUILT_IN_TYPES: ReadonlySet<string> = new Set<string>([
  'binary',
  'bits',
  'boolean',
  'decimal64',
  'empty',
  'enumeration',
  'identityref',
  'instance-identifier',
  'int8',
  'int16',
  'int32',
  'int64',
  'leafref',
  'string',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'union',
] satisfies BuiltInType[]);

export function isBuiltInType(name: string): name is BuiltInType {
  return BUILT_IN_TYPES.has(name);
}

export interface TypeChain {
  readonly base: BuiltInType;
  /** Type statements, from the one of the leaf to the one that names the built-in type. */
  readonly types: readonly Statement[];
  /** Typedefs passed on the way, in the same order. */
  readonly typedefs: readonly Statement[];
}

/** Typedefs that a type may be derived through. */
const MAX_TYPEDEFS = 256;

/** Undefined when a name is unknown or circular, or the chain is too long, which is reported. */
export function followType(compilation: Compilation, type: Statement): TypeChain | undefined {
  const types = [type];
  const typedefs: Statement[] = [];
  for (let current = type; ;) {
    const name = current.argument;
    if (name === undefined) return undefined;
    if (isBuiltInType(name)) return { base: name, types, typedefs };
    const typedef = compilation.findDefinition('typedef', current);
    if (!typedef || compilation.circular.has(typedef)) return undefined;
    const next = typedef.find('type');
    if (!next) return undefined;
    if (typedefs.length === MAX_TYPEDEFS || tooLong.has(typedef)) {
      reportLength(compilation, type);
      if (typedefs[0]) tooLong.add(typedefs[0]);
      return undefined;
    }
    typedefs.push(typedef);
    types.push(next);
    current = next;
  }
}

const reported = new WeakSet<Compilation>();
/** Typedefs that are known to be derived through too many others. */
const tooLong = new WeakSet<Statement>();

/** Of all types that are derived from the same long chain only the first one is reported. */
function reportLength(compilation: Compilation, type: Statement): void {
  if (reported.has(compilation)) return;
  reported.add(compilation);
  const message = `"${type.text}" is derived through more than ${String(MAX_TYPEDEFS)} typedefs`;
  compilation.sink.report('nested-too-deep', type.argumentAt, message);
}
