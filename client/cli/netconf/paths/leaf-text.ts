/** The value of a leaf as it is typed, to the text of XML content (RFC 7950, section 9). */
import { InvalidValueError } from '../../../../src/yang/index.ts';
import type {
  IdentityrefType,
  LeafListNode,
  LeafNode,
  LeafValue,
  YangType,
} from '../../../../src/yang/index.ts';
import { UsageError } from '../../exit-code.ts';
import type { Names } from '../schema/names.ts';

export interface LeafText {
  readonly text: string;
  /** Prefixes that the text uses. */
  readonly bindings: ReadonlyMap<string, string>;
}

/** Throws {@link UsageError} for a value that the type does not allow. */
export function leafText(
  names: Names,
  schema: LeafNode | LeafListNode | undefined,
  text: string,
): LeafText {
  if (!schema) return untypedText(names, text);
  try {
    return printed(schema.type, parseValue(names, schema, text));
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error;
    throw new UsageError(`"${text}" is no value of ${schema.name}: ${error.message}`);
  }
}

function parseValue(names: Names, schema: LeafNode | LeafListNode, text: string): LeafValue {
  const resolve = (prefix: string): string | undefined =>
    prefix === '' ? schema.module.namespace : names.find(prefix);
  try {
    return schema.type.parse(text, resolve);
  } catch (error) {
    // An identity needs no prefix when only one of its name is allowed.
    const module = text.includes(':') ? undefined : moduleOfIdentity(names, schema.type, text);
    if (module === undefined) throw error;
    return schema.type.parse(text, () => module);
  }
}

function moduleOfIdentity(names: Names, type: YangType, name: string): string | undefined {
  const bases = identityTypes(type);
  const found = (names.context?.identities ?? []).filter(
    (identity) =>
      identity.name === name &&
      bases.some((it) => it.bases.every((base) => identity.ancestors.has(base))),
  );
  return found.length === 1 ? found[0]?.module.namespace : undefined;
}

/** The identityref types that a value may be of: the type itself, what it refers to, the members of a union. */
export function identityTypes(type: YangType): readonly IdentityrefType[] {
  switch (type.base) {
    case 'identityref':
      return [type as IdentityrefType];
    case 'leafref':
      return 'target' in type ? identityTypes((type.target as LeafNode).type) : [];
    case 'union':
      return 'members' in type ? (type.members as readonly YangType[]).flatMap(identityTypes) : [];
    default:
      return [];
  }
}

function printed(type: YangType, value: LeafValue): LeafText {
  const bindings = new Map<string, string>();
  const text = type.print(value, (namespace, preferred) => {
    let prefix = preferred;
    for (let number = 1; (bindings.get(prefix) ?? namespace) !== namespace; number += 1) {
      prefix = `${preferred}${number}`;
    }
    bindings.set(prefix, namespace);
    return prefix;
  });
  return { text, bindings };
}

/** Nobody knows whether it is a name with a prefix; if the prefix is one, declaring it does no harm. */
function untypedText(names: Names, text: string): LeafText {
  const [, prefix] = /^([A-Za-z_][\w.-]*):[A-Za-z_][\w.-]*$/.exec(text) ?? [];
  const namespace = prefix === undefined ? undefined : names.find(prefix);
  const bindings = new Map<string, string>();
  if (prefix !== undefined && namespace !== undefined) bindings.set(prefix, namespace);
  return { text, bindings };
}
