/**
 * How to reach a host by what the user's OpenSSH client knows of it: `~/.ssh/config`, `known_hosts`, keys and
 * agent.
 *
 * ```ts
 * const client = await connectNetconf(await resolveSshHost('edge-1'));
 * ```
 */
import { readFileSync, readdirSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { NETCONF_SSH_PORT } from '../src/netconf/index.ts';
import { expandTokens, globMatches, readSshConfig } from '../src/node/ssh-config.ts';
import type { ClientCredentials, ClientKey, SecretSource } from '../src/node/index.ts';
import type { ConnectOptions, SshAccess } from './connect.ts';
import type { HostKeyPolicy } from './host-key.ts';

/** What is said beside the alias; it comes before what the files say. */
export interface ResolveHostOptions extends Omit<ClientCredentials, 'keys'> {
  /** Default: `~/.ssh/config`. A file that does not exist says nothing. */
  readonly configFile?: string | undefined;
  readonly user?: string | undefined;
  /** Before what the file says; default 830, unless the file has a port for the host. */
  readonly port?: number | undefined;
  /** Instead of known_hosts. */
  readonly hostKey?: HostKeyPolicy | undefined;
  /** Asked for each key that is encrypted. */
  readonly passphraseOf?: ((file: string) => ReturnType<PassphraseAsker>) | undefined;
  /** Default: that of this process. */
  readonly home?: string | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Told of keywords for the host that have no effect here. */
  readonly onIgnored?: ((keyword: string) => void) | undefined;
}

type PassphraseAsker = Extract<SecretSource, (...parameters: never[]) => unknown>;

const DEFAULT_KEYS = ['id_rsa', 'id_ecdsa', 'id_ed25519'];
const MAX_JUMPS = 8;

/** Throws Error when the configuration cannot be understood or asks for what is not supported. */
export function resolveSshHost(
  alias: string,
  options: ResolveHostOptions = {},
): ConnectOptions & { readonly port: number } {
  const access = new HostResolver(options).resolve(alias, NETCONF_SSH_PORT, 0, options);
  return { ...access, port: access.port };
}

type Resolved = SshAccess & {
  readonly port: number;
  readonly connectTimeoutMs?: number | undefined;
  readonly keepaliveMs?: number | undefined;
};

class HostResolver {
  readonly #options: ResolveHostOptions;
  readonly #home: string;
  readonly #localUser = userInfo().username;
  readonly #environment: Readonly<Record<string, string | undefined>>;

  constructor(options: ResolveHostOptions) {
    this.#options = options;
    this.#home = options.home ?? homedir();
    this.#environment = options.environment ?? process.env;
  }

  resolve(
    alias: string,
    defaultPort: number,
    jumps: number,
    given: { readonly user?: string | undefined; readonly port?: number | undefined },
  ): Resolved {
    const values = this.#read(alias, given.user);
    const one = (keyword: string): string | undefined => values.get(keyword)?.[0];
    const host = expandTokens(one('hostname') ?? alias, { h: alias }, this.#home);
    const port = given.port ?? numberOf(one('port'), 'Port') ?? defaultPort;
    const username = given.user ?? one('user') ?? this.#localUser;
    const tokens = {
      d: this.#home,
      h: host,
      n: alias,
      p: String(port),
      r: username,
      u: this.#localUser,
    };
    const files = (keyword: string): readonly string[] | undefined =>
      values.get(keyword)?.map((file) => expandTokens(file, tokens, this.#home));
    const timeout = numberOf(one('connecttimeout'), 'ConnectTimeout');
    const alive = numberOf(one('serveraliveinterval'), 'ServerAliveInterval');
    return {
      host,
      port,
      username,
      ...this.#credentials(files, one),
      hostKey: this.#hostKey(files, one),
      via: this.#via(one('proxyjump'), jumps),
      ...(timeout === undefined ? {} : { connectTimeoutMs: timeout * 1000 }),
      ...(alive === undefined || alive === 0 ? {} : { keepaliveMs: alive * 1000 }),
    };
  }

  #read(host: string, user: string | undefined): ReadonlyMap<string, readonly string[]> {
    const file = this.#options.configFile ?? join(this.#home, '.ssh', 'config');
    const text = readIfThere(file);
    if (text === undefined) return new Map();
    try {
      const { values, ignored } = readSshConfig(text, {
        host,
        user,
        localUser: this.#localUser,
        home: this.#home,
        include: (pattern) => this.#included(pattern, dirname(file)),
      });
      if (ignored.some((keyword) => keyword.toLowerCase() === 'proxycommand')) {
        throw new Error('ProxyCommand is not supported; ProxyJump is');
      }
      for (const keyword of ignored) this.#options.onIgnored?.(keyword);
      return values;
    } catch (error) {
      throw new Error(`${file}: ${error instanceof Error ? error.message : ''}`, { cause: error });
    }
  }

  #included(pattern: string, folder: string): readonly string[] {
    const expanded = expandTokens(pattern, { d: this.#home }, this.#home);
    const path = isAbsolute(expanded) ? expanded : join(folder, expanded);
    return filesMatching(path).flatMap((file) => readIfThere(file) ?? []);
  }

  #credentials(
    files: (keyword: string) => readonly string[] | undefined,
    one: (keyword: string) => string | undefined,
  ): ClientCredentials {
    const { password, answerChallenge } = this.#options;
    const named = files('identityfile');
    const paths = named ?? DEFAULT_KEYS.map((name) => join(this.#home, '.ssh', name));
    const keys = paths.flatMap((path) => this.#key(path));
    return { keys, agent: this.#agent(one), password, answerChallenge };
  }

  #key(file: string): readonly ClientKey[] {
    const text = readIfThere(file);
    if (text === undefined) return [];
    const { passphraseOf } = this.#options;
    return [
      { text, name: file, ...(passphraseOf ? { passphrase: () => passphraseOf(file) } : {}) },
    ];
  }

  /** With IdentitiesOnly the keys of the agent are not tried: which of them are meant is not known here. */
  #agent(one: (keyword: string) => string | undefined): string | undefined {
    if (this.#options.agent !== undefined) return this.#options.agent;
    if (one('identitiesonly')?.toLowerCase() === 'yes') return undefined;
    const configured = one('identityagent');
    if (configured === 'none') return undefined;
    if (configured === undefined || configured === 'SSH_AUTH_SOCK') {
      const socket = this.#environment['SSH_AUTH_SOCK'];
      return socket === '' ? undefined : socket;
    }
    if (configured.startsWith('$')) return this.#environment[configured.replace(/[${}]/g, '')];
    return expandTokens(configured, { d: this.#home }, this.#home);
  }

  #hostKey(
    files: (keyword: string) => readonly string[] | undefined,
    one: (keyword: string) => string | undefined,
  ): HostKeyPolicy {
    if (this.#options.hostKey) return this.#options.hostKey;
    const strict = one('stricthostkeychecking')?.toLowerCase() ?? 'ask';
    // `no` would accept anybody, and there is nobody to ask.
    if (!/^(yes|true|ask|accept-new|no|off|false)$/.test(strict)) {
      throw new Error(`StrictHostKeyChecking ${strict} is not known`);
    }
    if (/^(no|off|false)$/.test(strict)) this.#options.onIgnored?.('StrictHostKeyChecking no');
    const ssh = join(this.#home, '.ssh');
    const [file = join(ssh, 'known_hosts'), ...more] = files('userknownhostsfile') ?? [
      join(ssh, 'known_hosts'),
      join(ssh, 'known_hosts2'),
    ];
    const global = files('globalknownhostsfile') ?? ['/etc/ssh/ssh_known_hosts'];
    return {
      kind: strict === 'accept-new' ? 'accept-new' : 'known-hosts',
      file,
      moreFiles: [...more, ...global].filter((path) => path !== 'none'),
      alias: one('hostkeyalias'),
    };
  }

  /** `user@host:port,…`: the first one is reached first. */
  #via(text: string | undefined, jumps: number): SshAccess['via'] {
    if (text === undefined || text.toLowerCase() === 'none') return undefined;
    if (jumps >= MAX_JUMPS) throw new Error('ProxyJump leads through too many hosts');
    let via: SshAccess['via'];
    for (const hop of text.split(',')) {
      const match = /^(?:ssh:\/\/)?(?:([^@]+)@)?(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(
        hop.trim(),
      );
      const host = match?.[2] ?? match?.[3];
      if (!match || host === undefined) throw new Error(`ProxyJump ${hop} is not USER@HOST:PORT`);
      const given = { user: match[1], port: numberOf(match[4], 'the port in ProxyJump') };
      const access = this.resolve(host, 22, jumps + 1, given);
      via = { ...access, via: via ?? access.via };
    }
    return via;
  }
}

function numberOf(text: string | undefined, what: string): number | undefined {
  if (text === undefined || text.toLowerCase() === 'none') return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${what} is no number: ${text}`);
  return Number(text);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Wildcards are in the last part of the path only, as good as always. */
function filesMatching(path: string): readonly string[] {
  const folder = dirname(path);
  const name = path.slice(folder.length + 1);
  if (!/[*?]/.test(name)) return [path];
  try {
    const names = readdirSync(folder).filter((file) => globMatches(name, file));
    return names.sort().map((file) => join(folder, file));
  } catch {
    return [];
  }
}
