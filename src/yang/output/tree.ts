/**
 * Tree diagrams (RFC 8340; structures: RFC 8791, section 3). A compiled schema has only the nodes whose features are
 * supported and that no deviation takes away, so only these are shown.
 */
import type { ModuleInfo, SchemaContext } from '../schema.ts';
import type { Statement } from '../syntax/statement.ts';
import { ModuleTexts } from './module-texts.ts';
import { narrow, type TreeItem } from './tree/item.ts';
import { TreeLayout } from './tree/layout.ts';
import {
  schemaSections,
  statementSections,
  type NamedSection,
  type Sections,
} from './tree/sections.ts';
import { StatementItems } from './tree/statement-items.ts';

export interface TreeOptions {
  /** Levels of nodes to show; `...` stands for what is below (section 2.4). Default: 500. */
  readonly depth?: number | undefined;
  /**
   * Only what is at this path, with the nodes above it: `/interfaces/interface`. A name may have a prefix or module
   * name; choices and cases, and the input and output of operations are steps too, but choices and cases may be
   * left out. Sections of augments, groupings and structures are left out.
   */
  readonly path?: string | undefined;
  /** Characters to a line; longer ones are broken as section 3.1 says. RFCs have 72. Default: no limit. */
  readonly lineLength?: number | undefined;
  /** Whether to show groupings; by default only for a module that has nothing else (section 3.2). */
  readonly groupings?: boolean | undefined;
  /**
   * Whether to show what `uses` brings instead of the name of the grouping (section 2.2). Default: true. When not, the
   * texts are shown as they are, whatever features are supported.
   */
  readonly expandUses?: boolean | undefined;
  /** Nodes of groupings to show; further `uses` are shown by their names. Default: 500 000. */
  readonly maxNodes?: number | undefined;
}

/** The depth of groupings in groupings has no limit, and indentation grows with it. */
const MAX_DEPTH = 500;
const MAX_NODES = 500_000;
const MAX_LENGTH = 100_000_000;

/**
 * The tree diagram of one module: its data nodes, what it adds to other modules, operations, notifications, groupings
 * and structures. A submodule has one of its own (section 2.1), as does a module that others only import: it shows what
 * their texts define, whatever features are supported. Throws when the schema has no such module.
 */
export function printTree(
  context: SchemaContext,
  moduleName: string,
  options: TreeOptions = {},
): string {
  const isWhole = context.modules.has(moduleName);
  const module =
    context.modules.get(moduleName) ??
    [...context.modules.values()].find(({ submodules }) =>
      submodules.some(({ name }) => name === moduleName),
    );
  if (!module) throw new Error(`the schema has no module "${moduleName}"`);
  return new TreePrinter(context, module, options).print(isWhole ? undefined : moduleName);
}

class TreePrinter {
  readonly #context: SchemaContext;
  readonly #module: ModuleInfo;
  readonly #options: TreeOptions;
  readonly #layout: TreeLayout;
  readonly #texts: ModuleTexts;
  #isEmpty = true;

  constructor(context: SchemaContext, module: ModuleInfo, options: TreeOptions) {
    this.#context = context;
    this.#module = module;
    this.#options = options;
    this.#texts = new ModuleTexts(context);
    const { depth = MAX_DEPTH, lineLength = Infinity } = options;
    this.#layout = new TreeLayout({ depth, lineLength, maxLength: MAX_LENGTH });
  }

  print(submodule: string | undefined): string {
    const path = this.#options.path?.split('/').filter((step) => step !== '');
    const sections = this.#sectionsOf(submodule);
    const title =
      submodule === undefined ? `module: ${this.#module.name}` : `submodule: ${submodule}`;
    this.#layout.line(title);
    this.#layout.nodes(this.#shown(narrow(sections.data, path ?? [])), '  ');
    if (!path) this.#named('augment', sections.augments);
    this.#plain('rpcs', narrow(sections.rpcs, path ?? []));
    this.#plain('notifications', narrow(sections.notifications, path ?? []));
    if (!path) this.#definitions(sections, submodule);
    return this.#layout.text;
  }

  #sectionsOf(submodule: string | undefined): Sections {
    const compiled = schemaSections(this.#context, this.#module);
    const { expandUses = true } = this.#options;
    if (submodule === undefined && this.#module.implemented && expandUses) return compiled;
    const units = this.#unitsOf(submodule);
    return { ...compiled, ...statementSections(this.#statementItems(), units) };
  }

  /** The texts that are shown: those of the submodule, or of the whole module. */
  #unitsOf(submodule: string | undefined): readonly Statement[] {
    const units = this.#texts.unitsOf(this.#module.name);
    return submodule === undefined ? units : units.filter((unit) => unit.text === submodule);
  }

  #statementItems(): StatementItems {
    const { expandUses = true, maxNodes = MAX_NODES } = this.#options;
    const limit = expandUses ? maxNodes : 0;
    return new StatementItems(this.#context, this.#texts, this.#module, limit);
  }

  #shown<T>(items: readonly T[]): readonly T[] {
    if (items.length > 0) this.#isEmpty = false;
    return items;
  }

  #plain(title: string, items: readonly TreeItem[]): void {
    if (this.#shown(items).length === 0) return;
    this.#layout.line('');
    this.#layout.line(`  ${title}:`);
    this.#layout.nodes(items, '    ');
  }

  /** Sections of one kind stand together. */
  #named(keyword: string, sections: readonly NamedSection[]): void {
    if (this.#shown(sections).length > 0) this.#layout.line('');
    for (const { argument, items } of sections) {
      this.#layout.title(keyword, argument);
      this.#layout.nodes(items, '    ');
    }
  }

  #definitions(sections: Sections, submodule: string | undefined): void {
    const { yangData, structures, structureAugments } = sections;
    const isStructured = [yangData, structures, structureAugments].some(({ length }) => length > 0);
    const { groupings = this.#isEmpty && !isStructured } = this.#options;
    if (groupings) {
      const items = this.#statementItems();
      const found = this.#unitsOf(submodule).flatMap((unit) => unit.all('grouping'));
      this.#named(
        'grouping',
        found.map((it) => ({ argument: it.text, items: items.of(it) })),
      );
    }
    // Which text of a module a structure is in, the schema does not tell.
    if (submodule !== undefined) return;
    this.#named('yang-data', yangData);
    this.#named('structure', structures);
    this.#named('augment-structure', structureAugments);
  }
}
