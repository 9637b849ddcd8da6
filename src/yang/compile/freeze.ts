/**
 * Builds the schema nodes of the compiled tree from the drafts (RFC 7950, section 5.1): config is
 * inherited, types and expressions are compiled, choices are flattened into slots.
 */
import type {
  BranchSchemaNode,
  CaseNode,
  ExtensionInstance,
  InputOutputNode,
  LeafListNode,
  LeafNode,
  MustConstraint,
  SchemaNode,
  WhenConstraint,
} from '../schema.ts';
import { splitPrefix, type Statement } from '../syntax/statement.ts';
import type { Compilation } from './compilation.ts';
import { Context } from './context.ts';
import type { Draft } from './draft.ts';
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
} from './nodes.ts';
import { assignSlots } from './slots.ts';
import { UnboundLeafrefError } from './resolve-leafrefs.ts';
import { setKeys } from './set-keys.ts';
import { followType } from './type-chain.ts';

/** Where a node is put. */
interface Place {
  readonly parent: SchemaNode;
  readonly dataParent: BranchSchemaNode;
  readonly config: boolean;
  /** Below an operation or notification, where config means nothing (section 7.21.1). */
  readonly inMessage: boolean;
}

export function freeze(compilation: Compilation): void {
  const context = new Context(compilation);
  compilation.context = context;
  const freezer = new Freezer(compilation);
  const place: Place = {
    parent: context.root,
    dataParent: context.root,
    config: true,
    inMessage: false,
  };
  const children = compilation.implementedModules.flatMap((module) =>
    freezer.freezeAll(module.nodes, place),
  );
  context.root.grow(children, assignSlots(children, []));
  context.index();
}

class Freezer {
  readonly #compilation: Compilation;

  constructor(compilation: Compilation) {
    this.#compilation = compilation;
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
    const inner = { ...place, config };
    switch (draft.keyword) {
      case 'container':
        return this.#branch(
          new Container(properties, draft.property('presence') !== undefined),
          draft,
          inner,
        );
      case 'list':
        return this.#list(draft, properties, inner);
      case 'leaf':
        return this.#leaf(draft, properties);
      case 'leaf-list':
        return this.#leafList(draft, properties);
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
        return this.#branch(new InputOutput(properties, draft.keyword), draft, inMessage(inner));
      case 'notification':
        return this.#branch(new Notification(properties), draft, inMessage(inner));
    }
  }

  #configOf(draft: Draft, place: Place): boolean {
    if (place.inMessage) return false;
    const statement = draft.property('config');
    if (!statement) return place.config;
    if (statement.argument === 'true' && !place.config) {
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
      extensions: this.#extensionsOf(draft),
      when: this.#whensOf(draft),
      ifFeatures: draft.all('if-feature').map(({ text }) => text),
      must: this.#mustsOf(draft),
    };
  }

  #extensionsOf(draft: Draft): readonly ExtensionInstance[] {
    return draft.properties
      .filter(({ isExtension }) => isExtension)
      .map((statement) => {
        const { keyword, argument, substatements } = statement;
        const [prefix, name] = splitPrefix(keyword);
        const module = this.#compilation.moduleOf(prefix, statement)?.name ?? prefix ?? '';
        return { module, name, argument, substatements };
      });
  }

  #whensOf(draft: Draft): readonly WhenConstraint[] {
    const own = draft.property('when');
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
    return draft.all('must').flatMap((statement) => {
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
    const list = new List(properties, elementCount(draft));
    const children = this.freezeAll(draft.children, { ...place, parent: list, dataParent: list });
    const keys = setKeys(this.#compilation, draft, list, { children, inMessage: place.inMessage });
    list.grow(children, assignSlots(children, keys));
    list.leafOnly = list.dataChildren.every(({ kind }) => kind === 'leaf' || kind === 'leaf-list');
    return list;
  }

  #leaf(draft: Draft, properties: NodeProperties): Leaf | undefined {
    const value = this.#typeOf(draft);
    return value && new Leaf(properties, { ...value, mandatory: isMandatory(draft) });
  }

  #leafList(draft: Draft, properties: NodeProperties): LeafList | undefined {
    const value = this.#typeOf(draft);
    return value && new LeafList(properties, value, elementCount(draft));
  }

  #typeOf(draft: Draft): Pick<LeafNode, 'type' | 'units'> | undefined {
    const statement = draft.property('type');
    if (!statement) return undefined;
    const { leafrefTargets } = this.#compilation;
    const targetOf = (path: Statement): LeafNode | LeafListNode => {
      const target = leafrefTargets.get(draft)?.get(path);
      if (!target) throw new UnboundLeafrefError(draft.path);
      return target;
    };
    const type = this.#compilation.types.build(statement, {
      namespace: draft.module.info.namespace,
      targetOf,
    });
    if (!type) return undefined;
    const typedefs = followType(this.#compilation, statement)?.typedefs ?? [];
    const withUnits = typedefs.find((typedef) => typedef.find('units'));
    return { type, units: draft.argumentOf('units') ?? withUnits?.argumentOf('units') };
  }

  #choice(draft: Draft, properties: NodeProperties, place: Place): Choice {
    const choice = new Choice(properties, isMandatory(draft));
    const children = this.freezeAll(draft.children, { ...place, parent: choice });
    choice.cases = children.filter((child): child is CaseNode => child.kind === 'case');
    const chosen = draft.argumentOf('default');
    choice.defaultCase = choice.cases.find(({ name }) => name === chosen);
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
    const children = this.freezeAll(draft.children, inMessage({ ...place, parent: operation }));
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

function inMessage(place: Place): Place {
  return { ...place, config: false, inMessage: true };
}

function isMandatory(draft: Draft): boolean {
  return draft.argumentOf('mandatory') === 'true';
}

function elementCount(draft: Draft): ElementCount {
  const max = draft.argumentOf('max-elements');
  return {
    orderedBy: draft.argumentOf('ordered-by') === 'user' ? 'user' : 'system',
    minElements: Number(draft.argumentOf('min-elements') ?? 0),
    maxElements: max === undefined || max === 'unbounded' ? Infinity : Number(max),
  };
}
