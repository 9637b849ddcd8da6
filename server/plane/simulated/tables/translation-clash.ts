/**
 * Two VMs behind one external address and port (K10): packets to it could go to one of them only. A
 * mapping that would clash with another VM's is refused before anything moves.
 */
import { DataList } from '../../../../src/data/index.ts';
import type { Branch } from '../../../../src/data/index.ts';
import { inUse } from '../../../../src/error/index.ts';
import type { RpcError } from '../../../../src/error/index.ts';
import { entriesOf } from '../../../../src/sami/index.ts';
import type { Catalog, TableSchema } from '../../kit/catalog.ts';
import { rowPath } from '../../kit/paths.ts';
import type { VmChange } from '../../plane.ts';
import { TupleIndex } from '../model/tuple-index.ts';
import type { TableStore } from './table-store.ts';

/** The outside of a mapping; 0 stands for every protocol or port (module sami-nat). */
interface Outside {
  readonly protocol: number;
  readonly address: string;
  readonly port: number;
}

export class TranslationClashes {
  readonly #schema: TableSchema | undefined;
  readonly #store: TableStore;
  readonly #index: TupleIndex | undefined;

  constructor(catalog: Catalog, store: TableStore) {
    this.#schema = catalog.find('nat', 'mapping-entry');
    this.#store = store;
    this.#index =
      this.#schema && new TupleIndex(store, this.#schema, (row) => [keyOf(this.#outside(row))]);
  }

  /** Errors for mappings that are new in `changes` and taken by a VM that keeps its own. */
  find(changes: readonly VmChange[]): readonly RpcError[] {
    const schema = this.#schema;
    if (!schema) return [];
    const leaving = new Set(changes.filter(({ after }) => !after).map(({ id }) => id));
    const arriving = new Map<string, string>();
    const errors: RpcError[] = [];
    for (const { id, before, after } of changes) {
      if (!after) continue;
      const look = (row: Branch): void => {
        const key = keyOf(this.#outside(row));
        const holder = arriving.get(key) ?? this.#holder(row, id, leaving);
        arriving.set(key, id);
        if (holder !== undefined && holder !== id) errors.push(this.#clash(after, row, holder));
      };
      const old = before && entriesOf(before, schema.kind, schema.list);
      DataList.diff(old, entriesOf(after, schema.kind, schema.list), {
        added: look,
        changed: () => undefined,
        removed: () => undefined,
      });
    }
    return errors;
  }

  /** Another VM with a mapping that covers some of the same. */
  #holder(row: Branch, id: string, leaving: ReadonlySet<string>): string | undefined {
    const outside = this.#outside(row);
    const { protocol, address, port } = outside;
    const isOther = (vm: string): boolean => vm !== id && !leaving.has(vm);
    const found = [keyOf(outside), `${protocol} ${address} 0`, `0 ${address} 0`]
      .map((key) => this.#index?.find(key)?.vm.id)
      .find((vm) => vm !== undefined && isOther(vm));
    if (found !== undefined || (protocol !== 0 && port !== 0)) return found;
    return [...this.#store.vms].find((vm) => isOther(vm.id) && this.#usesSome(vm.id, outside))?.id;
  }

  #usesSome(id: string, { protocol, address }: Outside): boolean {
    const schema = this.#schema as TableSchema;
    const rows = this.#store.vm(id)?.table(schema).rows;
    return [...(rows ?? [])].some((row) => {
      const other = this.#outside(row);
      return other.address === address && (protocol === 0 || other.protocol === protocol);
    });
  }

  #clash(vm: Branch, row: Branch, holder: string): RpcError {
    const { protocol, address, port } = this.#outside(row);
    const what = `external address ${address}, port ${port} (protocol ${protocol})`;
    return inUse(`VM "${holder}" of this device has a mapping to ${what}`, {
      type: 'application',
      appTag: 'translation-in-use',
      path: rowPath(vm, row),
    });
  }

  #outside(row: Branch): Outside {
    const { fields } = this.#schema as TableSchema;
    return {
      protocol: fields.number(row, 'transport-protocol') ?? 0,
      address: fields.text(row, 'external-src-address') ?? '',
      port: fields.number(row, 'external-src-port') ?? 0,
    };
  }
}

function keyOf({ protocol, address, port }: Outside): string {
  return `${protocol} ${address} ${port}`;
}
