/** An event stream: its log, and who receives it (RFC 5277, section 3.2; RFC 8639, section 2.1). */
import type { EventRecord } from '../event-record.ts';
import { ReplayLog } from './replay-log.ts';
import type { ReplayLimits } from './replay-log.ts';

export interface StreamReceiver {
  /** Called for each event, in order; must not block. */
  onRecord(record: EventRecord): void;
}

export interface EventStreamOptions {
  readonly name: string;
  readonly description: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly limits: ReplayLimits;
}

export class EventStream {
  readonly name: string;
  readonly description: string;
  /** Undefined when the stream has no replay. */
  readonly log: ReplayLog | undefined;
  readonly #receivers = new Set<StreamReceiver>();

  constructor({ name, description, now, limits }: EventStreamOptions) {
    this.name = name;
    this.description = description;
    this.log = limits.maxReplayRecords > 0 ? new ReplayLog(now, limits) : undefined;
  }

  publish(record: EventRecord): void {
    this.log?.add(record);
    for (const receiver of this.#receivers) receiver.onRecord(record);
  }

  /** Returns what ends it. */
  receive(receiver: StreamReceiver): () => void {
    this.#receivers.add(receiver);
    return () => this.#receivers.delete(receiver);
  }
}
