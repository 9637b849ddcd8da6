/**
 * Configured NAT mappings move with their VM: new connections use them, in and out, and those that were
 * there go on. A clash on the new device is refused, and the old one serves on.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Suite } from 'mocha';
import { createInterface } from 'node:readline';
import { LiveFlows, VM4, VM6 } from '../support/live-flows.ts';
import type { Firewall } from '../support/live-flows.ts';
import { movingFirewalls, rowsOf } from '../support/moving-firewalls.ts';
import type { MovingDevices } from '../support/moving-devices.ts';
import { describeOnKernel } from '../support/namespaces.ts';
import type { Namespaces } from '../support/namespaces.ts';

const CLIENT4 = '203.0.113.9';
const CLIENT6 = '2001:db8:9::9';
const PUBLIC4 = '192.0.2.80';
/** The VM's own outside, whatever the protocol. */
const WHOLE4 = '192.0.2.81';
const PUBLIC6 = '2001:db8:80::80';

function mapping(inside: string, port: number, outside: string, outsidePort: number): string {
  return (
    `<mapping-entry><transport-protocol>${port === 0 ? 0 : 6}</transport-protocol>` +
    `<internal-src-address>${inside}</internal-src-address><internal-src-port>${port}</internal-src-port>` +
    `<external-src-address>${outside}</external-src-address>` +
    `<external-src-port>${outsidePort}</external-src-port><type>static</type></mapping-entry>`
  );
}

const nat = (...mappings: readonly string[]): string =>
  `<nat xmlns="urn:sami:yang:sami-nat">${mappings.join('')}</nat>`;

const FORWARD4 = mapping(VM4, 5000, PUBLIC4, 8080);
const MAPPINGS = nat(FORWARD4, mapping(VM4, 0, WHOLE4, 0), mapping(VM6, 5000, PUBLIC6, 8080));
const VM = `<vm><id>vm1</id><address>${VM4}</address><address>${VM6}</address>${MAPPINGS}</vm>`;
const OTHER = '10.1.1.7';

/** Says to whoever connects from where it came, then echoes. */
const SERVER = (port: number, hosts: readonly string[]): string => `
let up = 0;
for (const host of ${JSON.stringify(hosts)}) {
  require('node:net').createServer((c) => {
    c.on('error', () => {});
    c.write(c.remoteAddress + '\\n');
    c.pipe(c);
  }).listen(${port}, host, () => { if (++up === ${hosts.length}) console.log('up'); });
}`;

/** How long to try for a connection that should come about: the first packets may wait for neighbours to be found. */
const PATIENCE_MS = 8000;
/** And for one that should not: longer than any takes that does. */
const BRIEFLY_MS = 1500;

/** Connects, prints the greeting or 'no', then prints what comes back for each line of input. */
const CLIENT = `
const [host, port, localAddress, patienceMs] = process.argv.slice(1);
const c = require('node:net').connect({ host, port: Number(port), localAddress });
const late = setTimeout(() => { console.log('no'); process.exit(); }, Number(patienceMs));
c.on('error', () => { console.log('no'); process.exit(); });
c.on('data', (d) => { clearTimeout(late); process.stdout.write(d); });
process.stdin.on('data', (d) => c.write(d));
process.stdin.on('end', () => process.exit());
`;

/** A connection from one namespace to an address, and what it says. */
class Connection {
  readonly #child: ReturnType<Namespaces['start']>;
  readonly #lines: AsyncIterator<string>;

