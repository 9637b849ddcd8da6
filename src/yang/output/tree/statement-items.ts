/**
 * Nodes of groupings as lines of a tree diagram (RFC 8340, sections 2.2 and 2.6), from their statements. Where config
 * depends on who uses the grouping, nodes have no flags.
 */
import { compileXPath } from '../../../xpath/index.ts';
import type { ModuleInfo, SchemaContext } from '../../schema.ts';
import { NODE_KEYWORDS } from '../../syntax/grammar.ts';
import { splitPrefix, type Statement } from '../../syntax/statement.ts';
import { labelOf, statusMark, type TreeItem } from './item.ts';
import { shortenPath } from './leafref-path.ts';
import type { ModuleTexts } from '../module-texts.ts';

/** A `refine` or `augment` of a `uses` on its way to the node it is about. */
interface Change {
  readonly path: readonly string[];
  readonly statement: Statement;
}

interface Place {
  /** Flags of data nodes without `config`. */
  readonly flags: string;
  readonly keys: readonly string[];
  readonly isChoice: boolean;
  /** Of each `uses` around, the outermost first, which has the last word; by the first step of their paths. */
  readonly changes: readonly ReadonlyMap<string, readonly Change[]>[];
  /** Conditions of the `uses` or `augment` that brings the nodes. */
  readonly conditions: readonly string[];
}

const TOP: Place = { flags: '', keys: [], isChoice: false, changes: [], conditions: [] };

export class StatementItems {
  readonly #context: SchemaContext;
  readonly #texts: ModuleTexts;
  readonly #module: ModuleInfo;
  /** Groupings can grow exponentially: nodes and uses to be shown before uses are shown by their names. */
  #left: number;

  constructor(context: SchemaContext, texts: ModuleTexts, module: ModuleInfo, maxNodes: number) {
    this.#context = context;
    this.#texts = texts;
    this.#module = module;
    this.#left = maxNodes;
  }

  /** The nodes that a grouping defines; `flags` are those of data nodes that have no `config`. */
  of(grouping: Statement, flags = ''): readonly TreeItem[] {
    return this.#children(grouping, { ...TOP, flags, conditions: conditionsOf(grouping) });
  }

  #children(parent: Statement, place: Place): readonly TreeItem[] {
    return parent.substatements.flatMap((statement) => {
      if (statement.keyword === 'uses') return this.#uses(statement, place);
      if (!NODE_KEYWORDS.has(statement.keyword) || isEmptyMessage(statement)) return [];
      const isShortCase = place.isChoice && statement.keyword !== 'case';
      return isShortCase ? [this.#shortCase(statement, place)] : [this.#item(statement, place)];
    });
  }

