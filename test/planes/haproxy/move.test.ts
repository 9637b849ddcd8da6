/** A VM behind one HAProxy moves behind another; real clients show what has come along. */
import assert from 'node:assert/strict';
import { MovingDevices } from '../../support/moving-devices.ts';
import { until } from '../../support/until.ts';
import { Balancers, describeOnHaproxy } from './balancers.ts';
import type { Balancer, Request } from './balancers.ts';

const VIRTUAL = '192.0.2.80';
const [RED, GREEN, BLUE] = ['192.0.2.11', '192.0.2.12', '192.0.2.13'];
const CLIENT = '198.51.100.1';
const TABLE = 'type ip size 1k expire 30m store conn_cnt,http_req_cnt,http_req_rate(10s)';

/** Server identifiers and order differ between the two. */
const OLD = `
listen web
  bind ${VIRTUAL}:80
  balance roundrobin
  stick-table ${TABLE}
  stick on src
  http-request track-sc0 src
  server red ${RED}:80
  server green ${GREEN}:80
  server blue ${BLUE}:80
`;
const NEW = `
listen web
  bind ${VIRTUAL}:80
  balance roundrobin
  stick-table ${TABLE}
  stick on src
  http-request track-sc0 src
  server verde ${GREEN}:80 id 1
  server azul ${BLUE}:80 id 20
  server rojo ${RED}:80 id 7
`;

const GROUP =
  '<group><name>web</name><type>client-address</type>' +
  `<virtual-address>${VIRTUAL}</virtual-address><server-farm>web</server-farm>` +
  '<key-type>ipv4-address</key-type><timeout>1800</timeout>' +
  '<stored-data><data>http-requests</data><index>0</index><period>10000</period></stored-data>' +
  `<real-server><server-farm>web</server-farm><address>${RED}</address><port>80</port></real-server>` +
  '</group>';
const VM =
  `<vm><id>vm1</id><address>${RED}</address>` +
  `<sticky-groups xmlns="urn:sami:yang:sami-sticky">${GROUP}</sticky-groups></vm>`;

/** Servers on both sides: a VM's address is reached wherever the balancer is. */
async function site(old = OLD, target = NEW): Promise<Balancers> {
  const balancers = await Balancers.start({ old, new: target });
  for (const name of ['old', 'new']) {
    for (const server of [RED, GREEN, BLUE]) await balancers.get(name).serve(server);
    for (const client of [CLIENT, '198.51.100.2']) await balancers.get(name).addAddress(client);
  }
  return balancers;
}

const ask = (balancer: Balancer, from = CLIENT): Promise<string> =>
  balancer.get({ from, to: VIRTUAL });

describeOnHaproxy('haproxy plane: a VM moves', () => {
  it('and a returning client reaches the server that it was stuck to', async () => {
    await using balancers = await site();
    const [before, after] = [balancers.get('old'), balancers.get('new')];
    await using devices = await MovingDevices.start({
      old: before.planes(),
      new: after.planes(),
    });
    await devices.old.configure(VM);
    assert.equal(await ask(before), RED, 'the first server of the old one');
    assert.equal(await ask(before), RED);
    assert.equal(await ask(before, '198.51.100.2'), GREEN);

    const report = await devices.move('vm1');
    assert.deepEqual(report.errors, []);
    assert.equal(report.outcome, 'migrated');
    assert.equal(report.kinds['sticky']?.lost, 0);
    assert.equal(report.kinds['sticky'].extra, 0);

    const moved = (await after.table('web'))[CLIENT];
    assert.equal(moved?.['server-id'], 7, 'the same server has another number there');
    assert.equal(moved['counter http-requests 0'], 2);
    assert.deepEqual(Object.keys(await before.table('web')), ['198.51.100.2'], 'others stay');
    assert.deepEqual(Object.keys(await after.table('web')), [CLIENT]);
    assert.equal(await ask(after), RED);
    assert.equal((await after.table('web'))[CLIENT]?.['counter http-requests 0'], 3);
  }).timeout(30_000);

  it('and takes clients along that had come to the new balancer before', async () => {
    await using balancers = await site();
    const [before, after] = [balancers.get('old'), balancers.get('new')];
    await using devices = await MovingDevices.start({
      old: before.planes(),
      new: after.planes(),
    });
    await devices.old.configure(
      VM.replace(`<address>${RED}</address>`, `<address>${VIRTUAL}</address>`),
    );
    assert.equal(await ask(before), RED);
    assert.equal(await ask(after), GREEN, 'as if it were a new client');
    assert.equal((await after.table('web'))[CLIENT]?.['server-id'], 1);

    const report = await devices.move('vm1');
    assert.deepEqual(report.errors, []);
    const together = (await after.table('web'))[CLIENT];
    assert.equal(together?.['counter http-requests 0'], 2, 'one here and one there');
    assert.equal(await ask(after), RED);
  }).timeout(30_000);

  it('while a client is connected: its connection stays behind, its entry does not', async () => {
    const counting = (config: string): string =>
      config
        .replace('conn_cnt', 'conn_cnt,conn_cur')
        .replace('http-request track-sc0', 'tcp-request connection track-sc0');
    await using balancers = await site(counting(OLD), counting(NEW));
    const [before, after] = [balancers.get('old'), balancers.get('new')];
    await using devices = await MovingDevices.start({
      old: before.planes(),
      new: after.planes(),
    });
    await devices.old.configure(VM);
    assert.equal(await before.hold({ from: CLIENT, to: VIRTUAL }), RED);
    assert.equal((await before.table('web'))[CLIENT]?.['active-connections'], 1);

    const report = await devices.move('vm1');
    assert.deepEqual(report.errors, []);
    const [left, moved] = [await before.table('web'), await after.table('web')];
    assert.deepEqual(
      [left[CLIENT]?.['server-id'], left[CLIENT]?.['counter http-requests 0']],
      [0, 0],
      'the connection holds the entry, which leads nowhere any more',
    );
    assert.deepEqual([moved[CLIENT]?.['server-id'], moved[CLIENT]?.['active-connections']], [7, 0]);
    assert.equal(await ask(after), RED);
    // Nothing that the connection counted is counted for ever.
    await until(async () => (await after.table('web'))[CLIENT]?.['active-connections'] === 0);
  }).timeout(30_000);

  it('control: without the move it is balanced elsewhere', async () => {
    await using balancers = await site();
    assert.equal(await ask(balancers.get('old')), RED);
    assert.equal(await ask(balancers.get('new')), GREEN);
  }).timeout(30_000);
});

