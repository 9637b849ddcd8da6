/**
 * Parameters of drafts of the IETF that several operations take: pages of a list
 * (draft-ietf-netconf-list-pagination-nc) and ids of transactions (draft-ietf-netconf-transaction-id).
 * A server that does not have them answers `unknown-element`.
 */
import type { XmlWriter, XmlWriterAttribute } from '../../xml/index.ts';
import { LIST_PAGINATION_NS, TRANSACTION_ID_NS, TXID_NS } from '../constants.ts';

/** Which entries of the one list that the filter selects are wanted. */
export interface ListPagination {
  /** An XPath expression, true for the entries to take. */
  readonly where?: string | undefined;
  readonly locale?: string | undefined;
  /** A path from an entry to the leaf to sort by. */
  readonly sortBy?: string | undefined;
  readonly direction?: 'forwards' | 'backwards' | undefined;
  /** As the server gave it with an earlier page. */
  readonly cursor?: string | undefined;
  readonly offset?: number | undefined;
  readonly limit?: number | 'unbounded' | undefined;
  /** The same for lists within the entries. */
  readonly sublistLimit?: number | 'unbounded' | undefined;
  /** The prefixes in `where` and `sortBy`. */
  readonly prefixes?: ReadonlyMap<string, string> | undefined;
}

/** Which transaction ids the answer to a change shall have: attributes of `<ok>`. */
export interface TransactionIdRequest {
  readonly withEtag?: boolean | undefined;
  readonly withLastModified?: boolean | undefined;
}

/**
 * What the client knows of the datastore that it reads, as the server said it earlier: what has not changed since is
 * left out. `?` asks for transaction ids. What is known of single nodes goes into the filter as attributes, and what
 * they have to be for an edit goes into its content.
 */
export interface KnownTransactionId {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

export function writePagination(writer: XmlWriter, page: ListPagination | undefined): void {
  if (!page) return;
  const leaf = (name: string, value: string | number | undefined): void => {
    if (value === undefined) return;
    const isPath = name === 'where' || name === 'sort-by';
    writer.open(LIST_PAGINATION_NS, name, undefined, isPath ? page.prefixes : undefined);
    writer.text(String(value));
    writer.close();
  };
  writer.open(LIST_PAGINATION_NS, 'list-pagination');
  leaf('where', page.where);
  leaf('locale', page.locale);
  leaf('sort-by', page.sortBy);
  leaf('direction', page.direction);
  leaf('cursor', page.cursor);
  leaf('offset', page.offset);
  leaf('limit', page.limit);
  leaf('sublist-limit', page.sublistLimit);
  writer.close();
}

/** Undefined when nothing is said. */
export function transactionIdAttributes({
  etag,
  lastModified,
}: KnownTransactionId): readonly XmlWriterAttribute[] | undefined {
  const attribute = (local: string, value: string | undefined): readonly XmlWriterAttribute[] =>
    value === undefined ? [] : [{ namespace: TXID_NS, local, value, prefix: 'txid' }];
  const attributes = [...attribute('etag', etag), ...attribute('last-modified', lastModified)];
  return attributes.length > 0 ? attributes : undefined;
}

export function writeTransactionId(writer: XmlWriter, request: TransactionIdRequest): void {
  const { withEtag, withLastModified } = request;
  if (withEtag !== undefined) writer.leaf(TRANSACTION_ID_NS, 'with-etag', String(withEtag));
  if (withLastModified !== undefined) {
    writer.leaf(TRANSACTION_ID_NS, 'with-last-modified', String(withLastModified));
  }
}
