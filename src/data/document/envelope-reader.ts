/**
 * What may stand around data in XML: `<data>` or `<config>`, and the messages of NETCONF (RFC 6241, section 4;
 * RFC 7950, section 7.15.2; RFC 5277, section 4).
 */
import { badElement } from '../../error/index.ts';
import type { RpcError } from '../../error/index.ts';
import { ElementBuilder } from '../../xml/index.ts';
import type { NamespaceScope, XmlAttribute, XmlElement, XmlSink } from '../../xml/index.ts';
import { NETCONF_NAMESPACE, YANG_NAMESPACE } from '../codec/edit-attributes.ts';
import type { DocumentType } from './document.ts';

export const NOTIFICATION_NAMESPACE = 'urn:ietf:params:xml:ns:netconf:notification:1.0';

/** What an element means: around the content, about the message, content, or nothing that belongs there. */
type Meaning = 'around' | 'about' | 'content' | 'misplaced';
type Shape = (above: readonly string[], namespace: string, local: string) => Meaning;

/** Namespaces in which `data` is an element around data, besides none at all. */
const DATA_NAMESPACES: ReadonlySet<string> = new Set([
  '',
  NETCONF_NAMESPACE,
  'urn:ietf:params:xml:ns:yang:ietf-netconf-nmda',
  'urn:ietf:params:xml:ns:yang:ietf-restconf',
]);

/** The result of an operation may stand in the reply that it came with. */
function aroundResult(above: readonly string[], namespace: string, local: string): Meaning {
  const isReply = local === 'rpc-reply' && namespace === NETCONF_NAMESPACE;
  return isReply && above.length === 0 ? 'around' : aroundData(above, namespace, local);
}

function aroundData(above: readonly string[], namespace: string, local: string): Meaning {
  const outer = above.at(-1);
  if (outer === 'data' || outer === 'config') return 'content';
  const isAround = local === 'data' || (local === 'config' && outer === undefined);
  return isAround && DATA_NAMESPACES.has(namespace) ? 'around' : 'content';
}

function aroundRpc(above: readonly string[], namespace: string, local: string): Meaning {
  if (above.length === 0) {
    return local === 'rpc' && namespace === NETCONF_NAMESPACE ? 'around' : 'misplaced';
  }
  const isAction = above.length === 1 && local === 'action' && namespace === YANG_NAMESPACE;
  return isAction ? 'around' : 'content';
}

function aroundReply(above: readonly string[], namespace: string, local: string): Meaning {
  if (above.length === 0) {
    return local === 'rpc-reply' && namespace === NETCONF_NAMESPACE ? 'around' : 'misplaced';
  }
  const isAbout = namespace === NETCONF_NAMESPACE && (local === 'ok' || local === 'rpc-error');
  return isAbout ? 'about' : 'content';
}

function aroundNotification(above: readonly string[], namespace: string, local: string): Meaning {
  const isOurs = namespace === NOTIFICATION_NAMESPACE;
  if (above.length === 0) return isOurs && local === 'notification' ? 'around' : 'misplaced';
  return isOurs && local === 'eventTime' ? 'about' : 'content';
}

const SHAPES: Readonly<Partial<Record<DocumentType, Shape>>> = {
  data: aroundData,
  config: aroundData,
  get: aroundResult,
  'get-config': aroundResult,
  edit: aroundData,
  'nc-rpc': aroundRpc,
  'nc-reply': aroundReply,
  'nc-notification': aroundNotification,
};

/** Passes on what is inside the envelope that documents of a type have, or may have. */
export class EnvelopeReader implements XmlSink {
  readonly #shape: Shape;
  readonly #content: XmlSink;
  readonly #report: (error: RpcError) => void;
  readonly #above: string[] = [];
  /** Elements around the content, as they came. */
  readonly around: { readonly local: string; readonly attributes: readonly XmlAttribute[] }[] = [];
  readonly #about = new ElementBuilder();
  /** Receives what is inside the element that was met last; nothing when it is misplaced. */
  #receiver: XmlSink | undefined;
  /** Elements open inside the envelope. */
  #depth = 0;

  constructor(type: DocumentType, content: XmlSink, report: (error: RpcError) => void) {
    this.#shape = SHAPES[type] ?? (() => 'content');
    this.#content = content;
    this.#report = report;
  }

  /** Elements beside the content that are about the message. */
  get about(): readonly XmlElement[] {
    return this.#about.elements;
  }

  open(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    if (this.#depth === 0) {
      const meaning = this.#shape(this.#above, namespace, local);
      if (meaning === 'around') {
        this.#above.push(local);
        this.around.push({ local, attributes });
        return;
      }
      this.#receiver = this.#receiverOf(meaning, local);
    }
    this.#depth += 1;
    this.#receiver?.open(namespace, local, attributes, scope);
  }

  #receiverOf(meaning: Meaning, local: string): XmlSink | undefined {
    if (meaning === 'content') return this.#content;
    if (meaning === 'about') return this.#about;
    const message = `<${local}> is not the element that such a document begins with`;
    this.#report(badElement(local, { type: 'protocol', message }));
    return undefined;
  }

  text(text: string): void {
    if (this.#depth > 0) this.#receiver?.text(text);
    else if (/\S/.test(text)) this.#content.text(text);
  }

  close(scope: NamespaceScope): void {
    if (this.#depth === 0) {
      this.#above.pop();
      return;
    }
    this.#depth -= 1;
    this.#receiver?.close(scope);
  }
}
