/** A request whose reply has not come yet (RFC 6241, sections 4.2 to 4.4). */
import { RpcErrorException } from '../error/index.ts';
import type { RpcError } from '../error/index.ts';
import { createDeferred } from '../util/index.ts';
import { ElementBuilder } from '../xml/index.ts';
import type { XmlElement, XmlSink } from '../xml/index.ts';
import { NETCONF_BASE_NS } from './constants.ts';
import { ChildBuilder } from './incoming-router.ts';
import type { MessageReceiver } from './incoming-router.ts';
import { decodeRpcError } from './rpc-error-codec.ts';

export interface RpcReply {
  /** The reply was `<ok/>`. */
  readonly ok: boolean;
  /** Errors of severity `warning`: others make the request fail. */
  readonly warnings: readonly RpcError[];
  /** The first child that is neither ok nor rpc-error, unless a sink took it. */
  readonly data?: XmlElement;
  /** All of them: output parameters, for example. */
  readonly output: readonly XmlElement[];
}

export class PendingRequest implements MessageReceiver {
  readonly #settled = createDeferred<RpcReply>();
  readonly #sink: XmlSink | undefined;
  readonly #errors: RpcError[] = [];
  readonly #output = new ElementBuilder();
  #ok = false;
  #abandoned = false;

  constructor(sink: XmlSink | undefined) {
    this.#sink = sink;
  }

  get reply(): Promise<RpcReply> {
    return this.#settled.promise;
  }

  /** The caller no longer waits; the reply will be read and thrown away. */
  abandon(reason: unknown): void {
    this.#abandoned = true;
    this.#settled.reject(reason);
  }

  fail(reason: unknown): void {
    this.#settled.reject(reason);
  }

  childSink(namespace: string, local: string): XmlSink {
    if (namespace === NETCONF_BASE_NS && local === 'rpc-error') {
      return new ChildBuilder(({ result }) => void this.#errors.push(decodeRpcError(result)));
    }
    if (namespace === NETCONF_BASE_NS && local === 'ok') {
      return new ChildBuilder(() => {
        this.#ok = true;
      });
    }
    if (this.#abandoned) return DISCARD;
    return this.#sink ?? this.#output;
  }

  end(): void {
    const errors = this.#errors;
    if (errors.some((error) => error.severity === 'error')) {
      this.#settled.reject(new RpcErrorException(errors));
      return;
    }
    const output = this.#output.elements;
    const [data] = output;
    this.#settled.resolve({ ok: this.#ok, warnings: errors, output, ...(data ? { data } : {}) });
  }
}

/** Takes what nobody wants. */
export const DISCARD: XmlSink = {
  open: () => undefined,
  text: () => undefined,
  close: () => undefined,
};
