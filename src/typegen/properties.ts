/** Data nodes as properties of the type of their parent. */
import { isRequired, propertyNames } from '../data/index.ts';
import type { Content } from '../data/index.ts';
import type { DataSchemaNode } from '../yang/index.ts';
import { describeProperty } from './describe.ts';
import type { LeafTypes } from './leaf-types.ts';
import type { Plan, PlannedBranch } from './plan.ts';
import { arrayLine, propertyKey, unionLine } from './text.ts';
import type { TypeNames } from './type-names.ts';

/** What all declarations of a file share. */
export interface DeclarationOptions {
  readonly plan: Plan;
  readonly names: TypeNames;
  readonly leafTypes: LeafTypes;
}

/** Prints the properties of one branch. */
export class PropertyPrinter {
  readonly #branch: PlannedBranch;
  readonly #content: Content;
  readonly #options: DeclarationOptions;
  readonly #names: ReadonlyMap<DataSchemaNode, string>;

  constructor(branch: PlannedBranch, content: Content, options: DeclarationOptions) {
    this.#branch = branch;
    this.#content = content;
    this.#options = options;
    const { dataChildren } = branch.schema;
    const known = new Set(options.plan.modules.map(({ name }) => name));
    const names = propertyNames(dataChildren, {
      parentModule: 'module' in branch.schema ? branch.schema.module.name : undefined,
      knows: (module) => known.has(module),
    });
    this.#names = new Map(dataChildren.map((node, slot) => [node, names[slot] ?? node.name]));
  }

  /** Whether the property is another one when there is state. */
  differs(node: DataSchemaNode): boolean {
    if (!node.config || isRequired(node, 'all') !== isRequired(node, 'config')) return true;
    if (node.kind !== 'container' && node.kind !== 'list') return false;
    const names = this.#options.plan.get(node)?.names;
    return names?.all !== names?.config;
  }

  /** The property with its comment. */
  print(node: DataSchemaNode, isNeeded: boolean): string {
    const { isData: inDataTree } = this.#branch;
    const key = propertyKey(this.#names.get(node) ?? node.name);
    const head = `readonly ${key}${isNeeded ? ':' : '?:'}`;
    const about = describeProperty(node, inDataTree && !node.config);
    return about + this.#type(node, head, !isNeeded);
  }

  #type(node: DataSchemaNode, head: string, optional: boolean): string {
    const { leafTypes, plan } = this.#options;
    const undefinedToo = optional ? ['undefined'] : [];
    switch (node.kind) {
      case 'leaf':
        return unionLine(head, [...leafTypes.membersOf(node.type), ...undefinedToo], '  ');
      case 'leaf-list':
        return arrayLine(head, { members: leafTypes.membersOf(node.type), optional }, '  ');
      case 'container':
      case 'list': {
        const name = plan.get(node)?.names[this.#content] ?? 'never';
        const type = node.kind === 'list' ? `readonly ${name}[]` : name;
        return unionLine(head, [type, ...undefinedToo], '  ');
      }
      default:
        leafTypes.imports.add('AnyValue');
        return unionLine(head, ['AnyValue', ...undefinedToo], '  ');
    }
  }
}
