/**
 * Leafrefs that refer to leafrefs: no chain may lead back to itself (RFC 7950, section 9.9), and none may
 * make a value be tried against too many types.
 */
import type { SchemaNode } from '../schema.ts';
import type { Statement } from '../syntax/statement.ts';
import { bindLeafref, type LeafrefType, type UnionType } from '../types/index.ts';
import type { Compilation } from './compilation.ts';
import { walkDepthFirst } from './depth-first.ts';

/** Unions that a value may pass on its way through leafrefs. */
const MAX_UNIONS = 100;
/** Leafrefs that a value may pass: each is a call within that of the one before. */
const MAX_LEAFREFS = 500;
/** Types that a value may have to be tried against. */
const MAX_TYPES = 10_000;

/** A leaf with leafrefs in its type, and where they lead. */
export interface Referrer {
  readonly types: readonly LeafrefType[];
  readonly paths: readonly (readonly [Statement, SchemaNode])[];
}

/** What a value of a leaf may cost. */
interface Cost {
  readonly leafrefs: number;
  readonly unions: number;
  readonly types: number;
}

/** Leafrefs that must not be followed are bound to nothing any more. */
export function checkLeafrefChains(
  compilation: Compilation,
  referrers: ReadonlyMap<SchemaNode, Referrer>,
): void {
  const costs = new Map<SchemaNode, Cost>();
  const circular = new Set<SchemaNode>();
  walkDepthFirst<SchemaNode>({
    roots: referrers.keys(),
    next: (node) => (referrers.get(node)?.paths ?? []).map(([, target]) => target),
    cycle: (members) => {
      for (const member of members) circular.add(member);
      reportCycle(compilation, members, referrers);
    },
    leave: (node) => {
      if (circular.has(node)) return;
      const cost = costOf(node, referrers.get(node), costs);
      costs.set(node, cost);
      if (isTooLong(cost) || cost.types > MAX_TYPES) circular.add(node);
      if (isFirstTooLong(cost) || cost.types > MAX_TYPES) {
        reportCost(compilation, referrers.get(node), cost);
      }
    },
  });
  // Nothing may follow these any more.
  for (const node of circular) {
    for (const type of referrers.get(node)?.types ?? []) bindLeafref(type, undefined);
  }
}

function isTooLong({ leafrefs, unions }: Cost): boolean {
  return leafrefs > MAX_LEAFREFS || unions > MAX_UNIONS;
}

/** Of the chain that grows beyond a limit only the first leafref is reported. */
function isFirstTooLong({ leafrefs, unions }: Cost): boolean {
  if (unions > MAX_UNIONS) return unions === MAX_UNIONS + 1 && leafrefs <= MAX_LEAFREFS + 1;
  return leafrefs === MAX_LEAFREFS + 1;
}

function reportCycle(
  compilation: Compilation,
  members: readonly SchemaNode[],
  referrers: ReadonlyMap<SchemaNode, Referrer>,
): void {
  const last = members.at(-1);
  const paths = (last && referrers.get(last)?.paths) ?? [];
  const [closing] = paths.find(([, target]) => target === members[0]) ?? [];
  if (!closing) return;
  const message = `leafref "${closing.text}" leads back to itself`;
  compilation.sink.report('circular-leafref', closing.argumentAt, message);
}

function costOf(
  node: SchemaNode,
  referrer: Referrer | undefined,
  costs: ReadonlyMap<SchemaNode, Cost>,
): Cost {
  const type = node.kind === 'leaf' || node.kind === 'leaf-list' ? node.type : undefined;
  const isUnion = type?.base === 'union';
  let leafrefs = 0;
  let unions = 0;
  let types = isUnion ? (type as UnionType).members.length : 1;
  for (const [, target] of referrer?.paths ?? []) {
    const cost = costs.get(target);
    leafrefs = Math.max(leafrefs, (cost?.leafrefs ?? 0) + 1);
    unions = Math.max(unions, cost?.unions ?? 0);
    // A limit that was passed further on has been reported there.
    types += cost && cost.types <= MAX_TYPES ? cost.types - 1 : 0;
  }
  return { leafrefs, unions: unions + (isUnion ? 1 : 0), types };
}

function reportCost(
  compilation: Compilation,
  referrer: Referrer | undefined,
  { leafrefs, unions, types }: Cost,
): void {
  const [statement] = referrer?.paths[0] ?? [];
  if (!statement) return;
  const what =
    unions > MAX_UNIONS
      ? `passes ${String(unions)} unions`
      : leafrefs > MAX_LEAFREFS
        ? `passes ${String(leafrefs)} leafrefs`
        : `is tried against ${String(types)} types`;
  const message = `a value of leafref "${statement.text}" ${what} before it is refused`;
  compilation.sink.report('nested-too-deep', statement.argumentAt, message);
}
