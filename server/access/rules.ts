/** The access control configuration `/nacm` as data (RFC 8341, section 3.5): defaults, groups and rules in order. */
import type { Branch } from '../../src/data/index.ts';
import { moduleScope, parseNodePath } from '../../src/yang/index.ts';
import type { NodePath, SchemaContext } from '../../src/yang/index.ts';
import { Nacm } from '../generated/ietf-netconf-acm.ts';
import type { ConfigOfNacm, NacmRuleListRule } from '../generated/ietf-netconf-acm.ts';

/** RFC 8341, section 3.2.2. */
export type AccessOperation = 'create' | 'read' | 'update' | 'delete' | 'exec';

/** What a rule is about (RFC 8341, section 3.3.5). */
export type RuleTarget =
  /** A module rule: operations, data and notifications alike. */
  | { readonly kind: 'any' }
  /** Undefined stands for `*`. */
  | { readonly kind: 'operation'; readonly name: string | undefined }
  | { readonly kind: 'notification'; readonly name: string | undefined }
  /** A node and all below it. */
  | { readonly kind: 'data'; readonly path: NodePath };

export interface AccessRule {
  /** Undefined stands for `*`. */
  readonly module: string | undefined;
  readonly target: RuleTarget;
  /** Undefined stands for `*`. */
  readonly operations: ReadonlySet<AccessOperation> | undefined;
  readonly permit: boolean;
}

export interface RuleList {
  readonly groups: readonly string[];
  readonly rules: readonly AccessRule[];
}

export interface AccessRules {
  readonly enabled: boolean;
  readonly readDefault: boolean;
  readonly writeDefault: boolean;
  readonly execDefault: boolean;
  readonly externalGroups: boolean;
  readonly groups: readonly { readonly name: string; readonly users: ReadonlySet<string> }[];
  readonly ruleLists: readonly RuleList[];
}

/** Reads the container `nacm` of running, which may be absent: then the defaults hold. */
export function readRules(nacm: Branch | undefined, context: SchemaContext): AccessRules {
  const config: ConfigOfNacm = nacm ? Nacm.config.fromTree(nacm) : {};
  const { readDefault = 'permit', writeDefault = 'deny', execDefault = 'permit' } = config;
  return {
    enabled: config.enableNacm ?? true,
    readDefault: readDefault === 'permit',
    writeDefault: writeDefault === 'permit',
    execDefault: execDefault === 'permit',
    externalGroups: config.enableExternalGroups ?? true,
    groups: (config.groups?.group ?? []).map(({ name, userName = [] }) => ({
      name,
      users: new Set(userName),
    })),
    ruleLists: (config.ruleList ?? []).map(({ group = [], rule = [] }) => ({
      groups: group,
      rules: rule.flatMap((it) => readRule(it, context) ?? []),
    })),
  };
}

/** Undefined for a rule about what the schema does not have: it matches nothing. */
function readRule(rule: NacmRuleListRule, context: SchemaContext): AccessRule | undefined {
  const target = readTarget(rule, context);
  if (!target) return undefined;
  const { moduleName = '*', accessOperations = '*', action } = rule;
  return {
    module: unlessAny(moduleName),
    target,
    operations: typeof accessOperations === 'string' ? undefined : new Set(accessOperations),
    permit: action === 'permit',
  };
}

function readTarget(
  { rpcName, notificationName, path: text }: NacmRuleListRule,
  context: SchemaContext,
): RuleTarget | undefined {
  if (rpcName !== undefined) return { kind: 'operation', name: unlessAny(rpcName) };
  if (notificationName !== undefined) {
    return { kind: 'notification', name: unlessAny(notificationName) };
  }
  if (text === undefined) return { kind: 'any' };
  const path = parseNodePath(text, { context, scope: moduleScope(context) });
  return 'message' in path ? undefined : { kind: 'data', path };
}

function unlessAny(name: string): string | undefined {
  return name === '*' ? undefined : name;
}
