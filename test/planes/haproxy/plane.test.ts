/** One HAProxy under the plane: refusals, combining, roll-back, time, and a HAProxy that goes away. */
import assert from 'node:assert/strict';
import type { TablePlane } from '../../../server/plane/kit/table-plane.ts';
import { RpcErrorException, pathText } from '../../../src/error/index.ts';
import { PlaneDevice } from '../../support/plane-device.ts';
import type { Plain } from '../../support/plain-data.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import { until } from '../../support/until.ts';
import { Balancers, describeOnHaproxy } from './balancers.ts';
import type { Balancer } from './balancers.ts';
import { everyTable } from './every-table.ts';

const VIRTUAL = '192.0.2.80';
const RED = '192.0.2.11';
const GREEN = '192.0.2.12';
const CLIENT = '198.51.100.1';

const CONFIG = `
listen held
  bind 192.0.2.80:81
  tcp-request connection track-sc0 src table web
  server red ${RED}:80
backend web
  stick-table type ip size 10 expire 1h store server_id,server_key,gpt0,http_req_cnt,http_req_rate(1h),conn_cur
  server red ${RED}:80
  server green ${GREEN}:8080
backend names
  stick-table type string len 16 size 10 expire 1h store gpc0
backend numbers
  stick-table type integer size 10 store gpc0
backend octets
  stick-table type binary len 4 size 10 store gpc0
`;

const group = (name: string, more: Plain = {}): Plain => ({
  ...{ name, type: 'client-address', 'virtual-address': VIRTUAL, 'server-farm': 'web' },
  ...more,
});

interface VmContent {
  readonly mode?: string;
  readonly address?: readonly string[];
  readonly groups?: readonly Plain[];
  readonly rows?: readonly Plain[];
}

const vm = ({ mode = 'standby', address = [RED], groups, rows }: VmContent = {}): Plain => ({
  ...{ id: 'vm1', address, mode },
  'sticky-groups': { group: groups ?? [group('web', { 'real-server': [SERVER] })] },
  ...(rows && { sticky: { 'sticky-connection': rows } }),
});
const SERVER = { 'server-farm': 'web', address: RED, port: 80 };

const requests = (value: number): Plain => ({
  counter: [{ counted: 'http-requests', index: 0, value }],
});
const row = (client: string, more: Plain = {}): Plain => ({
  ...{ group: 'web', client, 'real-server-address': RED, 'real-server-port': 80 },
  ...more,
});

async function withDevice(
  test: (device: PlaneDevice<TablePlane>, balancer: Balancer) => Promise<void>,
  logger = new RecordingLogger(),
): Promise<void> {
  await using balancers = await Balancers.start({ one: CONFIG });
  const balancer = balancers.get('one');
  await using device = await PlaneDevice.start(balancer.plane({ logger }));
  await test(device, balancer);
}

/** `tag app-tag path: message` of each error. */
async function refusal(promise: Promise<unknown>): Promise<readonly string[]> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof RpcErrorException)) throw error;
    return error.errors.map(
      (it) => `${it.tag} ${it.appTag ?? '-'} ${pathText(it) ?? ''}: ${it.message ?? ''}`,
    );
  }
  return assert.fail('it was not refused');
}

interface Refused {
  readonly name: string;
  readonly vm: Plain;
  readonly with: RegExp;
}

const big = 'x'.repeat(17);
const text = group('names', { 'key-type': 'string', 'virtual-address': RED });
const inNames = (client: string, more: Plain = {}): Plain => ({ group: 'names', client, ...more });
const named = (client: string): Plain => vm({ groups: [text], rows: [inNames(client)] });
const whole = (address: string): Plain => group('web', { 'virtual-address': address });

