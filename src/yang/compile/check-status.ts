/**
 * A definition must not refer to one of lesser status in the same module: current to deprecated or
 * obsolete, deprecated to obsolete (RFC 7950, section 7.21.2).
 */
import type { SourceRange } from '../syntax/source.ts';
import { splitPrefix, type Statement } from '../syntax/statement.ts';
import type { Compilation, DefinitionKind } from './compilation.ts';
import type { Draft } from './draft.ts';
import { featureNames, featureExpressionOf } from './if-feature.ts';
import { isBuiltInType } from './type-chain.ts';

const NAMES = ['current', 'deprecated', 'obsolete'];

/** Kind of definition that the argument of each of these statements refers to. */
const REFERENCES: ReadonlyMap<string, DefinitionKind> = new Map([
  ['base', 'identity'],
  ['if-feature', 'feature'],
  ['type', 'typedef'],
  ['uses', 'grouping'],
]);

export function checkStatus(compilation: Compilation): void {
  for (const unit of compilation.allUnits) visit(compilation, unit.statement, 0);
}

/** How far from current: what has no status, or none that there is, is current. */
function rankOf(statement: Statement): number {
  return Math.max(0, NAMES.indexOf(statement.argumentOf('status') ?? ''));
}

/** `rank` is the status of what is around: a part of something obsolete is at least as obsolete. */
function visit(compilation: Compilation, statement: Statement, rank: number): void {
  const own = Math.max(rank, rankOf(statement));
  for (const substatement of statement.substatements) {
    if (substatement.isExtension) checkUse(compilation, substatement, own);
    if (compilation.isOpaque(substatement)) continue;
    const kind = REFERENCES.get(substatement.keyword);
    if (kind) checkReferences(compilation, substatement, kind, own);
    visit(compilation, substatement, own);
  }
}

function checkReferences(
  compilation: Compilation,
  statement: Statement,
  kind: DefinitionKind,
  rank: number,
): void {
  for (const name of namesIn(statement, kind)) {
    const target = compilation.findDefinition(kind, statement, name);
    if (!target || compilation.unitOf(target).module !== compilation.unitOf(statement).module) {
      continue;
    }
    compare(compilation, rankOf(target), rank, `${kind} "${name}"`, statement.argumentAt);
  }
}

/** The use of an extension refers to its definition. */
function checkUse(compilation: Compilation, use: Statement, rank: number): void {
  const [prefix, name] = splitPrefix(use.keyword);
  const module = compilation.moduleOf(prefix, use);
  if (!module || module !== compilation.unitOf(use).module) return;
  const extension = module.definitions.extension.get(name);
  if (extension) compare(compilation, rankOf(extension), rank, `extension "${name}"`, use.at);
}

function compare(
  compilation: Compilation,
  targetRank: number,
  rank: number,
  name: string,
  at: SourceRange,
): void {
  if (targetRank <= rank) return;
  const message = `${name} is ${NAMES[targetRank] ?? ''}, what refers to it is ${NAMES[rank] ?? ''}`;
  compilation.sink.report('status-reference', at, message);
}

/** A key or unique refers to a leaf of the list that it is in. */
export function checkLeafStatus(
  compilation: Compilation,
  { list, leaf, statement }: { list: Draft; leaf: Draft; statement: Statement },
): void {
  const { module } = compilation.unitOf(statement);
  const rank = rankIn(leaf);
  if (rank === 0 || compilation.unitOf(leaf.statement).module !== module) return;
  compare(compilation, rank, rankIn(list), `leaf "${leaf.name}"`, statement.argumentAt);
}

function rankIn(draft: Draft): number {
  let rank = 0;
  for (let at: Draft | undefined = draft; at; at = at.parent) {
    rank = Math.max(rank, rankOf(at.statement));
  }
  return rank;
}

function namesIn(statement: Statement, kind: DefinitionKind): readonly string[] {
  if (statement.argument === undefined) return [];
  if (kind === 'typedef') return isBuiltInType(statement.argument) ? [] : [statement.argument];
  if (kind !== 'feature') return [statement.argument];
  const expression = featureExpressionOf(statement);
  return expression ? featureNames(expression) : [];
}
