/**
 * Gathers the typedefs, groupings, features, identities and extensions at the top level of each module
 * and its submodules, and checks that names are free (RFC 7950, sections 5.5 and 6.2.1).
 */
import type { Statement } from '../syntax/statement.ts';
import type { Compilation, DefinitionKind, Module } from './compilation.ts';
import { isBuiltInType } from './type-chain.ts';

const KINDS: ReadonlySet<string> = new Set<DefinitionKind>([
  'extension',
  'feature',
  'grouping',
  'identity',
  'typedef',
]);

export function collectDefinitions(compilation: Compilation): void {
  for (const module of compilation.modules) {
    for (const unit of module.units) collectTopLevel(compilation, module, unit.statement);
  }
  for (const unit of compilation.allUnits) {
    for (const statement of unit.statement.substatements) checkScopes(compilation, statement);
  }
}

function collectTopLevel(compilation: Compilation, module: Module, root: Statement): void {
  for (const statement of root.substatements) {
    if (!isDefinition(statement) || statement.argument === undefined) continue;
    const table = module.definitions[statement.keyword];
    if (table.has(statement.argument)) {
      const message = `${statement.keyword} "${statement.argument}" is defined twice`;
      compilation.sink.report('duplicate-definition', statement.argumentAt, message);
    } else {
      table.set(statement.argument, statement);
    }
    checkReserved(compilation, statement);
  }
}

function isDefinition(statement: Statement): statement is Statement & { keyword: DefinitionKind } {
  return KINDS.has(statement.keyword);
}

function checkReserved(compilation: Compilation, statement: Statement): void {
  if (statement.keyword !== 'typedef' || !isBuiltInType(statement.text)) return;
  const message = `"${statement.text}" is the name of a built-in type`;
  compilation.sink.report('reserved-name', statement.argumentAt, message);
}

/** Nested typedefs and groupings: names free in their own scope and in those around it. */
function checkScopes(compilation: Compilation, statement: Statement): void {
  const names = new Set<string>();
  for (const substatement of statement.substatements) {
    const { keyword } = substatement;
    if (keyword === 'typedef' || keyword === 'grouping') {
      const key = `${keyword} ${substatement.text}`;
      if (names.has(key)) {
        const message = `${keyword} "${substatement.text}" is defined twice`;
        compilation.sink.report('duplicate-definition', substatement.argumentAt, message);
      } else if (isDefinedOutside(compilation, keyword, substatement)) {
        const message = `${keyword} "${substatement.text}" is already defined in an outer scope`;
        compilation.sink.report('shadowed-definition', substatement.argumentAt, message);
      }
      names.add(key);
      checkReserved(compilation, substatement);
    }
    if (!compilation.isOpaque(substatement)) checkScopes(compilation, substatement);
  }
}

function isDefinedOutside(
  compilation: Compilation,
  keyword: 'typedef' | 'grouping',
  statement: Statement,
): boolean {
  const { module } = compilation.unitOf(statement);
  if (module.definitions[keyword].has(statement.text)) return true;
  const key = `${keyword} ${statement.text}`;
  for (let scope = statement.parent?.parent; scope?.parent; scope = scope.parent) {
    if (compilation.definitions.scopeOf(scope).has(key)) return true;
  }
  return false;
}
