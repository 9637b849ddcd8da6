/**
 * Stage 2: the VM in standby on the new device, with a lease, room kept for its entries, and everything
 * of it that is configuration: addresses, static access lists and other lasting kinds.
 */
import { RpcErrorException } from '../../../src/error/index.ts';
import { Branch, DataDecoder, DataList, plainContent } from '../../../src/data/index.ts';
import type { Slot } from '../../../src/data/index.ts';
import { SAMI_NAMESPACE, portable, travelOf, vmId } from '../../../src/sami/index.ts';
import type { NetconfClient } from '../../netconf-client.ts';
import type { MoveContext } from '../context.ts';
import { commitEdit } from '../edit.ts';
import type { Survey } from '../survey.ts';
import { createVm } from '../vm-edit.ts';
import { vmFilter } from '../vm-filter.ts';

/** What the move itself decides on the new device. */
const NOT_COPIED = new Set(['mode', 'standby-lease', 'in-flight', 'reservation']);

export async function prepare(context: MoveContext): Promise<void> {
  const { survey } = context;
  if (!survey) throw new Error('there is no plan to prepare for');
  await createStandby(context, survey);
}

/** Creates the VM in standby. Fails when the new device has it already. */
export async function createStandby(context: MoveContext, survey: Survey): Promise<void> {
  const configured = await readConfigured(context, survey);
  const config = createVm({
    configured: copyable(configured, survey),
    leaseS: context.settings.standbyLeaseS,
    port: context.state.begin.port,
    reservations: reservationsFor(survey, context.settings.headroom),
  });
  // From here on an entry of the VM on the new device may be ours to delete.
  await context.recordDurably({ type: 'begin', action: 'create' });
  try {
    await commitEdit(context, context.new, config);
  } catch (error) {
    if (isExisting(error)) await context.recordDurably({ type: 'not-created' });
    throw error;
  }
  await context.record({ type: 'done', action: 'create' });
}

function isExisting(error: unknown): boolean {
  return (
    error instanceof RpcErrorException && error.errors.some(({ tag }) => tag === 'data-exists')
  );
}

async function readConfigured(context: MoveContext, { schema }: Survey): Promise<Branch> {
  const found: Branch[] = [];
  const decoder = new DataDecoder(schema.root, {
    onRow: (row) => {
      const isVm = row.schema.kind === 'list' && row.schema.name === 'vm' && isSami(row);
      if (isVm) found.push(row);
      return isVm;
    },
  });
  const filter = vmFilter(context.vm);
  await context.old.call('get-config', (client: NetconfClient, signal) =>
    client.getConfigInto(decoder, { source: 'running', filter, signal }),
  );
  plainContent(decoder.finish());
  const configured = found.find((row) => vmId(row) === context.vm);
  if (!configured) throw new Error(`VM "${context.vm}" has gone from the old device`);
  return configured;
}

function isSami(row: Branch): boolean {
  return row.schema.kind === 'list' && row.schema.module.namespace === SAMI_NAMESPACE;
}

/** Without what the move decides, without dynamic entries, and without what means nothing elsewhere. */
function copyable(vm: Branch, { kinds }: Survey): Branch {
  const moved = new Set(kinds.filter((kind) => !kind.ephemeral).map((kind) => kind.container.name));
  const { local } = travelOf(vm.schema);
  const slots = vm.schema.dataChildren.map((node): Slot => {
    const value = vm.get(node);
    const own = node.module.namespace === SAMI_NAMESPACE;
    if (local[node.slot] === true || (own && NOT_COPIED.has(node.name))) return undefined;
    if (!(value instanceof Branch)) return value;
    return moved.has(node.name) ? portableContainer(value) : undefined;
  });
  return new Branch(vm.schema, slots);
}

function portableContainer(container: Branch): Branch {
  const slots = container.slots.map((slot) =>
    slot instanceof DataList ? DataList.from(slot.schema, [...slot].map(portable)) : slot,
  );
  return new Branch(container.schema, slots);
}

/** Kinds that {@link createStandby} may have reserved room for. */
export function reservedKinds(survey: Survey | undefined): readonly string[] {
  return survey?.kinds.map(({ name }) => name) ?? [];
}

/** Room for what the old device has and a little more, as far as there is any. */
function reservationsFor(
  { old, new: target, kinds }: Survey,
  headroom: number,
): readonly { readonly kind: string; readonly entries: bigint }[] {
  return (old.vm?.tables ?? []).flatMap(({ kind, entries }) => {
    const support = target.kinds.find(({ name }) => name === kind);
    if (entries === 0 || !support || !kinds.some(({ name }) => name === kind)) return [];
    const wanted = BigInt(Math.ceil(entries * (1 + headroom)));
    const free =
      support.limit === undefined ? wanted : support.limit - support.used - support.reserved;
    return [{ kind, entries: wanted < free ? wanted : free }];
  });
}
