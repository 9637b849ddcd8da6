/** A VM with entries of every kind that is moved, as configuration. */

export interface FullVm {
  readonly id: string;
  readonly address: string;
  /** Default 20. */
  readonly sessions?: number;
  /** Everything beside the sessions; default true. */
  readonly others?: boolean;
}

/** The element `vm`, with sessions from this number of clients and, unless told otherwise, the other kinds. */
export function fullVm({ id, address, sessions = 20, others = true }: FullVm): string {
  const rows = Array.from({ length: sessions }, (_, index) => session(address, 40_000 + index));
  return (
    `<vm><id>${id}</id><address>${address}</address>` +
    `<sessions xmlns="urn:sami:yang:sami-session">${rows.join('')}</sessions>` +
    `${others ? translations(address) + accessLists(address) + stickiness(address) : ''}</vm>`
  );
}

/** An established connection from a client to port 443 of `address`. */
export function session(address: string, clientPort: number): string {
  return (
    '<session><protocol>6</protocol><source-address>198.51.100.9</source-address>' +
    `<destination-address>${address}</destination-address><source-port>${clientPort}</source-port>` +
    '<destination-port>443</destination-port><zone>0</zone><state>established</state>' +
    '<lifetime>3600</lifetime><interface>eth0</interface></session>'
  );
}

/** Each VM has an external address of its own: two VMs cannot share an end of a mapping. */
function translations(address: string): string {
  const external = `203.0.113.${address.split('.').at(-1) ?? ''}`;
  const mapping = (port: number): string =>
    '<mapping-entry><transport-protocol>6</transport-protocol>' +
    `<internal-src-address>${address}</internal-src-address><internal-src-port>${port}</internal-src-port>` +
    `<external-src-address>${external}</external-src-address>` +
    `<external-src-port>${port + 1000}</external-src-port><type>dynamic-implicit</type>` +
    '<lifetime>3600</lifetime></mapping-entry>';
  return `<nat xmlns="urn:sami:yang:sami-nat">${mapping(5000)}${mapping(5001)}</nat>`;
}

function accessLists(address: string): string {
  const rule = (name: string, forwarding: string): string =>
    `<ace><name>${name}</name><matches><ipv4>` +
    `<destination-ipv4-network>${address}/32</destination-ipv4-network></ipv4></matches>` +
    `<actions><forwarding>${forwarding}</forwarding></actions></ace>`;
  return (
    '<acl-static xmlns="urn:sami:yang:sami-acl"><acl><name>web</name>' +
    `<aces>${rule('last', 'drop')}${rule('first', 'accept')}</aces></acl></acl-static>` +
    `<acl-dynamic xmlns="urn:sami:yang:sami-acl">${rule('guest', 'accept')}</acl-dynamic>`
  );
}

function stickiness(address: string): string {
  const client = (name: string): string =>
    `<sticky-connection><group>web</group><client>${name}</client>` +
    `<real-server-address>${address}</real-server-address><lifetime>3600</lifetime></sticky-connection>`;
  return (
    '<sticky-groups xmlns="urn:sami:yang:sami-sticky"><group><name>web</name>' +
    '<type>client-address</type><virtual-address>192.0.2.80</virtual-address>' +
    '<server-farm>farm</server-farm><real-server><server-farm>farm</server-farm>' +
    `<address>${address}</address><port>443</port></real-server></group></sticky-groups>` +
    `<sticky xmlns="urn:sami:yang:sami-sticky">${client('198.51.100.9')}${client('198.51.100.10')}</sticky>`
  );
}
