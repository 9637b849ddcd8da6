/** The sets of modules that documents are generated for. */
import { join } from 'node:path';
import { createFileModuleRepository } from '../../src/node/file-module-repository.ts';
import { compile, type ModuleRequest, type SchemaContext } from '../../src/yang/index.ts';
import { projectRoot } from '../support/case-file.ts';
import { loadCommands } from './yanglint.ts';

export interface Subject {
  readonly name: string;
  readonly directories: readonly string[];
  readonly requests: readonly ModuleRequest[];
}

const root = projectRoot();
const OURS = [join(root, 'yang', 'sami'), join(root, 'yang', 'ietf')];
const OWN = [join(root, 'test', 'oracle', 'modules'), join(root, 'yang', 'ietf')];
const YUMA = '/usr/share/yuma/modules';
const IETF = [`${YUMA}/ietf`, `${YUMA}/ietf-derived`];
const FRR = ['/usr/share/yang', '/usr/share/yang/modules/libyang'];

function subject(directories: readonly string[], ...names: readonly string[]): Subject {
  const requests = names.map((name) => ({ name, features: 'all' as const }));
  return { name: names[0] ?? '', directories, requests };
}

export const SUBJECTS: readonly Subject[] = [
  subject(OURS, 'sami'),
  subject(OURS, 'sami-session', 'sami-nat', 'sami-acl', 'sami-cumulative', 'sami-sticky'),
  subject(OURS, 'sami-snooping', 'sami-profile', 'sami-connection'),
  subject(OURS, 'ietf-netconf-acm'),
  subject(OURS, 'ietf-ip'),
  subject(OURS, 'ietf-yang-library'),
  subject(OURS, 'ietf-network-instance'),
  subject(OURS, 'ietf-subscribed-notifications'),
  subject(OURS, 'ietf-yang-push'),
  subject(IETF, 'ietf-system'),
  subject(IETF, 'ietf-routing', 'ietf-ipv4-unicast-routing', 'ietf-ipv6-unicast-routing'),
  subject(IETF, 'ietf-netconf-monitoring'),
  subject(FRR, 'frr-ripd'),
  subject(FRR, 'frr-ripngd'),
  subject(FRR, 'frr-eigrpd'),
  subject(FRR, 'frr-isisd'),
  subject(FRR, 'frr-bfdd'),
  subject(FRR, 'frr-bgp', 'frr-bgp-route-map'),
  subject(FRR, 'frr-bgp', 'frr-deviations-bgp-datacenter'),
  subject(FRR, 'frr-route-map', 'frr-zebra-route-map', 'frr-bgp-route-map', 'frr-ospf-route-map'),
  subject(FRR, 'frr-filter'),
  subject(FRR, 'frr-pathd'),
  subject(FRR, 'frr-pim', 'frr-pim-rp', 'frr-gmp'),
  subject(FRR, 'frr-staticd'),
  subject(FRR, 'frr-vrrpd'),
  subject(FRR, 'frr-zebra'),
  subject(FRR, 'frr-test-module'),
  ...['types', 'strings', 'references', 'conditions', 'lists', 'choices'].map((name) =>
    subject(OWN, `oracle-${name}`),
  ),
];

export function compileSubject({ directories, requests }: Subject): SchemaContext {
  const repository = createFileModuleRepository(directories);
  const { context, diagnostics } = compile(repository, { modules: requests });
  if (context) return context;
  throw new Error(diagnostics.map(({ code, message }) => `${code}: ${message}`).join('\n'));
}

/** What yanglint is asked to load before the documents. */
export function preambleOf({ directories, requests }: Subject): readonly string[] {
  const modules = requests.map(({ name, features = [] }) => ({ name, features }));
  return loadCommands(directories, modules);
}
