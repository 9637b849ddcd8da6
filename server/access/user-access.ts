/** The rights of one session that access control applies to: asks the policy and says no (RFC 8341, section 3.4). */
import { Branch, DataList } from '../../src/data/index.ts';
import type { Selection } from '../../src/data/index.ts';
import { RpcErrorException, accessDenied } from '../../src/error/index.ts';
import type { PathStep, RpcError } from '../../src/error/index.ts';
import { NETCONF_BASE_NS } from '../../src/netconf/index.ts';
import type {
  DataSchemaNode,
  NotificationNode,
  OperationNode,
  SchemaContext,
  SchemaNode,
} from '../../src/yang/index.ts';
import type { SessionAccess } from './access.ts';
import { concealErrors } from './conceal.ts';
import type { Policy } from './policy.ts';
import { Way } from './visible-path.ts';
import { withheldFrom } from './withheld.ts';
import type { WithheldNode } from './withheld.ts';
import { deniedWrites } from './write-check.ts';

/** Whom a session is of, as the transport reports it (RFC 8341, section 3.4.2). */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** What has been denied since the server started (RFC 8341, section 3.5.2). */
export interface DenialCounters {
  deniedOperations: number;
  deniedDataWrites: number;
  deniedNotifications: number;
}

export interface UserAccessOptions {
  readonly context: SchemaContext;
  /** The rules that are in force now; undefined when nothing is enforced. */
  readonly policy: () => Policy | undefined;
  readonly count: (what: keyof DenialCounters) => void;
}

export class UserAccess implements SessionAccess {
  readonly #options: UserAccessOptions;
  /** RFC 8341, section 3.4: those at the start of a message stay in effect until it has been processed. */
  #message: { readonly policy: Policy | undefined } | undefined;

  constructor(options: UserAccessOptions) {
    this.#options = options;
  }

  checkOperation(operation: OperationNode): void {
    const policy = this.#begin();
    if (!policy || policy.mayPerform(operation)) return;
    this.#options.count('deniedOperations');
    const { name, module } = operation;
    const path: readonly PathStep[] = [
      { namespace: NETCONF_BASE_NS, module: 'ietf-netconf', name: 'rpc' },
      { namespace: module.namespace, module: module.name, name },
    ];
    const message = `the user may not perform <${name}>`;
    throw new RpcErrorException(accessDenied(message, { type: 'protocol', path }));
  }

  checkAction(action: OperationNode, instance: Branch): void {
    const policy = this.#begin();
    if (!policy) return;
    const way = followTo(action, instance, policy);
    if (way?.isVisible === true && way.state.allows(action, 'exec')) return;
    this.#options.count('deniedOperations');
    const path = way && way.visiblePath.length > 0 ? way.visiblePath : undefined;
    throw new RpcErrorException(accessDenied('the user may not perform this action', { path }));
  }

  readable(): Selection | undefined {
    const view = this.#options.policy()?.root(this.#options.context);
    return view?.all === true ? undefined : view;
  }

  checkWrite(before: Branch, after: Branch): void {
    const policy = this.#message ? this.#message.policy : this.#options.policy();
    if (!policy || before === after) return;
    const errors = deniedWrites(policy, before, after);
    if (errors.length === 0) return;
    this.#options.count('deniedDataWrites');
    throw new RpcErrorException(errors);
  }

  mayReceive(notification: NotificationNode, content: Branch): boolean {
    const policy = this.#options.policy();
    if (!policy || this.#permits(policy, notification, content)) return true;
    this.#options.count('deniedNotifications');
    return false;
  }

  conceal(errors: readonly RpcError[]): readonly RpcError[] {
    const policy = this.#message ? this.#message.policy : this.#options.policy();
    return policy ? concealErrors(errors, policy, this.#options.context) : errors;
  }

  withheld(entry: Branch): readonly WithheldNode[] {
    const policy = this.#message ? this.#message.policy : this.#options.policy();
    return policy ? withheldFrom(policy, entry) : [];
  }

  #begin(): Policy | undefined {
    const policy = this.#options.policy();
    this.#message = { policy };
    return policy;
  }

  #permits(policy: Policy, notification: NotificationNode, content: Branch): boolean {
    if (notification.parent.kind === 'root') return policy.mayReceive(notification);
    const way = followTo(notification, content, policy);
    return way?.isVisible === true && way.state.allows(notification, 'read');
  }
}

/**
 * The way from the root to the parent of an action or notification in the data tree; undefined when `root` does not
 * lead there. Then nobody knows which instance it is about, and nothing is permitted.
 */
function followTo(
  node: OperationNode | NotificationNode,
  root: Branch,
  policy: Policy,
): Way | undefined {
  const way = new Way(policy);
  let branch = root;
  for (const step of dataAncestors(node)) {
    if (branch.schema !== step.dataParent) return undefined;
    const value = branch.get(step);
    const [next] = value instanceof DataList ? value : [value];
    if (!(next instanceof Branch)) return undefined;
    way.go({ node: step, entry: step.kind === 'list' ? next : undefined });
    branch = next;
  }
  return way;
}

/** From the top down. */
function dataAncestors(node: OperationNode | NotificationNode): readonly DataSchemaNode[] {
  const found: DataSchemaNode[] = [];
  for (let at: SchemaNode = node.parent; at.kind !== 'root'; at = at.parent) {
    if ('slot' in at) found.unshift(at);
  }
  return found;
}
