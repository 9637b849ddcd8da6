/** Type-checks TypeScript text that is in no file, as if it stood in this repository. */
import { join } from 'node:path';
import ts from 'typescript';
import { packageRoot } from './tools.ts';

/** Where the texts seem to stand. Imports of the sources are relative to it. */
const FOLDER = join(packageRoot(), 'test/virtual');

/** What generated code imports when it stands there. */
export const DATA_LAYER = '../../src/data/index.ts';

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.NodeNext,
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  noEmit: true,
};

/** Parsed files of the repository and of libraries, which do not change while tests run. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** The faults of each text by the name of its file, as `LINE: MESSAGE`. Texts may import each other. */
export function typeFaults(
  texts: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly string[]> {
  const paths = new Map([...texts].map(([name, text]) => [join(FOLDER, name), text]));
  const host = ts.createCompilerHost(OPTIONS);
  const getSourceFile = host.getSourceFile.bind(host);
  host.fileExists = (path) => paths.has(path) || ts.sys.fileExists(path);
  host.directoryExists = (path) => path === FOLDER || ts.sys.directoryExists(path);
  host.readFile = (path) => paths.get(path) ?? ts.sys.readFile(path);
  host.getSourceFile = (path, options) => {
    const text = paths.get(path);
    if (text !== undefined) return ts.createSourceFile(path, text, options);
    if (!parsed.has(path)) parsed.set(path, getSourceFile(path, options));
    return parsed.get(path);
  };
  const program = ts.createProgram([...paths.keys()], OPTIONS, host);
  return new Map(
    [...texts.keys()].map((name) => {
      const file = program.getSourceFile(join(FOLDER, name));
      const found = [
        ...program.getSyntacticDiagnostics(file),
        ...program.getSemanticDiagnostics(file),
      ];
      return [name, found.map(describe)];
    }),
  );
}

function describe({ file, start, messageText }: ts.Diagnostic): string {
  const line = file ? file.getLineAndCharacterOfPosition(start ?? 0).line + 1 : 0;
  return `${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
}
