/**
 * The errors of NETCONF as plain values (RFC 6241, section 4.3 and appendix A).
 *
 * They sit at the bottom of the layers because validation has to fill in tag, path and app-tag where
 * these are known; only their XML form belongs to `netconf`.
 */
import { visibleText } from '../util/index.ts';

export type ErrorType = 'transport' | 'rpc' | 'protocol' | 'application';

export type ErrorTag =
  | 'in-use'
  | 'invalid-value'
  | 'too-big'
  | 'missing-attribute'
  | 'bad-attribute'
  | 'unknown-attribute'
  | 'missing-element'
  | 'bad-element'
  | 'unknown-element'
  | 'unknown-namespace'
  | 'access-denied'
  | 'lock-denied'
  | 'resource-denied'
  | 'rollback-failed'
  | 'data-exists'
  | 'data-missing'
  | 'operation-not-supported'
  | 'operation-failed'
  | 'partial-operation'
  | 'malformed-message';

/**
 * A node in an error path. The path is kept with namespaces and turned into an XPath expression with
 * prefixes when the error is written.
 */
export interface PathStep {
  readonly namespace: string;
  /** Module name, which serves as the prefix when the path is printed. */
  readonly module: string;
  readonly name: string;
  /** Key leaves and their canonical values, for a list entry. */
  readonly keys?: readonly (readonly [name: string, value: string])[];
  /** Canonical value, for a leaf-list entry. */
  readonly value?: string;
}

/** The children of error-info that RFC 6241 and RFC 7950 name. */
export interface ErrorInfo {
  readonly badAttribute?: string;
  readonly badElement?: string;
  readonly badNamespace?: string;
  /** Holder of the lock; 0 when it is not a NETCONF session. */
  readonly sessionId?: number;
  /** RFC 7950, section 15.1: paths of the leaves whose combination is not unique; text when received. */
  readonly nonUnique?: readonly (readonly PathStep[] | string)[];
  /** RFC 7950, section 15.6: the name of the mandatory choice. */
  readonly missingChoice?: string;
  /** Elements that other modules define, such as the hints of RFC 8639 and RFC 8641, or a vendor. */
  readonly elements?: readonly InfoElement[];
}

/** An element of error-info with child elements, with text, or with an instance-identifier. */
export interface InfoElement {
  readonly namespace: string;
  readonly name: string;
  readonly content: string | readonly InfoElement[] | { readonly path: readonly PathStep[] };
}

export interface RpcError {
  readonly type: ErrorType;
  readonly tag: ErrorTag;
  readonly severity: 'error' | 'warning';
  readonly appTag?: string;
  /** As steps when we report it; as the text that was received when a peer reports it. */
  readonly path?: readonly PathStep[] | string;
  readonly message?: string;
  readonly info?: ErrorInfo;
}

/** Carries one or more {@link RpcError}s across layers. */
export class RpcErrorException extends Error {
  readonly errors: readonly RpcError[];

  constructor(errors: RpcError | readonly RpcError[], options?: ErrorOptions) {
    const list = 'tag' in errors ? [errors] : errors;
    super(list.map(describeRpcError).join('; '), options);
    this.name = 'RpcErrorException';
    this.errors = list;
  }
}

/** One line for people: message, tag and path. Control characters in it cannot reach a terminal. */
export function describeRpcError(error: RpcError): string {
  const path = pathText(error);
  const text = error.message ? `${shorten(error.message)} [${error.tag}]` : error.tag;
  return visibleText(path ? `${text} (${shorten(path)})` : text);
}

/** Messages and paths quote what is in data, which may be of any length. */
const MAX_LENGTH = 2000;

function shorten(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}

/** The path of an error as text; undefined when it has none. */
export function pathText({ path }: RpcError): string | undefined {
  return path === undefined || typeof path === 'string' ? path : printPath(path);
}

/** Prints a path as an instance-identifier with module names for prefixes (RFC 7950, section 9.13). */
export function printPath(path: readonly PathStep[]): string {
  return path.map((step, index) => printStep(step, path[index - 1])).join('') || '/';
}

function printStep(step: PathStep, parent: PathStep | undefined): string {
  const name = parent?.module === step.module ? step.name : `${step.module}:${step.name}`;
  if (step.value !== undefined) return `/${name}[.=${quoteXPath(step.value)}]`;
  const keys = (step.keys ?? []).map(([key, value]) => `[${key}=${quoteXPath(value)}]`);
  return `/${name}${keys.join('')}`;
}

/** An XPath 1.0 literal; XPath has no escapes, so a text with both quotes becomes a concat(). */
export function quoteXPath(text: string): string {
  if (!text.includes("'")) return `'${text}'`;
  if (!text.includes('"')) return `"${text}"`;
  return `concat(${text
    .split("'")
    .map((part) => `'${part}'`)
    .join(`, "'", `)})`;
}
