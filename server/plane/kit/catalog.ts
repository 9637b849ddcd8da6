/** The kinds and lists that the plane serves, found in the schema by the marks on them. */
import { kindsOf, vmListNode } from '../../../src/sami/index.ts';
import type { Kind } from '../../../src/sami/index.ts';
import type { ListNode, SchemaContext } from '../../../src/yang/index.ts';
import { fieldsOf } from './fields.ts';
import type { Fields } from './fields.ts';

/** A list directly below the container of a kind. */
export interface TableSchema {
  readonly kind: Kind;
  readonly list: ListNode;
  readonly fields: Fields;
  /** Name of the leaf that holds the time until an entry goes, if the list has one. */
  readonly countdown: string | undefined;
  /** Name of the leaf that counts the time since the last packet. */
  readonly countup: string | undefined;
  /** Names the list in the state file. */
  readonly path: string;
}

export class Catalog {
  readonly vm: ListNode;
  readonly kinds: readonly Kind[];
  readonly tables: readonly TableSchema[];
  readonly #byList: ReadonlyMap<ListNode, TableSchema>;

  /** `only` names the kinds to serve; all that the schema has when absent. */
  constructor(context: SchemaContext, only?: readonly string[]) {
    const vm = vmListNode(context);
    if (!vm) throw new Error('the schema has no module "sami"');
    this.vm = vm;
    this.kinds = kindsOf(vm).filter((kind) => only === undefined || only.includes(kind.name));
    this.tables = this.kinds.flatMap((kind) => kind.lists.map((list) => tableSchema(kind, list)));
    this.#byList = new Map(this.tables.map((table) => [table.list, table]));
  }

  tablesOf(kind: Kind): readonly TableSchema[] {
    return this.tables.filter((table) => table.kind === kind);
  }

  forList(list: ListNode): TableSchema | undefined {
    return this.#byList.get(list);
  }

  /** Table by name of kind and list, if the schema has it and the plane serves it. */
  find(kind: string, list: string): TableSchema | undefined {
    return this.tables.find((table) => table.kind.name === kind && table.list.name === list);
  }
}

function tableSchema(kind: Kind, list: ListNode): TableSchema {
  const fields = fieldsOf(list);
  const first = (...names: string[]): string | undefined => names.find((name) => fields.has(name));
  return {
    kind,
    list,
    fields,
    countdown: first('lifetime', 'remaining-time'),
    countup: first('idle-time'),
    path: `${kind.container.module.name}:${kind.container.name}/${list.name}`,
  };
}
