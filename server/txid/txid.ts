/**
 * Transaction ids as attributes of elements (draft-ietf-netconf-transaction-id, section 4): entity tags and times of
 * last modification.
 */
import type { XmlAttribute, XmlWriterAttribute } from '../../src/xml/index.ts';
import { TXID_NS } from '../../src/netconf/index.ts';

/** The two mechanisms, by the names of their attributes. */
export type TxidMechanism = 'etag' | 'last-modified';

/** A transaction id that a client has sent: what it knows of a node, or `?` to be told. */
export interface ClientTxid {
  readonly mechanism: TxidMechanism;
  readonly value: string;
}

/** What the server has is what the client knows; nothing of it is repeated. */
export const TXID_MATCH = '=';
/** The node is not what it is in running, and its id will be known with the commit. */
export const TXID_UNKNOWN = '!';

/** The prefix that attributes in replies have. */
export const TXID_PREFIX: ReadonlyMap<string, string> = new Map([['txid', TXID_NS]]);

/** The transaction ids among the attributes of an element. */
export function txidsAmong(attributes: readonly XmlAttribute[]): readonly ClientTxid[] {
  return attributes.flatMap(({ namespace, local, value }) =>
    namespace === TXID_NS && isMechanism(local) ? [{ mechanism: local, value }] : [],
  );
}

export function isTxid({ namespace, local }: XmlAttribute): boolean {
  return namespace === TXID_NS && isMechanism(local);
}

export function txidAttribute(mechanism: TxidMechanism, value: string): XmlWriterAttribute {
  return { namespace: TXID_NS, local: mechanism, value, prefix: 'txid' };
}

function isMechanism(local: string): local is TxidMechanism {
  return local === 'etag' || local === 'last-modified';
}
