/**
 * Builds the schema from the drafts (RFC 7950, section 5.1): the schema tree, the trees of structures, and those of
 * groupings that nothing uses, which are only checked.
 */
import type { SchemaNode } from '../schema.ts';
import { buildAnnotations } from './build-annotations.ts';
import type { Compilation, Module } from './compilation.ts';
import { Context } from './context.ts';
import type { DraftedStructure } from './draft.ts';
import { extensionInstances } from './extension-instances.ts';
import { Freezer } from './freezer.ts';
import { Root, Structure, type StructureDescription } from './nodes.ts';
import { assignSlots } from './slots.ts';

export function freeze(compilation: Compilation): void {
  const context = new Context(compilation);
  compilation.context = context;
  const freezer = new Freezer(compilation);
  const children: SchemaNode[] = [];
  for (const { nodes } of compilation.implementedModules) {
    for (const node of freezer.freezeBelow(context.root, nodes, 'data')) children.push(node);
  }
  context.root.grow(children, assignSlots(children, []));
  context.index();
  freezeStructures(compilation, context, freezer);
  for (const { nodes } of compilation.groupings) {
    const root = new Root(context);
    compilation.openRoots.add(root);
    const inside = freezer.freezeBelow(root, nodes, 'grouping');
    root.grow(inside, assignSlots(inside, []));
  }
  addAugments(compilation, context);
  buildAnnotations(compilation, context);
}

/** Each structure is a tree of its own (RFC 8791, section 4; RFC 8040, section 8). */
function freezeStructures(compilation: Compilation, context: Context, freezer: Freezer): void {
  for (const structure of compilation.structures) {
    const { module, source } = structure;
    const root = new Root(context);
    const children = freezer.freezeBelow(root, structure.nodes, 'structure');
    root.grow(children, assignSlots(children, []));
    const [first] = children;
    if (!isNewest(context, module)) continue;
    if (source === 'structure' && first?.kind === 'container') {
      context.addStructure(new Structure(root, { source, branch: first, described: first }));
    } else if (source === 'yang-data') {
      const described = describeTemplate(compilation, structure);
      context.addStructure(new Structure(root, { source, branch: root, described }));
    }
  }
}

/** Other revisions of a module do not count. */
function isNewest(context: Context, module: Module): boolean {
  return context.modules.get(module.name) === module.info;
}

function addAugments({ augments, frozen, modules }: Compilation, context: Context): void {
  for (const module of modules) {
    for (const { statement: unit } of module.units) {
      for (const statement of unit.substatements) {
        const augment = augments.get(statement);
        const target = augment && frozen.get(augment.target);
        if (!target) continue;
        const nodes = augment.nodes.flatMap((draft) => frozen.get(draft) ?? []);
        context.augments.push({ module: module.info, statement, target, nodes });
      }
    }
  }
}

/** A template has a name and extensions, and nothing else is said of it. */
function describeTemplate(
  compilation: Compilation,
  { statement, module }: DraftedStructure,
): StructureDescription {
  return {
    name: statement.text,
    module: module.info,
    status: 'current',
    description: undefined,
    reference: undefined,
    extensions: extensionInstances(compilation, statement.substatements),
    must: [],
  };
}
