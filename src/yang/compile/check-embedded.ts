/**
 * Checks where extensions that we know are used, and their arguments: structures and their augments (RFC 8791,
 * section 4), annotations (RFC 7952, section 7), mount points (RFC 8528, section 4). A template elsewhere than at the
 * top level is ignored (RFC 8040, section 8).
 */
import { splitPrefix, type Statement } from '../syntax/statement.ts';
import { SCHEMA_MOUNT } from './check-nodes.ts';
import type { Compilation, Unit } from './compilation.ts';
import { definesEmbedded, embeddedKind, type EmbeddedKind } from './embedded.ts';

export function checkEmbedded(compilation: Compilation): void {
  checkArguments(compilation);
  for (const unit of compilation.allUnits) {
    const names = [...unit.prefixes.values()].map(({ name }) => name);
    if (names.some((name) => definesEmbedded(name) || name === SCHEMA_MOUNT)) {
      new PlaceChecker(compilation, unit).visit(unit.statement);
    }
  }
}

const IDENTIFIER = /^[A-Za-z_][\w.-]*$/;
const REFERENCE = /^(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*$/;

/** What is expected of an argument that is not of the form it must have. */
function argumentFault(kind: EmbeddedKind, argument: string): string | undefined {
  if (kind === 'yang-data') return undefined;
  if (kind !== 'augment-structure') return IDENTIFIER.test(argument) ? undefined : 'an identifier';
  const [first, ...steps] = argument.split('/');
  const isAbsolute =
    first === '' && steps.length > 0 && steps.every((step) => REFERENCE.test(step));
  return isAbsolute ? undefined : 'an absolute schema node identifier';
}

function checkArguments(compilation: Compilation): void {
  const seen = new Set<string>();
  for (const [statement, kind] of compilation.embedded) {
    if (statement.argument === undefined) continue;
    const expected = argumentFault(kind, statement.argument);
    if (expected !== undefined) {
      const message = `the argument of "${statement.keyword}" must be ${expected}`;
      compilation.sink.report('invalid-argument', statement.argumentAt, message);
    }
    // The names of structures are among those of nodes, and augments have none.
    if (kind === 'structure' || kind === 'augment-structure') continue;
    const { module } = compilation.unitOf(statement);
    const key = `${module.name}@${module.info.revision ?? ''} ${kind} ${statement.argument}`;
    if (seen.has(key)) {
      const message = `${kind} "${statement.argument}" is defined twice`;
      compilation.sink.report('duplicate-definition', statement.argumentAt, message);
    }
    seen.add(key);
  }
}

class PlaceChecker {
  readonly #compilation: Compilation;
  readonly #unit: Unit;

  constructor(compilation: Compilation, unit: Unit) {
    this.#compilation = compilation;
    this.#unit = unit;
  }

  visit(statement: Statement): void {
    for (const substatement of statement.substatements) {
      if (substatement.isExtension) this.#check(substatement, statement);
      if (!this.#compilation.isOpaque(substatement)) this.visit(substatement);
    }
  }

  #check(use: Statement, parent: Statement): void {
    const [prefix, name] = splitPrefix(use.keyword);
    const module = this.#compilation.moduleOf(prefix, use);
    if (!module) return;
    if (module.name === SCHEMA_MOUNT && name === 'mount-point') this.#checkMount(use, parent);
    const kind = embeddedKind(module.name, name);
    if (!kind || kind === 'yang-data' || this.#compilation.embedded.has(use)) return;
    this.#misplaced(use, `"${use.keyword}" can only be at the top level of a module`);
  }

  #checkMount(use: Statement, parent: Statement): void {
    const { sink } = this.#compilation;
    if (this.#unit.version === '1') {
      const message = `"${use.keyword}" needs yang-version 1.1 in module "${this.#unit.module.name}"`;
      sink.report('needs-version-1.1', use.at, message);
    }
    if (parent.keyword !== 'container' && parent.keyword !== 'list') {
      this.#misplaced(use, `"${use.keyword}" can only be in a container or list`);
    } else if (parent.substatements.find(({ keyword }) => keyword === use.keyword) !== use) {
      const message = `"${parent.keyword}" can have only one "${use.keyword}"`;
      sink.report('repeated-substatement', use.at, message);
    }
    if (use.argument === undefined || IDENTIFIER.test(use.argument)) return;
    const message = `the argument of "${use.keyword}" must be an identifier`;
    sink.report('invalid-argument', use.argumentAt, message);
  }

  #misplaced(use: Statement, message: string): void {
    this.#compilation.sink.report('misplaced-extension', use.at, message);
  }
}
