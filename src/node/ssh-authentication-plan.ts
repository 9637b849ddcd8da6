/**
 * With what a client tries to log in, one after the other, as OpenSSH does: keys, agent, keyboard-interactive,
 * password (RFC 4252, RFC 4256). Passphrases and passwords are asked for when their turn comes.
 */
import ssh2 from 'ssh2';
import type { AnyAuthMethod, ParsedKey } from 'ssh2';
import { AuthenticationError } from '../netconf/index.ts';

/** Asked for when it is needed; `undefined`: there is none. */
export type SecretSource = string | (() => string | undefined | Promise<string | undefined>);

/** A private key, as text. */
export interface ClientKey {
  /** PEM or OpenSSH text of a private key. */
  readonly text: string;
  /** What to call it when it cannot be read: the name of its file. */
  readonly name?: string | undefined;
  /** Asked for when the key is encrypted. */
  readonly passphrase?: SecretSource | undefined;
}

/** What a server asks (RFC 4256, section 3.2). */
export interface KeyboardChallenge {
  readonly name: string;
  readonly instructions: string;
  readonly prompts: readonly { readonly text: string; readonly echo: boolean }[];
}

/** What a client may log in with; each is tried once, keys before passwords. */
export interface ClientCredentials {
  readonly keys?: readonly ClientKey[] | undefined;
  /** Path of the socket of a key agent. */
  readonly agent?: string | undefined;
  readonly password?: SecretSource | undefined;
  /** One answer for each prompt. Without it, one hidden prompt is answered with the password. */
  readonly answerChallenge?:
    ((challenge: KeyboardChallenge) => readonly string[] | Promise<readonly string[]>) | undefined;
}

type Attempt = () => Promise<AnyAuthMethod | undefined>;

interface Step {
  readonly method: 'publickey' | 'password' | 'keyboard-interactive';
  readonly attempt: Attempt;
}

export class AuthenticationPlan {
  readonly #username: string;
  readonly #credentials: ClientCredentials;
  readonly #steps: Step[];
  #password: Promise<string | undefined> | undefined;

  constructor(username: string, credentials: ClientCredentials) {
    this.#username = username;
    this.#credentials = credentials;
    this.#steps = this.#plan();
  }

  /** What to try next, `false` for nothing more; `methods` are those that the server still takes. */
  async next(methods: readonly string[] | null | undefined): Promise<AnyAuthMethod | false> {
    for (let step = this.#steps.shift(); step; step = this.#steps.shift()) {
      if (methods && !methods.includes(step.method)) continue;
      const attempt = await step.attempt();
      if (attempt) return attempt;
    }
    return false;
  }

  #plan(): Step[] {
    const { keys = [], agent, password, answerChallenge } = this.#credentials;
    const username = this.#username;
    const steps: Step[] = keys.map((key) => ({
      method: 'publickey',
      attempt: () => this.#keyAttempt(key),
    }));
    if (agent !== undefined) {
      const attempt: Attempt = () => Promise.resolve({ type: 'agent', username, agent });
      steps.push({ method: 'publickey', attempt });
    }
    const byKeyboard: Step = {
      method: 'keyboard-interactive',
      attempt: () => Promise.resolve(this.#keyboardAttempt()),
    };
    const byPassword: Step = { method: 'password', attempt: () => this.#passwordAttempt() };
    // Who answers challenges wants to be asked; else the password goes the direct way first.
    if (answerChallenge) steps.push(byKeyboard);
    if (password !== undefined) steps.push(byPassword);
    if (password !== undefined && !answerChallenge) steps.push(byKeyboard);
    return steps;
  }

  async #keyAttempt(key: ClientKey): Promise<AnyAuthMethod> {
    return { type: 'publickey', username: this.#username, key: await readPrivateKey(key) };
  }

  async #passwordAttempt(): Promise<AnyAuthMethod | undefined> {
    const password = await this.#askPassword();
    if (password === undefined) return undefined;
    return { type: 'password', username: this.#username, password };
  }

  #keyboardAttempt(): AnyAuthMethod {
    return {
      type: 'keyboard-interactive',
      username: this.#username,
      prompt: (name, instructions, _language, prompts, finish) => {
        const challenge: KeyboardChallenge = {
          name,
          instructions,
          prompts: prompts.map(({ prompt, echo = false }) => ({ text: prompt, echo })),
        };
        this.#answer(challenge).then(
          (answers) => {
            finish([...answers]);
          },
          () => {
            finish([]);
          },
        );
      },
    };
  }

  async #answer(challenge: KeyboardChallenge): Promise<readonly string[]> {
    const { answerChallenge } = this.#credentials;
    if (answerChallenge) return answerChallenge(challenge);
    const [prompt] = challenge.prompts;
    const isForPassword = challenge.prompts.length === 1 && prompt?.echo === false;
    const password = isForPassword ? await this.#askPassword() : undefined;
    return password === undefined ? [] : [password];
  }

  #askPassword(): Promise<string | undefined> {
    this.#password ??= secretOf(this.#credentials.password);
    return this.#password;
  }
}

/** Throws AuthenticationError for what is no private key, or not with this passphrase. */
export async function readPrivateKey({
  text,
  name = 'the private key',
  passphrase,
}: ClientKey): Promise<ParsedKey> {
  const plain = ssh2.utils.parseKey(text);
  const isEncrypted = plain instanceof Error && /encrypted|passphrase/i.test(plain.message);
  const secret = isEncrypted ? await secretOf(passphrase) : undefined;
  const key = secret === undefined ? plain : ssh2.utils.parseKey(text, secret);
  if (key instanceof Error) throw new AuthenticationError(`${name}: ${key.message}`);
  if (!key.isPrivateKey()) throw new AuthenticationError(`${name} is not a private key`);
  return key;
}

async function secretOf(source: SecretSource | undefined): Promise<string | undefined> {
  return typeof source === 'function' ? source() : source;
}
