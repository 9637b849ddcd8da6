/** rpc-error elements (RFC 6241, section 4.3 and appendix A; error-info of RFC 7950, section 15). */
import { quoteXPath } from '../error/index.ts';
import type {
  ErrorInfo,
  ErrorTag,
  ErrorType,
  InfoElement,
  PathStep,
  RpcError,
} from '../error/index.ts';
import { XML_NAMESPACE, childElements, findChild, textContent } from '../xml/index.ts';
import type { XmlElement, XmlWriter } from '../xml/index.ts';
import { NETCONF_BASE_NS, YANG_NS } from './constants.ts';
import { parseErrorPath } from './error-path.ts';
import type { ReceivedRpcError } from './received-error.ts';

/** The tags of RFC 6241, appendix A. */
export const ERROR_TAGS: readonly ErrorTag[] = [
  'in-use',
  'invalid-value',
  'too-big',
  'missing-attribute',
  'bad-attribute',
  'unknown-attribute',
  'missing-element',
  'bad-element',
  'unknown-element',
  'unknown-namespace',
  'access-denied',
  'lock-denied',
  'resource-denied',
  'rollback-failed',
  'data-exists',
  'data-missing',
  'operation-not-supported',
  'operation-failed',
  'partial-operation',
  'malformed-message',
];

export const ERROR_TYPES: readonly ErrorType[] = ['transport', 'rpc', 'protocol', 'application'];

const ENGLISH = [{ namespace: XML_NAMESPACE, local: 'lang', value: 'en' }];

export function encodeRpcErrors(writer: XmlWriter, errors: Iterable<RpcError>): void {
  for (const error of errors) encodeRpcError(writer, error);
}

function encodeRpcError(writer: XmlWriter, error: RpcError): void {
  const leaf = (local: string, text: string): void => {
    writer.leaf(NETCONF_BASE_NS, local, text);
  };
  writer.open(NETCONF_BASE_NS, 'rpc-error');
  // Prefixes of the path are those in scope on <rpc-error>, not on <error-path>: section 4.3.
  const path = error.path === undefined ? undefined : pathText(writer, error.path);
  const nonUnique = error.info?.nonUnique?.map((item) => pathText(writer, item));
  leaf('error-type', error.type);
  leaf('error-tag', error.tag);
  leaf('error-severity', error.severity);
  if (error.appTag !== undefined) leaf('error-app-tag', error.appTag);
  if (path !== undefined) leaf('error-path', path);
  if (error.message !== undefined) {
    writer.leaf(NETCONF_BASE_NS, 'error-message', error.message, ENGLISH);
  }
  if (error.info) encodeErrorInfo(writer, error.info, nonUnique ?? []);
  writer.close();
}

function encodeErrorInfo(writer: XmlWriter, info: ErrorInfo, nonUnique: readonly string[]): void {
  const leaf = (local: string, text: string | number | undefined, namespace = NETCONF_BASE_NS) => {
    if (text !== undefined) writer.leaf(namespace, local, String(text));
  };
  writer.open(NETCONF_BASE_NS, 'error-info');
  leaf('bad-attribute', info.badAttribute);
  leaf('bad-element', info.badElement);
  leaf('bad-namespace', info.badNamespace);
  leaf('session-id', info.sessionId);
  for (const path of nonUnique) leaf('non-unique', path, YANG_NS);
  leaf('missing-choice', info.missingChoice, YANG_NS);
  for (const element of info.elements ?? []) writeElement(writer, element);
  writer.close();
}

function writeElement(writer: XmlWriter, { namespace, name, content }: InfoElement): void {
  if (typeof content === 'string') {
    writer.leaf(namespace, name, content);
    return;
  }
  writer.open(namespace, name);
  if ('path' in content) writer.text(pathText(writer, content.path));
  else for (const child of content) writeElement(writer, child);
  writer.close();
}

function pathText(writer: XmlWriter, path: readonly PathStep[] | string): string {
  if (typeof path === 'string') return path;
  if (path.length === 0) return '/';
  return path.map((step) => stepText(writer, step)).join('');
}

