/**
 * Who may connect before it is known who they are. All listeners of a server share one gate.
 *
 * Nobody can lock others out by connecting and saying nothing: when there is no room, the oldest connection that
 * has not logged in goes, of the source that has the most of them (as MaxStartups and PerSourceMaxStartups of
 * OpenSSH's server bound them, which refuse the newest instead, by lot).
 */
import type { Socket } from 'node:net';
import type { Clock, Timer } from '../util/index.ts';
import type { ConnectionObserver, DropReason } from './connection-events.ts';
import { plainAddress, sourceOf } from './source-address.ts';

export interface ConnectionLimits {
  readonly maxConnections: number;
  /** Connections that have not logged in yet. */
  readonly maxUnauthenticated: number;
  /** Of these, how many may come from one IPv4 address or one /64 of IPv6. */
  readonly maxUnauthenticatedPerSource: number;
  /** From TCP until the user is known. */
  readonly authTimeoutMs: number;
}

export const DEFAULT_CONNECTION_LIMITS: ConnectionLimits = {
  maxConnections: 1200,
  maxUnauthenticated: 128,
  maxUnauthenticatedPerSource: 64,
  authTimeoutMs: 30_000,
};

export interface ConnectionGateOptions {
  readonly limits?: Partial<ConnectionLimits>;
  readonly clock: Clock;
  readonly observe?: ConnectionObserver | undefined;
}

/** A connection that is in. */
export interface Admission {
  readonly address: string;
  readonly isAuthenticated: boolean;
  /**
   * The user is known: the connection counts as one that has logged in. `isCurrent`: whether the user might still
   * log in with the rights it has.
   */
  authenticated(isCurrent: () => boolean): void;
}

interface Member {
  readonly address: string;
  readonly source: string;
  readonly socket: Socket;
  readonly drop: (reason: DropReason) => void;
  timer: Timer | undefined;
  isAuthenticated: boolean;
  isCurrent: () => boolean;
}

export class ConnectionGate {
  readonly #limits: ConnectionLimits;
  readonly #clock: Clock;
  readonly #observe: ConnectionObserver;
  /** In the order in which they came. */
  readonly #members = new Set<Member>();
  #received = 0;
  #sent = 0;

  constructor({ limits, clock, observe = () => undefined }: ConnectionGateOptions) {
    this.#limits = { ...DEFAULT_CONNECTION_LIMITS, ...limits };
    this.#clock = clock;
    this.#observe = observe;
  }

  get connections(): number {
    return this.#members.size;
  }

  get unauthenticated(): number {
    return this.#waiting().length;
  }

  /** Bytes of all connections so far, those that are over included. */
  get traffic(): { readonly received: number; readonly sent: number } {
    let [received, sent] = [this.#received, this.#sent];
    for (const { socket } of this.#members) {
      received += socket.bytesRead;
      sent += socket.bytesWritten;
    }
    return { received, sent };
  }

  /**
   * Lets a connection in and counts it until its socket closes. `drop` has to end it, and can say why. Undefined
   * when all places are taken by connections that have logged in; the caller says so and closes the socket.
   */
  enter(socket: Socket, drop: (reason: DropReason) => void): Admission | undefined {
    const address = plainAddress(socket.remoteAddress ?? '');
    const source = sourceOf(address);
    if (!this.#makeRoom(source)) {
      this.#observe({ kind: 'refused', address, reason: 'too-many-connections' });
      return undefined;
    }
    const member: Member = {
      address,
      source,
      socket,
      drop,
      timer: undefined,
      isAuthenticated: false,
      isCurrent: () => true,
    };
    member.timer = this.#clock.setTimer(this.#limits.authTimeoutMs, () => {
      this.#drop(member, 'authentication-timeout');
    });
    this.#members.add(member);
    socket.once('close', () => {
      this.#leave(member);
    });
    return {
      address,
      get isAuthenticated() {
        return member.isAuthenticated;
      },
      authenticated: (isCurrent) => {
        member.isAuthenticated = true;
        member.isCurrent = isCurrent;
        member.timer?.cancel();
      },
    };
  }

  /** Ends the connections of users who are gone or have other rights by now. */
  dropOutdated(): void {
    for (const member of this.#members) {
      if (!member.isCurrent()) this.#drop(member, 'user-changed');
    }
  }

  #makeRoom(source: string): boolean {
    const { maxConnections, maxUnauthenticated, maxUnauthenticatedPerSource } = this.#limits;
    const waiting = this.#waiting();
    const ofSource = waiting.filter((member) => member.source === source);
    if (ofSource.length >= maxUnauthenticatedPerSource) {
      this.#dropOldest(ofSource, 'too-many-unauthenticated-of-source');
    } else if (waiting.length >= maxUnauthenticated) {
      this.#dropOldest(ofLargestSource(waiting), 'too-many-unauthenticated');
    } else if (this.#members.size >= maxConnections) {
      this.#dropOldest(ofLargestSource(waiting), 'too-many-connections');
    }
    return this.#members.size < maxConnections;
  }

  #waiting(): readonly Member[] {
    return [...this.#members].filter((member) => !member.isAuthenticated);
  }

  #dropOldest([oldest]: readonly Member[], reason: DropReason): void {
    if (oldest) this.#drop(oldest, reason);
  }

  #drop(member: Member, reason: DropReason): void {
    this.#leave(member);
    this.#observe({ kind: 'dropped', address: member.address, reason });
    member.drop(reason);
  }

  #leave(member: Member): void {
    member.timer?.cancel();
    if (!this.#members.delete(member)) return;
    this.#received += member.socket.bytesRead;
    this.#sent += member.socket.bytesWritten;
  }
}

function ofLargestSource(members: readonly Member[]): readonly Member[] {
  const sources = new Map<string, Member[]>();
  for (const member of members) {
    const group = sources.get(member.source);
    if (group) group.push(member);
    else sources.set(member.source, [member]);
  }
  return [...sources.values()].reduce(
    (most, group) => (group.length > most.length ? group : most),
    [],
  );
}
