/** Makes schema nodes of drafts: config is inherited, types and expressions are compiled, choices are flattened. */
import type {
  BranchSchemaNode,
  CaseNode,
  InputOutputNode,
  LeafNode,
  MustConstraint,
  SchemaNode,
  WhenConstraint,
} from '../schema.ts';
import type { Statement } from '../syntax/statement.ts';
import { findDefaultCase } from './check-nodes.ts';
import type { TypeUser } from './build-type.ts';
import type { Compilation } from './compilation.ts';
import type { Draft } from './draft.ts';
import { extensionInstances } from './extension-instances.ts';
import {
  Any,
  Case,
  Choice,
  Container,
  InputOutput,
  Leaf,
  LeafList,
  List,
  Notification,
  Operation,
  type ElementCount,
  type NodeProperties,
  type Root,
} from './nodes.ts';
import { assignSlots } from './slots.ts';
import { UnboundLeafrefError } from './resolve-leafrefs.ts';
import { setKeys, type TreeMode } from './set-keys.ts';
import { followType } from './type-chain.ts';

/** Where a node is put. */
interface Place {
  readonly parent: SchemaNode;
  readonly dataParent: BranchSchemaNode;
  readonly config: boolean;
  readonly mode: TreeMode;
}

/** Most nodes have no constraints and conditions at all. */
const NONE: readonly never[] = [];

function textsOf(statements: readonly Statement[]): readonly string[] {
  return statements.length === 0 ? NONE : statements.map(({ text }) => text);
}

export class Freezer {
  readonly #compilation: Compilation;
  readonly #users = new Map<string, TypeUser>();

  constructor(compilation: Compilation) {
    this.#compilation = compilation;
  }

  /** The nodes of the top level of a tree. */
  freezeBelow(root: Root, drafts: readonly Draft[], mode: TreeMode): readonly SchemaNode[] {
    return this.freezeAll(drafts, { parent: root, dataParent: root, config: true, mode });
  }

  freezeAll(drafts: readonly Draft[], place: Place): readonly SchemaNode[] {
    const nodes: SchemaNode[] = [];
    for (const draft of drafts) {
      if (draft.disabled) continue;
      const node = this.#freeze(draft, place);
      if (!node) continue;
      nodes.push(node);
      this.#compilation.frozen.set(draft, node);
    }
    return nodes;
  }

