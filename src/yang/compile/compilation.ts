/**
 * What the compile phases work on: the modules of one compilation, and where their definitions are.
 * Each phase reads what those before it left here and adds its own part.
 */
import { DiagnosticSink } from '../diagnostic.ts';
import type { ModuleRepository } from '../module-repository.ts';
import type {
  ExtensionInstance,
  Identity,
  ImportInfo,
  ModuleInfo,
  SchemaContext,
  SchemaNode,
  SubmoduleInfo,
} from '../schema.ts';
import type { Source, SourceRange } from '../syntax/source.ts';
import type { Statement } from '../syntax/statement.ts';
import { nearest } from '../suggestion.ts';
import { TypeBuilder } from './build-type.ts';
import { ExpressionCompiler } from './compile-xpath.ts';
import { DefinitionFinder } from './definition-finder.ts';
import type { AppliedAugment, Draft, DraftedGrouping, DraftedStructure } from './draft.ts';
import type { EmbeddedKind } from './embedded.ts';

/** A module to implement. */
export interface ModuleRequest {
  readonly name: string;
  readonly revision?: string | undefined;
  /** Features to support; none when absent. */
  readonly features?: readonly string[] | 'all' | undefined;
}

/** Definitions at the top level of a module and its submodules, by kind and name. */
export type DefinitionKind = 'extension' | 'feature' | 'grouping' | 'identity' | 'typedef';

/** The text of a module or of one submodule. */
export interface Unit {
  readonly statement: Statement;
  readonly name: string;
  readonly revision: string | undefined;
  readonly version: '1' | '1.1';
  readonly module: Module;
  /** What each prefix means in this text; its own prefix included. */
  readonly prefixes: Map<string, Module>;
  /** Prefixes of imports that could not be loaded; nothing more is said of what they stand for. */
  readonly missingPrefixes: Set<string>;
  readonly imports: { readonly statement: Statement; readonly module: Module }[];
  readonly includes: { readonly statement: Statement; readonly unit: Unit }[];
}

/** Public face of a module while it is still being filled in. */
export interface ModuleDraftInfo extends ModuleInfo {
  readonly submodules: SubmoduleInfo[];
  readonly imports: ImportInfo[];
  readonly features: Set<string>;
  readonly deviatedBy: string[];
  readonly extensions: ExtensionInstance[];
  implemented: boolean;
}

export class Module {
  readonly info: ModuleDraftInfo;
  /** The module itself, then its submodules. */
  readonly units: Unit[] = [];
  readonly definitions: Readonly<Record<DefinitionKind, Map<string, Statement>>> = {
    extension: new Map(),
    feature: new Map(),
    grouping: new Map(),
    identity: new Map(),
    typedef: new Map(),
  };
  /** Top-level nodes of the schema tree, once they are expanded. */
  readonly nodes: Draft[] = [];
  request: ModuleRequest | undefined;
  /** A submodule is missing or unreadable: what is not found may have been there. */
  isIncomplete = false;
  /** Names that a statement gives that was reported itself: a misspelt definition, or a misplaced one. */
  readonly lostNames = new Set<string>();

  constructor(info: ModuleDraftInfo) {
    this.info = info;
  }

  get name(): string {
    return this.info.name;
  }

  get implemented(): boolean {
    return this.info.implemented;
  }
}

export interface CompilationOptions {
  readonly modules: readonly ModuleRequest[];
  readonly maxNodes: number;
  /** What is supported of modules that nobody asked for by name; nothing when absent. */
  readonly features: 'all' | undefined;
  readonly implement: 'requested' | 'imports';
}

export class Compilation {
  readonly repository: ModuleRepository;
  readonly requests: readonly ModuleRequest[];
  readonly sink = new DiagnosticSink();
  /** In the order they were loaded: those asked for first. */
  readonly modules: Module[] = [];
  readonly units = new Map<Source, Unit>();
  /** Statements some of whose substatements could not be read, which has been reported. */
  readonly damaged = new Set<Statement>();
  readonly identities = new Map<Statement, Identity>();
  /** Groupings and typedefs that are part of a cycle and must not be followed. */
  readonly circular = new Set<Statement>();
  /** What groupings expand to that nothing has used, to be checked by themselves. */
  readonly groupings: DraftedGrouping[] = [];
  /** Groupings that a uses has brought into the schema tree or into another grouping. */
  readonly usedGroupings = new Set<Statement>();
  /** What each augment of a module has added. */
  readonly augments = new Map<Statement, AppliedAugment>();
  /** Uses of extensions that contain YANG statements, by what they are. */
  readonly embedded = new Map<Statement, EmbeddedKind>();
  readonly structures: DraftedStructure[] = [];
  /** Roots of groupings that are looked at by themselves: what is around them is not known. */
  readonly openRoots = new Set<SchemaNode>();
  /** Schema nodes by the drafts they were made from, children before parents. */
  readonly frozen = new Map<Draft, SchemaNode>();
  readonly maxNodes: number;
  readonly features: 'all' | undefined;
  readonly implement: 'requested' | 'imports';
  /** Nodes expanded so far. */
  nodeCount = 0;
  readonly expressions: ExpressionCompiler;
  readonly types: TypeBuilder;
  readonly definitions = new DefinitionFinder(this);
  context: SchemaContext | undefined;
  readonly #revisions = new Map<string, Module[]>();
  #exhausted = false;

