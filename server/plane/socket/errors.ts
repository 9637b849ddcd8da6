/** What planes say, and what becomes of them, as errors of NETCONF. */
import type { Branch } from '../../../src/data/index.ts';
import { RpcErrorException, operationFailed } from '../../../src/error/index.ts';
import type { ErrorTag, PathStep, RpcError } from '../../../src/error/index.ts';
import { rowOfKey } from '../../../src/plane-protocol/index.ts';
import type { PlaneError } from '../../../src/plane-protocol/index.ts';
import type { Catalog } from '../kit/catalog.ts';
import { kindPath, rowPath, vmPath } from '../kit/paths.ts';
import { PlaneLostError, PlaneRefusalError } from './call-errors.ts';

/** What a data plane may say; everything else it says is `operation-failed`. */
const TAGS: ReadonlySet<string> = new Set<ErrorTag>([
  'in-use',
  'invalid-value',
  'too-big',
  'access-denied',
  'resource-denied',
  'data-exists',
  'data-missing',
  'operation-not-supported',
  'operation-failed',
]);

/** Finds the VM that an error is about. */
export type FindVm = (id: string) => Branch | undefined;

export class PlaneErrors {
  readonly #catalog: Catalog;
  readonly #plane: string;

  /** `plane` says which one it is: its name and socket. */
  constructor(catalog: Catalog, plane: string) {
    this.#catalog = catalog;
    this.#plane = plane;
  }

  /** What went wrong as errors; anything that is neither refusal nor loss is thrown on. */
  explain(error: unknown, findVm: FindVm): readonly RpcError[] {
    if (error instanceof RpcErrorException) return error.errors;
    if (error instanceof PlaneRefusalError)
      return error.errors.map((it) => this.#refusal(it, findVm));
    if (error instanceof PlaneLostError) return [this.lost(error.message)];
    throw error;
  }

  /** The same as something to throw. */
  exception(error: unknown, findVm: FindVm): RpcErrorException {
    return new RpcErrorException(this.explain(error, findVm), { cause: error });
  }

  lost(reason: string): RpcError {
    const message = `data plane ${this.#plane} cannot be used: ${reason}`;
    return operationFailed(message, { appTag: 'plane-unavailable' });
  }

  #refusal(error: PlaneError, findVm: FindVm): RpcError {
    const path = this.#path(error, findVm);
    const message = `data plane ${this.#plane}: ${error.message ?? 'refused'}`;
    return {
      type: 'application',
      tag: TAGS.has(error.tag) ? (error.tag as ErrorTag) : 'operation-failed',
      severity: 'error',
      ...(error['app-tag'] === undefined ? {} : { appTag: error['app-tag'] }),
      ...(path ? { path } : {}),
      message,
    };
  }

  #path(error: PlaneError, findVm: FindVm): readonly PathStep[] | undefined {
    const vm = error.vm === undefined ? undefined : findVm(error.vm);
    if (!vm) return undefined;
    const [kind = '', list = ''] = (error.table ?? '').split('/');
    const table = this.#catalog.find(kind, list);
    if (!table) return vmPath(vm);
    const row = error.key === undefined ? undefined : rowOfKey(table.list, error.key);
    if (!row) return kindPath(vm, table.kind.container);
    const known = error.leaf !== undefined && table.fields.has(error.leaf);
    return rowPath(vm, row, known ? error.leaf : undefined);
  }
}
