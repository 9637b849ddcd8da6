/** The order in which the grammar names substatements (RFC 7950, section 14). */
import type { Statement } from '../../syntax/statement.ts';

/**
 * One order serves all statements, but for the body of modules and augments. Words on one line have no order among
 * each other.
 */
const ORDER = `
yang-version
namespace belongs-to
prefix
import include
revision-date
organization
contact
argument
yin-element
when
if-feature
base
fraction-digits
type
range
length
pattern
enum bit
path
require-instance
units
must
key
unique
presence
default
config
mandatory
min-elements
max-elements
ordered-by
value position modifier
error-message
error-app-tag
status
description
reference
revision
deviate
refine
typedef grouping
input
output
anydata anyxml case choice container leaf leaf-list list uses
action rpc
notification
augment deviation extension feature identity`;

const RANKS: ReadonlyMap<string, number> = new Map(
  ORDER.trim()
    .split('\n')
    .flatMap((line, rank) => line.split(' ').map((keyword) => [keyword, rank + 1] as const)),
);

/** What the body of a module mixes freely: everything from here on. */
const BODY = RANKS.get('typedef') ?? 0;
const DATA = RANKS.get('container') ?? 0;

function rankOf(keyword: string, parent: string): number | undefined {
  const rank = RANKS.get(keyword);
  if (rank === undefined) return undefined;
  if (parent === 'module' || parent === 'submodule') return Math.min(rank, BODY);
  return parent === 'augment' ? Math.min(rank, DATA) : rank;
}

/**
 * The substatements in canonical order. Those of the same keyword keep theirs, as do definitions of nodes, where order
 * has a meaning. The use of an extension stays behind what it follows.
 */
export function inCanonicalOrder(parent: Statement): readonly Statement[] {
  let rank = 0;
  const ranked = parent.substatements.map((statement) => {
    rank = rankOf(statement.keyword, parent.keyword) ?? rank;
    return { statement, rank };
  });
  return ranked.toSorted((a, b) => a.rank - b.rank).map(({ statement }) => statement);
}

/** Number of the section of a module that a substatement of it is in; undefined for the use of an extension. */
export function sectionRank(keyword: string): number | undefined {
  return rankOf(keyword, 'module');
}
