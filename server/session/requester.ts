/** On whose behalf something is done: what datastores, access control and notifications need of a session. */
import type { SessionAccess } from '../access/access.ts';

/** A session, as far as others have to do with it. */
export interface Requester {
  /** The session-id (RFC 6241, section 8.1). */
  readonly id: number;
  readonly username: string;
  readonly sourceHost: string | undefined;
  readonly access: SessionAccess;
  /** Whether the client has asked for a candidate of its own (draft-ietf-netconf-privcand). */
  readonly hasPrivateCandidate?: boolean;
}
