/** What happens to connections, for logs and metrics; nothing in it is secret. */

/** Why a connection is ended by the server before a session is. */
export type DropReason =
  | 'too-many-connections'
  | 'too-many-unauthenticated'
  | 'too-many-unauthenticated-of-source'
  | 'authentication-timeout'
  | 'too-many-attempts'
  | 'no-session'
  | 'user-name'
  | 'user-changed'
  | 'stopping';

/** How a user showed who it is. */
export type LoginMethod = 'password' | 'publickey' | 'certificate';

export type ConnectionEvent =
  /** Not let in at all. */
  | { readonly kind: 'refused'; readonly address: string; readonly reason: DropReason }
  | { readonly kind: 'dropped'; readonly address: string; readonly reason: DropReason }
  | {
      readonly kind: 'login';
      readonly address: string;
      readonly protocol: 'ssh' | 'tls';
      readonly username: string;
      readonly method: LoginMethod;
    }
  | {
      readonly kind: 'login-refused';
      readonly address: string;
      readonly protocol: 'ssh' | 'tls';
      /** As the peer gave it, shortened; undefined when it gave none. */
      readonly username: string | undefined;
      readonly method: LoginMethod;
      /** Why, in words. */
      readonly reason: string;
    };

export type ConnectionObserver = (event: ConnectionEvent) => void;

/** The drop reasons in words, as peers are told them. */
export const DROP_TEXT: Readonly<Record<DropReason, string>> = {
  'too-many-connections': 'too many connections',
  'too-many-unauthenticated': 'too many connections that have not logged in',
  'too-many-unauthenticated-of-source': 'too many connections of yours that have not logged in',
  'authentication-timeout': 'no login in time',
  'too-many-attempts': 'too many login attempts',
  'no-session': 'no NETCONF session in time',
  'user-name': 'the user name cannot be represented in XML',
  'user-changed': 'the user may no longer log in, or has other rights by now',
  stopping: 'the server is stopping',
};
