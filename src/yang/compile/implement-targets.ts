/**
 * A module whose nodes an implemented module augments, deviates from or refers to in a path has to be
 * implemented too (RFC 7950, section 5.6.5). One revision of it is, whichever is imported.
 */
import { splitPrefix, type Statement } from '../syntax/statement.ts';
import type { Compilation, Module } from './compilation.ts';
import { followType } from './type-chain.ts';

export function implementTargets(compilation: Compilation): void {
  const finder = new TargetFinder(compilation);
  if (compilation.implement === 'imports') {
    for (const module of compilation.modules) finder.implement(newestOf(compilation, module));
  }
  // Implementing one module may require another: the list grows while it is walked.
  for (const module of finder.queue) {
    for (const unit of module.units) finder.visit(unit.statement);
  }
}

function newestOf(compilation: Compilation, { name }: Module): Module | undefined {
  const revisions = compilation.revisionsOf(name);
  return revisions.toSorted((a, b) =>
    (a.info.revision ?? '') < (b.info.revision ?? '') ? 1 : -1,
  )[0];
}

class TargetFinder {
  readonly queue: Module[];
  readonly #compilation: Compilation;
  readonly #seen = new Set<Statement>();

  constructor(compilation: Compilation) {
    this.#compilation = compilation;
    this.queue = [...compilation.implementedModules];
  }

  /** Visits what a statement contains and uses. Typedefs and groupings count where they are used. */
  visit(root: Statement): void {
    const waiting = [root];
    for (let statement = waiting.pop(); statement; statement = waiting.pop()) {
      for (const substatement of statement.substatements) {
        const { keyword } = substatement;
        if (this.#compilation.isOpaque(substatement)) continue;
        if (keyword === 'typedef' || keyword === 'grouping') continue;
        waiting.push(substatement);
        if (substatement.argument !== undefined) this.#visitReference(substatement, waiting);
      }
    }
  }

  #visitReference(statement: Statement, waiting: Statement[]): void {
    const { keyword } = statement;
    if (keyword === 'uses') {
      const grouping = this.#compilation.findDefinition('grouping', statement);
      if (grouping) this.#visitOnce(grouping, waiting);
    } else if (keyword === 'type') {
      const chain = followType(this.#compilation, statement);
      for (const type of chain?.types.slice(1) ?? []) this.#visitOnce(type, waiting);
    } else if (keyword === 'augment' || keyword === 'deviation') {
      for (const step of statement.text.split('/')) this.#implementPrefix(step, statement);
    } else if (keyword === 'path') {
      for (const [name] of statement.text.matchAll(/(?<![\w.-])[A-Za-z_][\w.-]*:/g)) {
        this.#implementPrefix(name, statement);
      }
    }
  }

  /** What is used from elsewhere, maybe often. */
  #visitOnce(statement: Statement, waiting: Statement[]): void {
    if (this.#seen.has(statement)) return;
    this.#seen.add(statement);
    waiting.push(statement);
  }

  #implementPrefix(step: string, statement: Statement): void {
    const [prefix] = splitPrefix(step);
    if (prefix === undefined) return;
    this.implement(this.#compilation.moduleOf(prefix, statement));
  }

  /** Unless another revision of the module is implemented. */
  implement(module: Module | undefined): void {
    if (!module || this.#compilation.effectiveRevision(module).implemented) return;
    module.info.implemented = true;
    this.queue.push(module);
  }
}
