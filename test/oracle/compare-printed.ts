/** Compares what we and yanglint print of documents that both accept. */
import { join } from 'node:path';
import { printDocument, type WithDefaults } from '../../src/data/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import { jsonLines, xmlLines } from './compare-output.ts';
import { judge } from './judge.ts';
import type { Sample } from './samples.ts';
import { runItems } from './yanglint.ts';

export interface Difference {
  readonly sample: Sample;
  readonly number: number;
  /** Errors of each side; empty where it accepts. */
  readonly ours: string;
  readonly yanglint: string;
}

export interface Comparison {
  readonly directory: string;
  readonly context: SchemaContext;
  readonly preamble: readonly string[];
}

/** The module that tags of defaults need (RFC 6243). */
const WITH_DEFAULTS = [
  'searchpath /usr/share/yuma/modules/ietf',
  'load ietf-netconf-with-defaults',
];

/** In unions, space around a number makes a string for us and a number for yanglint (RFC 7950, 9.2.1). */
export function isComparable({ kind, mutation }: Sample): boolean {
  return (kind === 'config' || kind === 'data') && mutation !== 'space around';
}

const PRINTED: readonly (readonly [WithDefaults, string])[] = [
  ['explicit', ''],
  ['report-all', '-d all'],
  ['report-all-tagged', '-d all-tagged'],
  ['trim', '-d trim'],
];

/** Prints the datastores that both accept, in each format and mode of defaults, and compares. */
export async function compareOutputs(
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
