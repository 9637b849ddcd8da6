/** Where the VMs of the configuration are on the bridge. */
import { modeOf, vmId } from '../../../src/sami/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import type { VmEdit } from '../kit/driver.ts';
import { macOf } from './bridge-view.ts';
import type { BridgePort, BridgeView } from './bridge-view.ts';
import type { Station } from './guard-table.ts';

export class VmPlaces {
  readonly #stationById = new Map<string, Station>();

  get stations(): readonly Station[] {
    return [...this.#stationById.values()];
  }

  station(id: string): Station | undefined {
    return this.#stationById.get(id);
  }

  /** Port on which the plane has put a VM. */
  port(id: string): string | undefined {
    return this.station(id)?.port;
  }

  holderOf(port: string): string | undefined {
    for (const [id, station] of this.#stationById) if (station.port === port) return id;
    return undefined;
  }

  set(id: string, station: Station | undefined): void {
    if (station) this.#stationById.set(id, station);
    else this.#stationById.delete(id);
  }
}

/** Where a VM is after an edit. A VM that has been in standby has not been seen here yet. */
export function portAfter(
  view: BridgeView,
  { after, mode, modeBefore }: VmEdit,
): BridgePort | undefined {
  const seen = mode !== 'standby' && modeBefore !== 'standby';
  return after && view.portOf(after, seen);
}

export function stationAfter(
  { after, mode }: VmEdit,
  port: BridgePort | undefined,
): Station | undefined {
  if (!port || !after) return undefined;
  return { port: port.name, mac: macOf(after), frozen: mode === 'frozen' };
}

/** Where a VM is, for reading. */
export function portNow(view: BridgeView, vm: Branch, places: VmPlaces): BridgePort | undefined {
  const found = view.portOf(vm, modeOf(vm) !== 'standby');
  return found ?? view.port(places.port(vmId(vm)) ?? '');
}
