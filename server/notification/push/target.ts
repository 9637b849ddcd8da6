/** Data resource identifiers (RFC 8040, section 3.5.3), as the targets of edits are. */
import type { Branch, DiffPlace } from '../../../src/data/index.ts';
import type { DataSchemaNode, LeafValue } from '../../../src/yang/index.ts';

/** Where something is: the identifier, and those of what it is in, from the top down. */
export interface Target {
  readonly text: string;
  readonly ancestors: readonly string[];
}

export const ROOT_TARGET: Target = { text: '', ancestors: [] };

/** The identifier of a child; `value` is an entry with its keys, or the value of an entry of a leaf-list. */
export function childTarget(parent: Target, node: DataSchemaNode, value?: unknown): Target {
  const { text, ancestors } = parent;
  return {
    text: `${text}/${nameOf(node)}${instanceOf(node, value)}`,
    ancestors: text === '' ? ancestors : [...ancestors, text],
  };
}

/** The identifier of an entry whose parent and list are known: for many of them. */
export function rowTarget(listText: string, node: DataSchemaNode, row: Branch): string {
  return `${listText}${instanceOf(node, row)}`;
}

/** A node of the module that its parent is of has no prefix. */
export function nameOf(node: DataSchemaNode): string {
  const { dataParent, module, name } = node;
  const isSame = dataParent.kind !== 'root' && dataParent.module === module;
  return isSame ? name : `${module.name}:${name}`;
}

function instanceOf(node: DataSchemaNode, value: unknown): string {
  if (node.kind === 'list') {
    const { slots } = value as Branch;
    const keys = node.keys.map((key) =>
      encodeURIComponent(key.type.canonical(slots[key.slot] as LeafValue)),
    );
    return keys.length > 0 ? `=${keys.join(',')}` : '';
  }
  if (node.kind !== 'leaf-list') return '';
  return `=${encodeURIComponent(node.type.canonical(value as LeafValue))}`;
}

/** Identifiers of places in a difference, each made once. */
export class PlaceTargets {
  readonly #known = new WeakMap<DiffPlace, Target>();

  of(place: DiffPlace): Target {
    let target = this.#known.get(place);
    if (!target) {
      target = this.#make(place);
      this.#known.set(place, target);
    }
    return target;
  }

  #make(place: DiffPlace): Target {
    const branch = place.after ?? place.before;
    if (!branch || !place.parent) return ROOT_TARGET;
    const { schema } = branch;
    if (schema.kind !== 'container' && schema.kind !== 'list') return ROOT_TARGET;
    return childTarget(this.of(place.parent), schema, branch);
  }
}
