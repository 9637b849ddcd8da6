/** Which modules a server implements, and compiling them. */
import { createFileModuleRepository, packageYangDirectory } from '../src/node/index.ts';
import { compile, printDiagnostic } from '../src/yang/index.ts';
import type { ModuleRequest, SchemaContext } from '../src/yang/index.ts';
import { chooseFeatures } from './features.ts';
import type { ServerFeature } from './features.ts';

/** What the protocol operations and the server's own state need. */
export const PROTOCOL_MODULES: readonly ModuleRequest[] = [
  { name: 'ietf-netconf' },
  { name: 'ietf-netconf-acm' },
  { name: 'ietf-netconf-monitoring' },
  { name: 'ietf-yang-library' },
  { name: 'ietf-datastores' },
  { name: 'notifications' },
  { name: 'nc-notifications' },
  { name: 'ietf-netconf-notifications' },
  {
    name: 'ietf-subscribed-notifications',
    features: ['encode-xml', 'replay', 'subtree', 'xpath'],
  },
  { name: 'ietf-yang-push', features: ['on-change'] },
];

/** The state of virtual machines. */
export const SAMI_MODULES: readonly ModuleRequest[] = [
  'sami',
  'sami-session',
  'sami-nat',
  'sami-acl',
  'sami-cumulative',
  'sami-sticky',
  'sami-snooping',
  'sami-connection',
  'sami-profile',
].map((name) => ({ name }));

/** Modules that cannot be found or compiled; the message has a line for each fault. */
export class SchemaError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SchemaError';
  }
}

export interface LoadSchemaOptions {
  /** Directories to look for modules in, before those of this package. */
  readonly paths?: readonly string[];
  /** Modules beside those of the protocol. A module named here replaces a default one of that name. */
  readonly modules?: readonly ModuleRequest[];
  /** Optional parts of the server; those of {@link chooseFeatures} without arguments by default. */
  readonly features?: readonly ServerFeature[];
}

/** Compiles the modules; throws {@link SchemaError}. */
export function loadSchema({
  paths = [],
  modules = SAMI_MODULES,
  features = chooseFeatures(),
}: LoadSchemaOptions = {}): SchemaContext {
  const repository = createFileModuleRepository([...paths, packageYangDirectory()]);
  const byName = new Map<string, ModuleRequest>();
  for (const request of [...PROTOCOL_MODULES, ...features.flatMap((it) => it.modules)]) {
    byName.set(request.name, combined(byName.get(request.name), request));
  }
  for (const request of modules) byName.set(request.name, request);
  const { context, diagnostics } = compile(repository, { modules: [...byName.values()] });
  if (context) return context;
  const errors = diagnostics.filter((it) => it.severity === 'error');
  throw new SchemaError(errors.map((it) => printDiagnostic(it).split('\n', 1)[0]).join('\n'));
}

/** A module that is asked for twice has the features of both requests. */
function combined(first: ModuleRequest | undefined, second: ModuleRequest): ModuleRequest {
  const features = [first?.features ?? [], second.features ?? []];
  if (features.includes('all')) return { ...second, features: 'all' };
  return { ...second, features: features.flat() };
}

/** Reads `NAME[@REVISION][:FEATURE,…]`; `:*` supports all features. Throws {@link SchemaError}. */
export function parseModuleRequest(text: string): ModuleRequest {
  const match = /^([A-Za-z_][\w.-]*)(?:@(\d{4}-\d{2}-\d{2}))?(?::(\*|[\w.,-]*))?$/.exec(text);
  const [, name, revision, features] = match ?? [];
  if (name === undefined) {
    throw new SchemaError(`"${text}" is no module: expected NAME[@REVISION][:FEATURE,…]`);
  }
  return {
    name,
    revision,
    features: features === '*' ? 'all' : features?.split(',').filter((it) => it !== ''),
  };
}
