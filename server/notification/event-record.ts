/** One event with its message, which is made once however many receive it (RFC 5277, sections 2.2.1 and 4). */
import type { Branch } from '../../src/data/index.ts';
import { DataList, encodeBranch, encodeChildren, keyProbe, keysOf } from '../../src/data/index.ts';
import { NOTIFICATION_NS } from '../../src/netconf/index.ts';
import { XmlWriter } from '../../src/xml/index.ts';
import type { DataSchemaNode, NotificationNode, SchemaNode } from '../../src/yang/index.ts';
import { dateAndTime } from '../monitoring/netconf-state.ts';

export interface EventRecordOptions {
  readonly content: Branch;
  /** When it happened, in milliseconds since 1970. */
  readonly time: number;
  /**
   * Of a notification that is defined in the data tree (RFC 7950, section 7.16.2): a tree from the root down to
   * what it is about, with one entry of each list on the way.
   */
  readonly instance?: Branch | undefined;
}

export class EventRecord {
  readonly time: number;
  readonly node: NotificationNode;
  readonly content: Branch;
  /** What access control looks at: the content, or the tree that leads to what the notification is about. */
  readonly about: Branch;
  /** What the notification stands in, from the top down; empty for one that is defined at the top. */
  readonly ancestors: readonly Branch[];
  /** The whole message. */
  readonly text: string;

  /** Throws TypeError when `content` is no notification, or `instance` does not lead to it. */
  constructor({ content, time, instance }: EventRecordOptions) {
    const { schema } = content;
    if (schema.kind !== 'notification') {
      throw new TypeError(`<${'name' in schema ? schema.name : 'root'}> is no notification`);
    }
    this.time = time;
    this.node = schema;
    this.content = content;
    this.ancestors = ancestorsOf(schema, instance);
    this.about = this.ancestors.length > 0 && instance ? instance : content;
    this.text = messageText(time, (writer) => {
      for (const ancestor of this.ancestors) openAncestor(writer, ancestor);
      encodeBranch(writer, content);
      for (let open = this.ancestors.length; open > 0; open -= 1) writer.close();
    });
  }
}

/** A message with content that is written in one go. */
export function messageText(time: number, write: (writer: XmlWriter) => void): string {
  let text = '';
  const writer = new XmlWriter((part) => {
    text += part;
  });
  openMessage(writer, time);
  write(writer);
  writer.close();
  writer.end();
  return text;
}

/** Opens the envelope; one `close` ends it. */
export function openMessage(writer: XmlWriter, time: number): void {
  writer.open(NOTIFICATION_NS, 'notification');
  writer.leaf(NOTIFICATION_NS, 'eventTime', dateAndTime(time));
}

function ancestorsOf(
  notification: NotificationNode,
  instance: Branch | undefined,
): readonly Branch[] {
  const nodes: DataSchemaNode[] = [];
  for (let at: SchemaNode = notification.parent; at.kind !== 'root';) {
    if (at.kind === 'container' || at.kind === 'list') nodes.unshift(at);
    at = at.parent;
  }
  const ancestors: Branch[] = [];
  let parent = instance;
  for (const node of nodes) {
    const value = parent?.get(node);
    const branch: Branch | undefined =
      value instanceof DataList ? [...value][0] : (value as Branch | undefined);
    if (!branch) {
      throw new TypeError(
        `the notification "${notification.name}" needs an instance of "${node.name}"`,
      );
    }
    ancestors.push(branch);
    parent = branch;
  }
  return ancestors;
}

function openAncestor(writer: XmlWriter, branch: Branch): void {
  const { schema } = branch;
  if (schema.kind !== 'container' && schema.kind !== 'list') return;
  writer.open(schema.module.namespace, schema.name);
  if (schema.kind === 'list') encodeChildren(writer, keyProbe(schema, keysOf(branch)));
}
