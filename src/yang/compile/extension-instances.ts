/** Uses of extensions as the schema shows them (RFC 7950, section 7.19). */
import type { ExtensionInstance } from '../schema.ts';
import { splitPrefix, type Statement } from '../syntax/statement.ts';
import type { Compilation } from './compilation.ts';

const NONE: readonly ExtensionInstance[] = [];

/** Those among `statements` that use an extension, with the module that defines it instead of a prefix. */
export function extensionInstances(
  compilation: Compilation,
  statements: readonly Statement[],
): readonly ExtensionInstance[] {
  const uses = statements.filter(({ isExtension }) => isExtension);
  if (uses.length === 0) return NONE;
  return uses.map((statement) => {
    const { keyword, argument, substatements } = statement;
    const [prefix, name] = splitPrefix(keyword);
    const module = compilation.moduleOf(prefix, statement)?.name ?? prefix ?? '';
    return { module, name, argument, substatements };
  });
}
