/** Annotations as attributes of elements (RFC 7952, section 5.1). */
import { badAttribute, unknownAttribute } from '../../error/index.ts';
import type { RpcError } from '../../error/index.ts';
import { XML_NAMESPACE } from '../../xml/index.ts';
import type { NamespaceScope, XmlAttribute } from '../../xml/index.ts';
import { InvalidValueError } from '../../yang/index.ts';
import type { Annotation, DataSchemaNode, LeafValue } from '../../yang/index.ts';
import type { AnnotationValue, Annotations } from './annotations.ts';
import { DEFAULTS_NAMESPACE } from './default-tag.ts';
import { NETCONF_NAMESPACE, YANG_NAMESPACE } from './edit-attributes.ts';

export interface AnnotationReading {
  readonly annotations: Annotations;
  /** Pass over attributes that nobody has defined. */
  readonly allowUnknown: boolean;
  /** The attributes of edit-config are read elsewhere. */
  readonly edit: boolean;
  readonly report: (error: RpcError) => void;
}

/** The annotations of an element for `node`; undefined when it has none. */
export function readXmlAnnotations(
  node: DataSchemaNode,
  attributes: readonly XmlAttribute[],
  scope: NamespaceScope,
  reading: AnnotationReading,
): readonly AnnotationValue[] | undefined {
  let found: AnnotationValue[] | undefined;
  for (const { namespace, local, value: text } of attributes) {
    if (isOfOthers(namespace, reading.edit)) continue;
    const annotation = reading.annotations.definition(namespace, local);
    if (!annotation) {
      // What anyxml has is not ours to judge.
      if (node.kind === 'anyxml' || reading.allowUnknown) continue;
      reading.report(unknownAttribute(local, node.name));
      continue;
    }
    const value = parseAnnotation(annotation, node, reading.report, () =>
      annotation.type.parse(text, (prefix) => scope.resolve(prefix)),
    );
    if (value !== undefined) (found ??= []).push({ annotation, value });
  }
  return found;
}

/** Attributes that XML, RFC 6241 and RFC 6243 define. */
function isOfOthers(namespace: string, edit: boolean): boolean {
  if (namespace === XML_NAMESPACE || namespace === DEFAULTS_NAMESPACE) return true;
  return edit && ['', NETCONF_NAMESPACE, YANG_NAMESPACE].includes(namespace);
}

/** The value that `parse` gives, or undefined after a report. */
export function parseAnnotation(
  annotation: Annotation,
  node: DataSchemaNode,
  report: (error: RpcError) => void,
  parse: () => LeafValue,
): LeafValue | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error;
    const message = `attribute "${annotation.name}" of <${node.name}>: ${error.message}`;
    report(badAttribute(annotation.name, node.name, { message, appTag: error.appTag }));
    return undefined;
  }
}