const REFUSED: readonly Refused[] = [
  {
    name: 'a group without table',
    vm: vm({
      groups: [group('shop', { 'virtual-address': RED, 'key-type': 'string', 'key-length': 8 })],
    }),
    with: /^operation-not-supported no-such-table .*group\[name='shop'\]: HAProxy has no stick table "shop" for group "shop" \(expected: type string, length 8\)/,
  },
  ...['web; clear table web', 'web\nclear table web', 'web ', ' ', '<<', '\\'].map((name) => ({
    name: `the group ${JSON.stringify(name)}`,
    vm: vm({ groups: [group(name, { 'virtual-address': RED })] }),
    with: /^operation-not-supported no-such-table /,
  })),
  {
    name: 'another key type',
    vm: vm({ groups: [group('web', { 'virtual-address': RED, 'key-type': 'integer' })] }),
    with: /^operation-not-supported table-differs .*\/key-type: stick table "web" of HAProxy has keys of type ip, group "web" expects integer/,
  },
  {
    name: 'another key length',
    vm: vm({
      groups: [group('names', { 'virtual-address': RED, 'key-type': 'string', 'key-length': 20 })],
    }),
    with: /\/key-length: stick table "names" of HAProxy has keys of length 16, group "names" expects 20/,
  },
  {
    name: 'more entries than fit',
    vm: vm({ groups: [group('web', { 'virtual-address': RED, 'maximum-entries': 11 })] }),
    with: /\/maximum-entries: .* has room for entries: 10, group "web" expects 11/,
  },
  {
    name: 'another time-out',
    vm: vm({ groups: [group('web', { 'virtual-address': RED, timeout: 60 })] }),
    with: /\/timeout: .* has a time of milliseconds: 3600000, group "web" expects 60000/,
  },
  {
    name: 'data that is not stored',
    vm: vm({
      groups: [
        group('web', { 'virtual-address': RED, 'stored-data': [{ data: 'sessions', index: 0 }] }),
      ],
    }),
    with: /for counter sessions 0 nothing, group "web" expects no period/,
  },
  {
    name: 'a rate over another period',
    vm: vm({
      groups: [
        group('web', {
          'virtual-address': RED,
          'stored-data': [{ data: 'http-requests', index: 0, period: 10_000 }],
        }),
      ],
    }),
    with: /for rate http-requests 0 3600000, group "web" expects 10000/,
  },
  {
    name: 'a real server that HAProxy has not',
    vm: vm({ groups: [group('web', { 'real-server': [{ ...SERVER, port: 81 }] })] }),
    with: /^invalid-value no-such-server .*: backend "web" of HAProxy has no server 192.0.2.11 port 81; it has 192.0.2.11 port 80, 192.0.2.12 port 8080/,
  },
  {
    name: 'an entry of a server that HAProxy has not',
    vm: vm({ rows: [row(CLIENT, { 'real-server-port': 443 })] }),
    with: /^invalid-value no-such-server .*client='198.51.100.1'\]: backend "web"/,
  },
  {
    name: 'an entry of another VM',
    vm: vm({ rows: [row(CLIENT, { 'real-server-address': GREEN, 'real-server-port': 8080 })] }),
    with: /^invalid-value address-not-owned /,
  },
  {
    name: 'a counter that is not stored',
    vm: vm({ rows: [row(CLIENT, { counter: [{ counted: 'bytes-in', index: 0, value: 1 }] })] }),
    with: /^operation-not-supported table-differs .*counter\[.*: stick table "web" of HAProxy has no place for counter bytes-in 0/,
  },
  {
    name: 'a counter that is too large',
    vm: vm({ rows: [row(CLIENT, requests(2 ** 32))] }),
    with: /counter http-requests 0 is 4294967296, and HAProxy takes no more than 4294967295/,
  },
  {
    name: 'a rate of another period in an entry',
    vm: vm({
      rows: [row(CLIENT, { rate: [{ counted: 'http-requests', index: 0, period: 1, value: 3 }] })],
    }),
    with: /has rate http-requests 0 over 3600000 ms, not over 1 ms/,
  },
  {
    name: 'a server in a table without',
    vm: vm({ groups: [text], rows: [inNames('a', { 'real-server-address': RED })] }),
    with: /real-server-address: stick table "names" of HAProxy does not store servers/,
  },
  {
    name: 'binary keys, which only peers can write',
    vm: vm({
      groups: [group('octets', { 'virtual-address': RED })],
      rows: [{ group: 'octets', client: '00ff00ff' }],
    }),
    with: /^operation-not-supported no-peer .*\/client: HAProxy takes keys of type binary only from a peer/,
  },
  {
    name: 'more entries than there is room for',
    vm: vm({ rows: Array.from({ length: 11 }, (_, index) => row(`198.51.100.${index}`)) }),
    with: /^resource-denied table-too-small .*\/sami-sticky:sticky: stick table "web" of HAProxy has room for 9 more entries of 10, needed are 11/,
  },
  ...[
    ['1.2.3', /client "1.2.3" is no IPv4 address/],
    ['198.51.100.1; clear table web', /is no IPv4 address/],
    ['2001:db8::1', /is no IPv4 address/],
  ].map(([client, message]) => ({
    name: `the key ${String(client)} of type ip`,
    vm: vm({ rows: [row(client as string)] }),
    with: message as RegExp,
  })),
  ...[
    ['a\nclear table web', /client "a\\nclear table web" has control characters/],
    ['\u0000', /has control characters/],
    ['\u007f', /has control characters/],
    ['\ud800', /is not well-formed Unicode/],
    [big, /has 17 bytes of 16 that the table keeps/],
    ['é'.repeat(9), /has 18 bytes of 16/],
  ].map(([client, message]) => ({
    name: `the key ${JSON.stringify(client)} of type string`,
    vm: named(client as string),
    with: message as RegExp,
  })),
  ...['-1', '5x', '007', '4294967296', '1 data.gpc0 9'].map((client) => ({
    name: `the key ${client} of type integer`,
    vm: vm({
      groups: [group('numbers', { 'virtual-address': RED })],
      rows: [{ group: 'numbers', client }],
    }),
    with: /is no number from 0 to 4294967295: it cannot be a key of stick table "numbers"/,
  })),
];

