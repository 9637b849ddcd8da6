/** The simulated data plane. */
export { simulatedFactory } from './factory.ts';
export { PacketSocket } from './packet-socket.ts';
export type {
  ApplicationRequest,
  DhcpMessage,
  DropReason,
  MembershipMessage,
  Packet,
  SctpChunk,
  TcpFlag,
  TcpNumbers,
  Verdict,
} from './model/packet.ts';
export { parsePolicy } from './model/policy.ts';
export type {
  ContentRule,
  DevicePolicy,
  NatPool,
  PolicyOptions,
  Timeouts,
} from './model/policy.ts';
export { SimulatedPlane } from './simulated-plane.ts';
export type { SimulatedPlaneOptions } from './simulated-plane.ts';
