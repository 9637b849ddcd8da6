/** The options that say how to get to the device: their cases run over real connections to this machine. */
export interface ConnectionCase {
  readonly option: string;
  readonly name?: string;
  /** `$H`, `$P`, `$F`: port, password and host key of the SSH server; `$T`, `$C`: ports of TLS and TCP; `$D`: a folder. */
  readonly args: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly code?: number;
  readonly out?: RegExp;
  readonly err?: RegExp;
  /** The user that the server sees. */
  readonly user?: string;
}

const HELLO = /^session \d+\n/;
const KEY = ['--host-key', '$F'];
const TLS = ['--cert', '$D/cert.pem', '--key', '$D/key.pem', '--ca', '$D/cert.pem'];

export const CONNECTION_CASES: readonly ConnectionCase[] = [
  {
    option: '--host',
    args: ['--host', '127.0.0.1', '--port', '$H', '-u', 'amy', '-p', '$P', ...KEY, '--hello'],
    out: HELLO,
    user: 'amy',
  },
  { option: '--host', name: 'is needed', args: ['--hello'], code: 2, err: /no device was given/ },
  {
    option: '--host',
    name: 'leaves the argument to a file',
    args: ['--host', '127.0.0.1', '--port', '$H', '-u', 'amy', '-p$P', ...KEY, '$D/messages'],
    files: {
      messages:
        '<rpc xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="1"><get-config><source>' +
        '<running/></source></get-config></rpc>]]>]]>',
    },
    out: /^<data /,
  },
  {
    option: '--port',
    args: ['amy@127.0.0.1', '--port', '$H', '-p', '$P', ...KEY, '--hello'],
    out: HELLO,
  },
  {
    option: '--port',
    name: 'refuses what is no port',
    args: ['127.0.0.1', '--port', '70000', '--hello'],
    code: 2,
    err: /"70000" is not a port/,
  },
  {
    option: '--user',
    args: ['ben@127.0.0.1:$H', '--user', 'amy', '-p', '$P', ...KEY, '--hello'],
    out: HELLO,
    user: 'amy',
  },
  {
    option: '--password',
    args: ['amy@127.0.0.1:$H', '--password=$P', ...KEY, '--hello'],
    out: HELLO,
  },
  {
    option: '--password',
    name: 'is wrong',
    args: ['amy@127.0.0.1:$H', '--password=no', ...KEY, '--hello'],
    code: 1,
    err: /does not accept user "amy"|all of the ways/i,
  },
  {
    option: '--password',
    name: 'cannot be asked for without a terminal',
    args: ['amy@127.0.0.1:$H', '-p', ...KEY, '--hello'],
    code: 2,
    err: /no terminal to ask for the password on/,
  },
  {
    option: '--privKeyFile',
    args: [
      'amy@127.0.0.1:$H',
      '--privKeyFile',
      '$D/id',
      '--privKeyType',
      'ed25519',
      ...KEY,
      '--hello',
    ],
    out: HELLO,
    user: 'amy',
  },
  {
    option: '--ssh-config',
    args: ['edge', '--ssh-config', '$D/config', ...KEY, '--hello'],
    files: {
      config: 'Host edge\n  HostName 127.0.0.1\n  Port $H\n  User amy\n  IdentityFile $D/id\n',
    },
    out: HELLO,
    user: 'amy',
  },
  {
    option: '--hostkey-verify',
    name: 'is always done',
    args: ['amy@127.0.0.1:$H', '-p', '$P', '--known-hosts', '$D/none', '--hello'],
    code: 1,
    err: /host key of 127\.0\.0\.1:\d+ is SHA256:\S+; the host is not in/,
  },
  {
    option: '--reply-timeout',
    args: ['amy@127.0.0.1:$H', '-r', '20', '-p', '$P', ...KEY, '--hello'],
    out: HELLO,
  },
  {
    option: '--version',
    args: [
      'amy@127.0.0.1:$H',
      '-v',
      '1.0',
      '-p',
      '$P',
      ...KEY,
      '--raw',
      '--get-config',
      '-x',
      '/sami:sami',
    ],
    out: /^<rpc-reply [^]*<\/rpc-reply>\n$/,
  },
  { option: '--tcp', args: ['amy@127.0.0.1:$C', '--tcp', '--hello'], out: HELLO, user: 'amy' },
  { option: '--proto', args: ['amy@127.0.0.1:$C', '--proto', 'tcp', '--hello'], out: HELLO },
  { option: '--tls', args: ['localhost:$T', '--tls', ...TLS, '--hello'], out: HELLO },
  {
    option: '--cert',
    name: 'is needed',
    args: ['localhost:$T', '--tls', '--hello'],
    code: 2,
    err: /TLS needs --cert and --key/,
  },
  {
    option: '--cert',
    name: 'is a file',
    args: ['localhost:$T', '--tls', '--cert', '$D/none', '--key', '$D/key.pem', '--hello'],
    code: 2,
    err: /cannot read .*none/,
  },
];
