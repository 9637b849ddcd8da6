/**
 * Finds typedefs defined by themselves and groupings that use themselves, whether or not anything uses
 * them (RFC 7950, sections 7.3 and 7.12). Later phases do not follow what is marked here.
 */
import type { Statement } from '../syntax/statement.ts';
import type { Compilation } from './compilation.ts';
import { walkDepthFirst } from './depth-first.ts';
import { isBuiltInType } from './type-chain.ts';

type Kind = 'typedef' | 'grouping';

/** The statement with which definitions of a kind refer to each other. */
const REFERENCE = { typedef: 'type', grouping: 'uses' } as const;

export function findCycles(compilation: Compilation): void {
  for (const kind of ['typedef', 'grouping'] as const) {
    walkDepthFirst({
      roots: definitionsOf(compilation, kind),
      next: (definition) => referencesOf(compilation, kind, definition),
      cycle: (members) => {
        for (const member of members) compilation.circular.add(member);
        const [first] = members;
        if (!first) return;
        const message = `${kind} "${first.text}" refers to itself`;
        compilation.sink.report(`circular-${kind}`, first.argumentAt, message);
      },
    });
  }
}

/** Every definition of that kind, nested ones included. */
function* definitionsOf(compilation: Compilation, kind: Kind): Iterable<Statement> {
  for (const unit of compilation.allUnits) yield* below(unit.statement, kind, []);
  for (const embedded of compilation.embedded.keys()) yield* below(embedded, kind, []);
}

/** Definitions of the same kind that this one is made of. */
function referencesOf(
  compilation: Compilation,
  kind: Kind,
  definition: Statement,
): readonly Statement[] {
  const found: Statement[] = [];
  // A nested grouping matters where it is used; it is visited on its own.
  for (const reference of below(definition, REFERENCE[kind], ['grouping'])) {
    if (reference.argument === undefined) continue;
    if (kind === 'typedef' && isBuiltInType(reference.argument)) continue;
    const target = compilation.findDefinition(kind, reference);
    if (target) found.push(target);
  }
  return found;
}

/** All statements with a keyword below `statement`, except in extensions and what `except` names. */
function* below(
  statement: Statement,
  keyword: string,
  except: readonly string[],
): Iterable<Statement> {
  for (const substatement of statement.substatements) {
    if (substatement.isExtension || except.includes(substatement.keyword)) continue;
    if (substatement.keyword === keyword) yield substatement;
    yield* below(substatement, keyword, except);
  }
}