describeOnHaproxy('haproxy plane: refusals', () => {
  it('name what is wrong, and change nothing', async () => {
    await withDevice(async (device, balancer) => {
      await balancer.api.ask('set table web key 203.0.113.9 data.gpt0 1');
      for (const refused of REFUSED) {
        const errors = await refusal(device.commit(refused.vm));
        assert.match(errors.join('\n'), refused.with, `${refused.name}: ${errors.join('\n')}`);
      }
      const tables = ['web', 'names', 'numbers', 'octets'];
      const left = await Promise.all(tables.map((table) => balancer.table(table)));
      assert.deepEqual(left, [{ '203.0.113.9': left[0]?.['203.0.113.9'] }, {}, {}, {}]);
    });
  }).timeout(30_000);

  it('control: what is right is taken', async () => {
    await withDevice(async (device, balancer) => {
      const groups = [whole(RED), text, group('numbers', { 'virtual-address': RED })];
      const rows = [row(CLIENT, requests(2 ** 32 - 1)), inNames('a;b \\'), inNames('<<')];
      const all = [...rows, { group: 'numbers', client: '4294967295' }];
      await device.commit(vm({ groups, rows: all }));
      assert.deepEqual(await balancer.table('web'), {}, 'not before the VM is there');
      await device.commit(vm({ mode: 'learning', groups, rows: all }));
      assert.equal((await balancer.table('web'))[CLIENT]?.['counter http-requests 0'], 2 ** 32 - 1);
      assert.deepEqual(Object.keys(await balancer.table('names')).sort(), ['<<', 'a;b \\']);
      assert.deepEqual(Object.keys(await balancer.table('numbers')), ['4294967295']);
    });
  }).timeout(30_000);

  it('room that VMs in standby will need is not given to others', async () => {
    await withDevice(async (device) => {
      const rows = (count: number, net: number): readonly Plain[] =>
        Array.from({ length: count }, (_, index) => row(`10.0.${net}.${index}`));
      await device.commit(vm({ rows: rows(6, 1) }));
      const other = { ...vm({ rows: rows(5, 2) }), id: 'vm2' };
      const errors = await refusal(device.commit(other));
      assert.match(
        errors.join(),
        /table-too-small .* has room for 4 more entries of 10, needed are 5/,
      );
      await device.commit({ ...vm({ rows: rows(4, 2) }), id: 'vm2' });
      await device.commit(undefined, 'vm2');
      await device.commit(undefined, 'vm1');
      await device.commit(other);
    });
  }).timeout(30_000);

  it('a client that is stuck to the server of another VM stays with it', async () => {
    await withDevice(async (device, { api }) => {
      await api.ask(`set table web key ${CLIENT} data.server_id 2`);
      const errors = await refusal(device.commit(vm({ rows: [row(CLIENT)] })));
      assert.match(
        errors.join(),
        /^in-use client-in-use .*is stuck to server 192.0.2.12 port 8080 already/,
      );
      await api.ask(`set table web key ${CLIENT} data.server_id 1`);
      await device.commit(vm({ rows: [row(CLIENT)] }));
    });
  }).timeout(30_000);
});

