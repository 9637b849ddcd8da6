/** The parties of the demonstration's move: devices to connect to, and a hypervisor that only re-plumbs. */
import {
  createFileModuleRepository,
  packageYangDirectory,
  SystemClock,
} from '../../src/node/index.ts';
import { SAMI_NAMESPACE } from '../../src/sami/index.ts';
import { NETCONF_BASE_NS } from '../../src/netconf/index.ts';
import { connectNetconf } from '../connect.ts';
import type { NetconfClient } from '../netconf-client.ts';
import { Schemas } from '../orchestrate/index.ts';
import type { Connector, Hypervisor, MoveOptions } from '../orchestrate/index.ts';
import type { DeviceAddress, World } from './world.ts';

/** What a move of the world's VM from its old to its new device takes. */
export function moveOptionsFor(world: World, stateDir: string): MoveOptions {
  return {
    vm: world.vm.id,
    old: connectorOf(world.old),
    new: connectorOf(world.new),
    hypervisor: hypervisorOf(world),
    stateDir,
    schemas: new Schemas(createFileModuleRepository([packageYangDirectory()])),
    clock: new SystemClock(),
  };
}

/** Plumbing is what this hypervisor does: a VM that is plumbed nowhere is as good as stopped. */
function hypervisorOf(world: World): Hypervisor {
  return {
    stop: () => world.plumb('nowhere'),
    continueOnNew: () => world.plumb('new'),
    resumeOnOld: () => world.plumb('old'),
  };
}

/** Makes the VM known to a device in normal operation, or unknown. */
export async function configureVm(
  world: World,
  device: DeviceAddress,
  operation: 'create' | 'delete',
): Promise<void> {
  const addresses = world.vm.addresses.map((address) => `<address>${address}</address>`).join('');
  const content = operation === 'create' ? addresses + world.policyXml : '';
  await using client = await connect(device);
  await client.editConfig({
    target: 'candidate',
    config:
      `<sami xmlns="${SAMI_NAMESPACE}"><vm xmlns:nc="${NETCONF_BASE_NS}" ` +
      `nc:operation="${operation}"><id>${world.vm.id}</id>${content}</vm></sami>`,
  });
  await client.commit();
}

function connectorOf(device: DeviceAddress): Connector {
  return {
    name: `${device.username}@${device.host}:${device.port}`,
    connect: (signal) => connect(device, signal),
  };
}

export function connect(device: DeviceAddress, signal?: AbortSignal): Promise<NetconfClient> {
  const { host, port, username, password, hostKeyFingerprint } = device;
  return connectNetconf({
    host,
    port,
    username,
    password,
    hostKey: { kind: 'fingerprint', fingerprint: hostKeyFingerprint },
    signal,
  });
}
