/** The compiled schema as a whole, and its indexes. */
import {
  qnameKey,
  type Annotation,
  type Augment,
  type Identity,
  type ModuleInfo,
  type NotificationNode,
  type OperationNode,
  type SchemaContext,
  type StructureNode,
} from '../schema.ts';
import type { Compilation, Module } from './compilation.ts';
import { Root } from './nodes.ts';

export class Context implements SchemaContext {
  readonly modules: ReadonlyMap<string, ModuleInfo>;
  readonly allModules: readonly ModuleInfo[];
  readonly moduleByNamespace: ReadonlyMap<string, ModuleInfo>;
  readonly root: Root;
  readonly rpcs = new Map<string, OperationNode>();
  readonly notifications = new Map<string, NotificationNode>();
  readonly structures = new Map<string, StructureNode>();
  readonly annotations = new Map<string, Annotation>();
  readonly augments: Augment[] = [];
  readonly identities: readonly Identity[];
  readonly #identitiesByName = new Map<string, Identity>();
  /** Texts of modules and submodules, newest revision first under the bare name. */
  readonly #sources = new Map<string, string>();

  constructor(compilation: Compilation) {
    // Several revisions of one module can be there; the implemented one, or the newest, stands for it.
    this.allModules = compilation.modules.map(({ info }) => info);
    const byName = new Map(this.allModules.map((info) => [info.name, info]));
    for (const { info } of compilation.modules.toSorted(byPrecedence)) byName.set(info.name, info);
    this.modules = byName;
    const infos = [...byName.values()];
    this.moduleByNamespace = new Map(infos.map((info) => [info.namespace, info]));
    this.identities = [...new Set(compilation.identities.values())];
    for (const identity of this.identities) {
      this.#identitiesByName.set(`${identity.module.name}:${identity.name}`, identity);
    }
    this.#indexSources(compilation);
    this.root = new Root(this);
  }

  #indexSources(compilation: Compilation): void {
    for (const module of compilation.modules.toSorted(byPrecedence)) {
      for (const { name, revision, statement } of module.units) {
        this.#sources.set(name, statement.source.text);
        if (revision) this.#sources.set(`${name}@${revision}`, statement.source.text);
      }
    }
  }

  /** Fills the tables of operations and notifications once the root has its children. */
  index(): void {
    for (const node of this.root.children) {
      if (node.kind === 'rpc') this.rpcs.set(qnameKey(node.module.namespace, node.name), node);
      if (node.kind === 'notification') {
        this.notifications.set(qnameKey(node.module.namespace, node.name), node);
      }
    }
  }

  addStructure(structure: StructureNode): void {
    this.structures.set(qnameKey(structure.module.namespace, structure.name), structure);
  }

  identity(module: string, name: string): Identity | undefined {
    return this.#identitiesByName.get(`${module}:${name}`);
  }

  sourceOf(name: string, revision: string | undefined): string | undefined {
    return this.#sources.get(revision === undefined ? name : `${name}@${revision}`);
  }
}

/** Those that take precedence come last, where they overwrite the others. */
function byPrecedence(a: Module, b: Module): number {
  if (a.implemented !== b.implemented) return a.implemented ? 1 : -1;
  const [first, second] = [a.info.revision ?? '', b.info.revision ?? ''];
  return first < second ? -1 : first > second ? 1 : 0;
}
