/** What sessions tell those who want to know: the log, metrics, the notifications of RFC 6470. */
import type { RpcError } from '../../src/error/index.ts';
import type { Requester } from './requester.ts';

/** The termination-reason of RFC 6470, section 2.2. */
export type TerminationReason = 'closed' | 'killed' | 'dropped' | 'timeout' | 'bad-hello' | 'other';

/** Why a session is over. */
export interface SessionEnd {
  readonly reason: TerminationReason;
  /** With `killed`: the session that did it; undefined when the server did. */
  readonly killedBy?: number | undefined;
  /** Why, in words, where there is more to say. */
  readonly detail?: string | undefined;
}

/** A request that has been answered. */
export interface Performed {
  /** Name of the operation; undefined when the message was none. */
  readonly operation: string | undefined;
  readonly errors: readonly RpcError[];
  /** From the whole message to the end of the reply. */
  readonly milliseconds: number;
}

/** Why a client got no session. */
export type SessionRefusal = 'too-many-sessions' | 'too-many-sessions-of-user';

/** Gets what happens to sessions as it happens; what it throws is logged and harms nothing. */
export interface SessionListener {
  /** After the exchange of hello. */
  started?(session: Requester): void;
  /** Also when the exchange of hello failed, before which nothing had `started`. */
  ended?(session: Requester, end: SessionEnd): void;
  refused?(session: Requester, reason: SessionRefusal): void;
  performed?(session: Requester, request: Performed): void;
  notified?(session: Requester): void;
}

/** Tells all listeners; one that throws does not keep it from the others. */
export class SessionEvents implements Required<SessionListener> {
  readonly #listeners: SessionListener[] = [];
  readonly #onBug: (error: unknown) => void;

  constructor(onBug: (error: unknown) => void) {
    this.#onBug = onBug;
  }

  listen(listener: SessionListener): void {
    this.#listeners.push(listener);
  }

  started(session: Requester): void {
    this.#tell((it) => it.started?.(session));
  }

  ended(session: Requester, end: SessionEnd): void {
    this.#tell((it) => it.ended?.(session, end));
  }

  refused(session: Requester, reason: SessionRefusal): void {
    this.#tell((it) => it.refused?.(session, reason));
  }

  performed(session: Requester, request: Performed): void {
    this.#tell((it) => it.performed?.(session, request));
  }

  notified(session: Requester): void {
    this.#tell((it) => it.notified?.(session));
  }

  #tell(call: (listener: SessionListener) => void): void {
    for (const listener of this.#listeners) {
      try {
        call(listener);
      } catch (error) {
        this.#onBug(error);
      }
    }
  }
}
