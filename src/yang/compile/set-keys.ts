/** Finds the key leafs of a list (RFC 7950, section 7.8.2). */
import { splitPrefix, type Statement } from '../syntax/statement.ts';
import { checkLeafStatus } from './check-status.ts';
import type { Compilation } from './compilation.ts';
import { nearest } from '../suggestion.ts';
import { findNamed, placementOf, type Draft } from './draft.ts';
import { Leaf, type List } from './nodes.ts';

/** Where nodes are: what config and some other properties mean depends on it. */
export type TreeMode = 'data' | 'grouping' | 'input' | 'notification' | 'output' | 'structure';

/** Sets `list.keys` and returns them. What is wrong with a key is reported. */
export function setKeys(
  compilation: Compilation,
  draft: Draft,
  list: List,
  mode: TreeMode,
): readonly Leaf[] {
  const statement = draft.property('key');
  if (!statement) {
    if (list.config && mode === 'data') {
      const message = `list "${draft.name}" is configuration and needs a key`;
      // In a grouping a list needs no key: it may be used for state.
      compilation.sink.report('missing-key', placementOf(draft).at, message);
    }
    return [];
  }
  const report = (message: string, suggest?: () => string | undefined): void => {
    compilation.sink.report('invalid-key', statement.argumentAt, message, suggest);
  };
  const keys = new Set<Leaf>();
  for (const text of statement.text.split(/\s+/).filter((word) => word !== '')) {
    const found = findKey(compilation, statement, text, draft);
    const leaf = found && compilation.frozen.get(found);
    if (found?.keyword !== 'leaf') {
      report(`list "${draft.name}" has no leaf "${text}"`, () => nearestLeaf(draft, text));
    } else if (leaf instanceof Leaf) {
      const fault = keyFault(compilation, leaf, found, list, mode);
      if (fault !== undefined) report(fault);
      if (keys.has(leaf)) report(`key "${text}" is there twice`);
      keys.add(leaf);
      leaf.isKey = true;
      checkLeafStatus(compilation, { list: draft, leaf: found, statement });
    } else if (found.disabled) {
      report(`key "${text}" depends on a feature that is not supported`);
    }
    // A leaf whose type has faults is missing, and reported already.
  }
  const inOrder = [...keys];
  list.keys = inOrder;
  return inOrder;
}

function nearestLeaf(list: Draft, text: string): string | undefined {
  const leafs = list.children.filter(({ keyword }) => keyword === 'leaf');
  return nearest(
    text,
    leafs.map(({ name }) => name),
  );
}

/** A key is a leaf of the module that defines the list; its prefix, if any, says no more. */
function findKey(
  compilation: Compilation,
  statement: Statement,
  text: string,
  list: Draft,
): Draft | undefined {
  const [prefix, name] = splitPrefix(text);
  const module = compilation.moduleOf(prefix, statement);
  if (!module) {
    compilation.reportPrefix(prefix, statement, statement.argumentAt);
    return undefined;
  }
  return findNamed(list.children, name).find((child) => child.module === list.module);
}

function keyFault(
  compilation: Compilation,
  key: Leaf,
  draft: Draft,
  list: List,
  mode: TreeMode,
): string | undefined {
  const { version } = compilation.unitOf(draft.statement);
  if (key.config !== list.config && mode !== 'grouping') {
    return `key "${key.name}" must have the same config as its list`;
  }
  if (key.type.base === 'empty' && version === '1') {
    return `key "${key.name}" cannot be of type empty`;
  }
  // Conditions of keys are forbidden since YANG 1.1 (section 1.1).
  if (version === '1') return undefined;
  if (draft.property('when')) return `key "${key.name}" cannot have "when"`;
  if (draft.outerWhens.length > 0) {
    return `key "${key.name}" cannot come from a "uses" with "when"`;
  }
  if (draft.property('if-feature')) return `key "${key.name}" cannot have "if-feature"`;
  return undefined;
}
