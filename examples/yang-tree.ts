/**
 * Compiles YANG modules and prints their tree diagrams (RFC 8340), or what is wrong with them.
 *
 *     node dist/examples/yang-tree.js MODULE.yang…
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { compile, createMapRepository, parseModuleFileName } from 'sami/yang';
import { printDiagnostic, printTree } from 'sami/yang';

const files = process.argv.slice(2);
const texts = new Map(files.map((file) => [basename(file), readFileSync(file, 'utf8')]));
const names = files.map((file) => parseModuleFileName(basename(file))?.name ?? file);

const { context, diagnostics } = compile(createMapRepository(texts), {
  modules: names.map((name) => ({ name, features: 'all' })),
});
for (const diagnostic of diagnostics) console.error(printDiagnostic(diagnostic));
if (context) for (const name of names) console.log(printTree(context, name));
else process.exitCode = 1;