describeOnHaproxy('haproxy plane: entries', () => {
  it('of a VM are those of its servers, and of its virtual address all', async () => {
    await withDevice(async (device, { api }) => {
      await api.askAll([
        `set table web key ${CLIENT} data.server_id 1 data.gpt0 5 data.http_req_cnt 3 data.conn_cur 2`,
        'set table web key 198.51.100.2 data.server_id 2',
        'set table web key 198.51.100.3 data.http_req_cnt 1',
      ]);
      await device.commit(vm({ mode: 'learning' }));
      const [only, ...more] = await device.rows('sticky/sticky-connection');
      assert.deepEqual(more, []);
      const { lifetime, ...rest } = only ?? {};
      assert.ok(Number(lifetime) > 3590 && Number(lifetime) <= 3600, String(lifetime));
      assert.deepEqual(rest, {
        ...row(CLIENT, requests(3)),
        ...{ 'server-farm': 'web', 'active-connections': 2, tag: [{ index: 0, value: 5 }] },
        rate: [{ counted: 'http-requests', index: 0, period: 3_600_000, value: 0 }],
      });
      await device.commit(vm({ mode: 'learning', address: [VIRTUAL] }));
      const clients = (await device.rows('sticky/sticky-connection')).map(({ client }) => client);
      assert.deepEqual(clients, ['198.51.100.1', '198.51.100.2', '198.51.100.3']);
    });
  }).timeout(30_000);

  it('add to what is there, and are taken away exactly when the move is rolled back', async () => {
    await withDevice(async (device, balancer) => {
      const { api } = balancer;
      const counted = async (): Promise<unknown> => (await balancer.table('web'))[CLIENT];
      const groups = [group('web')];
      const content = {
        groups,
        address: [VIRTUAL],
        rows: [
          row(CLIENT, { ...requests(40), tag: [{ index: 0, value: 9 }] }),
          row('198.51.100.7'),
        ],
      };
      await api.ask(
        `set table web key ${CLIENT} data.http_req_cnt 2 data.gpt0 1 data.http_req_rate 4`,
      );
      const before = await counted();
      await device.commit(vm(content));
      assert.deepEqual(await counted(), before, 'not before the VM is there');
      await device.commit(vm({ ...content, mode: 'learning' }));
      const together = {
        'counter http-requests 0': 42,
        'tag 0': 9,
        'server-id': 1,
        'active-connections': 0,
        'rate http-requests 0': 4,
      };
      assert.deepEqual(await counted(), together);
      // A client comes between release and roll-back.
      await api.ask(`set table web key ${CLIENT} data.http_req_cnt 45`);
      await device.commit(vm(content));
      assert.deepEqual(await counted(), {
        ...together,
        'counter http-requests 0': 5,
        'tag 0': 1,
        'server-id': 0,
      });
      assert.deepEqual(Object.keys(await balancer.table('web')), [CLIENT], 'what was new has gone');
      await device.commit(undefined, 'vm1');
      assert.deepEqual(Object.keys(await balancer.table('web')), [CLIENT]);
    });
  }).timeout(30_000);

  it('that come to a VM which is there are combined, and traffic meanwhile is not lost', async () => {
    await withDevice(async (device, balancer) => {
      await balancer.api.ask(`set table web key ${CLIENT} data.server_id 1 data.http_req_cnt 2`);
      await device.commit(vm({ mode: 'learning' }));
      await device.commit(vm({ mode: 'learning', rows: [row(CLIENT, requests(40))] }));
      assert.equal((await balancer.table('web'))[CLIENT]?.['counter http-requests 0'], 42);
      await balancer.api.ask(`set table web key ${CLIENT} data.http_req_cnt 43`);
      await device.commit(vm({ mode: 'learning' }));
      assert.equal((await balancer.table('web'))[CLIENT]?.['counter http-requests 0'], 3);
    });
  }).timeout(30_000);

  it('of a group are in the table and of the backend that are mapped to it', async () => {
    await using balancers = await Balancers.start({ one: CONFIG });
    const balancer = balancers.get('one');
    const tables = new Map([['shop', 'web']]);
    const mapping = { tables, backends: new Map([['farm', 'web']]) };
    await using device = await PlaneDevice.start(balancer.plane({ mapping }));
    const groups = [group('shop', { 'virtual-address': RED, 'server-farm': 'farm' })];
    const rows = [row(CLIENT, { group: 'shop' })];
    await device.commit(vm({ groups, rows }));
    await device.commit(vm({ mode: 'learning', groups, rows }));
    assert.equal((await balancer.table('web'))[CLIENT]?.['server-id'], 1);
    const [found] = await device.rows('sticky/sticky-connection');
    assert.deepEqual([found?.['group'], found?.['server-farm']], ['shop', 'farm']);
  }).timeout(30_000);

  it('that a connection holds are emptied at once, and go when it ends', async () => {
    await withDevice(async (device, balancer) => {
      await balancer.serve(RED);
      await balancer.addAddress(CLIENT);
      await balancer.hold({ from: CLIENT, to: VIRTUAL, port: 81 });
      await balancer.api.ask(`set table web key ${CLIENT} data.server_id 1 data.gpt0 3`);
      assert.equal((await balancer.table('web'))[CLIENT]?.['active-connections'], 1);
      await device.commit(vm({ mode: 'learning' }));
      await device.commit(undefined, 'vm1');
      const emptied = (await balancer.table('web'))[CLIENT];
      assert.deepEqual([emptied?.['server-id'], emptied?.['tag 0']], [0, 0]);
      await balancer.release();
      await until(async () => Object.keys(await balancer.table('web')).length === 0);
    });
  }).timeout(30_000);

  it('have the time left that they had, and go when it is over', async () => {
    await withDevice(async (device, balancer) => {
      const rows = [row(CLIENT, { lifetime: 600 }), row('198.51.100.2', { lifetime: 1 })];
      await device.commit(vm({ rows }));
      const { reported } = await device.watch();
      await device.commit(vm({ mode: 'learning', rows }));
      const [first] = await device.rows('sticky/sticky-connection');
      assert.ok(Number(first?.['lifetime']) <= 600, 'HAProxy itself says 3600');
      assert.match(await balancer.api.ask(`show table web key ${CLIENT}`), / exp=3[56]\d{5} /);
      await until(() => reported.some(({ kind }) => kind === 'remove'));
      assert.deepEqual(Object.keys(await balancer.table('web')), [CLIENT]);
    });
  }).timeout(30_000);

  it('control: stay when their clients come again', async () => {
    await withDevice(async (device, balancer) => {
      const { api } = balancer;
      const rows = [row(CLIENT, { lifetime: 1 }), row('198.51.100.2', { lifetime: 1 })];
      await device.commit(vm({ rows }));
      const { reported } = await device.watch();
      await device.commit(vm({ mode: 'learning', rows }));
      await until(
        async () => !/exp=3(600|599[89])/.test(await api.ask(`show table web key ${CLIENT}`)),
      );
      await api.ask(`set table web key ${CLIENT} data.http_req_cnt 1`);
      await until(() => reported.some(({ kind }) => kind === 'remove'));
      assert.deepEqual(Object.keys(await balancer.table('web')), [CLIENT]);
    });
  }).timeout(30_000);
});

