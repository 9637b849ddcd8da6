/** Who may log in, and with which rights. `users-file.ts` reads them from a file. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { X509Certificate } from 'node:crypto';
import { nameOfCertificate } from '../src/node/cert-to-name.ts';
import type { CertToName } from '../src/node/cert-to-name.ts';
import type { Login, LoginRefusal, SshCredential } from '../src/node/ssh-transport.ts';
import type { CertificateUser } from '../src/node/tls-acceptor.ts';
import { NO_HASH, verifyPassword } from './password-hash.ts';

/** Who may log in, and with what. */
export interface User extends Login {
  readonly name: string;
  readonly password?: string;
  readonly passwordHash?: string;
  /** Lines as in OpenSSH's authorized_keys, without options. */
  readonly authorizedKeys?: readonly string[];
}

/** All who may log in; one object for as long as the server runs, whatever the file says anew. */
export class Users {
  #users: ReadonlyMap<string, User>;
  #certToName: readonly CertToName[];

  /** `certToName`: which certificates stand for which users, for TLS. */
  constructor(users: Iterable<User>, certToName: readonly CertToName[] = []) {
    this.#users = new Map([...users].map((user) => [user.name, user]));
    this.#certToName = certToName;
  }

  /** From now on these are the users; {@link isCurrent} says what that means for those who are there. */
  replaceBy(users: Users): void {
    this.#users = users.#users;
    this.#certToName = users.#certToName;
  }

  /** For {@link listenSsh}: the rights of a user who shows a valid credential. */
  readonly authenticate = async (
    name: string,
    credential: SshCredential,
  ): Promise<Login | LoginRefusal> => {
    const isPassword = 'password' in credential;
    const isKnown = isPassword
      ? await this.checkPassword(name, credential.password)
      : this.checkPublicKey(name, credential.publicKey.blob);
    const user = this.#users.get(name);
    if (isKnown && user) return loginOf(user);
    if (!user) return { refused: 'there is no such user' };
    return { refused: isPassword ? 'wrong password' : 'the key is not one of the user' };
  };

  /** For {@link listenTls}: whom a verified certificate stands for (RFC 7589, section 7). */
  readonly authenticateCertificate = (
    chain: readonly X509Certificate[],
  ): CertificateUser | LoginRefusal => {
    const raw = chain.map((certificate) => certificate.raw);
    const username = nameOfCertificate(raw, this.#certToName);
    if (username === undefined) return { refused: 'the certificate maps to no user name' };
    const user = this.#users.get(username);
    if (!user)
      return { refused: `the certificate maps to "${username}", and there is no such user` };
    return { username, login: loginOf(user) };
  };

  /** Whether a user who has logged in with these rights still has just these. */
  readonly isCurrent = (name: string, login: Login): boolean => {
    const user = this.#users.get(name);
    return user !== undefined && isSameLogin(loginOf(user), login);
  };

  async checkPassword(name: string, password: string): Promise<boolean> {
    const user = this.#users.get(name);
    // An unknown user costs the same time as a known one.
    const expected = user?.passwordHash ?? (user?.password === undefined ? NO_HASH : undefined);
    if (expected !== undefined) return verifyPassword(password, expected);
    return timingSafeEqual(sha256(password), sha256(user?.password ?? ''));
  }

  /** `blob` is the key in the encoding of RFC 4253, section 6.6. */
  checkPublicKey(name: string, blob: Uint8Array): boolean {
    const key = Buffer.from(blob).toString('base64');
    const lines = this.#users.get(name)?.authorizedKeys ?? [];
    return lines.some((line) => line.trim().split(/\s+/)[1] === key);
  }
}

function loginOf({ groups = [], administrator = false }: User): Login {
  return { groups, administrator };
}

function isSameLogin(a: Login, b: Login): boolean {
  const groups = (login: Login): string => JSON.stringify([...(login.groups ?? [])].sort());
  return (a.administrator ?? false) === (b.administrator ?? false) && groups(a) === groups(b);
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
