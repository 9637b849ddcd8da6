/**
 * What the kernel can limit. Open vSwitch leaves limits to it and only logs when the kernel refuses, so the plane finds
 * out beforehand, in a network namespace that lives no longer than the question.
 */
import type { Launcher } from '../kit/launcher.ts';
import { ToolError } from '../kit/launcher.ts';

export interface TrafficControl {
  /** What comes in from a port: an ingress policer (tc-police(8)). */
  readonly upload: boolean;
  /** What goes out to a port: a hierarchical token bucket (tc-htb(8)). */
  readonly download: boolean;
}

/** As Open vSwitch does it. */
const UPLOAD =
  'tc qdisc add dev lo handle ffff: ingress && ' +
  'tc filter add dev lo parent ffff: protocol all prio 49 basic ' +
  'police rate 1mbit burst 100k mtu 65535 conform-exceed drop';
const DOWNLOAD =
  'tc qdisc add dev lo root handle 1: htb default 1 && ' +
  'tc class add dev lo parent 1: classid 1:1 htb rate 1mbit';

export async function probeTrafficControl(launcher: Launcher): Promise<TrafficControl> {
  return {
    upload: await succeeds(launcher, UPLOAD),
    download: await succeeds(launcher, DOWNLOAD),
  };
}

async function succeeds(launcher: Launcher, script: string): Promise<boolean> {
  try {
    await launcher.run(['unshare', '--net', 'sh', '-c', script]);
    return true;
  } catch (error) {
    if (error instanceof ToolError) return false;
    throw error;
  }
}
