/** Checks that extensions are defined and used with or without argument as defined (RFC 7950, section 7.19). */
import { splitPrefix, type Statement } from '../syntax/statement.ts';
import type { Compilation } from './compilation.ts';

export function checkExtensions(compilation: Compilation): void {
  for (const unit of compilation.allUnits) visit(compilation, unit.statement);
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
    sink.report('unknown-extension', use.at, `extension "${use.keyword}" is not defined`);
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
