/** Schemas to make documents for, compiled when they are first needed. */
import { existsSync } from 'node:fs';
import type { SchemaContext } from '../../../src/yang/index.ts';
import { SampleMaker, type Sample } from '../../oracle/samples.ts';
import { SUBJECTS, compileSubject } from '../../oracle/subjects.ts';
import type { RandomSource } from '../../support/random-source.ts';

const available = SUBJECTS.filter(({ directories }) => directories.every(existsSync));
const contexts = new Map<string, SchemaContext>();

export function contextOf(name: string): SchemaContext {
  const known = contexts.get(name);
  if (known) return known;
  const subject = available.find((it) => it.name === name);
  if (!subject) throw new Error(`no subject ${name}`);
  const context = compileSubject(subject);
  contexts.set(name, context);
  return context;
}

export function anySubject(random: RandomSource): string {
  return random.pick(available).name;
}

/** Documents for a subject; the first is good. */
export function makeSamples(name: string, random: RandomSource, count: number): readonly Sample[] {
  return new SampleMaker(contextOf(name), random.below(2 ** 31), ['xml', 'json']).make(count);
}
