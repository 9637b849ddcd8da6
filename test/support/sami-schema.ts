/** The schema of our own modules, compiled from the files of the package. */
import assert from 'node:assert/strict';
import { createFileModuleRepository, packageYangDirectory } from '../../src/node/index.ts';
import { compile } from '../../src/yang/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';

export function compileSami(modules = ['sami', 'sami-session']): SchemaContext {
  const repository = createFileModuleRepository([packageYangDirectory()]);
  const { context, diagnostics } = compile(repository, {
    modules: modules.map((name) => ({ name })),
  });
  assert.ok(context, JSON.stringify(diagnostics));
  return context;
}