interface Recognised {
  readonly key: string;
  /** Of the stick table. */
  readonly type: string;
  readonly rule: string;
  readonly bind: string;
  readonly request: Omit<Request, 'port'>;
}

const VIRTUAL6 = '2001:db8::80';
const CLIENT6 = '2001:db8::c1';
const byHeader = (key: string): Omit<Request, 'port'> => ({
  ...{ from: CLIENT, to: VIRTUAL, headers: { key } },
});

/** Each by its own service, on a port of its own. */
const RECOGNISED: readonly Recognised[] = [
  { key: 'ip', type: 'ip', rule: 'src', bind: VIRTUAL, request: { from: CLIENT, to: VIRTUAL } },
  {
    ...{ key: 'ipv6', type: 'ipv6', rule: 'src', bind: VIRTUAL6 },
    request: { from: CLIENT6, to: VIRTUAL6 },
  },
  {
    ...{ key: 'string', type: 'string len 64', rule: 'req.hdr(key)', bind: VIRTUAL },
    request: byHeader('x; shutdown frontend string'),
  },
  {
    ...{ key: 'integer', type: 'integer', rule: 'req.hdr_val(key)', bind: VIRTUAL },
    request: byHeader('4294967295'),
  },
  {
    ...{ key: 'binary', type: 'binary len 12', rule: 'req.hdr(key)', bind: VIRTUAL },
    request: byHeader('a client'),
  },
];

const portOf = (index: number): number => 8000 + index;

function services(servers: string): string {
  const listens = RECOGNISED.map(
    ({ key, type, rule, bind }, index) =>
      `listen ${key}\n  bind ${bind.includes(':') ? `[${bind}]` : bind}:${portOf(index)}\n` +
      `  balance roundrobin\n  stick-table type ${type} size 1k expire 30m peers sami store gpc0\n` +
      `  stick on ${rule}\n  ${servers}\n`,
  );
  const peers = 'bind unix@PEERS mode 600\n  server balancer\n  server samid 127.0.0.1:1';
  return `peers sami\n  ${peers}\n${listens.join('')}`;
}

const SERVICES = {
  old: services(`server red ${RED}:80\n  server green ${GREEN}:80`),
  new: services(`server verde ${GREEN}:80\n  server rojo ${RED}:80`),
};

function serviceVm(): string {
  const groups = RECOGNISED.map(
    ({ key, bind, type }) =>
      `<group><name>${key}</name><type>http-header</type><virtual-address>${bind}</virtual-address>` +
      `<server-farm>${key}</server-farm>` +
      (key === 'binary'
        ? `<key-type>binary</key-type><key-length>${type.slice(-2)}</key-length>`
        : '') +
      `<real-server><server-farm>${key}</server-farm><address>${RED}</address><port>80</port>` +
      '</real-server></group>',
  );
  return (
    `<vm><id>vm1</id><address>${RED}</address>` +
    `<sticky-groups xmlns="urn:sami:yang:sami-sticky">${groups.join('')}</sticky-groups></vm>`
  );
}

async function serviceSite(): Promise<Balancers> {
  const balancers = await Balancers.start(SERVICES);
  for (const name of ['old', 'new']) {
    for (const server of [RED, GREEN]) await balancers.get(name).serve(server);
    for (const client of [CLIENT, CLIENT6]) await balancers.get(name).addAddress(client);
  }
  return balancers;
}

/** Which server each of the clients reaches, by what it is recognised by. */
async function reached(balancer: Balancer): Promise<Readonly<Record<string, string>>> {
  const answers: Record<string, string> = {};
  for (const [index, { key, request }] of RECOGNISED.entries()) {
    answers[key] = await balancer.get({ ...request, port: portOf(index) });
  }
  return answers;
}

const all = (server: string): Readonly<Record<string, string>> =>
  Object.fromEntries(RECOGNISED.map(({ key }) => [key, server]));

describeOnHaproxy('haproxy plane: keys of every type', () => {
  it('lead returning clients to their server after a move', async () => {
    await using balancers = await serviceSite();
    const [before, after] = [balancers.get('old'), balancers.get('new')];
    const peers = ({ peers: socket }: Balancer) => ({ peers: { socket, name: 'samid' } });
    await using devices = await MovingDevices.start({
      old: before.planes(peers(before)),
      new: after.planes(peers(after)),
    });
    assert.deepEqual(await reached(before), all(RED));
    await devices.old.configure(serviceVm());
    const report = await devices.move('vm1');
    assert.deepEqual(report.errors, []);
    assert.deepEqual(await reached(after), all(RED));
  }).timeout(30_000);

  it('control: without the move they are balanced elsewhere', async () => {
    await using balancers = await serviceSite();
    assert.deepEqual(await reached(balancers.get('old')), all(RED));
    assert.deepEqual(await reached(balancers.get('new')), all(GREEN));
  }).timeout(30_000);
});
