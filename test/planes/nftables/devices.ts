/** Devices with the nftables plane: moved by the orchestrator, or one alone without a server. */
import { NftablesDriver } from '../../../server/plane/nftables/index.ts';
import type { NftablesOptions } from '../../../server/plane/nftables/index.ts';
import { TablePlane } from '../../../server/plane/kit/table-plane.ts';
import { SystemClock } from '../../../src/node/index.ts';
import { MovingDevices } from '../../support/moving-devices.ts';
import { PlaneDevice } from '../../support/plane-device.ts';
import type { Plain } from '../../support/plain-data.ts';
import { deviceSchema } from '../../support/simulated-device.ts';
import type { Crossing, Device } from './crossing.ts';

const POLL_MS = 50;

export function startDevices(
  crossing: Crossing,
  options: Partial<NftablesOptions> = {},
): Promise<MovingDevices> {
  const [old, next] = (['old', 'new'] as const).map(
    (device) =>
      ({ context, clock }: { context: ReturnType<typeof deviceSchema>; clock: SystemClock }) => {
        const driver = new NftablesDriver(context, { ...options, netns: crossing.netns(device) });
        return [new TablePlane(driver, { context, clock, pollMs: POLL_MS })];
      },
  );
  if (!old || !next) throw new Error('two devices');
  return MovingDevices.start({ old, new: next });
}

export function startPlane(
  crossing: Crossing,
  device: Device,
  options: Partial<NftablesOptions> = {},
  vms: readonly Plain[] = [],
): Promise<PlaneDevice> {
  return startPlaneIn(crossing.netns(device), options, vms);
}

export function startPlaneIn(
  netns: string,
  options: Partial<NftablesOptions> = {},
  vms: readonly Plain[] = [],
): Promise<PlaneDevice> {
  const context = deviceSchema();
  const driver = new NftablesDriver(context, { ...options, netns });
  const plane = new TablePlane(driver, { context, clock: new SystemClock(), pollMs: POLL_MS });
  return PlaneDevice.start(plane, vms);
}

/** Seconds until an element of a set of ours goes, as the kernel says. */
export async function remaining(
  crossing: Crossing,
  device: Device,
  set: string,
  key: readonly string[],
): Promise<number | undefined> {
  const elements = await elementsOf(crossing, device, set);
  const keyOf = (val: Timed['val'] | undefined): unknown =>
    typeof val === 'object' ? val.concat.join() : String(val);
  return elements.find(({ elem }) => keyOf(elem?.val) === key.join())?.elem?.expires;
}

/** Seconds until each element goes; undefined for one that stays. */
export async function lifetimes(
  crossing: Crossing,
  device: Device,
  set: string,
): Promise<readonly (number | undefined)[]> {
  return (await elementsOf(crossing, device, set)).map(({ elem }) => elem?.expires);
}

interface Timed {
  readonly val: number | { readonly concat: readonly string[] };
  readonly expires?: number;
}

async function elementsOf(
  crossing: Crossing,
  device: Device,
  set: string,
): Promise<readonly { readonly elem?: Timed }[]> {
  const text = await crossing.namespaces.run(device, `nft -j list set inet sami-policy ${set}`);
  const { nftables } = JSON.parse(text) as {
    nftables: readonly { set?: { elem?: readonly { elem?: Timed }[] } }[];
  };
  return nftables.find((it) => it.set)?.set?.elem ?? [];
}
