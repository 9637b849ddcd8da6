/**
 * What the demonstration runs on: two firewalls, a VM and a correspondent of it. The kernel's network
 * namespaces are one such world, the simulated data plane another.
 */

export type Place = 'old' | 'new' | 'nowhere';

/** How `sami migrate` would be told of one of the two devices. */
export interface DeviceAddress {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** SHA-256 fingerprint of the host key, as OpenSSH prints it. */
  readonly hostKeyFingerprint: string;
}

export interface World {
  readonly plane: 'linux' | 'simulated';
  readonly vm: { readonly id: string; readonly addresses: readonly string[] };
  /** What the VM's configuration has beside its addresses: elements below `vm`, as XML. */
  readonly policyXml: string;
  readonly old: DeviceAddress;
  readonly new: DeviceAddress;
  /** Opens `count` connections between the correspondent and the VM through the old firewall. */
  openFlows(count: number): Promise<void>;
  closeFlows(): Promise<void>;
  /** Sends new data both ways over every flow and counts those on which it arrives. */
  aliveFlows(): Promise<number>;
  /** Plumbs the VM to one firewall, or to none: its packets are lost then, as while it is stopped. */
  plumb(place: Place): Promise<void>;
  /** Adds synthetic sessions of the VM to the old firewall until it has `total`. */
  fill(total: number): Promise<void>;
  /** Ends processes and removes whatever was made. May be called more than once. */
  close(): Promise<void>;
}
