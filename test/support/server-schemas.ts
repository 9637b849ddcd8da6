/** Schemas of servers with and without optional parts, each compiled once for all tests. */
import { chooseFeatures, loadSchema } from '../../server/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';

const compiled = new Map<string, SchemaContext>();

/** The default modules, with some parts of the server added and others left out. */
export function serverSchema({
  add = [],
  omit = [],
}: {
  readonly add?: readonly string[];
  readonly omit?: readonly string[];
} = {}): SchemaContext {
  const key = `${add.join()} ${omit.join()}`;
  let context = compiled.get(key);
  if (!context) {
    context = loadSchema({ features: chooseFeatures({ add, omit }) });
    compiled.set(key, context);
  }
  return context;
}
