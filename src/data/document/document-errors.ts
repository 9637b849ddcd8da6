/** Errors of a document while it is read, with where they are about as an offset until their place is asked for. */
import type { RpcError } from '../../error/index.ts';
import { Source } from '../../yang/index.ts';
import { NOWHERE } from '../codec/tree-builder.ts';
import type { DocumentError, DocumentPosition } from './document.ts';

export class DocumentErrors {
  readonly #source: Source;
  readonly #limit: number;
  readonly #found: { readonly error: RpcError; readonly offset: number }[] = [];

  constructor(text: string, limit: number) {
    this.#source = new Source('', text);
    this.#limit = limit;
  }

  /** `offset` is -1 for an error whose path says where it is. */
  add(error: RpcError, offset: number): void {
    if (this.#found.length < this.#limit) this.#found.push({ error, offset });
  }

  /** `offsetOf` finds those that have a path only. */
  located(offsetOf: (error: RpcError) => number | undefined): readonly DocumentError[] {
    return this.#found.map(({ error, offset }) => {
      const at = offset === NOWHERE ? offsetOf(error) : offset;
      return at === undefined ? error : { ...error, position: this.position(at) };
    });
  }

  position(offset: number): DocumentPosition {
    return this.#source.locate(offset);
  }
}
