/**
 * The rules that apply to one user, compiled (RFC 8341, section 3.4).
 *
 * What the rules say of a schema node is worked out once. Only rules whose path has predicates depend on instances:
 * how far such a path holds on the way down is an {@link InstanceState}, which changes where a list is entered that
 * some predicate is about, and nowhere else.
 */
import type {
  DataSchemaNode,
  LeafListNode,
  ListNode,
  NotificationNode,
  OperationNode,
  RootNode,
  SchemaContext,
  SchemaNode,
} from '../../src/yang/index.ts';
import { Conditions } from './conditions.ts';
import { InstanceState } from './instance-state.ts';
import type { ReadView } from './read-view.ts';
import type { AccessOperation, AccessRule, AccessRules } from './rules.ts';

/** What may be asked about with data rules. */
export type AccessNode = DataSchemaNode | OperationNode | NotificationNode;

const MODULE = 'ietf-netconf-acm';

export class Policy {
  readonly rules: readonly AccessRule[];
  /** For each rule, the steps of its path that have predicates. */
  readonly stages: readonly number[];
  /** At the root, where no list has been entered yet. */
  readonly start: InstanceState;
  readonly #defaults: AccessRules;
  readonly #username: string;
  readonly #conditions = new Map<SchemaNode, Conditions>();
  readonly #rulesAt = new Map<AccessNode, readonly number[]>();

  /** `rules` are those of all rule-lists that match the user's groups, in order. */
  constructor(defaults: AccessRules, rules: readonly AccessRule[], username: string) {
    this.#defaults = defaults;
    this.#username = username;
    this.rules = rules;
    this.stages = rules.map((rule, index) => this.#addConditions(rule, index));
    this.start = new InstanceState(this);
  }

  /** What may be read of a tree that starts at the root. */
  root({ root }: SchemaContext): ReadView {
    return this.start.view(root);
  }

  /** RFC 8341, section 3.4.4, steps 3 and 7 to 12. */
  mayPerform(operation: OperationNode): boolean {
    const { name, module } = operation;
    const isBase = module.name === 'ietf-netconf';
    if (isBase && name === 'close-session') return true;
    const rule = this.#first('operation', operation, 'exec');
    if (rule) return rule.permit;
    if (hasExtension(operation, 'default-deny-all')) return false;
    if (isBase && (name === 'kill-session' || name === 'delete-config')) return false;
    return this.#defaults.execDefault;
  }

  /** Of a notification at the top: RFC 8341, section 3.4.6, steps 3 and 7 to 11. */
  mayReceive(notification: NotificationNode): boolean {
    if (isReplayMark(notification)) return true;
    const rule = this.#first('notification', notification, 'read');
    if (rule) return rule.permit;
    return !hasExtension(notification, 'default-deny-all') && this.#defaults.readDefault;
  }

  /**
   * Of a data node, an action or a notification in the data tree, by itself: RFC 8341, section 3.4.5, steps 6 to 13.
   * `state` is that of the instance of the node, or of its parent when the node is no list entry.
   */
  decide(node: AccessNode, operation: AccessOperation, state: InstanceState): boolean {
    for (const index of this.#rulesOf(node)) {
      const rule = this.rules[index] as AccessRule;
      if (rule.operations?.has(operation) === false) continue;
      if (state.progress(index) === this.stages[index]) return rule.permit;
    }
    return this.#byDefault(node, operation);
  }

  /** What predicates ask of the entries of a list or leaf-list; undefined for nearly all. */
  conditionsAt(node: ListNode | LeafListNode): Conditions | undefined {
    return this.#conditions.get(node);
  }

  #addConditions({ target, permit }: AccessRule, rule: number): number {
    if (target.kind !== 'data') return 0;
    let stage = 0;
    for (const { node, tests, position } of target.path) {
      if (tests.length === 0 && position === undefined) continue;
      let conditions = this.#conditions.get(node);
      if (!conditions) this.#conditions.set(node, (conditions = new Conditions(this.#username)));
      conditions.add({ rule, stage, permit, tests, position });
      stage += 1;
    }
    return stage;
  }

  #first(
    kind: 'operation' | 'notification',
    node: OperationNode | NotificationNode,
    access: AccessOperation,
  ): AccessRule | undefined {
    return this.rules.find(({ module, target, operations }) => {
      if (module !== undefined && module !== node.module.name) return false;
      if (operations?.has(access) === false) return false;
      if (target.kind === 'any') return true;
      return target.kind === kind && (target.name === undefined || target.name === node.name);
    });
  }

  /** The rules that are about the node, whatever its instance and the operation. */
  #rulesOf(node: AccessNode): readonly number[] {
    let found = this.#rulesAt.get(node);
    if (!found) {
      const ancestors = new Set<SchemaNode>(ancestorsOrSelf(node));
      found = this.rules.flatMap(({ module, target }, index) => {
        if (module !== undefined && module !== node.module.name) return [];
        if (target.kind === 'any') return [index];
        if (target.kind !== 'data') return [];
        const last = target.path.at(-1);
        return !last || ancestors.has(last.node) ? [index] : [];
      });
      this.#rulesAt.set(node, found);
    }
    return found;
  }

  #byDefault(node: AccessNode, operation: AccessOperation): boolean {
    if (operation === 'exec') return this.#defaults.execDefault;
    const isRead = operation === 'read';
    for (const each of ancestorsOrSelf(node)) {
      if (hasExtension(each, 'default-deny-all')) return false;
      if (!isRead && hasExtension(each, 'default-deny-write')) return false;
    }
    return isRead ? this.#defaults.readDefault : this.#defaults.writeDefault;
  }
}

/** Choices and cases among them; the root is not. */
function ancestorsOrSelf(node: AccessNode): readonly Exclude<SchemaNode, RootNode>[] {
  const found: Exclude<SchemaNode, RootNode>[] = [];
  let at: SchemaNode = node;
  while (at.kind !== 'root') {
    found.push(at);
    at = at.parent;
  }
  return found;
}

function hasExtension({ extensions }: Exclude<SchemaNode, RootNode>, name: string): boolean {
  return extensions.some((it) => it.module === MODULE && it.name === name);
}

/** RFC 8341, section 3.4.6, step 3. */
function isReplayMark({ module, name }: NotificationNode): boolean {
  return (
    module.namespace === 'urn:ietf:params:xml:ns:netmod:notification' &&
    (name === 'replayComplete' || name === 'notificationComplete')
  );
}
