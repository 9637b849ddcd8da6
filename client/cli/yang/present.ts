/** `sami yang validate --present`: modules of which there are no data require none. */
import {
  Branch,
  type DataDocument,
  type DocumentError,
  type Slot,
} from '../../../src/data/index.ts';

/** Without the errors in data of modules that have none in the document: what they require is not asked for. */
export function ofPresent(
  { root }: DataDocument,
  errors: readonly DocumentError[],
): readonly DocumentError[] {
  const present = new Set(
    root.schema.dataChildren.flatMap((node) =>
      hasContent(root.get(node)) ? [node.module.name] : [],
    ),
  );
  return errors.filter(({ path }) => {
    const module = typeof path === 'string' ? undefined : path?.[0]?.module;
    return module === undefined || present.has(module);
  });
}

/** Containers without presence are there whether or not the document has them. */
function hasContent(slot: Slot): boolean {
  if (!(slot instanceof Branch) || slot.schema.kind !== 'container' || slot.schema.presence) {
    return slot !== undefined;
  }
  return slot.slots.some(hasContent);
}
