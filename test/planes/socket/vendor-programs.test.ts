/**
 * K14 with the programs as they are: what examples/ipsec/README.md tells a vendor to run. `samid` is given the
 * vendor's module and plane, `sami` nothing: it learns of the kind from the device.
 */
import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { childElements, textContent } from '../../../src/xml/index.ts';
import type { XmlElement } from '../../../src/xml/index.ts';
import { Site, runSami } from '../../support/processes.ts';
import type { Samid } from '../../support/processes.ts';
import { CPlane, PLANE_SOURCE, describeWithCompiler } from './c-plane.ts';

const EXAMPLE = join(dirname(PLANE_SOURCE), '../ipsec');
const VM = '192.0.2.1';
const SA =
  `<ipsec-sas xmlns="urn:example:acme-ipsec"><sa><destination-address>${VM}</destination-address>` +
  '<spi>4096</spi><source-address>198.51.100.9</source-address><sequence-number>99</sequence-number>' +
  '<octets>900</octets></sa></ipsec-sas>';

/** Names and texts of all leaves, such as `spi=4096`. */
function leaves(element: XmlElement): readonly string[] {
  const children = childElements(element);
  if (children.length > 0) return children.flatMap(leaves);
  return [`${element.local}=${textContent(element)}`];
}

async function has(device: Samid, leaf: string): Promise<boolean> {
  return leaves(await device.everything()).includes(leaf);
}

const between = (old: Samid, target: Samid): readonly string[] => [
  ...['--vm', 'vm1', '--from', old.endpoint, '--from-host-key', old.fingerprint],
  ...['--to', target.endpoint, '--to-host-key', target.fingerprint, '--json'],
];

describeWithCompiler('a kind of state from outside the package, with samid and sami', () => {
  it('is planned and moved by a sami that knows nothing of it', async () => {
    await using one = await CPlane.start('ipsec-sa=10');
    await using two = await CPlane.start('ipsec-sa=10');
    await using site = await Site.open();
    const vendor = ({ socket }: CPlane): readonly string[] => [
      ...['--path', EXAMPLE, '--module', 'acme-ipsec', '--plane', `socket,socket=${socket}`],
    ];
    const old = await site.start('old', vendor(one));
    const target = await site.start('new', vendor(two));
    await old.configure(`<vm><id>vm1</id><address>${VM}</address>${SA}</vm>`);
    assert.equal(await has(target, 'spi=4096'), false, 'control: not before the move');

    const planned = await runSami(['plan', ...between(old, target)]);
    assert.equal(planned.stderr, '');
    assert.match(planned.stdout, /"ipsec-sa"/);
    const move = ['migrate', ...between(old, target), '--state-dir', site.moves];
    const moved = await runSami(move);
    assert.equal(moved.code, 0, moved.stderr + moved.stdout);
    for (const leaf of ['spi=4096', 'sequence-number=99', 'octets=900']) {
      assert.ok(await has(target, leaf), leaf);
      assert.equal(await has(old, leaf), false, leaf);
    }
  });

  it('control: is refused by a device that was not given the module', async () => {
    await using one = await CPlane.start('ipsec-sa=10');
    await using site = await Site.open();
    const args = [
      '--path',
      EXAMPLE,
      '--module',
      'acme-ipsec',
      '--plane',
      `socket,socket=${one.socket}`,
    ];
    const old = await site.start('old', args);
    const target = await site.start('new');
    await old.configure(`<vm><id>vm1</id><address>${VM}</address>${SA}</vm>`);
    const refused = await runSami(['migrate', ...between(old, target), '--state-dir', site.moves]);
    assert.notEqual(refused.code, 0);
    assert.match(refused.stdout + refused.stderr, /ipsec-sa/);
    assert.ok(await has(old, 'spi=4096'));
  });
});
