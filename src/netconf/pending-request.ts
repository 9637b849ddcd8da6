/** A request whose reply has not come yet (RFC 6241, sections 4.2 to 4.4). */
import { createDeferred } from '../util/index.ts';
import { ElementBuilder } from '../xml/index.ts';
import type { NamespaceScope, XmlAttribute, XmlElement, XmlSink } from '../xml/index.ts';
import { NETCONF_BASE_NS } from './constants.ts';
import { ChildBuilder } from './incoming-router.ts';
import type { MessageReceiver } from './incoming-router.ts';
import { RpcReplyError } from './received-error.ts';
import type { ReceivedRpcError } from './received-error.ts';
import { decodeRpcError, isRpcError } from './rpc-error-codec.ts';

/** A reply without errors (RFC 6241, section 4.2). */
export interface RpcReply {
  /** The reply was `<ok/>`. */
  readonly ok: boolean;
  /** Errors of severity `warning`: others make the request fail. */
  readonly warnings: readonly ReceivedRpcError[];
  /** The first child that is neither ok nor rpc-error, unless a sink took it. */
  readonly data?: XmlElement;
  /** All of them: output parameters, for example. */
  readonly output: readonly XmlElement[];
  /** Those of `<ok>`, where servers put transaction ids. */
  readonly okAttributes?: readonly XmlAttribute[];
}

export interface PendingRequestOptions {
  /** Receives the children of rpc-reply, but ok and rpc-error. */
  readonly sink?: XmlSink | undefined;
  /** Called with a reply that is complete, before anything after it is read. */
  readonly onReply?: ((reply: RpcReply) => void) | undefined;
}

export class PendingRequest implements MessageReceiver {
  readonly #settled = createDeferred<RpcReply>();
  readonly #abandonment = createDeferred();
  readonly #options: PendingRequestOptions;
  readonly #errors: ReceivedRpcError[] = [];
  readonly #output = new ElementBuilder();
  #okAttributes: readonly XmlAttribute[] = [];
  #ok = false;
  #isAbandoned = false;

  constructor(options: PendingRequestOptions) {
    this.#options = options;
  }

  get reply(): Promise<RpcReply> {
    return this.#settled.promise;
  }

  /** Settles when nobody waits for the reply any more. */
  get abandoned(): Promise<void> {
    return this.#abandonment.promise;
  }

  /** The caller no longer waits; the reply will be read and thrown away. */
  abandon(reason: unknown): void {
    this.#isAbandoned = true;
    this.#settled.reject(reason);
    this.#abandonment.resolve();
  }

  fail(reason: unknown): void {
    this.#settled.reject(reason);
    this.#abandonment.resolve();
  }

  childSink(namespace: string, local: string): XmlSink {
    if (isRpcError(namespace, local)) return this.#errorSink();
    if (local === 'ok' && (namespace === NETCONF_BASE_NS || namespace === '')) {
      return new ChildBuilder(({ result }) => {
        this.#ok = true;
        this.#okAttributes = result.attributes;
      });
    }
    const sink = this.#isAbandoned ? DISCARD : (this.#options.sink ?? this.#output);
    // Junos puts its errors into `<commit-results>` and `<load-configuration-results>`.
    if (!local.endsWith('-results')) return sink;
    return new ErrorsWithin(sink, () => this.#errorSink());
  }

  end(): void {
    const errors = this.#errors;
    if (errors.some((error) => error.severity === 'error')) {
      this.#settled.reject(new RpcReplyError(errors));
      return;
    }
    const output = this.#output.elements;
    const [data] = output;
    const reply: RpcReply = {
      ok: this.#ok,
      warnings: errors,
      output,
      ...(data ? { data } : {}),
      ...(this.#okAttributes.length > 0 ? { okAttributes: this.#okAttributes } : {}),
    };
    if (!this.#isAbandoned) this.#options.onReply?.(reply);
    this.#settled.resolve(reply);
  }

  #errorSink(): XmlSink {
    return new ChildBuilder(({ result }) => void this.#errors.push(decodeRpcError(result)));
  }
}

/** Sends the rpc-error children of an element one way and all else another. */
class ErrorsWithin implements XmlSink {
  readonly #other: XmlSink;
  readonly #errorSink: () => XmlSink;
  #error: XmlSink | undefined;
  #depth = 0;

  constructor(other: XmlSink, errorSink: () => XmlSink) {
    this.#other = other;
    this.#errorSink = errorSink;
  }

  open(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    if (this.#depth === 1 && isRpcError(namespace, local)) this.#error = this.#errorSink();
    this.#depth += 1;
    (this.#error ?? this.#other).open(namespace, local, attributes, scope);
  }

  text(text: string): void {
    (this.#error ?? this.#other).text(text);
  }

  close(scope: NamespaceScope): void {
    (this.#error ?? this.#other).close(scope);
    this.#depth -= 1;
    if (this.#depth === 1) this.#error = undefined;
  }
}

/** Takes what nobody wants. */
const DISCARD: XmlSink = {
  open: () => undefined,
  text: () => undefined,
  close: () => undefined,
};
