/**
 * Access control by `/nacm` of running (RFC 8341). Rules are compiled when they are first asked for after they have
 * changed, once for all sessions of users whom the same rules are about.
 */
import { Branch, emptyBranch } from '../../src/data/index.ts';
import type { TransportPeer } from '../../src/netconf/index.ts';
import type { ContainerNode, SchemaContext } from '../../src/yang/index.ts';
import type { Datastores } from '../datastore/datastores.ts';
import { Nacm } from '../generated/ietf-netconf-acm.ts';
import type { StateProvider } from '../monitoring/state-provider.ts';
import { FULL_ACCESS } from './access.ts';
import type { SessionAccess } from './access.ts';
import { Policy } from './policy.ts';
import { readRules } from './rules.ts';
import type { AccessRules } from './rules.ts';
import { UserAccess } from './user-access.ts';
import type { DenialCounters, User } from './user-access.ts';

export interface AccessControlOptions {
  readonly context: SchemaContext;
  readonly datastores: Pick<Datastores, 'running'>;
}

const MAX_COUNTER = 0x1_0000_0000;

export class AccessControl {
  readonly #context: SchemaContext;
  readonly #datastores: Pick<Datastores, 'running'>;
  /** Undefined when the schema has no access control. */
  readonly #nacm: ContainerNode | undefined;
  readonly #denials: DenialCounters = {
    deniedOperations: 0,
    deniedDataWrites: 0,
    deniedNotifications: 0,
  };
  #compiled: CompiledRules | undefined;

  constructor({ context, datastores }: AccessControlOptions) {
    this.#context = context;
    this.#datastores = datastores;
    const nacm = Nacm.find(context);
    this.#nacm = nacm?.kind === 'container' ? nacm : undefined;
  }

  /** The rights of a session, by the rules that are in force whenever it asks. */
  of(peer: TransportPeer): SessionAccess {
    if (!this.#nacm || peer.administrator === true) return FULL_ACCESS;
    const user: User = { name: peer.username ?? '', groups: peer.groups ?? [] };
    return new UserAccess({
      context: this.#context,
      policy: () => this.#policy(user),
      count: (what) => {
        this.#denials[what] = (this.#denials[what] + 1) % MAX_COUNTER;
      },
    });
  }

  /** The configuration with the counters, for the operational state; undefined when the schema has no access control. */
  stateProvider(): StateProvider | undefined {
    const node = this.#nacm;
    if (!node) return undefined;
    const counters = Nacm.nodes(this.#context);
    const read = (): Branch => {
      let nacm = this.#configured(node) ?? emptyBranch(node);
      for (const name of ['deniedOperations', 'deniedDataWrites', 'deniedNotifications'] as const) {
        nacm = nacm.with(counters[name], this.#denials[name]);
      }
      return nacm;
    };
    return { node, read };
  }

  /** Undefined while nothing is enforced. */
  #policy(user: User): Policy | undefined {
    const nacm = this.#nacm && this.#configured(this.#nacm);
    if (!this.#compiled || this.#compiled.source !== nacm) {
      this.#compiled = new CompiledRules(nacm, this.#context);
    }
    return this.#compiled.policy(user);
  }

  #configured(node: ContainerNode): Branch | undefined {
    const found = this.#datastores.running.get(node);
    return found instanceof Branch ? found : undefined;
  }
}

/** One version of the rules. */
class CompiledRules {
  readonly source: Branch | undefined;
  readonly #rules: AccessRules;
  readonly #policies = new Map<string, Policy>();

  constructor(source: Branch | undefined, context: SchemaContext) {
    this.source = source;
    this.#rules = readRules(source, context);
  }

  /** RFC 8341, section 3.4.5, steps 1 and 3 to 5. */
  policy({ name, groups: external }: User): Policy | undefined {
    const { enabled, externalGroups, groups, ruleLists } = this.#rules;
    if (!enabled) return undefined;
    const own = groups.filter(({ users }) => users.has(name)).map((group) => group.name);
    const all = new Set([...own, ...(externalGroups ? external : [])]);
    const isFor = (group: string): boolean => group === '*' || all.has(group);
    const lists = all.size === 0 ? [] : ruleLists.filter((it) => it.groups.some(isFor));
    const rules = lists.flatMap((it) => it.rules);
    // Who shares rules shares what is compiled, unless the rules speak of the user.
    const key = [
      ...lists.map((list) => ruleLists.indexOf(list)),
      ...(rules.some(speaksOfUser) ? [JSON.stringify(name)] : []),
    ].join();
    let policy = this.#policies.get(key);
    if (!policy) this.#policies.set(key, (policy = new Policy(this.#rules, rules, name)));
    return policy;
  }
}

function speaksOfUser({ target }: AccessRules['ruleLists'][number]['rules'][number]): boolean {
  if (target.kind !== 'data') return false;
  return target.path.some(({ tests }) => tests.some(({ value }) => value === undefined));
}
