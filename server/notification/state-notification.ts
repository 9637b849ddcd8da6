/** Notifications about subscriptions themselves (RFC 8639, section 2.7): never filtered, never logged. */
import { encodeBranch } from '../../src/data/index.ts';
import type { Branch } from '../../src/data/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import { messageText } from './event-record.ts';

/** A generated type of a notification. */
export interface TypedContent<Value> {
  toTree(context: SchemaContext, value: Value): Branch;
}

export interface StateNotification<Value> {
  readonly type: TypedContent<Value>;
  readonly value: Value;
}

/** The message; `time` is in milliseconds since 1970. */
export function stateNotification<Value>(
  context: SchemaContext,
  time: number,
  { type, value }: StateNotification<Value>,
): string {
  return messageText(time, (writer) => {
    encodeBranch(writer, type.toTree(context, value));
  });
}
