/** Settings of connection tracking that decide what the plane can do (Documentation/networking/nf_conntrack-sysctl). */
import type { Launcher } from '../kit/launcher.ts';

const DIRECTORY = '/proc/sys/net/netfilter';

export interface Settings {
  readonly features: readonly string[];
}

/**
 * Makes every entry report its changes. In its default setting the kernel spares that for entries made
 * while nobody listens, and a later watch would not hear of them. False when that was so until now.
 */
export async function reportAllEvents(launcher: Launcher): Promise<boolean> {
  const file = `${DIRECTORY}/nf_conntrack_events`;
  if ((await launcher.run(['cat', file])).trim() === '1') return true;
  await launcher.run(['tee', file], '1\n');
  return false;
}

/**
 * Makes entries know when they began, which tells an entry from a later one of the same tuple. It costs the
 * kernel 16 bytes for each.
 */
export async function recordBeginnings(launcher: Launcher): Promise<void> {
  await launcher.run(['tee', `${DIRECTORY}/nf_conntrack_timestamp`], '1\n');
}

/** What sessions can have here, in the words that all planes use. */
export async function readSettings(launcher: Launcher): Promise<Settings> {
  const accounting = (await launcher.run(['cat', `${DIRECTORY}/nf_conntrack_acct`])).trim();
  return {
    features: [
      ...['tcp', 'udp', 'icmp', 'sctp', 'ipv6'],
      ...['address-translation', 'window-scale', 'helper', 'labels'],
      ...(accounting === '1' ? ['accounting'] : []),
    ],
  };
}
