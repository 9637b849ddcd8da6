/** NETCONF over SSH (RFC 6242). ssh2 is hidden behind these functions. */
export { readPrivateKey } from './ssh-authentication-plan.ts';
export type {
  ClientCredentials,
  ClientKey,
  KeyboardChallenge,
  SecretSource,
} from './ssh-authentication-plan.ts';
export { connectSsh, forwardThroughSsh } from './ssh-client.ts';
export type { ConnectSshOptions } from './ssh-client.ts';
export type {
  Authenticate,
  Login,
  LoginRefusal,
  SshCredential,
  SshPublicKey,
} from './ssh-credential.ts';
export { DEFAULT_SSH_SERVER_LIMITS } from './ssh-limits.ts';
export type { SshServerLimits } from './ssh-limits.ts';
export { listenSsh } from './ssh-server.ts';
export type { ListenSshOptions, SshListener } from './ssh-server.ts';
