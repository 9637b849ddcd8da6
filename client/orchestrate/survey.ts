/** What both devices say before anything is changed: state, modules, and the kinds that can move. */
import type { SchemaContext } from '../../src/yang/index.ts';
import { kindsOf, vmListNode } from '../../src/sami/index.ts';
import type { Kind } from '../../src/sami/index.ts';
import type { ModuleEntry } from '../module-set.ts';
import type { Device } from './device.ts';
import type { DeviceState } from './device-state.ts';
import { SchemaError } from './schema.ts';
import type { Schemas } from './schema.ts';
import { readWithheld } from './withheld.ts';
import type { Withheld } from './withheld.ts';

export interface Survey {
  readonly old: DeviceState;
  readonly new: DeviceState;
  readonly oldModules: readonly ModuleEntry[];
  readonly newModules: readonly ModuleEntry[];
  /** What access control keeps from the user. */
  readonly oldWithheld: readonly Withheld[];
  readonly newWithheld: readonly Withheld[];
  readonly schema: SchemaContext;
  /** Kinds in the schema of the old device. */
  readonly oldKinds: readonly Kind[];
  /** Kinds that both devices support and that do not stay behind: what moves. */
  readonly kinds: readonly Kind[];
}

/** Who is asked, and about which VM. */
export interface SurveySubject {
  readonly vm: string;
  readonly old: Device;
  readonly new: Device;
  readonly schemas: Schemas;
}

/** Asks both devices at once. */
export async function surveyDevices(subject: SurveySubject): Promise<Survey> {
  const { vm, schemas } = subject;
  const [source, target] = await Promise.all([
    surveyOld(vm, subject.old, schemas),
    readDevice(vm, subject.new),
  ]);
  const { state: old, schema, kinds: oldKinds } = source;
  const supported = (state: DeviceState, kind: Kind): boolean =>
    state.kinds.some(({ name }) => name === kind.name);
  const kinds = oldKinds.filter((kind) => supported(old, kind) && supported(target.state, kind));
  return {
    old,
    new: target.state,
    oldModules: source.modules,
    newModules: target.modules,
    oldWithheld: source.withheld,
    newWithheld: target.withheld,
    schema,
    oldKinds,
    kinds,
  };
}

/** The survey of a move in which these kinds stay behind. */
export function withoutKinds(survey: Survey, names: ReadonlySet<string>): Survey {
  return { ...survey, kinds: survey.kinds.filter(({ name }) => !names.has(name)) };
}

interface Answer {
  readonly state: DeviceState;
  readonly modules: readonly ModuleEntry[];
  readonly withheld: readonly Withheld[];
}

async function surveyOld(
  vm: string,
  device: Device,
  schemas: Schemas,
): Promise<Answer & { readonly schema: SchemaContext; readonly kinds: readonly Kind[] }> {
  const answer = await readDevice(vm, device);
  const schema = await schemas.schemaFor(device, answer.modules);
  const list = vmListNode(schema);
  if (!list) throw new SchemaError('the module "sami" has no list of VMs');
  return { ...answer, schema, kinds: kindsOf(list) };
}

async function readDevice(vm: string, device: Device): Promise<Answer> {
  const [modules, withheld] = await device.call('get', (client, signal) =>
    Promise.all([client.readModules({ signal }), readWithheld(client, vm, signal)]),
  );
  const state = await device.readState(vm, 'all');
  return { state, modules, withheld };
}
