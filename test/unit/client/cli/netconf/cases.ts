/** A case for every option of netconf-console2, and for those of ours: what it prints, sends or refuses. */
export interface ConsoleCase {
  /** By its long name; `file` for the argument. */
  readonly option: string;
  readonly name?: string;
  readonly args: readonly string[];
  /** Default 0. */
  readonly code?: number;
  readonly out?: RegExp;
  /** The output must not have that. */
  readonly outWithout?: RegExp;
  readonly err?: RegExp;
  /** Written into the folder `$D` of the bench before. */
  readonly files?: Readonly<Record<string, string>>;
  /** Content of a file afterwards. */
  readonly writes?: readonly [file: string, content: RegExp];
}

const NC = 'urn:ietf:params:xml:ns:netconf:base:1.0';
const ITEM = "/shop/item[name='tea'][kind='green']";
const SHOP = '<shop xmlns="urn:shop"><name>corner</name></shop>';
const MAKE = ['--set', '/shop/name=corner', '--commit'];

export const CASES: readonly ConsoleCase[] = [
  {
    option: '--outputStyle',
    args: [...MAKE, '-s', 'plain', '--get-config', '/shop'],
    out: /^<data xmlns="[^"]*"><shop xmlns="urn:shop"><name>corner<\/name><\/shop><\/data>\n$/,
  },
  {
    option: '--outputStyle',
    name: 'noaaa',
    args: [
      '-s',
      'noaaa',
      '--get',
      '--filter',
      '<nacm xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-acm"/>',
    ],
    out: /^<data/,
    outWithout: /nacm/,
  },
  {
    option: '--outputStyle',
    name: 'without noaaa',
    args: ['--get', '--filter', '<nacm xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-acm"/>'],
    out: /<nacm/,
  },
  {
    option: '--db',
    args: [
      '--set',
      '/shop/name=corner',
      '--db',
      'candidate',
      '--get-config',
      '/shop',
      '--style',
      'paths',
    ],
    out: /^\/shop:shop\/name=corner\n$/,
  },
  {
    option: '--db',
    name: 'after the operation',
    args: ['--dry', '--get-config', '--db', 'startup'],
    out: /<source>\s*<startup\/>/,
  },
  {
    option: '--timeout',
    args: ['--dry', '--timeout', '77', '--commit', 'confirmed'],
    out: /<confirmed\/>\s*<confirm-timeout>77</,
  },
  {
    option: '--timeout',
    name: 'as --confirm-timeout',
    args: ['--dry', '--commit', 'confirmed', '--confirm-timeout=78'],
    out: /<confirm-timeout>78</,
  },
  {
    option: '--with-defaults',
    args: ['--dry', '--get', '--with-defaults', 'report-all'],
    out: /<with-defaults xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-with-defaults">report-all</,
  },
  {
    option: '--with-defaults',
    name: 'refuses other modes',
    args: ['--get', '--with-defaults', 'all'],
    code: 2,
    err: /cannot be "all"\. Allowed choices are explicit, trim/,
  },
  {
    option: '--with-inactive',
    args: ['--dry', '--with-inactive', '--get', '--edit-config', '$D/shop.xml'],
    files: { 'shop.xml': SHOP },
    out: /<get>\s*<with-inactive xmlns="http:\/\/tail-f[^>]*>\s*<\/get>[^]*<\/config>\s*<with-inactive/,
  },
  {
    option: '--xpath',
    args: [...MAKE, '--get-config', '-x', '/shop/name', '--style', 'paths'],
    out: /^\/shop:shop\/name=corner\n$/,
  },
  {
    option: '--filter',
    args: ['--dry', '--get', '--filter', '/shop/item[name=tea]/price'],
    out: /<filter type="subtree">\s*<shop xmlns="urn:shop">\s*<item>\s*<name>tea<\/name>\s*<price\/>/,
  },
  {
    option: '--filter',
    name: 'from a file',
    args: ['--dry', '--get', '--filter', '$D/filter.xml'],
    files: { 'filter.xml': '<?xml version="1.0"?>\n<shop xmlns="urn:shop"/>' },
    out: /<filter type="subtree">\s*<shop xmlns="urn:shop"\/>/,
  },
  {
    option: '--test-option',
    args: ['--dry', '-t', 'test-only', '--set', '/shop/name=x'],
    out: /<test-option>test-only<\/test-option>/,
  },
  {
    option: '--operation',
    args: ['--dry', '-o', 'replace', '--set', '/shop/name=x'],
    out: /<name xmlns:nc="[^"]*" nc:operation="replace">x</,
  },
  {
    option: '--del-operation',
    args: ['--dry', '--delete', '/shop/name', '--del-operation', 'delete'],
    out: /nc:operation="delete"/,
  },
  {
    option: '--ns',
    args: ['--dry', '--ns', 'a=urn:shop', 'b=urn:shop-extra', '--get', '/a:shop/b:shelf'],
    out: /xmlns:a="urn:shop"[^>]*xmlns:b="urn:shop-extra"|xmlns:b="urn:shop-extra"[^>]*xmlns:a="urn:shop"/,
  },
  {
    option: '--ns',
    name: 'refuses what binds nothing',
    args: ['--get', '-N', 'a'],
    code: 2,
    err: /"a" is not PREFIX=NAMESPACE/,
  },
  {
    option: '--raw',
    args: ['--raw', '--get-config', '/shop'],
    out: /^<rpc-reply [^]*<\/rpc-reply>\n$/,
  },
  {
    option: '--raw',
    name: 'into a file',
    args: ['--raw', '$D/raw', '--get-config', '/shop'],
    out: /^<data xmlns="[^"]*"\/>\n$/,
    writes: ['raw', /^<rpc-reply [^]*<\/rpc-reply>\n$/],
  },
  { option: '--huge-tree', args: ['--huge-tree', '--hello'], out: /^session/ },
  { option: '--debug', args: ['--debug', '--hello'], out: /^session/ },
  {
    option: '--debug',
    name: 'shows where an error comes from',
    args: ['--debug', '--edit-config', '$D/none.xml'],
    code: 1,
    err: /\n +at /,
  },
  { option: '--hostkey-verify', args: ['--hostkey-verify', '--hello'], out: /^session/ },
  {
    option: '--hello',
    args: ['--hello'],
    out: /^session \d+\nurn:ietf:params:netconf:base:1\.0\n/,
  },
  { option: '--hello', name: 'JSON', args: ['--json', '--hello'], out: /^\{\s*"sessionId": \d+/ },
  { option: '--get', args: [...MAKE, '--get', '/shop'], out: /<name>corner<\/name>/ },
  { option: '--get-config', args: [...MAKE, '--get-config', '/shop'], out: /<name>corner<\/name>/ },
  {
    option: '--get-config',
    name: 'of a datastore',
    args: [
      '--set',
      '/shop/name=corner',
      '-x',
      '/shop',
      '--get-config',
      '--get-config',
      'candidate',
    ],
    out: /^<data xmlns="[^"]*"\/>\n<data [^]*corner[^]*<\/data>\n$/,
  },
  {
    option: '--get-config',
    name: 'refuses what is no datastore',
    args: ['--get-config', 'ruining'],
    code: 2,
    err: /"ruining" is not a datastore/,
  },
  {
    option: '--kill-session',
    args: ['--kill-session', '4000000000'],
    code: 1,
    err: /\[invalid-value\]/,
  },
  {
    option: '--kill-session',
    name: 'refuses what is no session',
    args: ['--kill-session', 'me'],
    code: 2,
    err: /"me" is not the id of a session/,
  },
  {
    option: '--discard-changes',
    args: [
      '--set',
      '/shop/name=x',
      '--discard-changes',
      '--get-config',
      'candidate',
      '-x',
      '/shop',
    ],
    out: /^<data xmlns="[^"]*"\/>\n$/,
  },
  { option: '--lock', args: ['--lock', '--lock'], code: 1, err: /\[lock-denied\]/ },
  {
    option: '--lock',
    name: 'of --db',
    args: ['--dry', '--lock', '--db', 'running'],
    out: /<running\/>/,
  },
  { option: '--unlock', args: ['--lock', '--unlock', '--lock', '--unlock'], out: /^$/ },
  { option: '--commit', args: [...MAKE, '--get-config', '/shop'], out: /corner/ },
  {
    option: '--commit',
    name: 'confirmed, and undone when the session ends',
    args: ['--set', '/shop/name=x', '--commit', 'confirmed'],
    out: /^$/,
    err: /^sami: the confirmed commit has no name and is undone now/,
  },
  {
    option: '--commit',
    name: 'confirmed and confirmed',
    args: ['--set', '/shop/name=x', '--commit', 'confirmed', '--commit', '--get-config', '/shop'],
    out: /<name>x</,
    err: /^$/,
  },
  { option: '--validate', args: ['--validate', '--validate', 'candidate'], out: /^$/ },
  {
    option: '--validate',
    name: 'of a file',
    args: ['--dry', '--validate', '$D/shop.xml'],
    files: { 'shop.xml': SHOP },
    out: /<source>\s*<config>\s*<shop/,
  },
  {
    option: '--copy-running-to-startup',
    args: ['--dry', '--copy-running-to-startup'],
    out: /<target>\s*<startup\/>\s*<\/target>\s*<source>\s*<running\/>/,
  },
  {
    option: '--copy-config',
    args: ['--dry', '--db', 'running', '--copy-config', '$D/shop.xml'],
    files: { 'shop.xml': SHOP },
    out: /<target>\s*<running\/>\s*<\/target>\s*<source>\s*<config>\s*<shop/,
  },
  {
    option: '--copy-config',
    name: 'from a datastore',
    args: [
      ...MAKE,
      '--set',
      '/shop/name=x',
      '--copy-config',
      'running',
      '--get-config',
      'candidate',
      '-x',
      '/shop',
    ],
    out: /<name>corner</,
  },
  {
    option: '--edit-config',
    args: ['--edit-config', '$D/config.xml', '--get-config', 'candidate', '-x', '/shop'],
    files: {
      'config.xml': `<config xmlns="${NC}"><shop xmlns="urn:shop"><open>true</open></shop></config>`,
    },
    out: /<open>true<\/open>/,
  },
  {
    option: '--edit-config',
    name: 'one request for several files',
    args: ['--dry', '--edit-config', '$D/a.xml', '$D/b.xml'],
    files: { 'a.xml': '<a xmlns="urn:a"/>', 'b.xml': '<b xmlns="urn:b"/>' },
    out: /^<rpc [^]*<config>\s*<a [^]*<b [^]*<\/rpc>\n$/,
  },
  {
    option: '--edit-config',
    name: 'a URL',
    args: ['--dry', '--edit-config', 'file:///shop.xml'],
    out: /<url>file:\/\/\/shop\.xml<\/url>/,
  },
  {
    option: '--edit-config1',
    args: ['--dry', '--edit-config1', '$D/rooted.xml'],
    files: { 'rooted.xml': `<anything>${SHOP}</anything>` },
    out: /<config>\s*<shop xmlns="urn:shop">/,
  },
  {
    option: '--set',
    args: [
      '--set',
      '/shop/name=a',
      `${ITEM}/price=1.50`,
      '--style',
      'paths',
      '--get-config',
      'candidate',
      '-x',
      '/shop',
    ],
    out: /^\/shop:shop\/name=a\n\/shop:shop\/item\[name='tea'\]\[kind='green'\]\/price=1\.5\n$/,
  },
  {
    option: '--set',
    name: 'each option is a request',
    args: ['--dry', '--set', '/shop/name=a', '--set', '/shop/open=true'],
    out: /^<rpc [^]*<\/rpc>\n<rpc [^]*<\/rpc>\n$/,
  },
  {
    option: '--set',
    name: 'refuses a path alone',
    args: ['--set', '/shop/name'],
    code: 2,
    err: /not PATH=VALUE/,
  },
  {
    option: '--delete',
    args: [...MAKE, '--delete', '/shop/name', '--commit', '--get-config', '/shop'],
    out: /^<data xmlns="[^"]*"\/>\n$/,
  },
  { option: '--delete', name: 'what is not there', args: ['--delete', '/shop/name'], out: /^$/ },
  {
    option: '--delete',
    name: 'what has to be there',
    args: ['--del-operation', 'delete', '--delete', '/shop/name'],
    code: 1,
    err: /\[data-missing\].*\(\/shop:shop\//,
  },
  {
    option: '--create',
    args: ['--create', ITEM, '--create', ITEM],
    code: 1,
    err: /\[data-exists\]/,
  },
  { option: '--get-schema', args: ['--get-schema', 'shop'], out: /^module shop \{/ },
  {
    option: '--get-schema',
    name: 'of a revision and in a format',
    args: ['--get-schema', 'shop@2026-01-01', '--get-schema', 'shop/2026-01-01/yang'],
    out: /^module shop \{[^]*^module shop \{/m,
  },
  {
    option: '--get-schema',
    name: 'that is not there',
    args: ['--get-schema', 'none'],
    code: 1,
    err: /\[invalid-value\]/,
  },
  {
    option: '--create-subscription',
    args: ['--dry', '--create-subscription', 'NETCONF', '-x', '/shop:sold'],
    out: /<create-subscription xmlns="urn:ietf:params:xml:ns:netconf:notification:1\.0">\s*<stream>NETCONF</,
  },
  {
    option: '--rpc',
    args: ['--rpc', '$D/rpc.xml'],
    files: {
      'rpc.xml':
        '<get-config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><source><running/></source></get-config>',
    },
    out: /^<data /,
  },
  {
    option: '--rpc',
    name: 'with its envelope',
    args: ['--dry', '--rpc', '$D/rpc.xml'],
    files: { 'rpc.xml': `<?xml version="1.0"?><rpc xmlns="${NC}" message-id="x"><commit/></rpc>` },
    out: /^<rpc xmlns="[^"]*" message-id="1">\s*<commit\/>\s*<\/rpc>\n$/,
  },
  {
    option: '--action',
    args: ['--dry', '--action', `${ITEM}/restock[amount=5]`],
    out: /<action xmlns="urn:ietf:params:xml:ns:yang:1">\s*<shop xmlns="urn:shop">\s*<item>\s*<name>tea<\/name>\s*<kind>green<\/kind>\s*<restock>\s*<amount>5</,
  },
  {
    option: '--action',
    name: 'refuses a leaf',
    args: ['--action', '/shop/name'],
    code: 2,
    err: /is a leaf and no action/,
  },
  {
    option: '--run-rpc',
    args: ['--dry', '--run-rpc', '/shop:order[item=tea][amount=2]'],
    out: /<order xmlns="urn:shop">\s*<item>tea<\/item>\s*<amount>2</,
  },
  { option: '--sleep', args: ['--dry', '--sleep', '0.5', '--hello'], out: /^session/ },
  {
    option: '--sleep',
    name: 'refuses what is no time',
    args: ['--sleep', 'long'],
    code: 2,
    err: /"long" is not a number/,
  },
  {
    option: '--expr',
    args: [
      '-e',
      'set /shop/name=corner',
      '-e',
      'get-config --db candidate -x "/shop/name" ',
      '--style',
      'paths',
    ],
    out: /^\/shop:shop\/name=corner\n$/,
  },
  {
    option: '--expr',
    name: 'refuses what is no operation',
    args: ['-e', 'gat'],
    code: 2,
    err: /did you mean/,
  },
  { option: '--dry', args: ['--dry', '--commit'], out: /^<rpc [^>]*>\s*<commit\/>\s*<\/rpc>\n$/ },
  {
    option: 'file',
    args: ['$D/messages.xml'],
    files: {
      'messages.xml':
        `<hello xmlns="${NC}"><capabilities/></hello>]]>]]>\n` +
        `<rpc xmlns="${NC}" message-id="1"><get-config><source><running/></source></get-config></rpc>]]>]]>` +
        `<rpc xmlns="${NC}" message-id="2"><close-session/></rpc>]]>]]>`,
    },
    out: /^<data [^]*(\/>|<\/data>)\n$/,
  },
  { option: '--version', args: ['--version', '1.0', '--hello'], out: /^session/ },
  {
    option: '--version',
    name: 'refuses others',
    args: ['-v', '2', '--hello'],
    code: 2,
    err: /Allowed choices are 1\.0, 1\.1/,
  },
  // Ours.
  {
    option: '--get-data',
    args: [
      '--dry',
      '--get-data',
      '/shop',
      '--db',
      'running',
      '--max-depth',
      '3',
      '--with-origin',
      '--config-filter',
      'true',
    ],
    out: /<get-data [^]*ds:running[^]*<config-filter>true<[^]*<max-depth>3<[^]*<with-origin\/>/,
  },
  {
    option: '--edit-data',
    args: ['--dry', '--db', 'running', '--edit-data', '$D/shop.xml'],
    files: { 'shop.xml': SHOP },
    out: /<edit-data [^]*ds:running[^]*<config>\s*<shop/,
  },
  {
    option: '--compare',
    args: ['--dry', '--compare'],
    out: /<compare [^]*ds:running[^]*ds:candidate/,
  },
  {
    option: '--error-option',
    args: ['--dry', '--error-option', 'rollback-on-error', '--set', '/shop/name=x'],
    out: /<error-option>rollback-on-error</,
  },
  {
    option: '--default-operation',
    args: ['--dry', '--default-operation', 'none', '--set', '/shop/name=x'],
    out: /<default-operation>none<[^]*nc:operation="merge"/,
  },
  {
    option: '--persist',
    args: [
      '--dry',
      '--persist',
      'p',
      '--commit',
      'confirmed',
      '--persist-id',
      'q',
      '--cancel-commit',
    ],
    out: /<persist>p<[^]*<cancel-commit>\s*<persist-id>q</,
  },
  {
    option: '--persist-id',
    name: 'of a confirming commit and of one that follows up',
    args: ['--dry', '--persist-id=q', '--commit', '--persist-id=r', '--commit', 'confirmed'],
    out: /<commit[^>]*>\s*<persist-id>q<\/persist-id>\s*<\/commit>[^]*<confirmed\/>\s*<persist-id>r</,
  },
  {
    option: '--commit-confirmed',
    args: ['--dry', '--commit-confirmed', '5'],
    out: /<confirmed\/>\s*<confirm-timeout>5</,
  },
  {
    option: '--delete-config',
    args: ['--dry', '--delete-config', 'startup'],
    out: /<target>\s*<startup\/>/,
  },
  {
    option: '--delete-config',
    name: 'needs a datastore',
    args: ['--delete-config'],
    code: 2,
    err: /needs a datastore/,
  },
  { option: '--remove', args: ['--dry', '--remove', '/shop/name'], out: /nc:operation="remove"/ },
  {
    option: '--partial-lock',
    args: ['--dry', '--partial-lock', '/shop/item'],
    out: /<select [^>]*>\/sh:shop\/sh:item</,
  },
  { option: '--partial-unlock', args: ['--dry', '--partial-unlock', '7'], out: /<lock-id>7</ },
  {
    option: '--subscribe',
    args: ['--dry', '--subscribe', '/shop', '--period', '500'],
    out: /ds:operational[^]*<datastore-xpath-filter[^>]*>\/sh:shop<[^]*<period>500</,
  },
  {
    option: '--subscribe',
    name: 'to a stream',
    args: ['--dry', '--subscribe', 'NETCONF', '--start-time', '2026-01-01T00:00:00Z'],
    out: /<stream>NETCONF<[^]*<replay-start-time>2026-01-01T00:00:00Z</,
  },
  {
    option: '--delete-subscription',
    args: ['--dry', '--delete-subscription', '3'],
    out: /<delete-subscription [^]*<id>3</,
  },
  {
    option: '--kill-subscription',
    args: ['--dry', '--kill-subscription', '3'],
    out: /<kill-subscription [^]*<id>3</,
  },
  {
    option: '--resync-subscription',
    args: ['--dry', '--resync-subscription', '3'],
    out: /<resync-subscription [^]*<id>3</,
  },
  { option: '--close-session', args: ['--close-session'], out: /^$/ },
  {
    option: '--style',
    name: 'json',
    args: [
      '--set',
      `${ITEM}/price=1.5`,
      `${ITEM}/color=green`,
      '--get-config',
      'candidate',
      '-x',
      '/shop',
      '--json',
    ],
    out: /"shop:shop": \{\s*"item": \[\s*\{[^]*"price": "1\.5",\s*"color": "shop-extra:green"/,
  },
  {
    option: '--style',
    name: 'objects',
    args: [...MAKE, '--style', 'objects', '--get-config', '/shop'],
    out: /"data": \{[^]*"name": "corner"/,
  },
  {
    option: '--outputfile',
    args: ['-O', '$D/out', '--hello'],
    out: /^$/,
    writes: ['out', /^session/],
  },
];
