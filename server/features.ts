/**
 * Parts of the server that can be left out or added, each under the name that `samid --with` and `--without`
 * take. A feature is nothing but modules and features of modules (RFC 7950, section 5.6.2): code that depends on
 * one asks the schema.
 */
import type { ModuleRequest, SchemaContext } from '../src/yang/index.ts';

export interface ServerFeature {
  readonly name: string;
  readonly description: string;
  /** Whether it is there without being asked for. */
  readonly isDefault: boolean;
  /** What it adds to the modules of the protocol; features add up. */
  readonly modules: readonly ModuleRequest[];
  /** What it adds when another feature is there too, by the name of that one. */
  readonly modulesWith?: Readonly<Record<string, readonly ModuleRequest[]>>;
}

const NETCONF_FEATURES: readonly (readonly [name: string, isDefault: boolean, about: string])[] = [
  ['writable-running', true, 'running can be edited directly (RFC 6241, section 8.2)'],
  ['candidate', true, 'the candidate datastore (RFC 6241, section 8.3)'],
  ['confirmed-commit', true, 'commits that are undone unless confirmed (RFC 6241, section 8.4)'],
  ['rollback-on-error', true, 'edits that are made whole or not at all (RFC 6241, section 8.5)'],
  ['validate', true, 'validate and test-option (RFC 6241, section 8.6)'],
  ['startup', false, 'a startup datastore of its own: running survives no restart (section 8.7)'],
  ['url', false, 'configuration in files and at https addresses (RFC 6241, section 8.8)'],
  ['xpath', true, 'XPath filters (RFC 6241, section 8.9)'],
];

export const SERVER_FEATURES: readonly ServerFeature[] = [
  ...NETCONF_FEATURES.map(([name, isDefault, description]) => ({
    name,
    description,
    isDefault,
    modules: [{ name: 'ietf-netconf', features: [name] }],
  })),
  {
    name: 'private-candidate',
    description: 'a candidate for each session that asks for it (draft-ietf-netconf-privcand)',
    isDefault: false,
    modules: [{ name: 'ietf-netconf-private-candidate', features: ['private-candidate'] }],
  },
  {
    name: 'partial-lock',
    description: 'locks on parts of running (RFC 5717)',
    isDefault: true,
    modules: [{ name: 'ietf-netconf-partial-lock' }],
  },
  {
    name: 'with-defaults',
    description: 'the client says how defaults are reported (RFC 6243)',
    isDefault: true,
    modules: [{ name: 'ietf-netconf-with-defaults' }],
    modulesWith: { nmda: [{ name: 'ietf-netconf-nmda', features: ['with-defaults'] }] },
  },
  {
    name: 'nmda',
    description: 'get-data and edit-data, the datastores intended and operational (RFC 8526, 8342)',
    isDefault: true,
    modules: [{ name: 'ietf-netconf-nmda', features: ['origin'] }, { name: 'ietf-origin' }],
  },
  {
    name: 'compare',
    description: 'what differs between two datastores (RFC 9144)',
    isDefault: true,
    modules: [{ name: 'ietf-nmda-compare' }],
  },
  {
    name: 'list-pagination',
    description: 'lists page by page (draft-ietf-netconf-list-pagination-nc)',
    isDefault: false,
    modules: [
      { name: 'ietf-list-pagination', features: ['sort'] },
      { name: 'ietf-list-pagination-nc' },
      { name: 'ietf-system-capabilities' },
    ],
  },
  {
    name: 'transaction-id',
    description:
      'which transaction changed what, and edits on condition of that (draft-ietf-netconf-transaction-id)',
    isDefault: false,
    modules: [{ name: 'ietf-netconf-txid', features: ['last-modified'] }],
  },
];

/** The features that are there when some are added and others left out. Throws RangeError for an unknown name. */
export function chooseFeatures({
  add = [],
  omit = [],
}: {
  readonly add?: readonly string[];
  readonly omit?: readonly string[];
} = {}): readonly ServerFeature[] {
  const known = SERVER_FEATURES.map(({ name }) => name);
  for (const name of [...add, ...omit]) {
    if (known.includes(name)) continue;
    throw new RangeError(`"${name}" is no feature of the server; these are: ${known.join(', ')}`);
  }
  const chosen = SERVER_FEATURES.filter(
    ({ name, isDefault }) => (isDefault || add.includes(name)) && !omit.includes(name),
  );
  return chosen.map((feature) => ({ ...feature, modules: modulesOf(feature, chosen) }));
}

function modulesOf(
  { modules, modulesWith = {} }: ServerFeature,
  chosen: readonly ServerFeature[],
): readonly ModuleRequest[] {
  return [...modules, ...chosen.flatMap(({ name }) => modulesWith[name] ?? [])];
}

/** Whether the schema has a feature of a module that it implements. */
export function hasFeature(context: SchemaContext, module: string, feature: string): boolean {
  const found = context.modules.get(module);
  return found?.implemented === true && found.features.has(feature);
}
