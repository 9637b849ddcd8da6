/** A NAT mapping, between rows of our model, sessions of the kernel and maps of nftables. */
import { PROTOCOL } from '../conntrack/constants.ts';

/** Of RFC 8512: configured, made for a packet, asked for by a host. */
export type MappingType = 'static' | 'dynamic-implicit' | 'dynamic-explicit';

export interface Mapping {
  /** 0 when it holds for every protocol. */
  readonly protocol: number;
  readonly internal: string;
  /** 0 when ports are not mapped. */
  readonly internalPort: number;
  readonly external: string;
  readonly externalPort: number;
  readonly type: MappingType;
  /** Seconds left; of an implicit mapping the most that a session which uses it has. */
  readonly lifetime: number | undefined;
}

/** Protocols whose ports nftables can map: TCP, UDP, DCCP, SCTP, UDP-Lite. */
export const MAPPED_PORTS: ReadonlySet<number> = new Set([
  PROTOCOL.tcp,
  PROTOCOL.udp,
  33,
  PROTOCOL.sctp,
  136,
]);

/** Identifies a mapping: the keys of its row. */
export function mappingKey(mapping: Mapping): string {
  const { protocol, internal, internalPort, external, externalPort } = mapping;
  return `${protocol} ${internal} ${internalPort} ${external} ${externalPort}`;
}

/** Mappings of their own, and not only the projection of sessions. */
export function isExplicit({ type }: Mapping): boolean {
  return type !== 'dynamic-implicit';
}

/** Whether some packet to the outside could be meant for both. */
export function sharesOutside(a: Mapping, b: Mapping): boolean {
  return (
    a.external === b.external &&
    (a.protocol === b.protocol || a.protocol === 0 || b.protocol === 0) &&
    (a.externalPort === b.externalPort || a.externalPort === 0 || b.externalPort === 0)
  );
}

/** Whether packets to the outside find one or the other by chance: of one VM, the more specific one wins. */
export function sameOutside(a: Mapping, b: Mapping): boolean {
  return (
    a.external === b.external && a.protocol === b.protocol && a.externalPort === b.externalPort
  );
}

/** For messages. */
export function outsideText({ protocol, external, externalPort }: Mapping): string {
  const port = externalPort === 0 ? '' : ` port ${String(externalPort)}`;
  return `${external}${protocol === 0 ? '' : ` protocol ${String(protocol)}`}${port}`;
}
