/** Filters on event records (RFC 5277, section 3.6; RFC 8639, section 2.2): a test, never a change of the record. */
import {
  DataList,
  TREE_MODEL,
  childRef,
  emptyRoot,
  messageRef,
  rootRef,
} from '../../../src/data/index.ts';
import type { Branch } from '../../../src/data/index.ts';
import { XPathError, compileXPath } from '../../../src/xpath/index.ts';
import type { XmlElement } from '../../../src/xml/index.ts';
import type { DataSchemaNode, SchemaContext } from '../../../src/yang/index.ts';
import type { EventRecord } from '../event-record.ts';
import { subtreeMatches } from './subtree-match.ts';

export type NotificationFilter = (record: EventRecord) => boolean;

/** Nodes that one evaluation may visit: a record is small. */
const MAX_VISITS = 1_000_000;

/** `filter` is the element around the filter. */
export function subtreeNotificationFilter(filter: XmlElement): NotificationFilter {
  return ({ ancestors, content }) => subtreeMatches(filter, [...ancestors, content]);
}

/**
 * The expression is evaluated at the root, and its value converted to a boolean. One that fails, or visits too
 * many nodes, does not match. Throws XPathError for what is no expression.
 */
export function xpathNotificationFilter(
  text: string,
  bindings: ReadonlyMap<string, string>,
  context: SchemaContext,
): NotificationFilter {
  const byDefault = bindings.get('');
  const isKnown = byDefault !== undefined && context.moduleByNamespace.has(byDefault);
  const expression = compileXPath(text, {
    resolvePrefix: (prefix) => bindings.get(prefix),
    defaultNamespace: isKnown ? byDefault : '',
  });
  return ({ ancestors, content }) => {
    const root = rootRef(rootAbove(ancestors, emptyRoot(context)));
    let parent = root;
    for (const ancestor of ancestors) {
      parent = childRef(parent, ancestor.schema as DataSchemaNode, ancestor);
    }
    messageRef(content, parent);
    try {
      return expression.boolean(TREE_MODEL, root, { maxVisits: MAX_VISITS });
    } catch (error) {
      if (error instanceof XPathError) return false;
      throw error;
    }
  };
}

/** A tree that has nothing but the way to a notification. */
function rootAbove(ancestors: readonly Branch[], root: Branch): Branch {
  const [top, ...below] = ancestors;
  if (!top) return root;
  const { schema } = top;
  const inner = rootAbove(below, top);
  if (schema.kind === 'list') return root.with(schema, DataList.from(schema, [inner]));
  return schema.kind === 'container' ? root.with(schema, inner) : root;
}
