/** Lines of the interactive console, and what comes of them. */
export interface InteractiveCase {
  readonly option: '--interactive';
  readonly name: string;
  readonly lines: readonly string[];
  readonly out?: RegExp;
  readonly err?: RegExp;
}

const OPTION = '--interactive';
const NC = 'urn:ietf:params:xml:ns:netconf:base:1.0';

export const INTERACTIVE_CASES: readonly InteractiveCase[] = [
  { option: OPTION, name: 'an operation', lines: ['hello'], out: /^session \d+\n/ },
  { option: OPTION, name: 'an operation with dashes', lines: ['--hello'], out: /^session \d+\n/ },
  {
    option: OPTION,
    name: 'parameters that hold for what follows',
    lines: ['db candidate', 'set /shop/name=corner', 'get-config -x /shop'],
    out: /<name>corner<\/name>/,
  },
  {
    option: OPTION,
    name: 'an error that ends nothing',
    lines: [
      'set /shop/nam=x',
      'create /shop/name=x',
      'create /shop/name=x',
      'get-config candidate -x /shop',
    ],
    out: /<name>x<\/name>/,
    err: /sami: there is no "nam" in \/shop; did you mean "name"\?\n[^]*error: .*\[data-exists\] \(\/shop:shop\/[^]*\n/,
  },
  {
    option: OPTION,
    name: 'XML over several lines',
    lines: [`<get-config xmlns="${NC}">`, '  <source><running/></source>', '</get-config>'],
    out: /^<data /,
  },
  {
    option: OPTION,
    name: 'XML that is wrong, given up at once',
    lines: ['<get></wrong>', 'hello'],
    out: /^session/,
    err: /XML, line 1, column \d+: /,
  },
  {
    option: OPTION,
    name: 'XML that is given up with an empty line',
    lines: ['<get>', '', 'hello'],
    out: /^session/,
    err: /XML, line \d/,
  },
  {
    option: OPTION,
    name: 'help',
    lines: ['help'],
    err: /get-config \[datastore\|path\] +configuration[^]*Ctrl-C/,
  },
  { option: OPTION, name: 'help on one', lines: ['help lock'], err: /^lock \[datastore\] +lock/ },
  {
    option: OPTION,
    name: 'remarks and empty lines',
    lines: ['# nothing', '', 'hello'],
    out: /^session/,
  },
  {
    option: OPTION,
    name: 'a confirmed commit that nobody confirms',
    lines: ['set /shop/name=x', 'commit confirmed'],
    err: /the confirmed commit has no name and is undone now/,
  },
];
