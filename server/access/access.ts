/**
 * What a session may do (RFC 8341), asked wherever the server reads, writes, performs or notifies.
 *
 * Whoever asks does not know the rules: everything of NACM is behind this interface.
 */
import type { Branch, Selection } from '../../src/data/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import type { NotificationNode, OperationNode } from '../../src/yang/index.ts';
import type { WithheldNode } from './withheld.ts';

export interface SessionAccess {
  /** Throws access-denied unless the user may perform the operation (RFC 8341, section 3.4.4). */
  checkOperation(operation: OperationNode): void;
  /**
   * Throws access-denied unless the user may perform the action, and read every node that its path leads through
   * (RFC 8341, section 3.1.3). `instance` is the path from the root down to the action's parent, one entry per list.
   */
  checkAction(action: OperationNode, instance: Branch): void;
  /**
   * What the user may read of a tree that starts at the root (RFC 8341, section 3.2.4); undefined for everything.
   * Filters are evaluated on what this leaves.
   */
  readable(): Selection | undefined;
  /**
   * Throws access-denied, with the paths, unless the user may make every difference between the two trees
   * (RFC 8341, section 3.4.5).
   */
  checkWrite(before: Branch, after: Branch): void;
  /**
   * Whether the user gets to see this notification (RFC 8341, section 3.4.6). Denials are counted. `content` is that
   * of a notification at the top; of one in the data tree it is the tree from the root down to the notification's
   * parent, one entry per list.
   */
  mayReceive(notification: NotificationNode, content: Branch): boolean;
  /** What the user may be told of errors, which may be about what is hidden from the user (RFC 8341, section 3.4.3). */
  conceal(errors: readonly RpcError[]): readonly RpcError[];
  /**
   * What the user may not read, or not write, of an entry of a list below nothing but containers and of what can be in
   * it. `entry` needs no more than its keys, and need not exist.
   */
  withheld(entry: Branch): readonly WithheldNode[];
}

/** Of recovery sessions, of the server itself, and of servers without ietf-netconf-acm. */
export const FULL_ACCESS: SessionAccess = {
  checkOperation: () => undefined,
  checkAction: () => undefined,
  readable: () => undefined,
  checkWrite: () => undefined,
  mayReceive: () => true,
  conceal: (errors) => errors,
  withheld: () => [],
};
