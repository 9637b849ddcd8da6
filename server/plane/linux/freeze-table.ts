/**
 * The nftables table that stops packets of frozen VMs before connection tracking sees them.
 *
 * The table is always replaced as a whole in one transaction, so it never shows half of a change, and
 * what a killed server has left is brought in line the same way.
 */
import type { Launcher } from '../kit/launcher.ts';
import { ToolError } from '../kit/launcher.ts';
import { NftTool } from '../kit/nft-tool.ts';

/** What happens to packets of one address. */
export interface FrozenAddress {
  readonly address: string;
  /** Packets to the address go there instead of being dropped. */
  readonly nextHop?: string;
}

/** Whether two sets of frozen addresses are the same. */
export function sameFrozen(a: readonly FrozenAddress[], b: readonly FrozenAddress[]): boolean {
  const text = (list: readonly FrozenAddress[]): string =>
    list
      .map(({ address, nextHop }) => `${address} ${nextHop ?? ''}`)
      .sort()
      .join('\n');
  return text(a) === text(b);
}

/** Connection tracking hooks in at -200, raw tables at -300. */
const PRIORITY = -310;
const FORWARD_PRIORITY = -320;

export class FreezeTable {
  readonly #nft: NftTool;
  #forwarding: Promise<boolean> | undefined;

  constructor(launcher: Launcher) {
    this.#nft = new NftTool(launcher);
  }

  /** Brings the kernel in line with `frozen`. */
  async put(frozen: readonly FrozenAddress[]): Promise<void> {
    await this.#nft.commit(freezeRuleset(frozen));
  }

  async remove(): Promise<void> {
    await this.#nft.commit(removeRuleset());
  }

  /** Whether the kernel can send packets of frozen VMs on. Found out by trying. */
  canForward(): Promise<boolean> {
    this.#forwarding ??= this.#probe();
    return this.#forwarding;
  }

  async #probe(): Promise<boolean> {
    const table = 'table ip sami-probe';
    const rule = 'ip daddr 192.0.2.1 dup to 192.0.2.2';
    const chain = `chain c { type filter hook prerouting priority ${FORWARD_PRIORITY};\n${rule}\n}`;
    try {
      await this.#nft.commit(`${table} {\n${chain}\n}\ndelete ${table}\n`);
      return true;
    } catch (error) {
      if (error instanceof ToolError) return false;
      throw error;
    }
  }
}

/** The whole ruleset for a set of frozen addresses, as `nft -f` reads it. */
export function freezeRuleset(frozen: readonly FrozenAddress[]): string {
  const addresses = frozen.map(({ address }) => address);
  const v4 = addresses.filter((address) => !address.includes(':'));
  const v6 = addresses.filter((address) => address.includes(':'));
  return [
    removeRuleset(),
    ...forwardTables(frozen),
    'table inet sami {',
    set('frozen4', 'ipv4_addr', v4),
    set('frozen6', 'ipv6_addr', v6),
    chain('prerouting', PRIORITY, [
      'ip daddr @frozen4 drop',
      'ip saddr @frozen4 drop',
      'ip6 daddr @frozen6 drop',
      'ip6 saddr @frozen6 drop',
    ]),
    // Packets to an address under which the VM is known outside: they are meant for it once translated.
    chain('forward', PRIORITY, ['ip daddr @frozen4 drop', 'ip6 daddr @frozen6 drop']),
    // What this device itself would send; copies that are on their way to a next hop are untracked.
    chain('output', PRIORITY, [
      'ct state untracked accept',
      'ip daddr @frozen4 drop',
      'ip6 daddr @frozen6 drop',
    ]),
    '}',
    '',
  ].join('\n');
}

/** Adding first makes the deletion succeed also when there is nothing to delete. */
function removeRuleset(): string {
  return ['inet sami', 'ip sami-forward', 'ip6 sami-forward']
    .map((table) => `add table ${table}\ndelete table ${table}\n`)
    .join('');
}

/** A copy goes to the next hop; the original is then dropped by the table for all. */
function forwardTables(frozen: readonly FrozenAddress[]): readonly string[] {
  return (['ip', 'ip6'] as const).flatMap((family) => {
    const v6 = family === 'ip6';
    const elements = frozen
      .filter(
        ({ address, nextHop }) => address.includes(':') === v6 && nextHop?.includes(':') === v6,
      )
      .map(({ address, nextHop }) => `${address} : ${nextHop ?? ''}`);
    if (elements.length === 0) return [];
    const type = v6 ? 'ipv6_addr' : 'ipv4_addr';
    return [
      `table ${family} sami-forward {`,
      `map next-hop { type ${type} : ${type}; elements = { ${elements.join(', ')} }; }`,
      chain('prerouting', FORWARD_PRIORITY, [`dup to ${family} daddr map @next-hop`]),
      '}',
    ];
  });
}

function set(name: string, type: string, elements: readonly string[]): string {
  const content = elements.length > 0 ? ` elements = { ${elements.join(', ')} };` : '';
  return `set ${name} { type ${type};${content} }`;
}

function chain(hook: string, priority: number, rules: readonly string[]): string {
  const head = `type filter hook ${hook} priority ${priority}; policy accept;`;
  return `chain ${hook} { ${head}\n${rules.join('\n')}\n}`;
}
