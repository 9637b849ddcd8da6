/** Entries of `dhcp-binding` and elements of the sets of bindings (nft(8), "SETS"). */
import type { Branch } from '../../../src/data/index.ts';
import type { Fields } from '../kit/fields.ts';
import type { NftElement } from '../kit/nft-tool.ts';

/** An element: frames that come in on the port with these addresses pass. */
export interface Binding {
  readonly port: string;
  readonly mac: string;
  readonly address: string;
  /** Seconds until the kernel takes it away; undefined when it does not. */
  readonly remaining: number | undefined;
  /** What the kernel has no field for; see {@link comment}. */
  readonly comment: string;
}

/** The binding that an element of the set is. */
export function bindingFrom({ key, expires, comment }: NftElement): Binding {
  const [port = '', mac = '', address = ''] = key.map(String);
  return { port, mac, address, remaining: expires, comment: comment ?? '' };
}

/** The element for a row. In standby it does not age: the comment keeps what is left of the lease. */
export function bindingOf(
  fields: Fields,
  row: Branch,
  port: string,
  { standby }: { readonly standby: boolean },
): Binding {
  const lifetime = fields.number(row, 'lifetime');
  const details = {
    type: fields.leaf(row, 'type') === 'static' ? 'static' : undefined,
    server: fields.text(row, 'server-address'),
    lifetime: standby && lifetime !== undefined ? String(lifetime) : undefined,
  };
  return {
    port,
    mac: (fields.text(row, 'mac-address') ?? '').toLowerCase(),
    address: fields.text(row, 'address') ?? '',
    // nft takes 0 for "never".
    remaining: standby || lifetime === undefined ? undefined : Math.max(1, lifetime),
    comment: comment(details),
  };
}

export function bindingRow(fields: Fields, binding: Binding): Branch {
  const details = new Map(binding.comment.split(',').map((part) => splitOnce(part)));
  const server = details.get('server');
  const kept = details.get('lifetime');
  const lifetime = binding.remaining ?? (kept === undefined ? undefined : Number(kept));
  return fields.make({
    'vlan-id': 0,
    'mac-address': binding.mac,
    address: binding.address,
    type: details.get('type') === 'static' ? 'static' : 'dynamic',
    interface: binding.port,
    ...(server === undefined ? {} : { 'server-address': server }),
    ...(lifetime === undefined ? {} : { lifetime }),
  });
}

/** `type=static,server=ADDRESS,lifetime=SECONDS`, each if there is something to say. */
function comment(details: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(details)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]))
    .join(',');
}

function splitOnce(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
