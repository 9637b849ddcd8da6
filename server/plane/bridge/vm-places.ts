/** Where the VMs of the configuration are on the bridge. */
import { modeOf } from '../../../src/sami/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import type { VmEdit } from '../kit/driver.ts';
import { macOf } from './bridge-view.ts';
import type { BridgePort, BridgeView } from './bridge-view.ts';
import type { Station } from './guard-table.ts';

export class VmPlaces {
  readonly #portById = new Map<string, string>();
  readonly #stationById = new Map<string, Station>();

  get stations(): readonly Station[] {
    return [...this.#stationById.values()];
  }

  station(id: string): Station | undefined {
    return this.#stationById.get(id);
  }

  /** Port on which the plane has put a VM; also of one without link-layer address. */
  port(id: string): string | undefined {
    return this.#portById.get(id);
  }

  holderOf(port: string): string | undefined {
    for (const [id, held] of this.#portById) if (held === port) return id;
    return undefined;
  }

  set(id: string, port: BridgePort | undefined, station: Station | undefined): void {
    if (port) this.#portById.set(id, port.name);
    else this.#portById.delete(id);
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
  const mac = after && macOf(after);
  if (!port || mac === undefined) return undefined;
  return { port: port.name, mac, frozen: mode === 'frozen' };
}

/** Where a VM is, for reading. */
export function portNow(view: BridgeView, vm: Branch, places: VmPlaces): BridgePort | undefined {
  const found = view.portOf(vm, modeOf(vm) !== 'standby');
  return found ?? view.port(places.port((vm.slots[0] ?? '') as string) ?? '');
}