describeOnHaproxy('haproxy plane: HAProxy goes away', () => {
  it('in the middle of a change, and what has been written is taken back', async () => {
    const config = everyTable(`server red ${RED}:80`);
    await using balancers = await Balancers.start({ one: config });
    const balancer = balancers.get('one');
    const peers = { socket: '/nowhere/peers.sock', name: 'samid' };
    await using device = await PlaneDevice.start(balancer.plane({ peers }));
    await balancer.api.ask(`set table by_ip key ${CLIENT} data.gpc0 7 data.conn_cnt 2 data.gpt0 3`);
    const before = await balancer.table('by_ip');
    const address = [VIRTUAL];
    const groups = ['by_ip', 'by_array'].map((name) => group(name, { 'server-farm': name }));
    const counter = (index: number): Plain => ({
      counter: [{ counted: 'general-purpose', index, value: 9 }],
    });
    const rows = [
      { group: 'by_ip', client: CLIENT, ...counter(0), tag: [{ index: 0, value: 4 }] },
      { group: 'by_ip', client: '198.51.100.2', ...counter(0) },
      { group: 'by_array', client: 'only a peer can write this', ...counter(3) },
    ];
    await device.commit(vm({ address, groups, rows }));
    const errors = await refusal(device.commit(vm({ mode: 'learning', address, groups, rows })));
    assert.match(
      errors.join(),
      /plane-unavailable .*HAProxy's peers at \/nowhere\/peers.sock: .*ENOENT/,
    );
    assert.deepEqual(await balancer.table('by_ip'), before);
    assert.deepEqual(await balancer.table('by_array'), {});
  }).timeout(30_000);

  it('and changes are refused, and those who watch are told when it is back', async () => {
    const logger = new RecordingLogger();
    await withDevice(async (device, balancer) => {
      await balancer.api.ask(`set table web key ${CLIENT} data.server_id 1`);
      await device.commit(vm({ mode: 'learning' }));
      const { reported } = await device.watch();
      await balancer.stop();
      const errors = await refusal(device.commit(vm({ mode: 'learning', rows: [row(CLIENT)] })));
      assert.match(
        errors.join(),
        /^operation-failed plane-unavailable .*HAProxy at .*: connect ECONNREFUSED/,
      );
      await balancer.start(CONFIG);
      await until(() => reported.some(({ kind }) => kind === 'remove' || kind === 'lost'));
      assert.deepEqual(await device.rows('sticky/sticky-connection'), []);
      assert.ok(logger.events('warning').includes('haproxy-restarted'));
      await device.commit(vm({ mode: 'learning', rows: [row(CLIENT)] }));
      assert.equal((await balancer.table('web'))[CLIENT]?.['server-id'], 1);
    }, logger);
  }).timeout(30_000);
});
