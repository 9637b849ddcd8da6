/**
 * Our two tables without any VM: chains at the hook 'forward', one stage after the other, and the sets and
 * maps through which a packet finds what concerns its VM.
 *
 * A stage that lets a packet pass hands it to the next one, because 'accept' ends only the chain it is said
 * in; so a packet between two VMs passes the rules of both. Everything is said with 'add', and chains are
 * emptied and filled in one transaction, so that bringing an existing table in line never opens it.
 */
import type { NftablesOptions } from './options.ts';
import type { Script } from './script.ts';

/** Largest set of elements when no limit was given. */
export const DEFAULT_LIMIT = 65_536;

const VERSIONS = [
  ['4', 'ip', 'ipv4_addr'],
  ['6', 'ip6', 'ipv6_addr'],
] as const;

const SYN = 'tcp flags & (fin | syn | rst | ack) == syn';

/** Elements that the sets have to hold, by their names: what the limits of the options say. */
export function setSizes({ limits }: NftablesOptions): ReadonlyMap<string, number> {
  const clients = limits['cumulative-security'] ?? DEFAULT_LIMIT;
  const aces = limits['acl-dynamic'] ?? DEFAULT_LIMIT;
  const names = ['blocked', 'syn-rate', 'exhausted'].flatMap((name) => [`${name}4`, `${name}6`]);
  return new Map([
    ...names.map((name) => [name, clients] as const),
    ...['ace', 'ace-idle'].map((name) => [name, aces] as const),
  ]);
}

/** Puts what is there for all VMs; `kinds` are those that are served. */
export function skeleton(
  script: Script,
  options: NftablesOptions,
  kinds: ReadonlySet<string>,
): void {
  const { priority } = options;
  script.add('table', '');
  script.counts.add('table', '');
  addressSets(script);
  stage(script, 'frozen', priority, frozenRules());
  if (kinds.has('cumulative-security')) {
    security(script, options, options.limits['cumulative-security'] ?? DEFAULT_LIMIT);
    halfOpen(script.counts, priority + 2);
  }
  if (kinds.has('acl-static') || kinds.has('acl-dynamic')) {
    accessLists(script, options, options.limits['acl-dynamic'] ?? DEFAULT_LIMIT);
  }
  if (kinds.has('cumulative-accounting')) accounting(script.counts, priority + 5);
}

function addressSets(script: Script): void {
  for (const [version, , type] of VERSIONS) {
    script.add('set', `frozen${version}`, `{ type ${type}; }`);
    script.add('set', `vm${version}`, `{ type ${type}; }`);
  }
}

function stage(script: Script, name: string, priority: number, rules: readonly string[]): void {
  const head = `{ type filter hook forward priority ${priority}; policy accept; }`;
  script.chain(name, rules, head);
}

function frozenRules(): readonly string[] {
  return VERSIONS.flatMap(([version, ip]) => [
    `${ip} saddr @frozen${version} drop`,
    `${ip} daddr @frozen${version} drop`,
  ]);
}

function security(script: Script, options: NftablesOptions, size: number): void {
  for (const [version, , type] of VERSIONS) {
    const pair = `type ${type} . ${type}; size ${size}; flags dynamic,timeout; gc-interval 1s;`;
    script.add('set', `blocked${version}`, `{ ${pair} counter; }`);
    script.add('set', `syn-rate${version}`, `{ ${pair} counter limit rate over 1/week; }`);
    script.add('set', `exhausted${version}`, `{ ${pair} counter; }`);
    script.add('set', `connections${version}`, `{ type ${type}; size 65535; flags dynamic; }`);
  }
  for (const [version, ip] of VERSIONS) requestChains(script, options, version, ip);
  script.chain('new-connection', options.synRate ? newConnectionRules() : []);
  stage(script, 'security', options.priority + 1, securityRules(options));
}

