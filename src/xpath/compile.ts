/** Compiles an expression to closures. */
import type { CompiledXPath, CompileOptions } from './compiled.ts';

/** Compiles `text`. Throws {@link XPathError} when it is no expression. */
export function compileXPath(text: string, options: CompileOptions): CompiledXPath {
  throw new Error(`not written yet: ${text} ${String(options)}`);
}
