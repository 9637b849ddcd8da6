/** The data plane of the Linux kernel. */
export { LinuxDataPlane } from './linux-plane.ts';
export type { LinuxPlaneOptions } from './linux-plane.ts';
export { ToolError } from '../kit/launcher.ts';
export { linuxFactory } from './factory.ts';
