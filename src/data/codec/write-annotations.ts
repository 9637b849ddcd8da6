/** Annotations to attributes of elements (RFC 7952, section 5.1). */
import type { XmlWriterAttribute } from '../../xml/index.ts';
import type { AnnotationValue } from './annotations.ts';

export interface AttributesToWrite {
  readonly attributes: readonly XmlWriterAttribute[];
  /** Prefixes that values use. */
  readonly bindings: ReadonlyMap<string, string> | undefined;
}

/** `more` are attributes that are not annotations. */
export function attributesOf(
  values: readonly AnnotationValue[],
  more: readonly XmlWriterAttribute[] = [],
): AttributesToWrite {
  const bindings = new Map<string, string>();
  const attributes = values.map(({ annotation, value }) => ({
    namespace: annotation.module.namespace,
    local: annotation.name,
    value: annotation.type.print(value, (namespace, preferred) =>
      bind(bindings, namespace, preferred),
    ),
    prefix: annotation.module.prefix,
  }));
  return {
    attributes: [...attributes, ...more],
    bindings: bindings.size > 0 ? bindings : undefined,
  };
}

function bind(bindings: Map<string, string>, namespace: string, preferred: string): string {
  for (let number = 0; ; number += 1) {
    const prefix = number === 0 ? preferred : `${preferred}${String(number)}`;
    const bound = bindings.get(prefix);
    if (bound !== undefined && bound !== namespace) continue;
    bindings.set(prefix, namespace);
    return prefix;
  }
}
