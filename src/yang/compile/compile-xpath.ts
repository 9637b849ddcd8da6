/**
 * Compiles the XPath expressions of a module with the prefixes of the text they are in (RFC 7950,
 * section 6.4.1). A name without prefix is in the namespace of the node that has the expression, which
 * for a node from a grouping is that of the module that uses the grouping. An identity that is compared
 * with a text has the prefix that it has in that text's module (section 9.10.3).
 */
import {
  XPathError,
  callsIn,
  compileXPath,
  type CompileOptions,
  type CompiledXPath,
} from '../../xpath/index.ts';
import type { DiagnosticCode } from '../diagnostic.ts';
import { splitPrefix, type Statement } from '../syntax/statement.ts';
import type { Compilation, Unit } from './compilation.ts';
import { rangeInArgument } from './expression-range.ts';

export class ExpressionCompiler {
  readonly #compilation: Compilation;
  /** A statement in a grouping is compiled once for each namespace it is used in. */
  readonly #compiled = new Map<string, Map<Statement, CompiledXPath | undefined>>();
  /** The expressions of one text have the same prefixes. */
  readonly #options = new Map<string, Map<Unit['prefixes'], CompileOptions>>();

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

  release(): void {
    this.#compiled.clear();
    this.#options.clear();
  }

  #compile(
    statement: Statement,
    namespace: string,
    code: DiagnosticCode,
  ): CompiledXPath | undefined {
    const unit = this.#compilation.unitOf(statement);
    try {
      const expression = compileXPath(statement.text, this.#optionsOf(unit, namespace));
      this.#checkCalls(expression, statement, unit);
      return expression;
    } catch (error) {
      if (!(error instanceof XPathError)) throw error;
      const at = rangeInArgument(statement, error.offset);
      this.#compilation.sink.report(code, at, error.reason);
      return undefined;
    }
  }

  #optionsOf({ prefixes, missingPrefixes }: Unit, namespace: string): CompileOptions {
    const known = this.#options.get(namespace) ?? new Map<Unit['prefixes'], CompileOptions>();
    this.#options.set(namespace, known);
    const options = known.get(prefixes) ?? {
      resolvePrefix: (prefix) =>
        prefixes.get(prefix)?.info.namespace ?? (missingPrefixes.has(prefix) ? prefix : undefined),
      defaultNamespace: namespace,
      prefixOf: (wanted) => [...prefixes].find(([, { info }]) => info.namespace === wanted)?.[0],
    };
    known.set(prefixes, options);
    return options;
  }

  /** The functions that RFC 6020 does not have, and identities that are named but not there. */
  #checkCalls({ ast }: CompiledXPath, statement: Statement, unit: Unit): void {
    for (const { name, offset, arguments: args } of callsIn(ast)) {
      if (unit.version === '1' && SINCE_1_1.has(name)) {
        // Modules of version 1 have long used them, deref() even before there was a version 1.1.
        const at = rangeInArgument(statement, offset);
        const message = `the function ${name}() came with YANG version 1.1`;
        this.#compilation.sink.report('later-xpath-function', at, message);
      }
      const [, identity] = args;
      if (!name.startsWith('derived-from') || identity?.kind !== 'literal') continue;
      if (this.#hasIdentity(identity.value, unit)) continue;
      const message = `there is no identity "${identity.value}"`;
      const at = rangeInArgument(statement, offset);
      this.#compilation.sink.report('unknown-xpath-identity', at, message);
    }
  }

  /** True also where the module with the identity could not be loaded, which is reported elsewhere. */
  #hasIdentity(text: string, unit: Unit): boolean {
    const [prefix, name] = splitPrefix(text);
    const module = prefix === undefined ? unit.module : unit.prefixes.get(prefix);
    return module?.definitions.identity.has(name) !== false;
  }
}

/** RFC 7950, section 10; RFC 6020, section 6.4.1, has current() only. */
const SINCE_1_1 = new Set([
  're-match',
  'deref',
  'derived-from',
  'derived-from-or-self',
  'enum-value',
  'bit-is-set',
]);
