/**
 * A NETCONF client: protocol operations as methods (RFC 6241 and what extends it).
 *
 * ```ts
 * await using client = await connectNetconf({ host, port, username, password, hostKey });
 * const data = await client.get({ filter: { type: 'subtree', content: '<sami xmlns="…"/>' } });
 * ```
 *
 * Every operation rejects with RpcErrorException when the device answers with an error, with NetconfError
 * when the session ends first, and with the reason of its signal when that fires.
 */
import {
  ClientSession,
  encodeAction,
  encodeCompare,
  encodeCreateSubscription,
  encodeDeleteSubscription,
  encodeEditData,
  encodeEstablishSubscription,
  encodeGetData,
  encodeKillSubscription,
  encodeModifySubscription,
  encodeOperation,
  encodeResyncSubscription,
} from '../src/netconf/index.ts';
import type {
  ClientSessionOptions,
  CompareRequest,
  CreateSubscriptionRequest,
  DatastoreSubscriptionRequest,
  EditDataRequest,
  GetDataRequest,
  ModifyDatastoreSubscriptionRequest,
  ModifyStreamSubscriptionRequest,
  OperationRequest,
  StreamSubscriptionRequest,
  Transport,
  XmlContent,
} from '../src/netconf/index.ts';
import { ContentSink, textContent } from '../src/xml/index.ts';
import type { XmlElement, XmlSink } from '../src/xml/index.ts';
import { BaseOperations } from './base-operations.ts';
import { MeteredTransport } from './metered-transport.ts';
import { MODULE_SET_FILTER, decodeModuleSet } from './module-set.ts';
import type { ModuleEntry } from './module-set.ts';
import type { CallOptions, StreamOptions } from './session-calls.ts';

export class NetconfClient extends BaseOperations {
  /** Begins a session over a transport that stands. */
  static async open(transport: Transport, options: ClientSessionOptions): Promise<NetconfClient> {
    const metered = new MeteredTransport(transport);
    return new NetconfClient(await ClientSession.open(metered, options), metered);
  }

  /** Content of any datastore (RFC 8526, section 3.1.1); the element `<data>` of that RFC's module. */
  getData(request: GetDataRequest & CallOptions): Promise<XmlElement> {
    return this.read(encodeGetData(request), request);
  }

  /** The same, but the children of `<data>` go to `sink` as they arrive. */
  async getDataInto(sink: XmlSink, request: GetDataRequest & StreamOptions): Promise<void> {
    await this.request(encodeGetData(request), { ...request, reply: new ContentSink(sink) });
  }

  editData(request: EditDataRequest & CallOptions): Promise<void> {
    return this.command(encodeEditData(request), request);
  }

  /** `undefined`: the filter matched nothing. Else `<differences>`, with a YANG patch (RFC 9144). */
  async compare(request: CompareRequest & CallOptions): Promise<XmlElement | undefined> {
    const result = await this.read(encodeCompare(request), request);
    return result.local === 'differences' ? result : undefined;
  }

  /** An rpc of any module; its output parameters. */
  async rpc(request: OperationRequest & CallOptions): Promise<readonly XmlElement[]> {
    const { signal, onWarning } = request;
    return (await this.request(encodeOperation(request), { signal, onWarning })).output;
  }

  /** An action (RFC 7950, section 7.15), on the node that `content` leads to; its output parameters. */
  async action(
    content: XmlContent | XmlElement,
    options: CallOptions = {},
  ): Promise<readonly XmlElement[]> {
    return (await this.request(encodeAction(content), options)).output;
  }

  /** The modules that the device says it has. */
  async readModules(options: CallOptions = {}): Promise<readonly ModuleEntry[]> {
    const filter = { type: 'subtree', content: MODULE_SET_FILTER } as const;
    const modules = decodeModuleSet(await this.get({ filter, ...options }));
    if (modules.length > 0) return modules;
    return this.capabilities.modules.map((module) => ({
      ...module,
      revision: module.revision,
      implemented: true,
    }));
  }

  /** Starts the notifications of a stream (RFC 5277); they come from {@link notifications}. */
  createSubscription(request: CreateSubscriptionRequest & CallOptions = {}): Promise<void> {
    return this.command(encodeCreateSubscription(request), request);
  }

  /** Returns the id of the subscription (RFC 8639, section 2.4.2). */
  async establishSubscription(
    request: (DatastoreSubscriptionRequest | StreamSubscriptionRequest) & CallOptions,
  ): Promise<number> {
    const { signal, onWarning } = request;
    const body = encodeEstablishSubscription(request);
    const { output } = await this.request(body, { signal, onWarning });
    const id = output.find(({ local }) => local === 'id');
    return id ? Number(textContent(id)) : 0;
  }

  modifySubscription(
    request: (ModifyStreamSubscriptionRequest | ModifyDatastoreSubscriptionRequest) & CallOptions,
  ): Promise<void> {
    return this.command(encodeModifySubscription(request), request);
  }

  deleteSubscription(id: number, options: CallOptions = {}): Promise<void> {
    return this.command(encodeDeleteSubscription(id), options);
  }

  /** Ends a subscription of another session (RFC 8639, section 2.4.5). */
  killSubscription(id: number, options: CallOptions = {}): Promise<void> {
    return this.command(encodeKillSubscription(id), options);
  }

  /** Asks for everything once more, as at the start (RFC 8641, section 4.3.3). */
  resyncSubscription(id: number, options: CallOptions = {}): Promise<void> {
    return this.command(encodeResyncSubscription(id), options);
  }
}
