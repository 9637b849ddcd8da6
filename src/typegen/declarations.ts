/**
 * Declarations of branches: an interface with the properties, or, where there are choices, its intersection
 * with one union for each choice, so that data of two cases do not fit.
 */
import { casesOf, contentOf, isRequired, pascalCase } from '../data/index.ts';
import type { Content } from '../data/index.ts';
import type { CaseNode, ChoiceNode, DataSchemaNode, SchemaNode } from '../yang/index.ts';
import { caseNeeds, dataIn, isData, soleNode, splitChoices } from './choices.ts';
import { describeBranch } from './describe.ts';
import { isConfig } from './plan.ts';
import type { PlannedBranch } from './plan.ts';
import { PropertyPrinter } from './properties.ts';
import type { DeclarationOptions } from './properties.ts';
import { callLine, genericLine, intersectionLine } from './text.ts';

/** The declarations of a branch: its type, that of its configuration, and what makes values of it. */
export function declareBranch(branch: PlannedBranch, options: DeclarationOptions): string {
  const texts = declareType(branch, 'all', options);
  const config =
    branch.names.config === branch.names.all ? [] : declareType(branch, 'config', options);
  return [...config, ...texts, declareValue(branch)].join('\n');
}

function declareType(
  branch: PlannedBranch,
  content: Content,
  options: DeclarationOptions,
): readonly string[] {
  const { names, path, about, isData: inDataTree } = branch;
  const isState = inDataTree && !isConfig(branch);
  const whole = names.config === names.all || content === 'all';
  const remark = whole ? (isState ? ', state' : '') : ', its configuration';
  const printer = new TypePrinter(branch, content, options);
  printer.type(names[content], {
    children: branch.children,
    about: describeBranch(about, path, remark),
    base: content === 'all' && names.config !== names.all ? names.config : undefined,
  });
  return printer.texts;
}

function declareValue(branch: PlannedBranch): string {
  const { names, path } = branch;
  const method = isConfig(branch) ? 'configBranch' : 'branch';
  const types = names.config === names.all ? [names.all] : [names.all, names.config];
  const call = `types.${method}`;
  return callLine(`export const ${names.all} =`, { call, types, argument: path });
}

interface TypeContent {
  readonly children: readonly SchemaNode[];
  readonly about: string;
  /** Name of the type of the configuration, to which this one adds the state. */
  readonly base?: string | undefined;
  /** A child that has to be there although the schema alone does not say so. */
  readonly needed?: SchemaNode | undefined;
}

/** Where a choice is used. */
interface ChoiceUse {
  /** Name of the type that has it. */
  readonly parent: string;
  /** Something of it has to be there although the schema alone does not say so. */
  readonly isNeeded: boolean;
}

/** A choice as a type. */
interface CaseUnion {
  readonly members: readonly string[];
  /** What makes the union exclusive; undefined for a single case that may be empty or has to be there. */
  readonly generic: 'OneOf' | 'OneOrNone' | undefined;
}

/** Prints the types of one branch for one kind of content: its own, and those of choices and cases. */
class TypePrinter {
  readonly texts: string[] = [];
  readonly #branch: PlannedBranch;
  readonly #content: Content;
  readonly #options: DeclarationOptions;
  readonly #properties: PropertyPrinter;

  constructor(branch: PlannedBranch, content: Content, options: DeclarationOptions) {
    this.#branch = branch;
    this.#content = content;
    this.#options = options;
    this.#properties = new PropertyPrinter(branch, content, options);
  }

