/** Finds the key leafs of a list (RFC 7950, section 7.8.2). */
import type { SchemaNode } from '../schema.ts';
import { splitPrefix } from '../syntax/statement.ts';
import type { Compilation } from './compilation.ts';
import type { Draft } from './draft.ts';
import { Leaf, type List } from './nodes.ts';

/** Sets `list.keys` and returns them. What is wrong with a key is reported. */
export function setKeys(
  compilation: Compilation,
  draft: Draft,
  list: List,
  scope: { readonly children: readonly SchemaNode[]; readonly inMessage: boolean },
): readonly Leaf[] {
  const statement = draft.property('key');
  if (!statement) {
    if (list.config) {
      const message = `list "${draft.name}" is configuration and needs a key`;
      compilation.sink.report('missing-key', draft.statement.at, message);
    }
    return [];
  }
  const report = (message: string): void => {
    compilation.sink.report('invalid-key', statement.argumentAt, message);
  };
  const { version } = compilation.unitOf(draft.statement);
  const keys: Leaf[] = [];
  for (const text of statement.text.split(/\s+/).filter((word) => word !== '')) {
    const [, name] = splitPrefix(text);
    const child = scope.children.find((node) => 'name' in node && node.name === name);
    const leafDraft = draft.child(undefined, name);
    if (child instanceof Leaf) {
      const fault = leafDraft && keyFault(child, leafDraft, list, version);
      if (fault) report(fault);
      if (keys.includes(child)) report(`key "${name}" is there twice`);
      else keys.push(child);
      child.isKey = true;
    } else if (leafDraft?.keyword !== 'leaf') {
      // A leaf whose type has faults is missing here, and reported already.
      report(`list "${draft.name}" has no leaf "${name}"`);
    }
  }
  list.keys = keys;
  return keys;
}

function keyFault(key: Leaf, draft: Draft, list: List, version: string): string | undefined {
  if (key.config !== list.config) return `key "${key.name}" must have the same config as its list`;
  if (key.type.base === 'empty' && version === '1')
    return `key "${key.name}" cannot be of type empty`;
  if (draft.property('when')) return `key "${key.name}" cannot have "when"`;
  if (draft.property('if-feature')) return `key "${key.name}" cannot have "if-feature"`;
  return undefined;
}
