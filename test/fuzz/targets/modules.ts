/** What holds of every module text, good or bad. */
import ts from 'typescript';
import { generateTypes } from '../../../src/typegen/index.ts';
import {
  compile,
  moduleDependencies,
  parseYang,
  parseYin,
  printDiagnostic,
  printSkeleton,
  printTree,
  printYang,
  printYin,
  schemaPaths,
  yangLibrary,
  type CompileResult,
  type ModuleRepository,
  type SchemaContext,
  type Statement,
} from '../../../src/yang/index.ts';
import { promise, promiseSame } from '../target.ts';

/** Controls that would be obeyed by a terminal, and characters that make lines look other than they are. */
const UNSEEN = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

export function checkCompiled(repository: ModuleRepository, request: string): CompileResult {
  const result = compile(repository, { modules: [{ name: request, features: 'all' }] });
  const { context, diagnostics } = result;
  const hasErrors = diagnostics.some(({ severity }) => severity === 'error');
  promise((context === undefined) === hasErrors, () => 'a schema and errors, or neither');
  for (const diagnostic of diagnostics) {
    const text = printDiagnostic(diagnostic);
    promise(
      !UNSEEN.test(text.replaceAll(/[\n\t]/g, '')),
      () => `controls in a diagnostic\n${text}`,
    );
    promise(text.length < 20_000, () => `a diagnostic of ${text.length} characters`);
    promise(diagnostic.line >= 1 && diagnostic.column >= 1, () => `a place before all\n${text}`);
  }
  return result;
}

/** What is printed of a text without faults is read as the same statements again. */
export function checkPrinted(statement: Statement): void {
  const yang = printYang(statement);
  const { statement: again, diagnostics } = parseYang(yang, 'printed.yang');
  promise(again !== undefined && diagnostics.length === 0, () => `printed: ${list(diagnostics)}`);
  promiseSame('YANG printed again', yang, printYang(again));
  promiseSame('statements printed as YANG', flat(statement), flat(again));
}

/**
 * Only for modules that compile: others may have what YIN has no form for. In version 1 there may be anything
 * in the use of an extension (RFC 6020, section 7.17), words that are no keywords too.
 */
export function checkPrintedYin(statement: Statement): void {
  const { statement: again, diagnostics } = parseYin(printYin(statement), 'printed.yin');
  promise(again !== undefined, () => `YIN: ${list(diagnostics)}`);
  if (statement.argumentOf('yang-version') !== '1.1') return;
  promiseSame('statements printed as YIN', flat(statement), flat(again));
}

function list(diagnostics: readonly { readonly code: string; readonly message: string }[]): string {
  return diagnostics.map(({ code, message }) => `${code} ${message}`).join(', ');
}

/** Printing puts statements in their canonical order, so that order does not count. */
function flat({ keyword, argument, substatements }: Statement): string {
  const own = argument === undefined ? keyword : `${keyword} ${JSON.stringify(argument)}`;
  return `${own}{${substatements.map(flat).sort().join('')}}`;
}

/** Everything that is made of a schema can be made. */
export function checkOutputs(context: SchemaContext, name: string): void {
  printTree(context, name);
  printTree(context, name, { lineLength: 60, depth: 3 });
  printSkeleton(context);
  for (const { path } of schemaPaths(context)) promise(path.startsWith('/'), () => path);
  moduleDependencies(context);
  yangLibrary(context);
  const types = generateTypes(context, { modules: [name] });
  if (types.length < 40_000) checkTypeScript(types);
}

function checkTypeScript(text: string): void {
  const { diagnostics = [] } = ts.transpileModule(text, { reportDiagnostics: true });
  const [first] = diagnostics;
  const message = first ? ts.flattenDiagnosticMessageText(first.messageText, ' ') : '';
  promise(!first, () => `types: ${message} at ${text.slice(first?.start ?? 0).slice(0, 80)}`);
  const file = ts.createSourceFile('types.ts', text, ts.ScriptTarget.ES2023);
  for (const statement of file.statements) {
    const isExpected =
      ts.isImportDeclaration(statement) ||
      ts.isExportDeclaration(statement) ||
      ts.isVariableStatement(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement);
    promise(isExpected, () => `types have a statement ${statement.getText(file).slice(0, 80)}`);
  }
}
