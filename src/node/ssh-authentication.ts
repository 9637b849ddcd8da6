/** One attempt to log in over SSH, judged (RFC 4252). */
import type { AuthContext } from 'ssh2';
import ssh2 from 'ssh2';
import type { ConnectionObserver, LoginMethod } from './connection-events.ts';
import { isUserName } from './ssh-credential.ts';
import type { Authenticate, Login, SshCredential } from './ssh-credential.ts';

export type AuthenticationResult =
  | { readonly kind: 'login'; readonly login: Login }
  /** The key would do; the client has only asked, and proves nothing by that (RFC 4252, section 7). */
  | { readonly kind: 'key-would-do' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unusable-name' };

export interface SshAuthenticationOptions {
  readonly authenticate: Authenticate;
  readonly observe: ConnectionObserver;
}

const REFUSED: AuthenticationResult = { kind: 'refused' };

/** What of a name gets into logs. */
const MAX_NAME = 64;

export class SshAuthentication {
  readonly #options: SshAuthenticationOptions;
  readonly #address: string;

  constructor(options: SshAuthenticationOptions, address: string) {
    this.#options = options;
    this.#address = address;
  }

  async check(context: AuthContext): Promise<AuthenticationResult> {
    if (!isUserName(context.username)) return { kind: 'unusable-name' };
    if (context.method === 'password') {
      return this.#judge(context, 'password', { password: context.password });
    }
    if (context.method !== 'publickey') return REFUSED;
    const { algo: algorithm, data } = context.key;
    if (!isSigned(context)) return this.#refuse(context, 'publickey', 'the signature is wrong');
    const publicKey = { algorithm, blob: new Uint8Array(data) };
    return this.#judge(context, 'publickey', { publicKey });
  }

  async #judge(
    context: AuthContext,
    method: LoginMethod,
    credential: SshCredential,
  ): Promise<AuthenticationResult> {
    const { username } = context;
    const peer = { address: this.#address };
    const answer = await this.#options.authenticate(username, credential, peer);
    if (answer === false) return this.#refuse(context, method, 'not accepted');
    if (answer !== true && 'refused' in answer)
      return this.#refuse(context, method, answer.refused);
    if (context.method === 'publickey' && !context.signature) return { kind: 'key-would-do' };
    this.#options.observe({ kind: 'login', ...peer, protocol: 'ssh', username, method });
    return { kind: 'login', login: answer === true ? {} : answer };
  }

  #refuse(context: AuthContext, method: LoginMethod, reason: string): AuthenticationResult {
    this.#options.observe({
      kind: 'login-refused',
      address: this.#address,
      protocol: 'ssh',
      username: context.username.slice(0, MAX_NAME),
      method,
      reason,
    });
    return REFUSED;
  }
}

/** Without a signature the client only asks whether the key would do (RFC 4252, section 7). */
function isSigned(context: Extract<AuthContext, { method: 'publickey' }>): boolean {
  if (!context.signature) return true;
  const key = ssh2.utils.parseKey(context.key.data);
  if (key instanceof Error || !context.blob) return false;
  // Without a name of a hash it is RSA with SHA-1, which nobody should trust (RFC 8332).
  if (key.type === 'ssh-rsa' && context.hashAlgo === undefined) return false;
  // Contrary to its declared type, verify() returns an Error when it cannot judge.
  const verified: unknown = key.verify(context.blob, context.signature, context.hashAlgo);
  return verified === true;
}
