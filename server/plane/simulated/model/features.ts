/** What the packet model does with each kind, as `device/kind/feature` reports it. Other kinds are stored. */
export const FEATURES: Readonly<Record<string, readonly string[]>> = {
  session: [
    ...['tcp', 'udp', 'icmp', 'sctp', 'ipv6', 'address-translation'],
    ...['window-scale', 'window-tracking'],
  ],
  nat: ['source-translation', 'destination-translation'],
  'acl-static': ['ethernet', 'ipv4', 'ipv6', 'tcp', 'udp', 'icmp', 'sctp'],
  'acl-dynamic': ['ethernet', 'ipv4', 'ipv6', 'tcp', 'udp', 'icmp', 'sctp'],
  'cumulative-security': ['half-open', 'syn-rate', 'block-list'],
  'cumulative-accounting': ['volume-limit', 'rate-limit'],
  'sticky-group': ['backup-farm', 'weights'],
  sticky: [
    ...['client-address', 'http-cookie', 'http-header', 'http-url', 'tls-session-id'],
    'layer-4-payload',
  ],
  vlan: ['tagged', 'untagged'],
  'dhcp-binding': ['ipv6', 'source-guard'],
  'multicast-membership': ['igmp', 'mld', 'source-filter'],
  'proxied-connection': ['ipv6', 'syn-proxy', 'sequence-translation'],
  'balancer-connection': ['tcp', 'udp', 'sctp', 'ipv6', 'http', 'smtp', 'ftp'],
  profile: ['upload-rate', 'download-rate', 'priority', 'dscp'],
};
