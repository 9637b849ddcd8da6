/**
 * The path of a leafref as a tree diagram shows it (RFC 8340, section 2.6): without prefixes where that is possible,
 * which is while the module stays the one of the node, or the one named last.
 */
import type { Expression, PathExpression, Step } from '../../../xpath/index.ts';

export interface PathNames {
  /** Namespace of the node that has the leafref. */
  readonly namespace: string;
  readonly prefixOf: (namespace: string) => string;
}

/** Undefined when the expression is none that a leafref can have. */
export function shortenPath(path: Expression, names: PathNames): string | undefined {
  const parts: string[] = [];
  return new PathPrinter(names, parts).print(path) ? parts.join('') : undefined;
}

class PathPrinter {
  readonly #names: PathNames;
  readonly #parts: string[];
  /** Namespace that needs no prefix. */
  #current: string;

  constructor(names: PathNames, parts: string[]) {
    this.#names = names;
    this.#parts = parts;
    this.#current = names.namespace;
  }

  print(expression: Expression): boolean {
    switch (expression.kind) {
      case 'path':
        return this.#path(expression);
      case 'filter':
        if (expression.predicates.length > 0 || !this.print(expression.primary)) return false;
        return this.#steps(expression.steps, '/');
      case 'call':
        return this.#call(expression.name, expression.arguments);
      case 'binary':
        if (expression.operator !== '=' || !this.print(expression.left)) return false;
        this.#parts.push(' = ');
        return this.print(expression.right);
      default:
        return false;
    }
  }

  #path({ absolute, steps }: PathExpression): boolean {
    return this.#steps(steps, absolute ? '/' : '');
  }

  #call(name: string, operands: readonly Expression[]): boolean {
    this.#parts.push(`${name}(`);
    if (!operands.every((operand) => this.print(operand))) return false;
    this.#parts.push(')');
    return true;
  }

  #steps(steps: readonly Step[], first: string): boolean {
    return steps.every((step, index) => {
      this.#parts.push(index === 0 ? first : '/');
      return this.#step(step);
    });
  }

  #step({ axis, test, predicates }: Step): boolean {
    if (axis === 'parent' && test.kind === 'node') this.#parts.push('..');
    else if (axis === 'child' && test.kind === 'name' && test.name !== undefined) {
      const namespace = test.namespace ?? this.#names.namespace;
      const prefix = namespace === this.#current ? '' : `${this.#names.prefixOf(namespace)}:`;
      this.#current = namespace;
      this.#parts.push(`${prefix}${test.name}`);
    } else return false;
    return predicates.every((predicate) => this.#predicate(predicate));
  }

  /** What is named in a predicate does not change what the steps after it mean. */
  #predicate(predicate: Expression): boolean {
    const outer = this.#current;
    this.#parts.push('[');
    const isKnown = this.print(predicate);
    this.#parts.push(']');
    this.#current = outer;
    return isKnown;
  }
}
