/**
 * Checks that extensions are defined and used with or without argument as defined (RFC 7950, section 7.19).
 * A use may stand in any statement, in the use of another extension too.
 */
import { splitPrefix, type Statement } from '../syntax/statement.ts';
import { nearest } from '../suggestion.ts';
import type { Compilation, Module } from './compilation.ts';
import { extensionInstances } from './extension-instances.ts';

export function checkExtensions(compilation: Compilation): void {
  for (const { info, units } of compilation.modules) {
    for (const { statement } of units) {
      visit(compilation, statement);
      for (const use of extensionInstances(compilation, statement.substatements)) {
        info.extensions.push(use);
      }
    }
  }
}

function visit(compilation: Compilation, statement: Statement): void {
  for (const substatement of statement.substatements) {
    if (substatement.isExtension) checkUse(compilation, substatement);
    visit(compilation, substatement);
  }
}

function checkUse(compilation: Compilation, use: Statement): void {
  const { sink } = compilation;
  const [prefix, name] = splitPrefix(use.keyword);
  const module = compilation.moduleOf(prefix, use);
  if (!module) {
    compilation.reportPrefix(prefix, use, use.at);
    return;
  }
  const extension = module.definitions.extension.get(name);
  if (!extension) {
    if (module.isIncomplete || module.lostNames.has(name)) return;
    sink.report('unknown-extension', use.at, `extension "${use.keyword}" is not defined`, () =>
      suggest(module, prefix, name),
    );
    return;
  }
  const argument = extension.argumentOf('argument');
  if (argument === undefined && use.argument !== undefined) {
    const message = `extension "${use.keyword}" takes no argument`;
    sink.report('extension-argument', use.argumentAt, message);
  } else if (argument !== undefined && use.argument === undefined) {
    sink.report('extension-argument', use.at, `extension "${use.keyword}" needs a ${argument}`);
  }
}

function suggest(module: Module, prefix: string | undefined, name: string): string | undefined {
  const found = nearest(name, module.definitions.extension.keys());
  return found === undefined ? undefined : `${prefix ?? ''}:${found}`;
}
