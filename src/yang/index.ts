/** YANG (RFC 7950): parsing, compiling to an immutable schema, types, and output. */
export * from './schema.ts';
export * from './types/index.ts';
export {
  DIAGNOSTICS,
  endOf,
  printDiagnostic,
  type Diagnostic,
  type DiagnosticCode,
  type Severity,
} from './diagnostic.ts';
export {
  createMapRepository,
  newestRevision,
  parseModuleFileName,
  selectRevision,
  type ModuleRepository,
  type ModuleText,
} from './module-repository.ts';
export { parseYang, type ParseResult } from './syntax/parser.ts';
export { printStatement } from './syntax/printer.ts';
export { Source, type Position, type SourceRange } from './syntax/source.ts';
export { Statement } from './syntax/statement.ts';
export { compile, type CompileOptions, type CompileResult } from './compile/compile.ts';
export type { ModuleRequest } from './compile/compilation.ts';
export { printTree, type TreeOptions } from './output/tree.ts';
export { printYang, type YangPrintOptions } from './output/yang.ts';
export { parseModule } from './yin/parse-module.ts';
export { parseYin } from './yin/parse-yin.ts';
export { printYin, type YinPrintOptions } from './yin/print-yin.ts';
export * from './library/content.ts';
export { modulesFromYangLibrary, yangLibraryJson, type JsonObject } from './library/json.ts';
export { yangLibrary, type YangLibraryOptions } from './library/yang-library.ts';
export { moduleDependencies, type ModuleDependencies } from './output/dependencies.ts';
export { schemaPaths, type SchemaPath } from './output/paths.ts';
export { printSkeleton, type SkeletonOptions } from './output/skeleton.ts';
