import type { SchemaContext } from '../../src/yang/index.ts';

/** Whether the server has the feature `transaction-id`. */
export function hasTransactionIds({ modules }: SchemaContext): boolean {
  return modules.get('ietf-netconf-txid')?.implemented === true;
}
