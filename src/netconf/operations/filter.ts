/** Filters in requests (RFC 6241, sections 6 and 8.9). */
import type { XmlWriter } from '../../xml/index.ts';
import { NETCONF_BASE_NS } from '../constants.ts';

/** RFC 6241, section 6. */
export interface SubtreeFilter {
  readonly type: 'subtree';
  /** Any number of elements, each declaring its namespace. */
  readonly content: string;
}

/** RFC 6241, section 8.9; takes the capability `xpath`. */
export interface XPathFilter {
  readonly type: 'xpath';
  readonly select: string;
  /** The prefixes used in `select`. */
  readonly prefixes: ReadonlyMap<string, string>;
}

/** What is wanted of a datastore, or of the content of notifications. */
export type Filter = SubtreeFilter | XPathFilter;

/** `<filter>` of get and get-config, and of create-subscription in its namespace. */
export function writeFilter(
  writer: XmlWriter,
  filter: Filter | undefined,
  namespace = NETCONF_BASE_NS,
): void {
  if (!filter) return;
  const attribute = (local: string, value: string) => ({ namespace: '', local, value });
  if (filter.type === 'subtree') {
    writer.open(namespace, 'filter', [attribute('type', 'subtree')]);
    writer.raw(filter.content);
  } else {
    const attributes = [attribute('type', 'xpath'), attribute('select', filter.select)];
    writer.open(namespace, 'filter', attributes, filter.prefixes);
  }
  writer.close();
}

/** A filter as a choice of two elements, as RFC 8526 and RFC 8641 have it. */
export function writeFilterElement(
  writer: XmlWriter,
  filter: Filter | undefined,
  names: { readonly namespace: string; readonly subtree: string; readonly xpath: string },
): void {
  if (!filter) return;
  if (filter.type === 'subtree') {
    writer.open(names.namespace, names.subtree);
    writer.raw(filter.content);
  } else {
    writer.open(names.namespace, names.xpath, undefined, filter.prefixes);
    writer.text(filter.select);
  }
  writer.close();
}
