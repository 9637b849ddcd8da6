/** What a schema node identifier that leads nowhere may have been meant to be (RFC 7950, section 6.5). */
import { splitPrefix } from '../syntax/statement.ts';
import { nearest } from '../suggestion.ts';
import { findNamed, type Draft } from './draft.ts';
import { findNode, type SchemaPathStep } from './schema-path.ts';

/**
 * `text` with its first wrong step put right: the choice and case that were left out before it, or the nearest name
 * in its place.
 */
export function suggestPath(
  level: readonly Draft[],
  path: readonly SchemaPathStep[],
  text: string,
): string | undefined {
  let drafts = level;
  for (const [index, step] of path.entries()) {
    const found = findNode(drafts, [step]);
    if (!found) {
      const names = namesFor(drafts, step.name);
      return names && replaceStep(text, index, names);
    }
    drafts = found.children;
  }
  return undefined;
}

function namesFor(drafts: readonly Draft[], name: string): readonly string[] | undefined {
  for (const choice of drafts) {
    if (choice.keyword !== 'choice') continue;
    for (const branch of choice.children) {
      if (findNamed(branch.children, name).length > 0) return [choice.name, branch.name, name];
    }
  }
  const near = nearest(
    name,
    drafts.map((draft) => draft.name),
  );
  return near === undefined ? undefined : [near];
}

function replaceStep(text: string, index: number, names: readonly string[]): string {
  const steps = text.split('/');
  const at = text.startsWith('/') ? index + 1 : index;
  const [prefix] = splitPrefix(steps[at] ?? '');
  const replaced = names.map((name) => (prefix === undefined ? name : `${prefix}:${name}`));
  return steps.toSpliced(at, 1, ...replaced).join('/');
}
