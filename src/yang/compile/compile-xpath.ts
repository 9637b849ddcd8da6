/**
 * Compiles the XPath expressions of a module with the prefixes of the text they are in (RFC 7950,
 * section 6.4.1). A name without prefix is in the namespace of the node that has the expression, which
 * for a node from a grouping is that of the module that uses the grouping. An identity that is compared
 * with a text has the prefix that it has in that text's module (section 9.10.3).
 */
import { XPathError, compileXPath, type CompiledXPath } from '../../xpath/index.ts';
import type { DiagnosticCode } from '../diagnostic.ts';
import type { Statement } from '../syntax/statement.ts';
import type { Compilation } from './compilation.ts';

export class ExpressionCompiler {
  readonly #compilation: Compilation;
  /** A statement in a grouping is compiled once for each namespace it is used in. */
  readonly #compiled = new Map<string, Map<Statement, CompiledXPath | undefined>>();

  constructor(compilation: Compilation) {
    this.#compilation = compilation;
  }

  /** The expression in the argument of `statement`; undefined when it is malformed, which is reported. */
  compile(
    statement: Statement,
    namespace: string,
    code: DiagnosticCode = 'invalid-xpath',
  ): CompiledXPath | undefined {
    const compiled =
      this.#compiled.get(namespace) ?? new Map<Statement, CompiledXPath | undefined>();
    this.#compiled.set(namespace, compiled);
    if (compiled.has(statement)) return compiled.get(statement);
    const expression = this.#compile(statement, namespace, code);
    compiled.set(statement, expression);
    return expression;
  }

  #compile(
    statement: Statement,
    namespace: string,
    code: DiagnosticCode,
  ): CompiledXPath | undefined {
    const { prefixes, missingPrefixes } = this.#compilation.unitOf(statement);
    try {
      return compileXPath(statement.text, {
        resolvePrefix: (prefix) =>
          prefixes.get(prefix)?.info.namespace ??
          (missingPrefixes.has(prefix) ? prefix : undefined),
        defaultNamespace: namespace,
        prefixOf: (wanted) => [...prefixes].find(([, { info }]) => info.namespace === wanted)?.[0],
      });
    } catch (error) {
      if (!(error instanceof XPathError)) throw error;
      this.#compilation.sink.report(code, statement.argumentAt, error.message);
      return undefined;
    }
  }
}