/** Every name has a prefix: in XPath 1.0 a name without one is in no namespace. */
function stepText(writer: XmlWriter, step: PathStep): string {
  const prefix = writer.prefixFor(step.namespace, step.module);
  const keys = (step.keys ?? []).map(([key, value]) => `[${prefix}:${key}=${quoteXPath(value)}]`);
  const value = step.value === undefined ? '' : `[.=${quoteXPath(step.value)}]`;
  return `/${prefix}:${step.name}${keys.join('')}${value}`;
}

/** Whether a child of rpc-reply is an error; some servers forget its namespace. */
export function isRpcError(namespace: string, local: string): boolean {
  return local === 'rpc-error' && (namespace === NETCONF_BASE_NS || namespace === '');
}

/**
 * Reads an rpc-error element. Peers are taken as they are: what is missing gets the most general value,
 * a tag that no RFC defines becomes `operation-failed` and is named in the message.
 */
export function decodeRpcError(element: XmlElement): ReceivedRpcError {
  const child = (local: string): XmlElement | undefined =>
    findChild(element, NETCONF_BASE_NS, local) ?? findChild(element, '', local);
  const text = (local: string): string | undefined => {
    const found = child(local);
    return found && textContent(found).trim();
  };
  const tag = text('error-tag') ?? '';
  const knownTag = ERROR_TAGS.find((known) => known === tag);
  const message = text('error-message');
  const foreign = `unknown error-tag "${tag}"${message === undefined ? '' : `: ${message}`}`;
  const shown = knownTag ? message : foreign;
  const appTag = text('error-app-tag');
  const info = child('error-info');
  return {
    type: ERROR_TYPES.find((known) => known === text('error-type')) ?? 'application',
    tag: knownTag ?? 'operation-failed',
    severity: text('error-severity') === 'warning' ? 'warning' : 'error',
    ...(appTag === undefined ? {} : { appTag }),
    ...decodePath(child('error-path')),
    ...(shown === undefined ? {} : { message: shown }),
    ...(info && decodeErrorInfo(info)),
  };
}

function decodePath(element: XmlElement | undefined): Pick<ReceivedRpcError, 'path' | 'steps'> {
  if (!element) return {};
  const path = textContent(element).trim();
  const steps = parseErrorPath(path, element.bindings);
  return steps ? { path, steps } : { path };
}

type InfoPart = Pick<ReceivedRpcError, 'vendorInfo'> & { info?: ErrorInfo };

function decodeErrorInfo(element: XmlElement): InfoPart {
  const info: { -readonly [K in keyof ErrorInfo]: ErrorInfo[K] } = {};
  const nonUnique: string[] = [];
  const vendorInfo: XmlElement[] = [];
  for (const child of childElements(element)) {
    const text = textContent(child).trim();
    const name = `${NAMED_IN.get(child.namespace) ?? 'other'} ${child.local}`;
    if (name === 'base bad-attribute') info.badAttribute = text;
    else if (name === 'base bad-element') info.badElement = text;
    else if (name === 'base bad-namespace') info.badNamespace = text;
    else if (name === 'base session-id' && /^\d+$/.test(text)) info.sessionId = Number(text);
    else if (name === 'yang non-unique') nonUnique.push(text);
    else if (name === 'yang missing-choice') info.missingChoice = text;
    else vendorInfo.push(child);
  }
  if (nonUnique.length > 0) info.nonUnique = nonUnique;
  if (vendorInfo.length > 0) info.elements = vendorInfo.map(infoElement);
  return {
    ...(Object.keys(info).length > 0 ? { info } : {}),
    ...(vendorInfo.length > 0 ? { vendorInfo } : {}),
  };
}

function infoElement(element: XmlElement): InfoElement {
  const { namespace, local: name } = element;
  const children = childElements(element);
  if (children.length === 0) return { namespace, name, content: textContent(element).trim() };
  return { namespace, name, content: children.map(infoElement) };
}

const NAMED_IN: ReadonlyMap<string, string> = new Map([
  [NETCONF_BASE_NS, 'base'],
  ['', 'base'],
  [YANG_NS, 'yang'],
]);
