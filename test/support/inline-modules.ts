/** Compiles modules given as texts together with those of the package. */
import assert from 'node:assert/strict';
import { createFileModuleRepository, packageYangDirectory } from '../../src/node/index.ts';
import { compile, printDiagnostic } from '../../src/yang/index.ts';
import type { ModuleRepository, SchemaContext } from '../../src/yang/index.ts';

/** `texts` by module name; `also` names modules of the package. */
export function compileInline(
  texts: Readonly<Record<string, string>>,
  also: readonly string[] = ['sami'],
): SchemaContext {
  const files = createFileModuleRepository([packageYangDirectory()]);
  const repository: ModuleRepository = {
    find: (name, revision) => {
      const text = texts[name];
      return text === undefined
        ? files.find(name, revision)
        : { file: `${name}.yang`, text, revision: undefined };
    },
  };
  const modules = [...also, ...Object.keys(texts)].map((name) => ({ name }));
  const { context, diagnostics } = compile(repository, { modules });
  assert.ok(context, diagnostics.map((it) => printDiagnostic(it)).join('\n'));
  return context;
}
