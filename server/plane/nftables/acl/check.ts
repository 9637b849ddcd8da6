/** Refuses access control entries that the family of our table has no rule for. */
import type { Branch } from '../../../../src/data/index.ts';
import { operationNotSupported } from '../../../../src/error/index.ts';
import type { PathStep, RpcError } from '../../../../src/error/index.ts';
import type { Family } from '../options.ts';
import type { ListNode } from '../../../../src/yang/index.ts';
import { translate } from './translate.ts';

/** `path` leads to the entry. */
export function checkAce(
  ace: Branch,
  family: Family,
  path: readonly PathStep[],
): readonly RpcError[] {
  const { namespace, name: module } = (ace.schema as ListNode).module;
  return translate(ace, family, '').obstacles.map((obstacle) =>
    operationNotSupported(`${obstacle.path.at(-1) ?? 'entry'}: ${obstacle.message}`, {
      path: [...path, ...obstacle.path.map((name) => ({ name, namespace, module }))],
    }),
  );
}
