/**
 * A module whose nodes an implemented module augments, deviates from or refers to in a path has to be
 * implemented too (RFC 7950, section 5.6.5).
 */
import { splitPrefix, type Statement } from '../syntax/statement.ts';
import type { Compilation, Module } from './compilation.ts';
import { followType } from './type-chain.ts';

export function implementTargets(compilation: Compilation): void {
  const finder = new TargetFinder(compilation);
  // Implementing one module may require another: the list grows while it is walked.
  for (const module of finder.queue) {
    for (const unit of module.units) finder.visit(unit.statement);
  }
}

class TargetFinder {
  readonly queue: Module[];
  readonly #compilation: Compilation;
  readonly #seen = new Set<Statement>();

  constructor(compilation: Compilation) {
    this.#compilation = compilation;
    this.queue = [...compilation.implementedModules];
  }

  visit(statement: Statement): void {
    if (this.#seen.has(statement)) return;
    this.#seen.add(statement);
    for (const substatement of statement.substatements) {
      if (substatement.isExtension) continue;
      const { keyword, argument } = substatement;
      if (keyword === 'typedef' || keyword === 'grouping') {
        // These count where they are used.
        continue;
      }
      if (argument !== undefined) this.#visitReference(substatement);
      this.visit(substatement);
    }
  }

  #visitReference(statement: Statement): void {
    const { keyword } = statement;
    if (keyword === 'uses') {
      const grouping = this.#compilation.findDefinition('grouping', statement);
      if (grouping) this.visit(grouping);
    } else if (keyword === 'type') {
      const chain = followType(this.#compilation, statement);
      for (const type of chain?.types ?? []) this.visit(type);
    } else if (keyword === 'augment' || keyword === 'deviation') {
      for (const step of statement.text.split('/')) this.#implement(step, statement);
    } else if (keyword === 'path') {
      for (const [name] of statement.text.matchAll(/[A-Za-z_][\w.-]*:/g)) {
        this.#implement(name, statement);
      }
    }
  }

  #implement(step: string, statement: Statement): void {
    const [prefix] = splitPrefix(step);
    if (prefix === undefined) return;
    const module = this.#compilation.moduleOf(prefix, statement);
    if (!module || module.implemented) return;
    module.info.implemented = true;
    this.queue.push(module);
  }
}
