/**
 * The schemas that can be had from the server (RFC 6022, sections 2.1.3 and 3.1): every module and submodule as YANG,
 * as it was loaded, and as YIN, which is made when it is asked for.
 */
import { parseYang, printYin } from '../../src/yang/index.ts';
import type { ModuleInfo, SchemaContext } from '../../src/yang/index.ts';

export type SchemaFormat = 'ietf-netconf-monitoring:yang' | 'ietf-netconf-monitoring:yin';

export const SCHEMA_FORMATS: readonly SchemaFormat[] = [
  'ietf-netconf-monitoring:yang',
  'ietf-netconf-monitoring:yin',
];

export interface KnownSchema {
  readonly identifier: string;
  /** The newest revision; empty where there is none. */
  readonly version: string;
  readonly namespace: string;
}

/** Every revision of every module, and their submodules, each once. */
export function knownSchemas({ allModules }: SchemaContext): readonly KnownSchema[] {
  const byKey = new Map<string, KnownSchema>();
  for (const module of allModules) {
    for (const schema of schemasOf(module)) {
      byKey.set(`${schema.identifier}@${schema.version}`, schema);
    }
  }
  return [...byKey.values()];
}

function schemasOf({
  name,
  revision = '',
  namespace,
  submodules,
}: ModuleInfo): readonly KnownSchema[] {
  return [
    { identifier: name, version: revision, namespace },
    ...submodules.map((it) => ({ identifier: it.name, version: it.revision ?? '', namespace })),
  ];
}

/** Its text. */
export function schemaText(
  { identifier, version }: KnownSchema,
  format: SchemaFormat,
  context: SchemaContext,
): string {
  const text = context.sourceOf(identifier, version === '' ? undefined : version) ?? '';
  if (format === 'ietf-netconf-monitoring:yang') return text;
  const { statement } = parseYang(text, `${identifier}.yang`);
  return statement ? printYin(statement, { context }) : '';
}
