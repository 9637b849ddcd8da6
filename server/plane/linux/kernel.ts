/** Opens the ways to the kernel that the plane needs. */
import { endianness } from 'node:os';
import type { Clock } from '../../../src/util/index.ts';
import { ToolError } from '../kit/launcher.ts';
import type { Launcher } from '../kit/launcher.ts';
import { CarriedCounters } from './accounting/carried-counters.ts';
import { ConntrackTable } from './conntrack/table.ts';
import { openRelay } from '../kit/netlink/relay.ts';
import { RELAY_PROGRAMS } from '../kit/netlink/relay-script.ts';
import type { RelayProgram } from '../kit/netlink/relay-script.ts';
import { readSettings, recordBeginnings, reportAllEvents } from './settings.ts';
import type { Settings } from './settings.ts';
import { EventStream } from './watch/event-stream.ts';

export interface KernelOptions {
  readonly launcher: Launcher;
  readonly clock: Clock;
  /** Programs that may lend a netlink socket, in the order in which they are tried. */
  readonly relayPrograms?: readonly RelayProgram[] | undefined;
  /** Room for events that were not read in time. */
  readonly eventBufferBytes?: number | undefined;
}

export interface Kernel {
  readonly table: ConntrackTable;
  readonly events: EventStream;
  readonly settings: Settings;
  /** Entries from before the start may change without the kernel saying so. */
  readonly silent: boolean;
}

/** Throws Error with what this machine lacks. */
export async function openKernel(options: KernelOptions): Promise<Kernel> {
  if (endianness() !== 'LE') throw new Error('the linux data plane needs a little-endian machine');
  const { launcher, clock, eventBufferBytes: receiveBytes = 32 << 20 } = options;
  const program = await findRelay(launcher, options.relayPrograms ?? RELAY_PROGRAMS);
  const table = new ConntrackTable(launcher, program, new CarriedCounters());
  const { entries } = await table.size();
  const silent = !(await reportAllEvents(launcher)) && entries > 0;
  await recordBeginnings(launcher);
  const events = new EventStream({ launcher, program, table, clock, receiveBytes });
  return { table, events, settings: await readSettings(launcher), silent };
}

/** The first program that is there and may open a netlink socket. */
async function findRelay(
  launcher: Launcher,
  programs: readonly RelayProgram[],
): Promise<RelayProgram> {
  try {
    const relay = await openRelay(launcher, {}, programs);
    await relay.close();
    return relay.program;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new Error(`cannot reach the kernel: ${error.message}`, { cause: error });
  }
}
