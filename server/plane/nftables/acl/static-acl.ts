/** Access lists that were configured (kind 'acl-static'): a chain of rules, filled anew with each change. */
import { DataList, pathStep } from '../../../../src/data/index.ts';
import type { Branch } from '../../../../src/data/index.ts';
import type { RpcError } from '../../../../src/error/index.ts';
import { entriesOf } from '../../../../src/sami/index.ts';
import type { DataSchemaNode } from '../../../../src/yang/index.ts';
import type { TableEdit, VmEdit } from '../../kit/driver.ts';
import { fieldsOf } from '../../kit/fields.ts';
import { rowPath } from '../../kit/paths.ts';
import { comment, vmToken } from '../names.ts';
import type { Family } from '../options.ts';
import type { Part } from '../part.ts';
import type { Script } from '../script.ts';
import { checkAce } from './check.ts';
import { staticChain } from './dispatch.ts';
import { translate } from './translate.ts';

export class StaticAcl implements Part {
  readonly lists = ['acl-static/acl'];
  readonly #family: Family;

  constructor(family: Family) {
    this.#family = family;
  }

  /** After a restart nothing may be left of what is no longer configured. */
  follow(script: Script, { id, before, after }: VmEdit): void {
    if (!before && after) script.chain(staticChain(vmToken(id)), []);
  }

  check({ after }: VmEdit, { set }: TableEdit): readonly RpcError[] {
    if (!after) return [];
    return set.flatMap(({ after: list }) =>
      acesOf(list).flatMap((ace) => {
        const container = (ace.schema as DataSchemaNode).dataParent as DataSchemaNode;
        const path = [
          ...rowPath(after, list),
          pathStep(container),
          pathStep(ace.schema as DataSchemaNode, ace),
        ];
        return checkAce(ace, this.#family, path);
      }),
    );
  }

  edit(script: Script, { id, after }: VmEdit, { table }: TableEdit): void {
    // With the VM its chains go.
    if (!after) return;
    const lists = entriesOf(after, table.kind, table.list) ?? [];
    script.chain(
      staticChain(vmToken(id)),
      [...lists].flatMap((list) => this.#rules(list)),
    );
  }

  #rules(list: Branch): readonly string[] {
    const listName = fieldsOf(list.schema).text(list, 'name') ?? '';
    return acesOf(list).flatMap((ace) => {
      const name = `${listName}/${fieldsOf(ace.schema).text(ace, 'name') ?? ''}`;
      const { matches, actions } = translate(ace, this.#family, name);
      return matches.map((match) => `${match} counter ${actions} ${comment(name)}`);
    });
  }
}

function acesOf(list: Branch): readonly Branch[] {
  const container = fieldsOf(list.schema).branch(list, 'aces');
  const aces = container && fieldsOf(container.schema).get(container, 'ace');
  return aces instanceof DataList ? [...aces] : [];
}
