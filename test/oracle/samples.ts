/** The documents of a subject: valid ones, and each with changes that make it something else. */
import type { Branch, DocumentFormat } from '../../src/data/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import { DocumentGenerator } from './generate/documents.ts';
import { Item } from './generate/item.ts';
import { MUTATIONS } from './generate/mutants.ts';
import { makeMessage, messageNodes, type MessageKind } from './generate/operations.ts';
import { printJson, printXml } from './generate/print-item.ts';
import { Random } from './generate/random.ts';
import { TEXT_MUTATIONS } from './generate/text-mutants.ts';
import { judge } from './judge.ts';
import { repair } from './repair.ts';

export type SampleKind = 'config' | 'data' | MessageKind;

export interface Sample {
  readonly kind: SampleKind;
  readonly format: DocumentFormat;
  /** Name of the mutation; undefined for a document that should be valid. */
  readonly mutation: string | undefined;
  readonly text: string;
  /** XML of the data that the operation or notification is about. */
  readonly operational: string | undefined;
}

const MUTANTS_PER_DOCUMENT = 9;
/** Changes to the text of each document, see {@link TEXT_MUTATIONS}. */
const TEXT_MUTANTS = 3;
/** How many messages are about data: these need a process of yanglint each. */
const WITH_DATA = 0.06;

/** Makes the samples of a subject. */
export class SampleMaker {
  readonly #context: SchemaContext;
  readonly #random: Random;
  readonly #modules: ReadonlySet<string>;
  readonly #kinds: readonly SampleKind[];
  readonly #formats: readonly DocumentFormat[];
  readonly #samples: Sample[] = [];

  constructor(context: SchemaContext, seed: number, formats: readonly DocumentFormat[]) {
    this.#context = context;
    this.#random = new Random(seed);
    this.#formats = formats;
    const implemented = [...context.modules.values()].filter((it) => it.implemented);
    this.#modules = new Set(implemented.map(({ name }) => name));
    const kinds: readonly MessageKind[] = ['rpc', 'reply', 'notification'];
    const messages = kinds.filter((kind) => messageNodes(context, kind).length > 0);
    const hasData = context.root.dataChildren.length > 0;
    this.#kinds = [
      ...(hasData ? (['config', 'data', 'config', 'data'] as const) : []),
      ...messages,
    ];
  }

  make(count: number): readonly Sample[] {
    for (let round = 0; this.#samples.length < count && round < count; round += 1) {
      const kind = this.#random.pick(this.#kinds);
      if (kind === 'config' || kind === 'data') this.#dataSamples(kind);
      else if (kind) this.#messageSamples(kind);
    }
    return this.#samples.slice(0, count);
  }

  #dataSamples(kind: 'config' | 'data'): void {
    const generator = this.#generator(kind === 'data');
    const root = this.#validData(generator, kind);
    this.#withMutants(root, kind, generator, undefined);
  }

  #messageSamples(kind: MessageKind): void {
    const generator = this.#generator(true);
    const node = this.#random.pick(messageNodes(this.#context, kind));
    const hasData = this.#random.chance(WITH_DATA);
    const data = hasData ? this.#validData(generator, 'data') : Item.root();
    const message = node && makeMessage(node, kind, data, generator);
    if (!message) return;
    const operational = hasData ? this.#xml(data) : undefined;
    const branch = operational === undefined ? undefined : this.#branch(operational);
    if (hasData && !branch) return;
    repair(message, (item) => this.#errors(item, kind, branch));
    this.#withMutants(message, kind, generator, operational);
  }

  #withMutants(
    root: Item,
    kind: SampleKind,
    generator: DocumentGenerator,
    operational: string | undefined,
  ): void {
    this.#put(root, kind, undefined, operational);
    for (let mutant = 0; mutant < MUTANTS_PER_DOCUMENT; mutant += 1) {
      const copy = root.copy();
      const mutation = this.#random.pick(MUTATIONS);
      if (mutation?.apply(copy, generator)) this.#put(copy, kind, mutation.name, operational);
    }
  }

  #put(
    root: Item,
    kind: SampleKind,
    mutation: string | undefined,
    operational: string | undefined,
  ): void {
    const isJson = this.#random.chance(0.4) && this.#formats.includes('json');
    const json = isJson ? printJson(root) : undefined;
    const format = json === undefined ? 'xml' : 'json';
    const text = json ?? this.#xml(root);
    this.#samples.push({ kind, format, mutation, text, operational });
    if (mutation !== undefined) return;
    for (let mutant = 0; mutant < TEXT_MUTANTS; mutant += 1) {
      const change = this.#random.pick(TEXT_MUTATIONS[format]);
      const changed = change?.apply(text, this.#random);
      if (!change || changed === undefined) continue;
      this.#samples.push({ kind, format, mutation: change.name, text: changed, operational });
    }
  }

  #generator(state: boolean): DocumentGenerator {
    return new DocumentGenerator({ random: this.#random, context: this.#context, state });
  }

  #validData(generator: DocumentGenerator, kind: 'config' | 'data'): Item {
    const root = generator.data(this.#modules);
    repair(root, (item) => this.#errors(item, kind, undefined));
    return root;
  }

  #errors(root: Item, type: SampleKind, operational: Branch | undefined) {
    return judge(this.#context, this.#xml(root), { format: 'xml', type, operational }).errors;
  }

  #xml(root: Item): string {
    return (
      printXml(root, (name) => this.#context.modules.get(name)?.namespace ?? 'urn:none') || '\n'
    );
  }

  #branch(xml: string): Branch | undefined {
    const { errors, document } = judge(this.#context, xml, { format: 'xml', type: 'data' });
    return errors.length === 0 ? document?.root : undefined;
  }
}