  #uses(uses: Statement, place: Place): readonly TreeItem[] {
    this.#left -= 1;
    const grouping = this.#left > 0 ? this.#texts.groupingOf(uses) : undefined;
    if (!grouping) return [this.#unexpanded(uses, place)];
    const changes = uses.substatements
      .filter(({ keyword }) => keyword === 'refine' || keyword === 'augment')
      .map((statement) => ({
        path: statement.text.split('/').map((step) => splitPrefix(step.trim())[1]),
        statement,
      }));
    return this.#children(grouping, {
      ...place,
      changes: changes.length === 0 ? place.changes : [...place.changes, byFirstStep(changes)],
      conditions: [...conditionsOf(uses), ...place.conditions],
    });
  }

  #unexpanded(uses: Statement, place: Place): TreeItem {
    return {
      ...this.#common(uses, place, []),
      flags: '-u',
      label: uses.text,
      children: () => [],
    };
  }

  #shortCase(statement: Statement, place: Place): TreeItem {
    const inner = {
      ...place,
      isChoice: false,
      conditions: [],
      changes: inside(place, statement.text),
    };
    return {
      ...this.#common(statement, place, []),
      label: `:(${statement.text})`,
      features: place.conditions,
      isTransparent: true,
      children: () => [this.#item(statement, inner)],
    };
  }

  #item(statement: Statement, place: Place): TreeItem {
    const { keyword } = statement;
    const name = nameOf(statement);
    this.#left -= 1;
    const here = place.changes
      .flatMap((changes) => changes.get(name) ?? [])
      .filter(({ path }) => path.length === 1)
      .map((change) => change.statement);
    const refined = here.filter((change) => change.keyword === 'refine');
    const find = (wanted: string): string | undefined =>
      refined.find((refine) => refine.find(wanted))?.argumentOf(wanted) ??
      statement.argumentOf(wanted);
    const keys = find('key')?.trim().split(/\s+/) ?? [];
    const flags = flagsInside(keyword, find('config'), place.flags);
    const inner: Place = {
      flags,
      keys,
      isChoice: keyword === 'choice',
      changes: inside(place, name),
      conditions: [],
    };
    return {
      ...this.#common(statement, place, refined),
      flags: OWN_FLAGS[keyword] ?? flags,
      label: labelOf(keyword, name),
      mark: markOf(keyword, { find, isKey: place.keys.includes(name) }),
      keys,
      type: this.#typeOf(statement),
      isTransparent: keyword === 'choice' || keyword === 'case',
      children: () => [
        ...this.#children(statement, inner),
        ...here
          .filter((change) => change.keyword === 'augment')
          .flatMap((augment) =>
            this.#children(augment, { ...inner, conditions: conditionsOf(augment) }),
          ),
      ],
    };
  }

  #common(
    statement: Statement,
    place: Place,
    refined: readonly Statement[],
  ): Omit<TreeItem, 'label' | 'children'> {
    return {
      status: statusMark(statement.argumentOf('status')),
      flags: '',
      name: nameOf(statement),
      qualifiers: [this.#module.name, this.#module.prefix],
      mark: '',
      keys: [],
      type: '',
      features: [...conditionsOf(statement), ...refined.flatMap(conditionsOf), ...place.conditions],
      isTransparent: false,
    };
  }

  #typeOf(statement: Statement): string {
    if (statement.keyword === 'anydata' || statement.keyword === 'anyxml') return statement.keyword;
    const type = statement.find('type');
    if (!type) return '';
    const path = type.find('path');
    if (type.text === 'leafref' && path) return `-> ${this.#path(path)}`;
    const [prefix, name] = splitPrefix(type.text);
    const module = this.#texts.moduleOf(prefix, type);
    // Without a prefix it is a built-in type, or one of the module that it is written in.
    if (!module || module.name === this.#module.name) return name;
    const isBuiltIn = prefix === undefined && !this.#texts.topLevel(module.name, 'typedef', name);
    return isBuiltIn ? name : `${module.prefix}:${name}`;
  }

  /** Names of modules take the place of namespaces. The compiler has seen that the path is well-formed. */
  #path(path: Statement): string {
    const namespace = this.#module.name;
    const { ast } = compileXPath(path.text, {
      resolvePrefix: (prefix) => this.#texts.moduleOf(prefix, path)?.name,
      defaultNamespace: namespace,
      prefixOf: () => undefined,
    });
    const prefixOf = (module: string): string =>
      this.#context.modules.get(module)?.prefix ?? module;
    return shortenPath(ast, { namespace, prefixOf }) ?? path.text;
  }
}

const OWN_FLAGS: Readonly<Record<string, string>> = {
  action: '-x',
  case: '',
  notification: '-n',
  rpc: '-x',
};

function flagsInside(keyword: string, config: string | undefined, outer: string): string {
  if (keyword === 'input') return '-w';
  if (keyword === 'output' || keyword === 'notification') return 'ro';
  if (outer === '-w' || config === undefined) return outer;
  return config === 'false' ? 'ro' : 'rw';
}

function byFirstStep(changes: readonly Change[]): ReadonlyMap<string, readonly Change[]> {
  const table = new Map<string, Change[]>();
  for (const change of changes) {
    const [first = ''] = change.path;
    const list = table.get(first);
    if (list) list.push(change);
    else table.set(first, [change]);
  }
  return table;
}

/** The changes that are about nodes below the one of that name. */
function inside(place: Place, name: string): Place['changes'] {
  const below = place.changes.map((changes) =>
    (changes.get(name) ?? [])
      .filter(({ path }) => path.length > 1)
      .map((change) => ({ ...change, path: change.path.slice(1) })),
  );
  return below.filter((changes) => changes.length > 0).map(byFirstStep);
}

function conditionsOf(statement: Statement): readonly string[] {
  return statement.all('if-feature').map(({ text }) => text);
}

function nameOf({ keyword, text }: Statement): string {
  return keyword === 'input' || keyword === 'output' ? keyword : text;
}

function isEmptyMessage({ keyword, substatements }: Statement): boolean {
  if (keyword !== 'input' && keyword !== 'output') return false;
  return !substatements.some((it) => it.keyword === 'uses' || NODE_KEYWORDS.has(it.keyword));
}

function markOf(
  keyword: string,
  node: { readonly find: (keyword: string) => string | undefined; readonly isKey: boolean },
): string {
  switch (keyword) {
    case 'container':
      return node.find('presence') === undefined ? '' : '!';
    case 'list':
    case 'leaf-list':
      return '*';
    case 'leaf':
    case 'choice':
    case 'anydata':
    case 'anyxml':
      return node.isKey || node.find('mandatory') === 'true' ? '' : '?';
    default:
      return '';
  }
}