  #freeze(draft: Draft, place: Place): SchemaNode | undefined {
    const config = this.#configOf(draft, place);
    const properties = this.#propertiesOf(draft, place, config);
    const inner = config === place.config ? place : { ...place, config };
    switch (draft.keyword) {
      case 'container':
        return this.#branch(new Container(properties, isPresence(draft)), draft, inner);
      case 'list':
        return this.#list(draft, properties, inner);
      case 'leaf':
        return this.#leaf(draft, properties);
      case 'leaf-list':
        return this.#leafList(draft, properties, inner);
      case 'anydata':
      case 'anyxml':
        return new Any(properties, draft.keyword, isMandatory(draft));
      case 'choice':
        return this.#choice(draft, properties, inner);
      case 'case':
        return this.#case(draft, properties, inner);
      case 'rpc':
      case 'action':
        return this.#operation(draft, properties, draft.keyword, inner);
      case 'input':
      case 'output':
        return this.#branch(new InputOutput(properties, draft.keyword), draft, {
          ...inner,
          mode: draft.keyword,
        });
      case 'notification':
        return this.#branch(new Notification(properties), draft, {
          ...inner,
          mode: 'notification',
        });
    }
  }

  #configOf(draft: Draft, place: Place): boolean {
    const { mode } = place;
    // In a structure config is ignored (RFC 8791, section 4), in a message too (section 7.21.1).
    if (mode === 'structure') return true;
    if (mode !== 'data' && mode !== 'grouping') return false;
    const statement = draft.property('config');
    if (!statement) return place.config;
    if (statement.argument === 'true' && !place.config && mode === 'data') {
      const message = `"${draft.name}" cannot be configuration: its parent is state`;
      this.#compilation.sink.report('config-under-state', statement.at, message);
    }
    return statement.argument !== 'false';
  }

  #propertiesOf(draft: Draft, place: Place, config: boolean): NodeProperties {
    const status = draft.argumentOf('status');
    return {
      name: draft.name,
      module: draft.module.info,
      parent: place.parent,
      dataParent: place.dataParent,
      config,
      status: status === 'deprecated' || status === 'obsolete' ? status : 'current',
      description: draft.argumentOf('description'),
      reference: draft.argumentOf('reference'),
      extensions: extensionInstances(this.#compilation, draft.properties),
      when: this.#whensOf(draft),
      ifFeatures: textsOf(draft.all('if-feature')),
      must: this.#mustsOf(draft),
    };
  }

  #whensOf(draft: Draft): readonly WhenConstraint[] {
    const own = draft.property('when');
    if (!own && draft.outerWhens.length === 0) return NONE;
    const isData = draft.keyword !== 'choice' && draft.keyword !== 'case';
    const whens: WhenConstraint[] = [];
    const add = (statement: Statement, context: 'self' | 'parent'): void => {
      const expression = this.#compilation.expressions.compile(
        statement,
        draft.module.info.namespace,
      );
      if (expression) whens.push({ expression, context });
    };
    for (const when of draft.outerWhens) add(when, 'parent');
    if (own) add(own, isData ? 'self' : 'parent');
    return whens;
  }

  #mustsOf(draft: Draft): readonly MustConstraint[] {
    const statements = draft.all('must');
    if (statements.length === 0) return NONE;
    return statements.flatMap((statement) => {
      const expression = this.#compilation.expressions.compile(
        statement,
        draft.module.info.namespace,
      );
      if (!expression) return [];
      const errorMessage = statement.argumentOf('error-message');
      return [{ expression, errorMessage, errorAppTag: statement.argumentOf('error-app-tag') }];
    });
  }

  /** Gives a branch its children; returns the branch. */
  #branch<T extends Container | List | InputOutput | Notification>(
    node: T,
    draft: Draft,
    place: Place,
  ): T {
    const children = this.freezeAll(draft.children, { ...place, parent: node, dataParent: node });
    node.grow(children, assignSlots(children, []));
    return node;
  }

  #list(draft: Draft, properties: NodeProperties, place: Place): List {
    const list = new List(properties, elementCount(draft, place));
    const children = this.freezeAll(draft.children, { ...place, parent: list, dataParent: list });
    const keys = setKeys(this.#compilation, draft, list, place.mode);
    list.grow(children, assignSlots(children, keys));
    list.leafOnly = list.dataChildren.every(({ kind }) => kind === 'leaf' || kind === 'leaf-list');
    return list;
  }

  #leaf(draft: Draft, properties: NodeProperties): Leaf | undefined {
    const value = this.#typeOf(draft);
    return value && new Leaf(properties, { ...value, mandatory: isMandatory(draft) });
  }

  #leafList(draft: Draft, properties: NodeProperties, place: Place): LeafList | undefined {
    const value = this.#typeOf(draft);
    return value && new LeafList(properties, value, elementCount(draft, place));
  }

  #typeOf(draft: Draft): Pick<LeafNode, 'type' | 'units'> | undefined {
    const statement = draft.property('type');
    if (!statement) return undefined;
    const { namespace } = draft.module.info;
    const user = this.#users.get(namespace) ?? { namespace, targetOf: unbound };
    this.#users.set(namespace, user);
    const type = this.#compilation.types.build(statement, user);
    if (!type) return undefined;
    const typedefs = followType(this.#compilation, statement)?.typedefs ?? [];
    const withUnits = typedefs.find((typedef) => typedef.find('units'));
    return { type, units: draft.argumentOf('units') ?? withUnits?.argumentOf('units') };
  }

  #choice(draft: Draft, properties: NodeProperties, place: Place): Choice {
    const choice = new Choice(properties, isMandatory(draft));
    const children = this.freezeAll(draft.children, { ...place, parent: choice });
    choice.cases = children.filter((child): child is CaseNode => child.kind === 'case');
    const chosen = findDefaultCase(this.#compilation, draft);
    const node = chosen && this.#compilation.frozen.get(chosen);
    choice.defaultCase = node?.kind === 'case' ? node : undefined;
    return choice;
  }

  #case(draft: Draft, properties: NodeProperties, place: Place): Case {
    const node = new Case(properties);
    node.children = this.freezeAll(draft.children, { ...place, parent: node });
    return node;
  }

  #operation(
    draft: Draft,
    properties: NodeProperties,
    kind: 'rpc' | 'action',
    place: Place,
  ): Operation {
    const operation = new Operation(properties, kind);
    const children = this.freezeAll(draft.children, { ...place, parent: operation });
    const parts = children.filter(isInputOutput);
    const input = parts.find((part) => part.kind === 'input');
    const output = parts.find((part) => part.kind === 'output');
    if (input && output) operation.complete(input, output);
    return operation;
  }
}

function isInputOutput(node: SchemaNode): node is InputOutputNode {
  return node.kind === 'input' || node.kind === 'output';
}

/** Targets are bound when the schema tree is complete. */
function unbound(path: Statement): never {
  throw new UnboundLeafrefError(path.text);
}

/** An empty structure is one all the same. */
function isPresence(draft: Draft): boolean {
  return draft.property('presence') !== undefined || draft.statement.isExtension;
}

function isMandatory(draft: Draft): boolean {
  return draft.argumentOf('mandatory') === 'true';
}

function elementCount(draft: Draft, { config, mode }: Place): ElementCount {
  const max = draft.argumentOf('max-elements');
  // The order of state, output and notifications is never the user's (section 7.7.7).
  const isUsers = config || mode === 'input';
  return {
    orderedBy: isUsers && draft.argumentOf('ordered-by') === 'user' ? 'user' : 'system',
    minElements: Number(draft.argumentOf('min-elements') ?? 0),
    maxElements: max === undefined || max === 'unbounded' ? Infinity : Number(max),
  };
}
