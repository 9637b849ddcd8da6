/**
 * Finds typedefs defined by themselves and groupings that use themselves, whether or not anything uses
 * them (RFC 7950, sections 7.3 and 7.12). Later phases do not follow what is marked here.
 */
import type { Statement } from '../syntax/statement.ts';
import type { Compilation, DefinitionKind } from './compilation.ts';
import { isBuiltInType } from './type-chain.ts';

export function findCycles(compilation: Compilation): void {
  for (const kind of ['typedef', 'grouping'] as const) {
    const finder = new CycleFinder(compilation, kind);
    for (const unit of compilation.allUnits) finder.visitAll(unit.statement);
  }
}

class CycleFinder {
  readonly #compilation: Compilation;
  readonly #kind: 'typedef' | 'grouping';
  readonly #done = new Set<Statement>();
  readonly #path: Statement[] = [];

  constructor(compilation: Compilation, kind: 'typedef' | 'grouping') {
    this.#compilation = compilation;
    this.#kind = kind;
  }

  visitAll(statement: Statement): void {
    for (const substatement of statement.substatements) {
      if (substatement.isExtension) continue;
      if (substatement.keyword === this.#kind) this.#visit(substatement);
      this.visitAll(substatement);
    }
  }

  #visit(definition: Statement): void {
    const { circular, sink } = this.#compilation;
    const start = this.#path.indexOf(definition);
    if (start >= 0) {
      for (const member of this.#path.slice(start)) circular.add(member);
      const message = `${this.#kind} "${definition.text}" refers to itself`;
      sink.report(`circular-${this.#kind}`, definition.argumentAt, message);
      return;
    }
    if (this.#done.has(definition)) return;
    this.#path.push(definition);
    for (const next of this.#references(definition)) this.#visit(next);
    this.#path.pop();
    this.#done.add(definition);
  }

  /** Definitions of the same kind that this one is made of. */
  #references(definition: Statement): readonly Statement[] {
    const keyword = this.#kind === 'typedef' ? 'type' : 'uses';
    const found: Statement[] = [];
    const collect = (statement: Statement): void => {
      for (const substatement of statement.substatements) {
        // A nested grouping matters where it is used; it is visited on its own.
        if (substatement.isExtension || substatement.keyword === 'grouping') continue;
        if (substatement.keyword === keyword) this.#addTarget(substatement, found);
        collect(substatement);
      }
    };
    collect(definition);
    return found;
  }

  #addTarget(reference: Statement, found: Statement[]): void {
    if (reference.argument === undefined) return;
    if (this.#kind === 'typedef' && isBuiltInType(reference.argument)) return;
    const kind: DefinitionKind = this.#kind;
    const target = this.#compilation.findDefinition(kind, reference);
    if (target) found.push(target);
  }
}
