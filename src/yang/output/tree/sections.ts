/**
 * What the sections of a tree diagram hold (RFC 8340, sections 2 and 2.1): from the compiled schema for a module that is
 * implemented, from statements for a submodule or a module that is only imported.
 */
import type { Augment, ModuleInfo, SchemaContext, SchemaNode } from '../../schema.ts';
import type { Statement } from '../../syntax/statement.ts';
import type { TreeItem } from './item.ts';
import { modeInside, SchemaItems, type FlagMode } from './schema-items.ts';
import type { StatementItems } from './statement-items.ts';

/** A section with a name of its own, such as that of an augment. */
export interface NamedSection {
  readonly argument: string;
  readonly items: readonly TreeItem[];
}

export interface Sections {
  readonly data: readonly TreeItem[];
  readonly augments: readonly NamedSection[];
  readonly rpcs: readonly TreeItem[];
  readonly notifications: readonly TreeItem[];
  readonly yangData: readonly NamedSection[];
  readonly structures: readonly NamedSection[];
  readonly structureAugments: readonly NamedSection[];
}

export function schemaSections(context: SchemaContext, module: ModuleInfo): Sections {
  const items = new SchemaItems(context, module);
  const isOwn = (node: SchemaNode): boolean => node.kind !== 'root' && node.module === module;
  const own = context.root.children.filter(isOwn);
  const ofKind = (isWanted: (kind: SchemaNode['kind']) => boolean): readonly TreeItem[] =>
    items.of(
      own.filter(({ kind }) => isWanted(kind)),
      'config',
    );
  // What a module adds to itself is shown where it is.
  const augments = context.augments.filter(
    (augment) => augment.module === module && augment.nodes.length > 0 && !isOwn(augment.target),
  );
  const sectionsOf = (isStructure: boolean): readonly NamedSection[] =>
    augments
      .filter(({ statement }) => statement.isExtension === isStructure)
      .map((augment) => ({
        argument: compact(augment.statement.text),
        items: items.of(augment.nodes, isStructure ? 'none' : modeOf(augment)),
      }));
  const structuresOf = (wanted: 'structure' | 'yang-data'): readonly NamedSection[] =>
    [...context.structures.values()]
      .filter((structure) => structure.module === module && structure.source === wanted)
      .map(({ name, children }) => ({ argument: name, items: items.of(children, 'none') }));
  return {
    data: ofKind((kind) => kind !== 'rpc' && kind !== 'notification'),
    augments: sectionsOf(false),
    rpcs: ofKind((kind) => kind === 'rpc'),
    notifications: ofKind((kind) => kind === 'notification'),
    yangData: structuresOf('yang-data'),
    structures: structuresOf('structure'),
    structureAugments: sectionsOf(true),
  };
}

/** Features and deviations are not looked at, and names of nodes have no prefixes. */
export function statementSections(
  items: StatementItems,
  units: readonly Statement[],
): Pick<Sections, 'data' | 'augments' | 'rpcs' | 'notifications'> {
  const all = units.flatMap((unit) => items.of(unit, 'rw'));
  const augments = units.flatMap((unit) => unit.all('augment'));
  return {
    data: all.filter(({ flags }) => flags !== '-x' && flags !== '-n'),
    augments: augments.map((augment) => ({
      argument: compact(augment.text),
      items: items.of(augment, flagsIn(augment.text)),
    })),
    rpcs: all.filter(({ flags }) => flags === '-x'),
    notifications: all.filter(({ flags }) => flags === '-n'),
  };
}

function compact(path: string): string {
  return path.replace(/\s+/g, '');
}

/** What decides on the flags of nodes that are added to `target`. */
function modeOf({ target }: Augment): FlagMode {
  for (let node = target; node.kind !== 'root'; node = node.parent) {
    const mode = modeInside(node, 'config');
    if (mode !== 'config') return mode;
  }
  return 'config';
}

/** The same as far as the path alone tells. */
function flagsIn(path: string): string {
  const [, message] = /[/:](input|output)(?:\/|$)/.exec(compact(path)) ?? [];
  if (message === undefined) return 'rw';
  return message === 'input' ? '-w' : 'ro';
}
