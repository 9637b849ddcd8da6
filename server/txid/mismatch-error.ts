/** The answer to an edit of what has changed meanwhile (draft-ietf-netconf-transaction-id, section 3.6.1). */
import { operationFailed } from '../../src/error/index.ts';
import type { InfoElement, RpcError } from '../../src/error/index.ts';
import { TRANSACTION_ID_NS } from '../../src/netconf/index.ts';
import type { Mismatch } from './conditions.ts';
import type { TxidHistory } from './txid-history.ts';
import { TXID_UNKNOWN } from './txid.ts';

export function mismatchError(mismatch: Mismatch, history: TxidHistory): RpcError {
  const { path, txid, version } = mismatch;
  const value = version ? history.textOf(version, txid.mechanism) : TXID_UNKNOWN;
  const element = (name: string, content: InfoElement['content']): InfoElement => ({
    namespace: TRANSACTION_ID_NS,
    name,
    content,
  });
  const content = [
    element('mismatch-path', { path }),
    element(`mismatch-${txid.mechanism}-value`, value),
  ];
  const message = `the configuration has changed here: its ${txid.mechanism} is "${value}", not "${txid.value}"`;
  return {
    ...operationFailed(message, { type: 'protocol', path }),
    info: { elements: [element('txid-value-mismatch-error-info', content)] },
  };
}
