/** Stick tables with keys of every type, and everything that HAProxy 2.6 stores in one. */

/** Long periods, so that a rate is the same a moment later. */
const PERIOD = 3_600_000;
const ALL = [
  ...[
    'gpt0',
    'gpc0',
    'gpc0_rate(1h)',
    'gpc1',
    'gpc1_rate(1h)',
    'conn_cnt',
    'conn_cur',
    'conn_rate(1h)',
  ],
  ...['sess_cnt', 'sess_rate(1h)', 'http_req_cnt', 'http_req_rate(1h)', 'http_err_cnt'],
  ...[
    'http_err_rate(1h)',
    'http_fail_cnt',
    'http_fail_rate(1h)',
    'bytes_in_cnt',
    'bytes_in_rate(1h)',
  ],
  ...['bytes_out_cnt', 'bytes_out_rate(1h)', 'server_id', 'server_key'],
];
const ARRAYS = ['gpt(3)', 'gpc(4)', 'gpc_rate(2,1h)', 'server_id'];

const KEYS = {
  by_ip: { type: 'ip', store: ALL, keyType: 'ipv4-address', clients: ['198.51.100.1', '0.0.0.0'] },
  by_ipv6: {
    ...{ type: 'ipv6', store: ALL, keyType: 'ipv6-address' },
    clients: ['2001:db8::1', '::', '::ffff:192.0.2.1', '::102:304'],
  },
  by_string: {
    ...{ type: 'string len 64', store: ALL, keyType: 'string' },
    clients: [
      'a',
      'a b;c\\d=e"f\'g#h',
      '<<',
      'x; shutdown frontend web',
      'é 漢 😀',
      '-',
      '='.repeat(64),
    ],
  },
  by_integer: {
    ...{ type: 'integer', store: ALL, keyType: 'integer' },
    clients: ['0', '7', '4294967295'],
  },
  by_binary: {
    ...{ type: 'binary len 8', store: ALL, keyType: 'binary' },
    clients: ['0000000000000000', '000a3b5c20ff7f01', 'ffffffffffffffff'],
  },
  by_array: { type: 'string len 32', store: ARRAYS, keyType: 'string', clients: ['x', 'y z'] },
} as const;

export type TableName = keyof typeof KEYS;
export const TABLES = Object.entries(KEYS).map(([name, rest]) => ({
  name: name as TableName,
  ...rest,
}));

/** Sections of HAProxy; `servers` are the lines of the servers in each backend. */
export function everyTable(servers: string, expire = '1h'): string {
  const backends = TABLES.map(
    ({ name, type, store }) =>
      `backend ${name}\n  stick-table type ${type} size 100 expire ${expire} peers sami ` +
      `store ${store.join(',')}\n  ${servers}\n`,
  );
  return `peers sami\n  bind unix@PEERS mode 600\n  server balancer\n  server samid 127.0.0.1:1\n${backends.join('')}`;
}

const COUNTED = [
  ...['general-purpose', 'connections', 'sessions', 'http-requests', 'http-errors'],
  ...['http-failures', 'bytes-in', 'bytes-out'],
];

/** `stored-data` of the groups. */
function storedData(name: TableName): string {
  const item = (data: string, index: number, more = ''): string =>
    `<stored-data><data>${data}</data><index>${index}</index>${more}</stored-data>`;
  const period = `<period>${PERIOD}</period>`;
  if (name === 'by_array') {
    const counters = [0, 1].map((index) => item('general-purpose', index, period));
    const more = [2, 3].map((index) => item('general-purpose', index));
    return [...counters, ...more, ...[0, 1, 2].map((index) => item('tag', index))].join('');
  }
  const counted = COUNTED.map((data) => item(data, 0, period));
  const more = [item('general-purpose', 1, period), item('tag', 0), item('active-connections', 0)];
  return [...counted, ...more].join('');
}

/** A group for each table, of a VM that is the virtual server. */
export function everyGroup(virtual: string): string {
  const groups = TABLES.map(({ name, keyType, type }) => {
    const [, length] = / len (\d+)/.exec(type) ?? [];
    return (
      `<group><name>${name}</name><type>http-header</type>` +
      `<virtual-address>${virtual}</virtual-address><server-farm>${name}</server-farm>` +
      `<key-type>${keyType}</key-type>` +
      (length === undefined ? '' : `<key-length>${length}</key-length>`) +
      `<maximum-entries>100</maximum-entries>${storedData(name)}</group>`
    );
  });
  return `<sticky-groups xmlns="urn:sami:yang:sami-sticky">${groups.join('')}</sticky-groups>`;
}
