/** A netlink socket, held by a child process and reached through its pipes. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { endChild, ToolError } from '../launcher.ts';
import type { Launcher } from '../launcher.ts';
import { NLMSG_NOOP, wholeMessages } from './message.ts';
import { RELAY_PROGRAMS } from './relay-script.ts';
import type { RelayProgram } from './relay-script.ts';

/** Netlink families (netlink(7)). */
export const NETLINK_ROUTE = 0;
const NETLINK_NETFILTER = 12;

export interface RelayOptions {
  readonly program: RelayProgram;
  /** {@link NETLINK_ROUTE}; that of netfilter when absent. */
  readonly protocol?: number;
  /** Mask of multicast groups to hear. */
  readonly groups?: number;
  readonly receiveBytes?: number;
}

export class NetlinkRelay {
  readonly program: RelayProgram;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #batches: AsyncGenerator<Buffer, void, undefined>;
  readonly #complaint: Promise<string>;

  private constructor(program: RelayProgram, child: ChildProcessWithoutNullStreams) {
    this.program = program;
    this.#child = child;
    this.#batches = readBatches(child);
    this.#complaint = readComplaint(child);
  }

  /** Resolves when the socket is open and hears its groups. Throws {@link ToolError}. */
  static async open(launcher: Launcher, options: RelayOptions): Promise<NetlinkRelay> {
    const { program, protocol = NETLINK_NETFILTER, groups = 0, receiveBytes = 4 << 20 } = options;
    const command = [...program.command, ...[protocol, groups, receiveBytes].map(String)];
    const relay = new NetlinkRelay(program, await launcher.start(command));
    const first = await relay.#batches.next();
    if (first.done !== true && first.value.readUInt16LE(4) === NLMSG_NOOP) return relay;
    throw new ToolError(program.name, await relay.#complaint);
  }

  /** Sends whole messages in one go. Waits while the child cannot take more. */
  async send(messages: Buffer): Promise<void> {
    const { stdin } = this.#child;
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32LE(messages.length);
    stdin.write(length);
    if (!stdin.write(messages) && stdin.writable) {
      await Promise.race([once(stdin, 'drain'), once(stdin, 'close')]);
    }
  }

  /** Buffers of whole messages, as they come. Ends when the child has ended. Only for one consumer. */
  get batches(): AsyncGenerator<Buffer, void, undefined> {
    return this.#batches;
  }

  /** What the child wrote to standard error; resolves when it has ended. */
  get complaint(): Promise<string> {
    return this.#complaint;
  }

  async close(): Promise<void> {
    await endChild(this.#child);
  }
}

/**
 * Opens a relay with the first program that is there and may open the socket. Throws {@link ToolError} with
 * what each of them lacks.
 */
export async function openRelay(
  launcher: Launcher,
  options: Omit<RelayOptions, 'program'> = {},
  programs: readonly RelayProgram[] = RELAY_PROGRAMS,
): Promise<NetlinkRelay> {
  const reasons: string[] = [];
  for (const program of programs) {
    try {
      return await NetlinkRelay.open(launcher, { ...options, program });
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      reasons.push(error.message);
    }
  }
  throw new ToolError('netlink', reasons.join('; '));
}

async function* readBatches(
  child: ChildProcessWithoutNullStreams,
): AsyncGenerator<Buffer, void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  const chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  for (;;) {
    // A stream that is destroyed under its reader fails; for us it has ended.
    const next = await chunks.next().catch(() => undefined);
    if (next === undefined || next.done === true) return;
    const buffer = rest.length === 0 ? next.value : Buffer.concat([rest, next.value]);
    const whole = wholeMessages(buffer);
    rest = buffer.subarray(whole);
    if (whole > 0) yield buffer.subarray(0, whole);
  }
}

async function readComplaint(child: ChildProcessWithoutNullStreams): Promise<string> {
  let text = '';
  try {
    for await (const chunk of child.stderr) text += (chunk as Buffer).toString();
  } catch {
    // Destroyed on close.
  }
  return text.trim() || 'ended without a word';
}