  constructor(repository: ModuleRepository, options: CompilationOptions) {
    this.repository = repository;
    this.requests = options.modules;
    this.features = options.features;
    this.implement = options.implement;
    this.maxNodes = options.maxNodes;
    this.expressions = new ExpressionCompiler(this);
    this.types = new TypeBuilder(this);
  }

  /** Every text of every module. */
  get allUnits(): readonly Unit[] {
    return this.modules.flatMap((module) => module.units);
  }

  get implementedModules(): readonly Module[] {
    return this.modules.filter((module) => module.implemented);
  }

  /** Adds a module that has been loaded. */
  addModule(module: Module): void {
    this.modules.push(module);
    const revisions = this.#revisions.get(module.name);
    if (revisions) revisions.push(module);
    else this.#revisions.set(module.name, [module]);
  }

  /** Every revision of a module that has been loaded. */
  revisionsOf(name: string): readonly Module[] {
    return this.#revisions.get(name) ?? [];
  }

  /**
   * The revision of a module whose nodes and features count: the implemented one, whichever is imported
   * (section 5.6.5).
   */
  effectiveRevision(module: Module): Module {
    if (module.implemented) return module;
    return this.revisionsOf(module.name).find(({ implemented }) => implemented) ?? module;
  }

  /** Whether there are too many nodes to go on, which is reported the first time at `statement`. */
  isExhausted(statement: Statement | undefined): boolean {
    if (this.nodeCount <= this.maxNodes) return false;
    if (statement && !this.#exhausted) {
      const message = `groupings expand to more than ${String(this.maxNodes)} nodes`;
      this.sink.report('too-many-nodes', statement.at, message);
      this.#exhausted = true;
    }
    return true;
  }

  /** Whether a statement is the use of an extension that says nothing about YANG inside it. */
  isOpaque(statement: Statement): boolean {
    return statement.isExtension && !this.embedded.has(statement);
  }

  /**
   * Lets go of what the phases have worked with. The types of a schema know the compilation, because they ask it
   * for the schema when it is complete.
   */
  release(): void {
    this.frozen.clear();
    this.augments.clear();
    this.openRoots.clear();
    this.usedGroupings.clear();
    this.groupings.length = 0;
    this.structures.length = 0;
    for (const module of this.modules) module.nodes.length = 0;
    this.expressions.release();
    this.types.release();
  }

  /** The text that a statement is written in. */
  unitOf(statement: Statement): Unit {
    const unit = this.units.get(statement.source);
    if (!unit) throw new Error(`"${statement.source.file}" is not part of the compilation`);
    return unit;
  }

  /** What a prefix means where `statement` is written; undefined stands for the module itself. */
  moduleOf(prefix: string | undefined, statement: Statement): Module | undefined {
    const unit = this.unitOf(statement);
    return prefix === undefined ? unit.module : unit.prefixes.get(prefix);
  }

  /**
   * The definition that the argument of `statement` refers to. Typedefs and groupings are also looked
   * for in the scopes around the statement (section 5.5). Reports a prefix or name that is not known.
   */
  findDefinition(
    kind: DefinitionKind,
    statement: Statement,
    text = statement.text,
  ): Statement | undefined {
    return this.definitions.find(kind, statement, text);
  }

  /** Reports a prefix that no import has. */
  reportPrefix(prefix: string | undefined, statement: Statement, at: SourceRange): void {
    if (prefix === undefined) return;
    const { prefixes, missingPrefixes } = this.unitOf(statement);
    if (missingPrefixes.has(prefix)) return;
    this.sink.report('unknown-prefix', at, `prefix "${prefix}" is not known here`, () =>
      nearest(prefix, prefixes.keys()),
    );
  }
}
