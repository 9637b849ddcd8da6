/** Configuration of VMs as XML text, for tests. */

export interface VmText {
  readonly id?: string;
  readonly address?: string;
  readonly mode?: 'learning' | 'standby' | 'frozen';
  /** Anything else inside the entry. */
  readonly more?: string;
}

/** The container `sami` with what is inside. */
export function sami(content: string): string {
  return `<sami xmlns="urn:sami:yang:sami">${content}</sami>`;
}

export function vm({ id = 'vm1', address, mode, more = '' }: VmText = {}): string {
  const modeText = mode ? `<mode>${mode}</mode>` : '';
  return `<vm><id>${id}</id><address>${address ?? addressOf(id)}</address>${modeText}${more}</vm>`;
}

/** An address for each VM, because a device gives none to two: that of `vm1` is 10.0.0.1. */
function addressOf(id: string): string {
  if (id === 'vm1') return '10.0.0.1';
  const code = Buffer.from(id).reduce((sum, byte) => (sum * 31 + byte) % 65_536, 7);
  return `10.1.${code >> 8}.${code & 255}`;
}

/** A change of the mode of a VM that is there. */
export function modeOf(id: string, mode: string): string {
  return sami(`<vm><id>${id}</id><mode>${mode}</mode></vm>`);
}

/** Deletes a VM. */
export function deleteVm(id: string): string {
  const nc = 'xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0"';
  return sami(`<vm ${nc} nc:operation="delete"><id>${id}</id></vm>`);
}

/** The container of sessions with entries from these source ports. */
export function sessions(ports: readonly number[], address = '10.0.0.1'): string {
  const rows = ports.map((port) => sessionRow(port, address)).join('');
  return `<sessions xmlns="urn:sami:yang:sami-session">${rows}</sessions>`;
}

export function sessionRow(port: number, address = '10.0.0.1'): string {
  return (
    `<session><protocol>6</protocol><source-address>${address}</source-address>` +
    '<destination-address>192.0.2.1</destination-address>' +
    `<source-port>${String(port)}</source-port><destination-port>80</destination-port>` +
    '<zone>0</zone><state>established</state></session>'
  );
}
