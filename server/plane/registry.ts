/** The data planes that `samid --plane` knows. Only those that are asked for are loaded. */
import { kindsOf, vmListNode } from '../../src/sami/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import type {
  OpenPlane,
  PlaneFactory,
  PlaneOption,
  PlaneOptionValues,
  PlaneSurroundings,
} from './factory.ts';
import { checkKindOwners } from './kind-owners.ts';
import { checkKindModules } from './kit/kind-modules.ts';
import { PlaneUsageError } from './plane-argument.ts';
import type { PlaneRequest } from './plane-argument.ts';
import type { DataPlane } from './plane.ts';

export type PlaneTable = Readonly<Record<string, () => Promise<PlaneFactory>>>;

export const PLANES: PlaneTable = {
  linux: async () => (await import('./linux/index.ts')).linuxFactory,
  nftables: async () => (await import('./nftables/index.ts')).nftablesFactory,
  bridge: async () => (await import('./bridge/index.ts')).bridgeFactory,
  openvswitch: async () => (await import('./openvswitch/index.ts')).openvswitchFactory,
  haproxy: async () => (await import('./haproxy/index.ts')).haproxyFactory,
  socket: async () => (await import('./socket/index.ts')).socketFactory,
  simulated: async () => (await import('./simulated/index.ts')).simulatedFactory,
};

/** Planes that have been made, and what has to be closed after them. */
export interface OpenPlanes {
  readonly planes: readonly DataPlane[];
  close(): Promise<void>;
}

const PER_KIND = /\.KIND$/;

/**
 * Makes the planes in the order given. Throws {@link PlaneUsageError} for what is unknown, missing or given
 * twice, before any plane is made, and what a factory throws; then those made before are closed.
 */
export async function openPlanes(
  requests: readonly PlaneRequest[],
  surroundings: PlaneSurroundings,
  table: PlaneTable = PLANES,
): Promise<OpenPlanes> {
  checkKindModules(surroundings.context);
  const wanted = [];
  for (const request of requests) {
    const factory = await loadFactory(table, request.name);
    wanted.push({ factory, values: checkOptions(factory, request, surroundings.context) });
  }
  const open: OpenPlane[] = [];
  try {
    for (const { factory, values } of wanted) {
      open.push(await openPlane(factory, values, surroundings));
    }
    const planes = open.map(({ plane }) => plane);
    checkKindOwners(planes);
    return { planes, close: () => closeWithPlanes(open) };
  } catch (error) {
    for (const { plane } of open) await plane.close();
    await closeWithPlanes(open);
    throw error;
  }
}

/** With several planes on one machine the operator has to know which one it is about. */
async function openPlane(
  factory: PlaneFactory,
  values: PlaneOptionValues,
  surroundings: PlaneSurroundings,
): Promise<OpenPlane> {
  try {
    return await factory.open(values, surroundings);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `data plane "${factory.name}": ${reason}`;
    if (error instanceof PlaneUsageError) throw new PlaneUsageError(message, { cause: error });
    throw new Error(message, { cause: error });
  }
}

async function closeWithPlanes(open: readonly OpenPlane[]): Promise<void> {
  for (const plane of open) await plane.close?.();
}

async function loadFactory(table: PlaneTable, name: string): Promise<PlaneFactory> {
  const load = Object.hasOwn(table, name) ? table[name] : undefined;
  if (load) return load();
  const known = Object.keys(table).join(', ');
  throw new PlaneUsageError(`there is no data plane "${name}"; there are: ${known}`);
}

function checkOptions(
  factory: PlaneFactory,
  request: PlaneRequest,
  context: SchemaContext,
): PlaneOptionValues {
  const { name: plane, options } = factory;
  const values = new Map<string, readonly string[]>();
  for (const [name, value] of request.options) {
    const option = findOption(plane, options, name);
    if (option.name === 'kind') checkKind(factory, context, value);
    if (option.name !== name) checkKind(factory, context, name.slice(name.indexOf('.') + 1));
    const before = values.get(name) ?? [];
    if (before.length > 0 && option.repeatable !== true) {
      throw new PlaneUsageError(`data plane "${plane}": option "${name}" is given twice`);
    }
    values.set(name, [...before, value]);
  }
  const missing = options.find(({ name, required }) => required === true && !values.has(name));
  if (!missing) return values;
  const what = `${missing.name}=… (${missing.description})`;
  throw new PlaneUsageError(`data plane "${plane}" needs the option ${what}`);
}

function findOption(plane: string, options: readonly PlaneOption[], name: string): PlaneOption {
  const found = options.find((option) =>
    PER_KIND.test(option.name)
      ? name.startsWith(option.name.replace(PER_KIND, '.'))
      : option.name === name,
  );
  if (found) return found;
  const known = options.length > 0 ? options.map((option) => option.name).join(', ') : 'none';
  throw new PlaneUsageError(
    `data plane "${plane}" has no option "${name}"; its options are: ${known}`,
  );
}

/** A name that is spelled wrong, or a kind of another plane, would have no effect, and nobody would notice. */
function checkKind(
  { name: plane, kinds }: PlaneFactory,
  context: SchemaContext,
  name: string,
): void {
  const vm = vmListNode(context);
  const known = vm ? kindsOf(vm).map((kind) => kind.name) : [];
  const served = kinds === 'any' ? known : known.filter((kind) => kinds.includes(kind));
  if (served.includes(name)) return;
  throw new PlaneUsageError(
    `data plane "${plane}" has no kind "${name}"; its kinds are: ${served.join(', ')}`,
  );
}

/** The planes and their options, for the help text. */
export async function describePlanes(table: PlaneTable = PLANES): Promise<string> {
  const lines: string[] = [];
  for (const load of Object.values(table)) {
    const { name, options } = await load();
    lines.push(`  ${name}`);
    for (const option of options) {
      const marks = [
        option.required === true ? 'required' : '',
        option.repeatable === true ? 'may be repeated' : '',
      ].filter((mark) => mark !== '');
      const note = marks.length > 0 ? ` (${marks.join('; ')})` : '';
      lines.push(`    ${`${option.name}=…`.padEnd(20)} ${option.description}${note}`);
    }
  }
  return (
    'Data planes and their options, as in --plane linux,netns=fw1 (a comma in a value is written "\\,"):\n' +
    `${lines.join('\n')}\n`
  );
}
