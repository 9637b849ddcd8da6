/** Data plane: VLANs and profiles of VMs on Open vSwitch. */
export { openvswitchFactory } from './factory.ts';
export { OpenVSwitchDriver } from './openvswitch-driver.ts';
export type { OpenVSwitchOptions } from './openvswitch-driver.ts';
