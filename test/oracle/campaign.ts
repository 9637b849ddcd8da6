/** Generates documents for the subjects and compares our verdicts with those of yanglint. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  printDocument,
  type Branch,
  type DocumentFormat,
  type WithDefaults,
} from '../../src/data/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import { jsonLines, xmlLines } from './compare-output.ts';
import { explain } from './differences.ts';
import { DocumentGenerator } from './generate/documents.ts';
import { Item } from './generate/item.ts';
import { MUTATIONS } from './generate/mutants.ts';
import { makeMessage, messageNodes, type MessageKind } from './generate/operations.ts';
import { TEXT_MUTATIONS } from './generate/text-mutants.ts';
import { printJson, printXml } from './generate/print-item.ts';
import { Random } from './generate/random.ts';
import { judge, printErrors } from './judge.ts';
import { repair } from './repair.ts';
import { checkMessage } from './check-message.ts';
import { compileSubject, preambleOf, type Subject } from './subjects.ts';
import { isRefusal, runItems } from './yanglint.ts';

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

export interface Difference {
  readonly sample: Sample;
  readonly number: number;
  /** Errors of each side; empty where it accepts. */
  readonly ours: string;
  readonly yanglint: string;
}

export interface SubjectResult {
  readonly documents: number;
  readonly accepted: number;
  /** Without those that a rule explains. */
  readonly differences: readonly Difference[];
  /** How often each rule was needed, by its reason. */
  readonly explained: ReadonlyMap<string, number>;
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

/** Generates `count` documents for a subject and judges each twice. */
export async function runSubject(
  subject: Subject,
  seed: number,
  count: number,
  formats: readonly DocumentFormat[] = ['xml', 'json'],
): Promise<SubjectResult> {
  const context = compileSubject(subject);
  const samples = new SampleMaker(context, seed, formats).make(count);
  const directory = mkdtempSync(join(tmpdir(), 'sami-oracle-'));
  const items = samples.map((sample, number) =>
    commandsFor(sample, join(directory, String(number))),
  );
  const outputs = [...(await runItems(items, preambleOf(subject)))];
  for (const [number, { kind, format, operational }] of samples.entries()) {
    if (operational === undefined) continue;
    const path = join(directory, String(number));
    outputs[number] = await checkMessage(subject, {
      type: kind === 'notification' ? 'notif' : kind,
      operational: `${path}.operational.xml`,
      file: `${path}.${format}`,
    });
  }
  const differences: Difference[] = [];
  const explained = new Map<string, number>();
  const printable: (readonly [number, Sample])[] = [];
  let accepted = 0;
  for (const [number, sample] of samples.entries()) {
    const ours = ourErrors(context, sample);
    const output = outputs[number] ?? 'crashed';
    const yanglint = output === 'crashed' || isRefusal(output) ? output : '';
    if (ours === '') accepted += 1;
    if (ours === '' && yanglint === '' && isComparable(sample)) printable.push([number, sample]);
    if ((ours === '') === (yanglint === '')) continue;
    const rule = explain(ours, yanglint, sample.mutation);
    if (rule) explained.set(rule.reason, (explained.get(rule.reason) ?? 0) + 1);
    else differences.push({ sample, number, ours, yanglint });
  }
  const comparison = { directory, context, preamble: preambleOf(subject) };
  for (const difference of await compareOutputs(comparison, printable)) {
    const rule = explain(difference.ours, difference.yanglint, difference.sample.mutation);
    if (rule) explained.set(rule.reason, (explained.get(rule.reason) ?? 0) + 1);
    else differences.push(difference);
  }
  rmSync(directory, { recursive: true });
  return { documents: samples.length, accepted, differences, explained };
}

/** In unions, space around a number makes a string for us and a number for yanglint (RFC 7950, 9.2.1). */
function isComparable({ kind, mutation }: Sample): boolean {
  return (kind === 'config' || kind === 'data') && mutation !== 'space around';
}

const PRINTED: readonly (readonly [WithDefaults, string])[] = [
  ['explicit', ''],
  ['report-all', '-d all'],
  ['report-all-tagged', '-d all-tagged'],
  ['trim', '-d trim'],
];

/** Prints the datastores that both accept, in each format and mode of defaults, and compares. */
async function compareOutputs(
  { directory, context, preamble }: Comparison,
  samples: readonly (readonly [number, Sample])[],
): Promise<readonly Difference[]> {
  const jobs = samples.flatMap(([number, sample]) => {
    const file = join(directory, `${String(number)}.${sample.format}`);
    // yanglint adds defaults of state data even when only what is explicit is asked for.
    const modes = sample.kind === 'config' ? PRINTED : PRINTED.slice(1);
    const [mode, option] = modes[number % modes.length] ?? ['explicit', ''];
    return (['xml', 'json'] as const).map((format) => ({
      number,
      sample,
      mode,
      format,
      command: `data -t ${sample.kind} ${option} -f ${format} ${file}`,
    }));
  });
  const outputs = await runItems(
    jobs.map(({ command }) => [command]),
    [...preamble, ...WITH_DEFAULTS],
  );
  return jobs.flatMap(({ sample, number, mode, format }, index) => {
    const { document } = judge(context, sample.text, { format: sample.format, type: sample.kind });
    const output = outputs[index];
    if (!document || output === undefined) return [];
    const printed = printDocument(document, { format, withDefaults: mode });
    const lines = format === 'xml' ? xmlLines : jsonLines;
    const ours = lines(context.root, printed.text).join('\n').split('\n');
    // With anydata, yanglint prints what is no JSON; and what has no form in JSON we say instead of printing it.
    if (format === 'json' && (!isJson(output) || printed.errors.length > 0)) return [];
    const theirs = lines(context.root, output).join('\n').split('\n');
    if (ours.join('\n') === theirs.join('\n')) return [];
    const what = `prints ${format} ${mode}: `;
    return [
      { sample, number, ours: what + only(ours, theirs), yanglint: what + only(theirs, ours) },
    ];
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return text.trim() === '';
  }
}

/** The lines of one side that the other lacks; all where only their order or number differs. */
function only(lines: readonly string[], others: readonly string[]): string {
  const own = lines.filter((line) => !others.includes(line));
  const isOrder = own.length === 0 && others.every((line) => lines.includes(line));
  return (isOrder ? lines : own).join(' / ');
}

interface Comparison {
  readonly directory: string;
  readonly context: SchemaContext;
  readonly preamble: readonly string[];
}

/** The module that tags of defaults need (RFC 6243). */
const WITH_DEFAULTS = [
  'searchpath /usr/share/yuma/modules/ietf',
  'load ietf-netconf-with-defaults',
];

/** '' when it is valid. */
function ourErrors(context: SchemaContext, { text, format, kind, operational }: Sample): string {
  const data =
    operational === undefined
      ? undefined
      : judge(context, operational, { format: 'xml', type: 'data' }).document?.root;
  const { errors } = judge(context, text, { format, type: kind, operational: data });
  return errors.length === 0 ? '' : printErrors(errors) || 'refused';
}

/** Writes the files and gives the command of yanglint that checks them. */
function commandsFor({ kind, format, text, operational }: Sample, path: string): readonly string[] {
  const file = `${path}.${format}`;
  writeFileSync(file, text);
  writeFileSync(`${path}.operational.xml`, operational ?? '\n');
  if (operational !== undefined) return [];
  if (kind === 'config' || kind === 'data') return [`data -t ${kind} ${file}`];
  // Without -O, a message that is not valid makes yanglint crash.
  const type = kind === 'notification' ? 'notif' : kind;
  return [`data -t ${type} -O ${path}.operational.xml ${file}`];
}