  constructor(
    namespaces: Namespaces,
    from: string,
    to: readonly [string, number, string],
    patienceMs = PATIENCE_MS,
  ) {
    const target = [...to, patienceMs].map(String);
    this.#child = namespaces.start(from, [process.execPath, '-e', CLIENT, ...target]);
    assert.ok(this.#child.stdout);
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    const next = await this.#lines.next();
    return next.done === true ? 'ended' : next.value;
  }

  async echo(text: string): Promise<string> {
    this.#child.stdin?.write(`${text}\n`);
    return this.line();
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.stdin?.end();
    await exit;
  }
}

const WAYS = {
  'in, IPv4': ['client', [PUBLIC4, 8080, CLIENT4], CLIENT4],
  'in, IPv4, whole address': ['client', [WHOLE4, 5000, CLIENT4], CLIENT4],
  'in, IPv6': ['client', [PUBLIC6, 8080, CLIENT6], CLIENT6],
  'out, IPv4': ['vm', [CLIENT4, 6001, VM4], WHOLE4],
} as const;

/** What happens to new connections each way: the address that the other end sees. */
async function tryAll(
  namespaces: Namespaces,
  patienceMs = PATIENCE_MS,
): Promise<Readonly<Record<string, string>>> {
  const results = Object.entries(WAYS).map(async ([way, [from, to]]) => {
    const connection = new Connection(namespaces, from, to, patienceMs);
    const seen = await connection.line();
    await connection.close();
    return [way, seen] as const;
  });
  return Object.fromEntries(await Promise.all(results));
}

const WORKING = Object.fromEntries(Object.entries(WAYS).map(([way, [, , seen]]) => [way, seen]));
/** Without mappings nobody gets in, and the VM is seen as it is. */
const BROKEN = {
  ...Object.fromEntries(Object.keys(WAYS).map((way) => [way, 'no'])),
  'out, IPv4': VM4,
};

const CLEAN =
  '(nft delete table ip sami-nat; nft delete table ip6 sami-nat; conntrack -F) 2>/dev/null || true';

async function world(): Promise<LiveFlows> {
  const flows = await LiveFlows.create();
  const { namespaces } = flows;
  for (const firewall of ['old', 'new'] as const) {
    const accept = 'add rule inet firewall forward tcp dport 6001 ct state new accept\n';
    await namespaces.run(firewall, 'nft -f -', accept);
  }
  await route(flows, 'old');
  for (const [name, code] of [
    ['vm', SERVER(5000, [VM4, VM6])],
    ['client', SERVER(6001, [CLIENT4])],
  ] as const) {
    const child = namespaces.start(name, [process.execPath, '-e', code]);
    await once(child.stdout ?? child, 'data');
  }
  return flows;
}

async function route(flows: LiveFlows, firewall: Firewall): Promise<void> {
  await flows.route(firewall);
  const net = firewall === 'old' ? 1 : 2;
  const { namespaces } = flows;
  const via4 = ['via', `10.20.${net}.1`, 'src', CLIENT4];
  await namespaces.ip('client', 'route', 'replace', `${WHOLE4}/32`, ...via4);
  const via6 = ['via', `fd20:${net}::1`, 'src', CLIENT6];
  await namespaces.ip('client', '-6', 'route', 'replace', `${PUBLIC6}/128`, ...via6);
}

const hypervisor = (flows: LiveFlows): Parameters<MovingDevices['move']>[1] => ({
  hypervisor: {
    stop: () => Promise.resolve(),
    continueOnNew: () => route(flows, 'new'),
    resumeOnOld: () => route(flows, 'old'),
  },
});

describeOnKernel('Linux data plane: a VM with NAT mappings moves', function (this: Suite) {
  this.timeout(40_000);
  let flows: LiveFlows;

  before(async () => {
    flows = await world();
  });

  after(async () => {
    await flows[Symbol.asyncDispose]();
  });

  /** Mappings outlive the servers. */
  afterEach(async () => {
    for (const firewall of ['old', 'new']) {
      await flows.namespaces.run(firewall, CLEAN);
    }
    await route(flows, 'old');
  });

  it('and new connections use the mappings, in and out, while old ones go on', async () => {
    const { namespaces } = flows;
    await using devices = await movingFirewalls(namespaces);
    assert.deepEqual(await tryAll(namespaces, BRIEFLY_MS), BROKEN, 'before they are configured');
    await devices.old.configure(VM);
    assert.deepEqual(await tryAll(namespaces), WORKING);
    const inward = new Connection(namespaces, 'client', [PUBLIC4, 8080, CLIENT4]);
    const outward = new Connection(namespaces, 'vm', [CLIENT4, 6001, VM4]);
    assert.equal(await inward.line(), CLIENT4);
    assert.equal(await outward.line(), WHOLE4);

    const report = await devices.move('vm1', hypervisor(flows));
    assert.deepEqual(report.errors, []);
    assert.equal(report.outcome, 'migrated');
    assert.equal(report.kinds['nat']?.lost, 0);
    assert.equal(await inward.echo('goes on'), 'goes on');
    assert.equal(await outward.echo('goes on'), 'goes on');
    assert.deepEqual(await tryAll(namespaces), WORKING);
    const rows = await rowsOf(devices.new, 'nat');
    assert.equal(rows.filter(({ type }) => type === 'static').length, 3);
    const left = await namespaces.run('old', 'nft list tables');
    assert.ok(!left.includes('sami-nat'), left);
    await Promise.all([inward.close(), outward.close()]);
  });

  it('control: without the move the new device translates nothing', async () => {
    await using devices = await movingFirewalls(flows.namespaces);
    await devices.old.configure(VM);
    await route(flows, 'new');
    assert.deepEqual(await tryAll(flows.namespaces, BRIEFLY_MS), BROKEN);
  });

  it('and while it is frozen nothing is led to it, nor leaves a session behind', async () => {
    const { namespaces } = flows;
    await using devices = await movingFirewalls(namespaces);
    await devices.old.configure(VM);
    await devices.old.configure('<vm><id>vm1</id><mode>frozen</mode></vm>');
    const inward = new Connection(namespaces, 'client', [PUBLIC4, 8080, CLIENT4], BRIEFLY_MS);
    assert.equal(await inward.line(), 'no');
    assert.equal((await namespaces.run('old', 'conntrack -C')).trim(), '0');
    await devices.old.configure('<vm><id>vm1</id><mode>learning</mode></vm>');
    assert.deepEqual(await tryAll(namespaces), WORKING, 'control: when it has thawed');
    await inward.close();
  });

  const CLASHES: readonly (readonly [string, (device: MovingDevices, n: Namespaces) => unknown])[] =
    [
      [
        'a mapping of another VM',
        ({ new: device }) => device.configure(other(mapping(OTHER, 80, PUBLIC4, 8080))),
      ],
      [
        'a mapping of another VM that has the whole address',
        ({ new: device }) => device.configure(other(mapping(OTHER, 0, PUBLIC4, 0))),
      ],
      [
        'a live session that is translated',
        (_devices, namespaces) =>
          namespaces.run(
            'new',
            `conntrack -I -s ${CLIENT4} -d ${PUBLIC4} -p tcp --sport 9 --dport 8080 ` +
              `--dst-nat ${OTHER}:80 --state ESTABLISHED -u SEEN_REPLY -t 600`,
          ),
      ],
    ];
  for (const [what, occupy] of CLASHES) {
    it(`but not where its outside is in use by ${what}: the old device serves on`, async () => {
      const { namespaces } = flows;
      await using devices = await movingFirewalls(namespaces);
      await devices.old.configure(VM);
      await occupy(devices, namespaces);
      const ruleset = await namespaces.run('new', 'nft list tables');
      const report = await devices.move('vm1', hypervisor(flows));
      assert.notEqual(report.outcome, 'migrated');
      assert.equal(report.blackoutMs, 0, 'the VM has not been stopped');
      const [error] = report.errors;
      assert.equal(error?.tag, 'in-use');
      assert.match(error.message, /192\.0\.2\.80 protocol 6 port 8080 is in use here by /);
      assert.match(error.path ?? '', /mapping-entry\[.*'8080'\]$/);
      assert.equal(await namespaces.run('new', 'nft list tables'), ruleset);
      assert.deepEqual(await rowsOf(devices.new, 'nat'), []);
      assert.deepEqual(await tryAll(namespaces), WORKING);
    });
  }
});

const other = (...mappings: readonly string[]): string =>
  `<vm><id>vm2</id><address>${OTHER}</address>${nat(...mappings)}</vm>`;
