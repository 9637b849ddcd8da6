/** What both devices say before anything is changed: state, modules, and the kinds that can move. */
import type { SchemaContext } from '../../src/yang/index.ts';
import { kindsOf, vmListNode } from '../../src/sami/index.ts';
import type { Kind } from '../../src/sami/index.ts';
import type { ModuleEntry } from '../module-set.ts';
import type { MoveContext } from './context.ts';
import type { Device } from './device.ts';
import type { DeviceState } from './device-state.ts';
import { SchemaError } from './schema.ts';

export interface Survey {
  readonly old: DeviceState;
  readonly new: DeviceState;
  readonly newModules: readonly ModuleEntry[];
  readonly schema: SchemaContext;
  /** Kinds that both devices support: what moves. */
  readonly kinds: readonly Kind[];
}

/** Asks both devices at once. */
export async function surveyDevices(context: MoveContext): Promise<Survey> {
  const [old, { state: newState, modules: newModules }] = await Promise.all([
    surveyOld(context),
    readDevice(context, context.new),
  ]);
  const supported = (state: DeviceState, kind: Kind): boolean =>
    state.kinds.some(({ name }) => name === kind.name);
  const kinds = old.kinds.filter((kind) => supported(old.state, kind) && supported(newState, kind));
  return { old: old.state, new: newState, newModules, schema: old.schema, kinds };
}

async function surveyOld(
  context: MoveContext,
): Promise<{ state: DeviceState; schema: SchemaContext; kinds: readonly Kind[] }> {
  const { state, modules } = await readDevice(context, context.old);
  const schema = await context.schemas.schemaFor(context.old, modules);
  const vm = vmListNode(schema);
  if (!vm) throw new SchemaError('the module "sami" has no list of VMs');
  return { state, schema, kinds: kindsOf(vm) };
}

async function readDevice(
  context: MoveContext,
  device: Device,
): Promise<{ state: DeviceState; modules: readonly ModuleEntry[] }> {
  const modules = (await device.pipeline([
    { message: 'get', send: (client, signal) => client.readModules({ signal }) },
  ])) as readonly [readonly ModuleEntry[]];
  const state = await device.readState(context.vm, 'all');
  return { state, modules: modules[0] };
}
