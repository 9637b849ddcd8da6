/** Options that hold for the whole run: how to connect, what to print, and how to work. */
import { UsageError } from '../exit-code.ts';
import { optionRow } from './option.ts';
import type { GivenOption, OptionGroup, OptionRow } from './option.ts';
import { STYLES } from './output/reply-output.ts';
import type { Style } from './output/reply-output.ts';
import { wholeNumber } from './parameters.ts';

export interface Settings {
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  /** `true`: ask for it. */
  readonly password?: string | true;
  readonly passwordFile?: string;
  readonly identity?: string;
  /** `true`: the usual file. */
  readonly sshConfig?: string | true;
  readonly hostKey?: string;
  readonly knownHosts?: string;
  readonly acceptNewHostKey?: boolean;
  readonly transport?: 'ssh' | 'tls' | 'tcp';
  readonly cert?: string;
  readonly key?: string;
  readonly ca?: string;
  readonly callHome?: string;
  readonly replyTimeoutMs?: number;
  readonly version?: '1.0' | '1.1';
  readonly style?: Style;
  readonly hidesAccess?: boolean;
  readonly outputFile?: string;
  /** `true`: on standard output, in place of all else. */
  readonly raw?: string | true;
  readonly dry?: boolean;
  readonly debug?: boolean;
  readonly interactive?: boolean;
  readonly help?: boolean;
}

export interface SettingRow extends OptionRow {
  readonly kind: 'setting';
  readonly read: (values: readonly string[], written: string) => Partial<Settings>;
}

type Read = SettingRow['read'];

function setting(
  group: OptionGroup,
  flags: string,
  help: string,
  read: Read,
  choices?: readonly string[],
): SettingRow {
  return { ...optionRow(group, flags, help, choices), kind: 'setting', read };
}

function port([text = '']: readonly string[]): Partial<Settings> {
  const value = wholeNumber(text, 'a port');
  if (value < 1 || value > 65_535) throw new UsageError(`"${text}" is not a port`);
  return { port: value };
}

function version([text]: readonly string[]): Partial<Settings> {
  return { version: text === '1.0' ? '1.0' : '1.1' };
}

/** `plain` and `noaaa` are words of netconf-console2. */
function outputStyle(values: readonly string[]): Partial<Settings> {
  return {
    ...(values.includes('plain') ? { style: 'compact' as const } : {}),
    ...(values.includes('noaaa') ? { hidesAccess: true } : {}),
  };
}

export const SETTING_ROWS: readonly SettingRow[] = [
  setting('Connection', '--host <host>', 'device, in place of the argument', ([host = '']) => ({
    host,
  })),
  setting('Connection', '--port <port>', 'port (default: 830; TLS 6513)', port),
  setting('Connection', '-u, --user <name>', 'user name', ([user = '']) => ({ user })),
  setting(
    'Connection',
    '-p, --password [password]',
    'ask for the password; as an argument all users of this machine can read it',
    ([password]) => ({ password: password ?? true }),
  ),
  setting(
    'Connection',
    '--password-file <file>',
    'password in a file (else SAMI_PASSWORD, key agent or prompt)',
    ([passwordFile = '']) => ({ passwordFile }),
  ),
  setting(
    'Connection',
    '--identity, --privKeyFile <file>',
    'private key in a file (passphrase: SAMI_PASSPHRASE)',
    ([identity = '']) => ({ identity }),
  ),
  setting('Connection', '--privKeyType <type>', 'is found in the key itself', () => ({})),
  setting(
    'Connection',
    '--ssh-config [file]',
    'take host aliases, users, ports and keys from ~/.ssh/config or a file',
    ([file]) => ({ sshConfig: file ?? true }),
  ),
  setting(
    'Connection',
    '--host-key <fingerprint>',
    'expected host key, as SHA256:…',
    ([key = '']) => ({
      hostKey: key,
    }),
  ),
  setting('Connection', '--hostkey-verify', 'is always done', () => ({})),
  setting(
    'Connection',
    '--known-hosts <file>',
    'known hosts file (default ~/.ssh/known_hosts)',
    ([knownHosts = '']) => ({ knownHosts }),
  ),
  setting(
    'Connection',
    '--accept-new-host-key',
    'add unknown hosts to the known hosts file',
    () => ({ acceptNewHostKey: true }),
  ),
  setting('Connection', '--tls', 'over TLS (RFC 7589)', () => ({ transport: 'tls' })),
  setting('Connection', '--tcp', 'over plain TCP: no encryption, no authentication', () => ({
    transport: 'tcp',
  })),
  setting(
    'Connection',
    '--proto <protocol>',
    'ssh (default), tls or tcp',
    ([name]) => ({ transport: name === 'tls' || name === 'tcp' ? name : 'ssh' }),
    ['ssh', 'tls', 'tcp'],
  ),
  setting('Connection', '--cert <file>', 'TLS: our certificate', ([cert = '']) => ({ cert })),
  setting('Connection', '--key <file>', 'TLS: its private key', ([key = '']) => ({ key })),
  setting('Connection', '--ca <file>', 'TLS: certificates that are trusted', ([ca = '']) => ({
    ca,
  })),
  setting(
    'Connection',
    '--call-home-listen <address>',
    'HOST:PORT to wait at for a device that calls home (RFC 8071)',
    ([callHome = '']) => ({ callHome }),
  ),
  setting(
    'Connection',
    '-r, --reply-timeout <seconds>',
    'time for connecting and for each reply (default: none)',
    ([text = '']) => ({ replyTimeoutMs: wholeNumber(text, 'a number of seconds') * 1000 }),
  ),
  setting('Connection', '-v, --version <version>', 'version of NETCONF: 1.0 or 1.1', version, [
    ...['1.0', '1.1'],
  ]),
  setting('Output', '--style <style>', STYLES.join(', '), ([style]) => styleOf(style), STYLES),
  setting('Output', '--json', 'the same as --style json (RFC 7951)', () => ({ style: 'json' })),
  setting(
    'Output',
    '-s, --outputStyle <style...>',
    'plain: XML without line breaks; noaaa: without access control',
    outputStyle,
    ['plain', 'noaaa'],
  ),
  setting('Output', '-O, --output, --outputfile <file>', 'print into a file', ([file = '']) => ({
    outputFile: file,
  })),
  setting('Output', '--raw [file]', 'what arrives as it is, printed or into a file', ([file]) => ({
    raw: file ?? true,
  })),
  setting('Output', '--dry', 'print requests instead of sending them', () => ({ dry: true })),
  setting('Output', '--debug', 'say where errors come from', () => ({ debug: true })),
  setting('Output', '--huge-tree', 'is always so: replies may be of any size', () => ({})),
  setting('Sessions', '-i, --interactive', 'ask for operations line by line', () => ({
    interactive: true,
  })),
  setting('Sessions', '-h, --help', 'print this', () => ({ help: true })),
];

function styleOf(name: string | undefined): Partial<Settings> {
  const style = STYLES.find((it) => it === name);
  return style ? { style } : {};
}

/** The last one counts. */
export function settingsOf(given: readonly GivenOption<SettingRow>[]): Settings {
  return given.reduce<Settings>(
    (settings, { row, values, written }) => ({ ...settings, ...row.read(values, written) }),
    {},
  );
}
