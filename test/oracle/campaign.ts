/** Generates documents for the subjects and compares our verdicts with those of yanglint. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DocumentFormat } from '../../src/data/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import { checkMessage } from './check-message.ts';
import { compareOutputs, isComparable, type Difference } from './compare-printed.ts';
import { explain } from './differences.ts';
import { judge, printErrors } from './judge.ts';
import { SampleMaker, type Sample } from './samples.ts';
import { compileSubject, preambleOf, type Subject } from './subjects.ts';
import { isRefusal, runItems } from './yanglint.ts';

export interface SubjectResult {
  readonly documents: number;
  readonly accepted: number;
  /** Without those that a rule explains. */
  readonly differences: readonly Difference[];
  /** How often each rule was needed, by its reason. */
  readonly explained: ReadonlyMap<string, number>;
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
