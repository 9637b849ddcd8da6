/** Which modules need which (RFC 7950, sections 5.1, 7.1.5 and 7.1.6). */
import type { ModuleInfo, SchemaContext } from '../schema.ts';

export interface ModuleDependencies {
  readonly name: string;
  readonly revision: string | undefined;
  readonly imports: readonly { readonly name: string; readonly revision: string | undefined }[];
  readonly includes: readonly { readonly name: string; readonly revision: string | undefined }[];
}

/** What each module of the schema imports and includes, every module after those that it imports. */
export function moduleDependencies(context: SchemaContext): readonly ModuleDependencies[] {
  const keyOf = ({ name, revision }: { name: string; revision: string | undefined }): string =>
    `${name}@${revision ?? ''}`;
  const known = new Map(context.allModules.map((module) => [keyOf(module), module]));
  const sorted = new Set<ModuleInfo>();
  // Modules cannot import each other in circles, so a module that is met again below itself needs no care.
  const stack = context.allModules.toReversed().map((module) => ({ module, isDone: false }));
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { module, isDone } = next;
    if (sorted.has(module)) continue;
    if (isDone) {
      sorted.add(module);
      continue;
    }
    stack.push({ module, isDone: true });
    for (const wanted of module.imports.toReversed()) {
      const imported = known.get(keyOf(wanted));
      if (imported && !sorted.has(imported)) stack.push({ module: imported, isDone: false });
    }
  }
  return [...sorted].map((module) => ({
    name: module.name,
    revision: module.revision,
    imports: withoutRepeats(module.imports),
    includes: module.submodules.map(({ name, revision }) => ({ name, revision })),
  }));
}

function withoutRepeats(
  imports: readonly { readonly name: string; readonly revision: string | undefined }[],
): ModuleDependencies['imports'] {
  const seen = new Map(
    imports.map(({ name, revision }) => [`${name}@${revision ?? ''}`, { name, revision }]),
  );
  return [...seen.values()];
}
