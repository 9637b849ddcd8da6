/**
 * Parses the defaults of leafs and leaf-lists, their own or those of their types, to canonical values
 * (RFC 7950, sections 7.3.4, 7.6.4 and 7.7.4). Values of leafrefs need their targets first.
 */
import { matchingSteps } from '../../xpath/index.ts';
import type { Statement } from '../syntax/statement.ts';
import { InvalidValueError, parseDefault, type LeafValue, type YangType } from '../types/index.ts';
import type { Compilation } from './compilation.ts';
import type { Draft } from './draft.ts';
import { Leaf, LeafList } from './nodes.ts';
import { UnboundLeafrefError } from './resolve-leafrefs.ts';
import { followType } from './type-chain.ts';

/** Steps of matching patterns that the defaults of one compilation may take: a few seconds. */
const MAX_STEPS = 30_000_000;

export function resolveDefaults(compilation: Compilation): void {
  const stepsAllowed = matchingSteps() + MAX_STEPS;
  for (const unit of compilation.allUnits) checkTypedefs(compilation, unit.statement);
  for (const [draft, node] of compilation.frozen) {
    if (matchingSteps() > stepsAllowed) {
      const message = 'it takes too long to match the defaults against the patterns of their types';
      compilation.sink.report('invalid-default', draft.statement.at, message);
      return;
    }
    if (node instanceof Leaf || node instanceof LeafList) checkRefined(compilation, draft, node);
    if (node instanceof Leaf) setLeafDefault(compilation, draft, node);
    else if (node instanceof LeafList) setLeafListDefaults(compilation, draft, node);
  }
}

/**
 * Defaults of typedefs, used or not, their own and inherited ones. Those of leafrefs depend on the leaf and
 * are left to it.
 */
function checkTypedefs(compilation: Compilation, statement: Statement): void {
  for (const substatement of statement.substatements) {
    if (compilation.isOpaque(substatement)) continue;
    if (substatement.keyword === 'typedef') checkTypedef(compilation, substatement);
    checkTypedefs(compilation, substatement);
  }
}

function checkTypedef(compilation: Compilation, typedef: Statement): void {
  const statement = typedef.find('type');
  const type = statement && compilation.types.sharedType(statement);
  if (!type) return;
  const stated = typedef.find('default');
  const found = stated ? { statement: stated, isOwn: true } : typeDefault(compilation, statement);
  if (found) parse(compilation, found, { type, user: statement });
}

/** The defaults that a grouping states fit its types, also where those who use it refine them. */
function checkRefined(compilation: Compilation, draft: Draft, { type }: Leaf | LeafList): void {
  for (const statement of draft.refinedDefaults ?? []) {
    parse(compilation, { statement, isOwn: true }, { type, user: draft.property('type') });
  }
}

/** A default, and whether it stands where it applies or in a typedef further on. */
interface Default {
  readonly statement: Statement;
  readonly isOwn: boolean;
}

interface Target {
  readonly type: YangType;
  /** The type statement that a default that does not fit is a fault of, if it is inherited. */
  readonly user: Statement | undefined;
}

function setLeafDefault(compilation: Compilation, draft: Draft, leaf: Leaf): void {
  const user = draft.property('type');
  const stated = draft.property('default');
  const found = stated ? { statement: stated, isOwn: true } : typeDefault(compilation, user);
  if (!found) return;
  // A key always has a value, so its default never applies (section 7.8.2), and neither does one that is
  // only inherited where a value is mandatory.
  if (leaf.isKey || leaf.mandatory) {
    if (stated) parse(compilation, found, { type: leaf.type, user });
    return;
  }
  leaf.defaultValue = parse(compilation, found, { type: leaf.type, user });
}

function setLeafListDefaults(compilation: Compilation, draft: Draft, leafList: LeafList): void {
  if (leafList.minElements > 0) return;
  const user = draft.property('type');
  let defaults: Default[] = draft.all('default').map((statement) => ({ statement, isOwn: true }));
  if (defaults.length === 0) {
    const inherited = typeDefault(compilation, user);
    // YANG version 1 has no defaults of leaf-lists at all.
    if (!inherited || compilation.unitOf(draft.statement).version === '1') return;
    defaults = [inherited];
  }
  const seen = new Set<string>();
  const all: LeafValue[] = [];
  for (const found of defaults) {
    const { statement } = found;
    const value = parse(compilation, found, { type: leafList.type, user });
    if (value === undefined) continue;
    const text = leafList.type.canonical(value);
    // Values of configuration are unique, so defaults are (section 7.7).
    if (leafList.config && seen.has(text)) {
      const message = `default "${text}" of "${leafList.name}" is there twice`;
      compilation.sink.report('invalid-default', statement.argumentAt, message);
    }
    seen.add(text);
    all.push(value);
  }
  leafList.defaultValues = all;
}

/** The default of the nearest typedef that has one (section 7.3.4). */
function typeDefault(compilation: Compilation, type: Statement | undefined): Default | undefined {
  const chain = type && followType(compilation, type);
  for (const typedef of chain?.typedefs ?? []) {
    const statement = typedef.find('default');
    if (statement) return { statement, isOwn: false };
  }
  return undefined;
}

function parse(
  compilation: Compilation,
  { statement, isOwn }: Default,
  { type, user }: Target,
): LeafValue | undefined {
  const { module, prefixes, missingPrefixes } = compilation.unitOf(statement);
  const missing = new Set<string>();
  try {
    const value = parseDefault(type, statement.text, (prefix) => {
      if (missingPrefixes.has(prefix)) missing.add(prefix);
      return prefix === '' ? module.info.namespace : prefixes.get(prefix)?.info.namespace;
    });
    checkConditions(compilation, statement, { type, value });
    return value;
  } catch (error) {
    if (error instanceof UnboundLeafrefError) return undefined;
    if (!(error instanceof InvalidValueError)) throw error;
    // That a module is not there has been reported.
    if (missing.size > 0 || (!isOwn && isFaultOfBase(compilation, statement, user)))
      return undefined;
    const at = isOwn || !user ? statement.argumentAt : user.argumentAt;
    const inherited = `the default of the base type is not valid here: ${error.message}`;
    compilation.sink.report('invalid-default', at, isOwn ? error.message : inherited);
    return undefined;
  }
}

/** Whether an inherited default is not even valid where it is inherited from, which is reported there. */
function isFaultOfBase(
  compilation: Compilation,
  statement: Statement,
  user: Statement | undefined,
): boolean {
  const [typedef] = (user && followType(compilation, user)?.typedefs) ?? [];
  const base = typedef?.find('type');
  const type = base && compilation.types.sharedType(base);
  const { module, prefixes } = compilation.unitOf(statement);
  try {
    if (type) {
      parseDefault(type, statement.text, (prefix) =>
        prefix === '' ? module.info.namespace : prefixes.get(prefix)?.info.namespace,
      );
    }
    return false;
  } catch (error) {
    return error instanceof InvalidValueError;
  }
}

/** "The definition of the default value MUST NOT be marked with an if-feature" (section 7.6.4). */
function checkConditions(
  compilation: Compilation,
  statement: Statement,
  { type, value }: { readonly type: YangType; readonly value: LeafValue },
): void {
  if (typeof value !== 'string') return;
  for (const name of compilation.types.conditionalNames(type, value)) {
    const message = `default "${name}" is not always there: its definition has if-feature`;
    compilation.sink.report('invalid-default', statement.argumentAt, message);
  }
}
