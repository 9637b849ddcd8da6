/** Finds out by trying whether the kernel has an application-layer helper. */
import { PROTOCOL } from '../conntrack/constants.ts';
import { inverse, isIpv6 } from '../conntrack/entry.ts';
import type { Entry } from '../conntrack/entry.ts';
import type { ConntrackTable } from '../conntrack/table.ts';

/** Documentation addresses (RFC 5737, RFC 3849), in a zone that nobody is likely to use. */
const PROBE = {
  v4: { source: '192.0.2.3', destination: '192.0.2.4' },
  v6: { source: '2001:db8::3', destination: '2001:db8::4' },
  zone: 65535,
} as const;

export class HelperProbe {
  readonly #table: ConntrackTable;
  readonly #known = new Map<string, boolean>();

  constructor(table: ConntrackTable) {
    this.#table = table;
  }

  async has(entry: Entry): Promise<boolean> {
    const v6 = isIpv6(entry.original);
    const key = `${entry.helper ?? ''} ${entry.protocol} ${String(v6)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const addresses = v6 ? PROBE.v6 : PROBE.v4;
    const original = { ...addresses, sourcePort: 1, destinationPort: 1 };
    const { protocol } = entry;
    const state = protocol === PROTOCOL.tcp ? { info: entry.info } : { info: undefined };
    const probe: Entry = {
      ...entry,
      ...state,
      zone: PROBE.zone,
      original,
      reply: inverse(protocol, original),
      timeout: 1,
    };
    const refused = await this.#table.create([probe]);
    await this.#table.remove([probe]);
    this.#known.set(key, refused.length === 0);
    return refused.length === 0;
  }
}
