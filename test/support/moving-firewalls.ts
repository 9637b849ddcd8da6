/** The two firewalls of {@link ./live-flows.ts} as devices that an orchestrator moves VMs between. */
import { LinuxDataPlane } from '../../server/plane/linux/index.ts';
import type { LinuxPlaneOptions } from '../../server/plane/linux/index.ts';
import { childElements, textContent } from '../../src/xml/index.ts';
import type { XmlElement } from '../../src/xml/index.ts';
import { MovingDevices } from './moving-devices.ts';
import type { MakePlanes, MovingDevice } from './moving-devices.ts';
import type { Namespaces } from './namespaces.ts';

/** Devices in the namespaces 'old' and 'new'. */
export function movingFirewalls(
  namespaces: Namespaces,
  options: Partial<LinuxPlaneOptions> = {},
): Promise<MovingDevices> {
  const on =
    (name: string): MakePlanes =>
    ({ context: schema, clock }) => [
      new LinuxDataPlane({ schema, clock, netns: namespaces.name(name), ...options }),
    ];
  return MovingDevices.start({ old: on('old'), new: on('new') });
}

/** Leaves of an entry, as text. */
export type TextRow = Readonly<Record<string, string>>;

/** What a device tells of the sessions or mappings of a VM. */
export async function rowsOf(
  device: MovingDevice,
  kind: 'session' | 'nat',
): Promise<readonly TextRow[]> {
  const container = kind === 'session' ? 'sessions' : 'nat';
  await using client = await device.connect();
  const below = `<${container} xmlns="urn:sami:yang:sami-${kind}"/>`;
  const content = `<sami xmlns="urn:sami:yang:sami"><vm><id>vm1</id>${below}</vm></sami>`;
  const data = await client.get({ filter: { type: 'subtree', content } });
  const [vm] = childElements(data).flatMap(childElements);
  const found = vm && childElements(vm).find(({ local }) => local === container);
  return found ? childElements(found).map(toRow) : [];
}

function toRow(entry: XmlElement): TextRow {
  return Object.fromEntries(childElements(entry).map((leaf) => [leaf.local, textContent(leaf)]));
}
