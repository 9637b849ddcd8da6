/** compare (RFC 9144): what differs between two datastores, as a YANG patch that is written while it is found. */
import { Branch, DataList, emptyRoot, encodeLeaf, within } from '../../src/data/index.ts';
import type { AnyValue, Selection } from '../../src/data/index.ts';
import { NMDA_COMPARE_NS, ORIGIN_NS } from '../../src/netconf/index.ts';
import type { XmlWriter, XmlWriterAttribute } from '../../src/xml/index.ts';
import type { LeafValue } from '../../src/yang/index.ts';
import { CompareInput } from '../generated/ietf-nmda-compare.ts';
import type { Operation, OperationServer } from '../operations/operation.ts';
import { hold } from '../read/held-source.ts';
import { prune } from '../read/prune.ts';
import type { Origin } from '../read/source.ts';
import { carryOut } from '../read/steps.ts';
import type { Steps } from '../read/steps.ts';
import { writeSource } from '../read/walk.ts';
import { readableDatastore } from './datastore-source.ts';
import type { ReadableDatastore } from './datastore-source.ts';
import { differences } from './differences.ts';
import type { Edit, Place, Side } from './differences.ts';
import { compileFilterSpec } from './filter-spec.ts';

export const compare: Operation = (call) => {
  const { session, server } = call;
  const input = CompareInput.fromTree(call.input);
  const source = readableDatastore(input.source, server, session);
  const target = readableDatastore(input.target, server, session);
  const filter = compileFilterSpec(input, call);
  const selection = within(session.access.readable(), filter);
  const comparison: Comparison = {
    server,
    source,
    target,
    selection,
    isFiltered: filter !== undefined,
    // State is in operational only: without `all` it takes two of these to compare it.
    state: input.all === true || source.isOperational === target.isOperational,
    reportsOrigin: input.reportOrigin === true,
    comment: `from ${input.source} (source) to ${input.target} (target)`,
  };
  return { kind: 'content', write: (writer) => carryOut(write(writer, comparison)) };
};

interface Comparison {
  readonly server: OperationServer;
  readonly source: ReadableDatastore;
  readonly target: ReadableDatastore;
  readonly selection: Selection | undefined;
  readonly isFiltered: boolean;
  readonly state: boolean;
  readonly reportsOrigin: boolean;
  readonly comment: string;
}

function* write(writer: XmlWriter, comparison: Comparison): Steps {
  const { server, source, target, isFiltered, state } = comparison;
  const before = yield* contentOf(source, comparison);
  const after = yield* contentOf(target, comparison);
  if (isFiltered && !before && !after) {
    writer.leaf(NMDA_COMPARE_NS, 'no-matches', '');
    return;
  }
  const empty = emptyRoot(server.context);
  writer.open(NMDA_COMPARE_NS, 'differences', undefined, new Map([['or', ORIGIN_NS]]));
  writer.open(NMDA_COMPARE_NS, 'yang-patch');
  writer.leaf(NMDA_COMPARE_NS, 'patch-id', 'differences');
  writer.leaf(NMDA_COMPARE_NS, 'comment', comparison.comment);
  let number = 0;
  for (const edit of differences(before ?? empty, after ?? empty, { state })) {
    if (edit) yield* writeEdit(writer, edit, (number += 1), comparison);
    yield;
  }
  writer.close();
  writer.close();
}

function* contentOf(
  { source }: ReadableDatastore,
  { server, selection }: Comparison,
): Steps<Branch | undefined> {
  const { tree } = yield* hold(source, selection, server.stateReader.limits.maxHeldEntries);
  return yield* prune(tree, selection);
}

function* writeEdit(writer: XmlWriter, edit: Edit, number: number, comparison: Comparison): Steps {
  const { operation, target, point, where, value, sourceValue } = edit;
  writer.open(NMDA_COMPARE_NS, 'edit');
  writer.leaf(NMDA_COMPARE_NS, 'edit-id', String(number));
  writer.leaf(NMDA_COMPARE_NS, 'operation', operation);
  writer.leaf(NMDA_COMPARE_NS, 'target', target);
  if (point !== undefined) writer.leaf(NMDA_COMPARE_NS, 'point', point);
  if (where) writer.leaf(NMDA_COMPARE_NS, 'where', where);
  if (value) yield* writeSide(writer, 'value', value, comparison, comparison.target.isOperational);
  if (sourceValue) {
    yield* writeSide(
      writer,
      'source-value',
      sourceValue,
      comparison,
      comparison.source.isOperational,
    );
  }
  writer.close();
}

function* writeSide(
  writer: XmlWriter,
  name: 'value' | 'source-value',
  side: Side,
  { server, state, reportsOrigin }: Comparison,
  isOperational: boolean,
): Steps {
  const { node, value } = side;
  const origin = reportsOrigin && isOperational ? originOf(side, server) : undefined;
  const attributes: readonly XmlWriterAttribute[] | undefined = origin && [
    { namespace: ORIGIN_NS, local: 'origin', value: `or:${origin}`, prefix: 'or' },
  ];
  writer.open(NMDA_COMPARE_NS, name);
  if (value instanceof Branch) {
    writer.open(node.module.namespace, node.name, attributes);
    writeKeys(writer, value);
    yield* writeSource(writer, { branch: value }, undefined, { config: state ? undefined : true });
    writer.close();
  } else if (node.kind === 'leaf' || node.kind === 'leaf-list') {
    encodeLeaf(writer, node, value as LeafValue, attributes);
  } else writer.element((value as AnyValue).element);
  writer.close();
}

/** The walk leaves them to whoever opens the element. */
function writeKeys(writer: XmlWriter, { schema, slots }: Branch): void {
  if (schema.kind !== 'list') return;
  for (const key of schema.keys) encodeLeaf(writer, key, slots[key.slot] as LeafValue);
}

/** What configuration is not in running is learned when it is in a table of a plane, and else the system's own. */
function originOf(side: Side, { datastores }: OperationServer): Origin | undefined {
  if (!side.node.config) return undefined;
  if (isConfigured(side, datastores.running)) return 'intended';
  const kinds = new Set<unknown>(datastores.vmTree?.kinds.map(({ container }) => container));
  if (kinds.has(side.node)) return 'learned';
  let at: Place | undefined = side.place;
  while (at && !kinds.has(at.branch.schema)) at = at.parent;
  return at ? 'learned' : 'system';
}

function isConfigured({ node, value, place }: Side, running: Branch): boolean {
  const configured = find(running, place)?.get(node);
  if (configured instanceof DataList) {
    return value instanceof Branch && configured.get(value) !== undefined;
  }
  return configured !== undefined;
}

/** The same branch in another tree. */
function find(root: Branch, { parent, branch }: Place): Branch | undefined {
  if (!parent) return root;
  const { schema } = branch;
  const value = 'slot' in schema ? find(root, parent)?.get(schema) : undefined;
  if (value instanceof DataList) return value.get(branch);
  return value instanceof Branch ? value : undefined;
}