/** The limit hardly refills: for as long as the element lives it is a countdown of requests. */
function requestChains(
  script: Script,
  { synRate, blockTime }: NftablesOptions,
  version: string,
  ip: string,
): void {
  const pair = `${ip} saddr . ${ip} daddr`;
  script.chain(`block${version}`, [
    `add @blocked${version} { ${pair} timeout ${blockTime}s counter } drop`,
    'drop',
  ]);
  if (!synRate) return;
  const { count, seconds } = synRate;
  const countdown = `counter limit rate over 1/week burst ${count} packets`;
  script.chain(`rate${version}`, [
    `${pair} @exhausted${version} goto block${version}`,
    `add @syn-rate${version} { ${pair} timeout ${seconds}s ${countdown} } goto block${version}`,
  ]);
}

function newConnectionRules(): readonly string[] {
  return VERSIONS.flatMap(([version, ip]) => [
    `${ip} saddr @vm${version} goto rate${version}`,
    `${ip} daddr @vm${version} goto rate${version}`,
  ]);
}

function securityRules({ connectionLimit }: NftablesOptions): readonly string[] {
  return [
    ...VERSIONS.map(([v, ip]) => `${ip} saddr . ${ip} daddr @blocked${v} drop`),
    `${SYN} jump new-connection`,
    'sctp chunk init exists jump new-connection',
    ...(connectionLimit === undefined
      ? []
      : VERSIONS.map(
          ([v, ip]) =>
            `${ip} saddr @vm${v} add @connections${v} { ${ip} saddr ct count over ${connectionLimit} } drop`,
        )),
  ];
}

/** Connections that VMs begin, and the answers to them. */
function halfOpen(script: Script, priority: number): void {
  const rules = VERSIONS.flatMap(([version, ip, type]) => {
    script.add('map', `half-open${version}`, `{ type ${type} : verdict; }`);
    script.add('map', `half-open-answer${version}`, `{ type ${type} : verdict; }`);
    return [
      `${ip} saddr vmap @half-open${version}`,
      `${ip} daddr vmap @half-open-answer${version}`,
    ];
  });
  stage(script, 'half-open', priority, rules);
}

function accessLists(script: Script, options: NftablesOptions, size: number): void {
  const { family, priority, policy, established } = options;
  for (const [version, , type] of VERSIONS) {
    script.add('map', `acl${version}`, `{ type ${type} : verdict; }`);
  }
  script.add('map', 'acl-mac', '{ type ether_addr : verdict; }');
  script.add('set', 'vm-mac', '{ type ether_addr; }');
  // A rule of a dynamic entry looks its number up here, and matches for as long as the number stands.
  const numbered = `typeof numgen inc mod 2; size ${size}; flags dynamic,timeout;`;
  script.add('set', 'ace', `{ ${numbered} counter; }`);
  script.add('set', 'ace-idle', `{ ${numbered} }`);
  script.add('set', 'ace-text', '{ type mark; }');
  // The bridge has no connection tracking unless a module is loaded for it.
  const known =
    established === 'accept' && family === 'inet' ? ['ct state established,related accept'] : [];
  const dispatch = (field: string): readonly string[] => [
    ...VERSIONS.map(([version, ip]) => `${ip} ${field} vmap @acl${version}`),
    ...(family === 'bridge' || field === 'saddr' ? [`ether ${field} vmap @acl-mac`] : []),
  ];
  stage(script, 'acl-source', priority + 3, [...known, ...dispatch('saddr')]);
  const rest = policy === 'drop' ? strangers(family === 'bridge') : [];
  stage(script, 'acl-destination', priority + 4, [...known, ...dispatch('daddr'), ...rest]);
}

/** Under the policy 'drop': what a VM sent has been judged before, what else comes is for no VM. */
function strangers(bridge: boolean): readonly string[] {
  return [
    ...VERSIONS.map(([version, ip]) => `${ip} saddr @vm${version} accept`),
    'ether saddr @vm-mac accept',
    // Without these no address of the segment could be found.
    ...(bridge
      ? [
          'meta protocol arp accept',
          'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept',
        ]
      : []),
    'drop',
  ];
}

function accounting(script: Script, priority: number): void {
  const rules = VERSIONS.flatMap(([version, ip, type]) =>
    (['from', 'to'] as const).map((direction) => {
      const map = `account-${direction}${version}`;
      script.add('map', map, `{ type ${type} : verdict; }`);
      return `${ip} ${direction === 'from' ? 'saddr' : 'daddr'} vmap @${map}`;
    }),
  );
  stage(script, 'accounting', priority, rules);
}
