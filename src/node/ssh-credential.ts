/**
 * Who logs in, in types that are free of those of ssh2: embedders see these, and need not have the others.
 */
export interface SshPublicKey {
  /** As in an OpenSSH public key line: `ssh-ed25519`, … */
  readonly algorithm: string;
  /** The key as SSH sends it (RFC 4253, section 6.6); base64 of it is in an OpenSSH public key line. */
  readonly blob: Uint8Array;
}

/** What a client shows. The signature of a public key has been checked, or will be before it counts. */
export type SshCredential = { readonly password: string } | { readonly publicKey: SshPublicKey };

/** What is known of a user who has been let in. */
export interface Login {
  readonly groups?: readonly string[];
  /** Whether access control does not apply to this user. */
  readonly administrator?: boolean;
}

/** Nobody is let in, and why: for the log of the server, never for the peer. */
export interface LoginRefusal {
  readonly refused: string;
}

/** Says whether the user is let in, and with which rights; `true` is a user without groups. */
export type Authenticate = (
  username: string,
  credential: SshCredential,
  peer: { readonly address: string },
) => Login | LoginRefusal | boolean | Promise<Login | LoginRefusal | boolean>;

/** Whether a user who has logged in with these rights might still do so. */
export type IsCurrent = (username: string, login: Login) => boolean;

/** RFC 6242, section 3: NETCONF's user name must be representable in XML. */
export function isUserName(name: string): boolean {
  return /^[^\p{Cc}\p{Cs}\ufffe\uffff]+$/u.test(name);
}
