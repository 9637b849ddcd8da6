/**
 * Tree diagrams (RFC 8340; structures: RFC 8791, section 3). A compiled schema has only the nodes whose features are
 * supported and that no deviation takes away, so only these are shown.
 */
import type { Augment, ModuleInfo, SchemaContext, SchemaNode } from '../schema.ts';
import type { Statement } from '../syntax/statement.ts';
import { narrow, type TreeItem } from './tree/item.ts';
import { TreeLayout } from './tree/layout.ts';
import { ModuleTexts } from './module-texts.ts';
import { modeInside, SchemaItems, type FlagMode } from './tree/schema-items.ts';
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
  /** Whether to show what `uses` in a grouping brings instead of its name (section 2.2). Default: true. */
  readonly expandUses?: boolean | undefined;
  /** Nodes of groupings to show; further `uses` are shown by their names. Default: 500 000. */
  readonly maxNodes?: number | undefined;
}

/** The depth of groupings in groupings has no limit, and indentation grows with it. */
const MAX_DEPTH = 500;
const MAX_NODES = 500_000;
const MAX_LENGTH = 100_000_000;

/**
 * The tree diagram of one module: its data nodes, what it adds to other modules, operations, notifications,
 * groupings and structures. Throws when the schema has no such module.
 */
export function printTree(
  context: SchemaContext,
  moduleName: string,
  options: TreeOptions = {},
): string {
  const module = context.modules.get(moduleName);
  if (!module) throw new Error(`the schema has no module "${moduleName}"`);
  return new TreePrinter(context, module, options).print();
}

class TreePrinter {
  readonly #context: SchemaContext;
  readonly #module: ModuleInfo;
  readonly #options: TreeOptions;
  readonly #layout: TreeLayout;
  readonly #items: SchemaItems;
  #isEmpty = true;

  constructor(context: SchemaContext, module: ModuleInfo, options: TreeOptions) {
    this.#context = context;
    this.#module = module;
    this.#options = options;
    const { depth = MAX_DEPTH, lineLength = Infinity } = options;
    this.#layout = new TreeLayout({ depth, lineLength, maxLength: MAX_LENGTH });
    this.#items = new SchemaItems(context, module);
  }

  print(): string {
    const path = this.#options.path?.split('/').filter((step) => step !== '');
    const own = this.#context.root.children.filter((node) => this.#isOwn(node));
    const top = (nodes: readonly SchemaNode[]): readonly TreeItem[] =>
      narrow(this.#items.of(nodes, 'config'), path ?? []);
    this.#layout.line(`module: ${this.#module.name}`);
    this.#data(top(own.filter(({ kind }) => kind !== 'rpc' && kind !== 'notification')));
    if (!path) this.#augments('augment');
    this.#section('rpcs', top(own.filter(({ kind }) => kind === 'rpc')));
    this.#section('notifications', top(own.filter(({ kind }) => kind === 'notification')));
    if (!path) this.#definitions();
    return this.#layout.text;
  }

  #isOwn(node: SchemaNode): boolean {
    return node.kind !== 'root' && node.module === this.#module;
  }

  #data(items: readonly TreeItem[]): void {
    if (items.length > 0) this.#isEmpty = false;
    this.#layout.nodes(items, '  ');
  }

  #section(title: string, items: readonly TreeItem[]): void {
    this.#titled(items.length > 0 ? [[title, items]] : []);
  }

  /** Sections of one kind stand together. */
  #titled(sections: readonly (readonly [title: string, items: readonly TreeItem[]])[]): void {
    if (sections.length === 0) return;
    this.#isEmpty = false;
    this.#layout.line('');
    for (const [title, items] of sections) {
      const [keyword = '', argument = ''] = title.split(/ (.*)/s);
      if (argument === '') this.#layout.line(`  ${keyword}:`);
      else this.#layout.title(keyword, argument);
      this.#layout.nodes(items, '    ');
    }
  }

  /** Only nodes of others: what a module adds to itself is shown where it is. */
  #augments(title: 'augment' | 'augment-structure'): void {
    const isStructure = title === 'augment-structure';
    const shown = this.#context.augments.filter(
      ({ module, statement, nodes, target }) =>
        module === this.#module &&
        nodes.length > 0 &&
        statement.isExtension === isStructure &&
        !this.#isOwn(target),
    );
    this.#titled(
      shown.map((augment) => [
        `${title} ${augment.statement.text.replace(/\s+/g, '')}`,
        this.#items.of(augment.nodes, isStructure ? 'none' : modeOf(augment)),
      ]),
    );
  }

  #definitions(): void {
    const structures = [...this.#context.structures.values()].filter(
      ({ module }) => module === this.#module,
    );
    const print = (kind: 'yang-data' | 'structure'): void => {
      const found = structures.filter(({ source }) => source === kind);
      this.#titled(
        found.map(({ name, children }) => [`${kind} ${name}`, this.#items.of(children, 'none')]),
      );
    };
    const { groupings = this.#isEmpty && structures.length === 0 } = this.#options;
    if (groupings) this.#groupings();
    print('yang-data');
    print('structure');
    this.#augments('augment-structure');
  }

  #groupings(): void {
    const { expandUses = true, maxNodes = MAX_NODES } = this.#options;
    const texts = new ModuleTexts(this.#context);
    const items = new StatementItems(this.#context, texts, this.#module, expandUses ? maxNodes : 0);
    const groupings = texts.unitsOf(this.#module.name).flatMap((unit) => unit.all('grouping'));
    this.#titled(groupings.map((it: Statement) => [`grouping ${it.text}`, items.of(it)]));
  }
}

/** What decides on the flags of nodes that are added to `target`. */
function modeOf({ target }: Augment): FlagMode {
  for (let node = target; node.kind !== 'root'; node = node.parent) {
    const mode = modeInside(node, 'config');
    if (mode !== 'config') return mode;
  }
  return 'config';
}
