/** Annotations of data nodes with their types (RFC 7952, section 3). */
import { qnameKey, type Annotation, type LeafListNode, type LeafNode } from '../schema.ts';
import type { Statement } from '../syntax/statement.ts';
import type { Compilation } from './compilation.ts';
import type { Context } from './context.ts';
import { conditionsHold } from './resolve-features.ts';
import { UnboundLeafrefError } from './resolve-leafrefs.ts';
import { followType } from './type-chain.ts';

/** Fills `context.annotations`; called when the schema tree is there. */
export function buildAnnotations(compilation: Compilation, context: Context): void {
  for (const [statement, kind] of compilation.embedded) {
    if (kind !== 'annotation') continue;
    if (!conditionsHold(compilation, statement.all('if-feature'))) continue;
    const annotation = build(compilation, statement);
    if (!annotation || context.modules.get(annotation.module.name) !== annotation.module) continue;
    context.annotations.set(qnameKey(annotation.module.namespace, annotation.name), annotation);
  }
}

function build(compilation: Compilation, statement: Statement): Annotation | undefined {
  const { info } = compilation.unitOf(statement).module;
  const typeStatement = statement.find('type');
  const type =
    typeStatement &&
    compilation.types.build(typeStatement, {
      namespace: info.namespace,
      targetOf: (path) => noTarget(compilation, path),
    });
  if (!type) return undefined;
  // An annotation is at no place of the schema tree that a path could start from.
  const path = type.base === 'leafref' && followType(compilation, typeStatement)?.types.at(-1);
  if (path) {
    const message = `annotation "${statement.text}" cannot be of type leafref`;
    compilation.sink.report('invalid-path', path.argumentAt, message);
    return undefined;
  }
  const typedefs = followType(compilation, typeStatement)?.typedefs ?? [];
  const withUnits = [statement, ...typedefs].find((candidate) => candidate.find('units'));
  const status = statement.argumentOf('status');
  return {
    module: info,
    name: statement.text,
    type,
    units: withUnits?.argumentOf('units'),
    status: status === 'deprecated' || status === 'obsolete' ? status : 'current',
    description: statement.argumentOf('description'),
    reference: statement.argumentOf('reference'),
  };
}

/** Of a leafref in a union. */
function noTarget(compilation: Compilation, path: Statement): LeafNode | LeafListNode {
  const message = 'an annotation cannot be of type leafref';
  compilation.sink.report('invalid-path', path.argumentAt, message);
  throw new UnboundLeafrefError(path.text);
}
