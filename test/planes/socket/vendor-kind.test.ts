/**
 * K14: a kind of state that a vendor adds from outside the package moves like the others, with the vendor's
 * plane in this process and with the plane in C in another one.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { AcmeGateway, acmePlane } from '../../../examples/ipsec/acme-gateway.ts';
import { createServer, loadSchema } from '../../../server/index.ts';
import { SocketDriver, TablePlane, silentLogger } from '../../../server/index.ts';
import type { DataPlane } from '../../../server/index.ts';
import { SystemClock, packageYangDirectory } from '../../../src/node/index.ts';
import { childElements, textContent } from '../../../src/xml/index.ts';
import type { XmlElement } from '../../../src/xml/index.ts';
import { MovingDevice, MovingDevices } from '../../support/moving-devices.ts';
import type { PlaneSurroundings } from '../../support/moving-devices.ts';
import { CPlane, describeWithCompiler } from './c-plane.ts';

const MODULE = {
  modules: [{ name: 'acme-ipsec' }],
  paths: [join(packageYangDirectory(), '..', 'examples', 'ipsec')],
};
const VM = '192.0.2.1';
const SPI = 4_096;

const vm = (content = ''): string => `<vm><id>vm1</id><address>${VM}</address>${content}</vm>`;

/** An association that has accepted number 99 and the one before, and 900 of 1000 bytes. */
const SA =
  `<ipsec-sas xmlns="urn:example:acme-ipsec"><sa><destination-address>${VM}</destination-address>` +
  `<spi>${SPI}</spi><source-address>198.51.100.9</source-address><sequence-number>99</sequence-number>` +
  '<replay-window>00:00:00:00:00:00:00:03</replay-window><octets>900</octets>' +
  '<octet-lifetime>1000</octet-lifetime></sa></ipsec-sas>';

async function startGateways(): Promise<{
  devices: MovingDevices;
  old: AcmeGateway;
  new: AcmeGateway;
}> {
  const [old, target] = [new AcmeGateway(), new AcmeGateway()];
  const devices = await MovingDevices.start({
    ...MODULE,
    old: (surroundings) => [acmePlane(old, surroundings)],
    new: (surroundings) => [acmePlane(target, surroundings)],
  });
  return { devices, old, new: target };
}

const receive = (gateway: AcmeGateway, number: bigint, octets = 10n): string =>
  gateway.receive('vm1', VM, SPI, number, octets);

describe('a kind of state from outside the package (IPsec)', () => {
  it('moves, with a plane of the vendor: replays are refused and lifetimes go on', async () => {
    const { devices, old, new: target } = await startGateways();
    await using moving = devices;
    await moving.old.configure(vm(SA));
    assert.equal(receive(old, 105n), 'accepted');
    assert.equal(receive(target, 106n), 'no such association');
    const report = await moving.move('vm1');
    assert.equal(report.outcome, 'migrated', JSON.stringify(report, undefined, 1));
    assert.deepEqual(
      [99n, 98n, 105n].map((n) => receive(target, n)),
      Array(3).fill('replayed'),
    );
    assert.equal(receive(target, 101n), 'accepted');
    assert.equal(receive(target, 106n, 80n), 'accepted');
    assert.equal(receive(target, 107n), 'expired');
    assert.equal(receive(old, 108n), 'no such association');
  });

  it('control: without the move the new gateway knows nothing of the association', async () => {
    const { devices, new: target } = await startGateways();
    await using moving = devices;
    await moving.old.configure(vm(SA));
    await moving.new.configure(vm());
    assert.equal(receive(target, 99n), 'no such association');
  });

  it('refuses an association that is not of the VM', async () => {
    const { devices } = await startGateways();
    await using moving = devices;
    const foreign = SA.replace(VM, '203.0.113.5');
    await assert.rejects(moving.old.configure(vm(foreign)), /address of the VM/);
  });

  it('control: a device without the module is refused before anything moves, and the kind is named', async () => {
    const { devices, old } = await startGateways();
    await using moving = devices;
    await moving.old.configure(vm(SA));
    const clock = new SystemClock();
    const bare = new MovingDevice('bare', await createServer({ context: loadSchema(), clock }));
    try {
      const report = await moving.move('vm1', { new: bare });
      assert.equal(report.outcome, 'refused');
      assert.match(JSON.stringify(report.errors), /ipsec-sa/);
      assert.equal(receive(old, 105n), 'accepted');
    } finally {
      await bare.server.close();
    }
  });
});

describeWithCompiler('a kind of state from outside the package, in a plane in C', () => {
  const connect =
    (path: string) =>
    async ({ context, clock }: PlaneSurroundings): Promise<readonly DataPlane[]> => {
      const driver = await SocketDriver.connect({
        path,
        context,
        clock,
        logger: silentLogger,
        timeoutMs: 10_000,
      });
      return [new TablePlane(driver, { context, clock })];
    };

  it('moves between two processes, with what changes meanwhile', async () => {
    await using one = await CPlane.start('ipsec-sa=10');
    await using two = await CPlane.start('ipsec-sa=10');
    await using moving = await MovingDevices.start({
      ...MODULE,
      old: connect(one.socket),
      new: connect(two.socket),
    });
    await moving.old.configure(vm(SA));
    const key = `${VM},${SPI}`;
    const later = {
      spi: SPI,
      'source-address': '198.51.100.9',
      'sequence-number': '105',
      octets: '950',
    };
    const row = JSON.stringify({ 'destination-address': VM, ...later });
    let counted = false;
    const report = await moving.move('vm1', {
      onStep: ({ stage }) => {
        if (stage !== 'catch-up' || counted) return;
        counted = true;
        one.traffic(`set vm1 ipsec-sa/sa ${key} ${row}`);
      },
    });
    assert.equal(report.outcome, 'migrated', JSON.stringify(report, undefined, 1));
    assert.deepEqual([counted, report.kinds['ipsec-sa']?.lost], [true, 0]);
    const text = await readVm(moving.new);
    for (const part of ['spi=4096', 'sequence-number=105', 'octets=950']) {
      assert.ok(text.includes(part), text);
    }
  });

  it('control: without the move the other process has nothing', async () => {
    await using one = await CPlane.start('ipsec-sa=10');
    await using two = await CPlane.start('ipsec-sa=10');
    await using moving = await MovingDevices.start({
      ...MODULE,
      old: connect(one.socket),
      new: connect(two.socket),
    });
    await moving.old.configure(vm(SA));
    await moving.new.configure(vm());
    assert.ok(!(await readVm(moving.new)).includes('spi='));
  });
});

/** Names and texts of all elements that the device has, such as `spi=4096`. */
async function readVm(device: MovingDevice): Promise<string> {
  await using client = await device.connect();
  const texts = (element: XmlElement): readonly string[] => {
    const children = childElements(element);
    if (children.length > 0) return children.flatMap(texts);
    return [`${element.local}=${textContent(element)}`];
  };
  return texts(await client.get()).join(' ');
}
