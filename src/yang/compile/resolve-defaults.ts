/**
 * Parses the defaults of leafs and leaf-lists, their own or those of their types, to canonical values
 * (RFC 7950, sections 7.3.4, 7.6.4 and 7.7.4). Values of leafrefs need their targets first.
 */
import type { Statement } from '../syntax/statement.ts';
import { InvalidValueError, parseDefault, type LeafValue, type YangType } from '../types/index.ts';
import type { Compilation } from './compilation.ts';
import type { Draft } from './draft.ts';
import { Leaf, LeafList } from './nodes.ts';
import { UnboundLeafrefError } from './resolve-leafrefs.ts';
import { followType } from './type-chain.ts';

export function resolveDefaults(compilation: Compilation): void {
  for (const unit of compilation.allUnits) checkTypedefs(compilation, unit.statement);
  for (const [draft, node] of compilation.frozen) {
    if (node instanceof Leaf) setLeafDefault(compilation, draft, node);
    else if (node instanceof LeafList) setLeafListDefaults(compilation, draft, node);
  }
}

/** Defaults of typedefs, used or not. Those of leafrefs depend on the leaf and are left to it. */
function checkTypedefs(compilation: Compilation, statement: Statement): void {
  for (const substatement of statement.substatements) {
    if (compilation.isOpaque(substatement)) continue;
    const value = substatement.keyword === 'typedef' && substatement.find('default');
    const type = value && substatement.find('type');
    const built = type && compilation.types.sharedType(type);
    if (value && built) parse(compilation, value, built);
    checkTypedefs(compilation, substatement);
  }
}

function setLeafDefault(compilation: Compilation, draft: Draft, leaf: Leaf): void {
  // A key always has a value, so its default never applies (section 7.8.2).
  if (leaf.isKey || leaf.mandatory) return;
  const statement = draft.property('default') ?? typeDefault(compilation, draft);
  if (statement) leaf.defaultValue = parse(compilation, statement, leaf.type);
}

function setLeafListDefaults(compilation: Compilation, draft: Draft, leafList: LeafList): void {
  if (leafList.minElements > 0) return;
  let statements = draft.all('default');
  if (statements.length === 0) {
    const inherited = typeDefault(compilation, draft);
    // YANG version 1 has no defaults of leaf-lists at all.
    if (!inherited || compilation.unitOf(draft.statement).version === '1') return;
    statements = [inherited];
  }
  const seen = new Set<string>();
  const all: LeafValue[] = [];
  for (const statement of statements) {
    const value = parse(compilation, statement, leafList.type);
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

function typeDefault(compilation: Compilation, draft: Draft): Statement | undefined {
  const type = draft.property('type');
  const chain = type && followType(compilation, type);
  for (const typedef of chain?.typedefs ?? []) {
    const statement = typedef.find('default');
    if (statement) return statement;
  }
  return undefined;
}

function parse(
  compilation: Compilation,
  statement: Statement,
  type: YangType,
): LeafValue | undefined {
  const unit = compilation.unitOf(statement);
  try {
    return parseDefault(type, statement.text, (prefix) =>
      prefix === '' ? unit.module.info.namespace : unit.prefixes.get(prefix)?.info.namespace,
    );
  } catch (error) {
    if (error instanceof UnboundLeafrefError) return undefined;
    if (!(error instanceof InvalidValueError)) throw error;
    compilation.sink.report('invalid-default', statement.argumentAt, error.message);
    return undefined;
  }
}