  type(name: string, { children, about, base, needed }: TypeContent): void {
    const nodes = contentOf({ children }, this.#content);
    const { exclusive, loose } = splitChoices(children, this.#content);
    const optional = loose.flatMap((choice) => dataIn(choice, this.#content));
    const inherits = exclusive.length + loose.length === 0 ? base : undefined;
    const properties = [
      ...nodes
        .filter((node) => isData(node))
        .filter((node) => inherits === undefined || this.#properties.differs(node))
        .map((node) => this.#property(node, node === needed)),
      ...optional.map((node) => this.#properties.print(node, false)),
    ];
    if (exclusive.length === 0) {
      this.texts.push(about + this.#interface(name, properties, inherits));
      return;
    }
    const [only, ...more] = exclusive;
    // Configuration without content is a type that only those fit that are made from it.
    const isCompatible = base === undefined || contentOf({ children }, 'config').length > 0;
    if (only && more.length === 0 && properties.length === 0 && isCompatible) {
      const union = this.#cases(only, { parent: name, isNeeded: only === needed });
      this.texts.push(about + caseLine(name, union));
      return;
    }
    const parts = exclusive.map((choice) =>
      this.#choice(choice, { parent: name, isNeeded: choice === needed }),
    );
    if (properties.length > 0) {
      const fields = this.#options.names.allot(`${name}Fields`);
      this.texts.push(this.#interface(fields, properties));
      parts.unshift(fields);
    }
    if (base !== undefined && !isCompatible) parts.unshift(base);
    this.texts.push(about + intersectionLine(`export type ${name} =`, parts));
  }

  /** Prints the type of a choice, if it needs one of its own, and returns its name. */
  #choice(choice: ChoiceNode, use: ChoiceUse): string {
    const union = this.#cases(choice, use);
    if (union.generic === undefined) return union.members.join('');
    const own = `${pascalCase(choice.name)}Choice`;
    const name = this.#options.names.allot(`${this.#name}${own}`, `${use.parent}${own}`);
    const about = describeBranch({ ...aboutOf(choice), kind: 'choice' }, choice.name, '');
    this.texts.push(about + caseLine(name, union));
    return name;
  }

  /** Prints the types of the cases and returns what the choice is. */
  #cases(choice: ChoiceNode, { parent, isNeeded }: ChoiceUse): CaseUnion {
    const content = this.#content;
    const isMandatory = isNeeded || isRequired(choice, content);
    const cases = casesOf(choice, content);
    const members = cases.map((it) => this.#case(it, choice, { parent, isNeeded: isMandatory }));
    const canBeNone = isMandatory || !cases.every((it) => caseNeeds(it, content));
    const generic = canBeNone ? (members.length > 1 ? 'OneOf' : undefined) : 'OneOrNone';
    if (generic !== undefined) this.#options.leafTypes.imports.add(generic);
    return { members, generic };
  }

  #case(it: CaseNode, choice: ChoiceNode, { parent, isNeeded }: ChoiceUse): string {
    const own = `${pascalCase(it.name)}Case`;
    const long = `${parent}${pascalCase(choice.name)}${own}`;
    const name = this.#options.names.allot(`${this.#name}${own}`, long);
    this.type(name, {
      children: it.children,
      about: describeBranch({ ...aboutOf(it), kind: 'case' }, it.name, ` of \`${choice.name}\``),
      needed: isNeeded ? soleNode(it) : undefined,
    });
    return name;
  }

  #property(node: DataSchemaNode, isNeeded: boolean): string {
    return this.#properties.print(node, isNeeded || isRequired(node, this.#content));
  }

  #interface(name: string, properties: readonly string[], base?: string): string {
    if (properties.length === 0 && base === undefined) {
      this.#options.leafTypes.imports.add('EmptyBranch');
      return intersectionLine(`export type ${name} =`, ['EmptyBranch']);
    }
    const heritage = base === undefined ? '' : ` extends ${base}`;
    return `export interface ${name}${heritage} {\n${properties.join('')}}\n`;
  }

  /** Name of the type of the branch itself. */
  get #name(): string {
    return this.#branch.names[this.#content];
  }
}

function caseLine(name: string, { members, generic }: CaseUnion): string {
  const head = `export type ${name} =`;
  return generic === undefined
    ? intersectionLine(head, members)
    : genericLine(head, generic, members);
}

function aboutOf({ description, status }: ChoiceNode | CaseNode) {
  return { description, status };
}
