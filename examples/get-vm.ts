/**
 * Reads the state of a VM from a device: how many entries of each kind there are, and the entries.
 *
 *     SAMI_PASSWORD=… node dist/examples/get-vm.js HOST PORT USER HOST-KEY-FINGERPRINT VM
 */
import { connectNetconf } from 'sami/client';

const [host = 'localhost', port = '830', username = 'admin', fingerprint = '', vm = ''] =
  process.argv.slice(2);

await using client = await connectNetconf({
  host,
  port: Number(port),
  username,
  password: process.env['SAMI_PASSWORD'],
  hostKey: { kind: 'fingerprint', fingerprint },
});
const data = await client.get({
  filter: {
    type: 'subtree',
    content: `<sami xmlns="urn:sami:yang:sami"><vm><id>${vm}</id></vm></sami>`,
  },
});
print(data, '');

/** One line for each leaf, indented below what it is in. */
function print({ local, children }: typeof data, indent: string): void {
  const text = children.filter((child) => typeof child === 'string').join('');
  console.log(`${indent}${local}${text ? `: ${text}` : ''}`);
  for (const child of children) if (typeof child !== 'string') print(child, `${indent}  `);
}
