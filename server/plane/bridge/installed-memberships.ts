/**
 * What the kernel cannot keep of memberships that were loaded: leaves it has no room for, and the time that
 * was left of them.
 *
 * The kernel gives every membership that somebody adds the bridge's whole membership interval. So the
 * plane takes it away itself when its time is over, unless the VM has reported it in between, which shows
 * in the kernel's timer.
 */
import type { Branch } from '../../../src/data/index.ts';
import type { Clock, Timer } from '../../../src/util/index.ts';
import type { Membership } from './memberships.ts';

interface Installed {
  readonly row: Branch;
  /** When its time is over, by the clock; undefined when it has no end or only the kernel's. */
  readonly until: number | undefined;
  /** When the kernel would end it if no report came; unknown until it has been read once. */
  kernelEnd: number | undefined;
}

/** How much later than foreseen the kernel's end has to be to count as put off by a report. */
const PUT_OFF_MS = 1500;

export class InstalledMemberships {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  readonly #installed = new Map<string, Installed>();
  #timer: Timer | undefined;

  /** `onDue` is called when some membership may be over; it reads all and deletes those that are. */
  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** Notes what has been installed. `seconds` is undefined where the plane does not end it. */
  note(port: string, group: string, row: Branch, seconds: number | undefined): void {
    const until = seconds === undefined ? undefined : this.#clock.now() + seconds * 1000;
    this.#installed.set(keyOf(port, group), { row, until, kernelEnd: undefined });
    this.#schedule();
  }

  forget(port: string, group: string): void {
    this.#installed.delete(keyOf(port, group));
  }

  move(from: string, to: string, group: string): void {
    const installed = this.#installed.get(keyOf(from, group));
    if (installed) this.#installed.set(keyOf(to, group), installed);
  }

  /** What was installed of this membership, and the time it really has. */
  look(membership: Membership): { readonly row: Branch | undefined; readonly found: Membership } {
    const key = keyOf(membership.port, membership.group);
    const installed = this.#installed.get(key);
    if (!installed) return { row: undefined, found: membership };
    const { row, until } = installed;
    if (until === undefined || membership.remaining === undefined)
      return { row, found: membership };
    const now = this.#clock.now();
    const kernelEnd = now + membership.remaining * 1000;
    installed.kernelEnd ??= kernelEnd;
    if (kernelEnd > installed.kernelEnd + PUT_OFF_MS) {
      this.#installed.set(key, { row, until: undefined, kernelEnd });
      return { row, found: membership };
    }
    const remaining = Math.min(membership.remaining, Math.max(0, (until - now) / 1000));
    return { row, found: { ...membership, remaining } };
  }

  /** Ends the waiting. */
  close(): void {
    this.#timer?.cancel();
  }

  #schedule(): void {
    this.#timer?.cancel();
    const ends = [...this.#installed.values()].flatMap(({ until }) => until ?? []);
    this.#timer = undefined;
    if (ends.length === 0) return;
    const delay = Math.max(0, Math.min(...ends) - this.#clock.now());
    this.#timer = this.#clock.setTimer(delay, () => {
      this.#onDue();
    });
  }

  /** To be called after `onDue` has been acted upon. */
  reschedule(present: ReadonlySet<string>): void {
    for (const key of this.#installed.keys()) if (!present.has(key)) this.#installed.delete(key);
    this.#schedule();
  }
}

export function keyOf(port: string, group: string): string {
  return `${port} ${group}`;
}
