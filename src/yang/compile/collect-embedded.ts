/** Finds the uses of extensions that contain YANG statements; they are so only at the top level of a module. */
import { splitPrefix } from '../syntax/statement.ts';
import type { Compilation } from './compilation.ts';
import { definesEmbedded, embeddedKind } from './embedded.ts';

export function collectEmbedded(compilation: Compilation): void {
  for (const unit of compilation.allUnits) {
    const canUse = [...unit.prefixes.values()].some(({ name }) => definesEmbedded(name));
    if (!canUse) continue;
    for (const statement of unit.statement.substatements) {
      if (!statement.isExtension) continue;
      const [prefix, name] = splitPrefix(statement.keyword);
      const module = compilation.moduleOf(prefix, statement);
      const kind = module && embeddedKind(module.name, name);
      if (kind) compilation.embedded.set(statement, kind);
    }
  }
}
