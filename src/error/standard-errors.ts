/**
 * One constructor for each error-tag of RFC 6241, appendix A.
 *
 * Each fixes tag, the types that go with it and the error-info that is mandatory for it, so that an
 * illegal combination cannot be written. partial-operation is obsolete and has none.
 */
import type { ErrorInfo, ErrorTag, ErrorType, PathStep, RpcError } from './rpc-error.ts';

/** What may be added to any error. `undefined` counts as not given. */
export interface ErrorDetails<T extends ErrorType = ErrorType> {
  readonly type?: T | undefined;
  readonly path?: readonly PathStep[] | string | undefined;
  readonly appTag?: string | undefined;
  readonly message?: string | undefined;
}

type ProtocolOrApplication = 'protocol' | 'application';
type NotTransport = 'rpc' | ProtocolOrApplication;

interface Fixed {
  readonly type: ErrorType;
  readonly message: string;
  readonly info?: ErrorInfo | undefined;
  readonly appTag?: string | undefined;
}

/** Puts an error together; what is absent is left out, so that errors compare with deepEqual. */
export function makeError(tag: ErrorTag, fixed: Fixed, details: ErrorDetails = {}): RpcError {
  const appTag = details.appTag ?? fixed.appTag;
  return {
    type: details.type ?? fixed.type,
    tag,
    severity: 'error',
    ...(appTag === undefined ? {} : { appTag }),
    ...(details.path === undefined ? {} : { path: details.path }),
    message: details.message ?? fixed.message,
    ...(fixed.info === undefined ? {} : { info: fixed.info }),
  };
}

/** The request needs a resource that already is in use. */
export function inUse(message: string, details?: ErrorDetails<ProtocolOrApplication>): RpcError {
  return makeError('in-use', { type: 'application', message }, details);
}

/** An unacceptable value for a parameter or a data node. */
export function invalidValue(
  message: string,
  details?: ErrorDetails<ProtocolOrApplication>,
): RpcError {
  return makeError('invalid-value', { type: 'application', message }, details);
}

/** The request, or the answer it would have, is too large. */
export function tooBig(message: string, details?: ErrorDetails): RpcError {
  return makeError('too-big', { type: 'application', message }, details);
}

export function missingAttribute(
  attribute: string,
  element: string,
  details?: ErrorDetails<NotTransport>,
): RpcError {
  const message = `attribute "${attribute}" is missing from <${element}>`;
  const info = { badAttribute: attribute, badElement: element };
  return makeError('missing-attribute', { type: 'protocol', message, info }, details);
}

export function badAttribute(
  attribute: string,
  element: string,
  details?: ErrorDetails<NotTransport>,
): RpcError {
  const message = `attribute "${attribute}" of <${element}> has an unacceptable value`;
  const info = { badAttribute: attribute, badElement: element };
  return makeError('bad-attribute', { type: 'protocol', message, info }, details);
}

export function unknownAttribute(
  attribute: string,
  element: string,
  details?: ErrorDetails<NotTransport>,
): RpcError {
  const message = `attribute "${attribute}" of <${element}> is not known`;
  const info = { badAttribute: attribute, badElement: element };
  return makeError('unknown-attribute', { type: 'protocol', message, info }, details);
}

export function missingElement(
  element: string,
  details?: ErrorDetails<ProtocolOrApplication>,
): RpcError {
  const message = `element <${element}> is missing`;
  return makeError(
    'missing-element',
    { type: 'application', message, info: { badElement: element } },
    details,
  );
}

export function badElement(
  element: string,
  details?: ErrorDetails<ProtocolOrApplication>,
): RpcError {
  const message = `element <${element}> is not acceptable here`;
  return makeError(
    'bad-element',
    { type: 'application', message, info: { badElement: element } },
    details,
  );
}

export function unknownElement(
  element: string,
  details?: ErrorDetails<ProtocolOrApplication>,
): RpcError {
  const message = `element <${element}> is not known`;
  return makeError(
    'unknown-element',
    { type: 'application', message, info: { badElement: element } },
    details,
  );
}

export function unknownNamespace(
  element: string,
  namespace: string,
  details?: ErrorDetails<ProtocolOrApplication>,
): RpcError {
  const message =
    namespace === ''
      ? `element <${element}> has no namespace`
      : `namespace "${namespace}" of element <${element}> is not known`;
  const info = { badElement: element, badNamespace: namespace };
  return makeError('unknown-namespace', { type: 'application', message, info }, details);
}

/** Authorization failed (RFC 8341). */
export function accessDenied(
  message = 'access denied',
  details?: ErrorDetails<ProtocolOrApplication>,
): RpcError {
  return makeError('access-denied', { type: 'application', message }, details);
}

/** The lock is held. `holder` is 0 when a non-NETCONF entity holds it (RFC 6241, section 7.5). */
export function lockDenied(holder: number, details?: ErrorDetails<'protocol'>): RpcError {
  const message =
    holder === 0
      ? 'the lock is held, but not by a NETCONF session'
      : `the lock is held by session ${String(holder)}`;
  return makeError(
    'lock-denied',
    { type: 'protocol', message, info: { sessionId: holder } },
    details,
  );
}

/** Not enough of something: memory, table space, sessions. */
export function resourceDenied(message: string, details?: ErrorDetails): RpcError {
  return makeError('resource-denied', { type: 'application', message }, details);
}

export function rollbackFailed(
  message: string,
  details?: ErrorDetails<ProtocolOrApplication>,
): RpcError {
  return makeError('rollback-failed', { type: 'application', message }, details);
}

/** `create` met data that is there already. */
export function dataExists(details?: ErrorDetails<'application'>): RpcError {
  return makeError(
    'data-exists',
    { type: 'application', message: 'the data exists already' },
    details,
  );
}

/** `delete` met no data, or something that the request relies on is not there. */
export function dataMissing(details?: ErrorDetails<'application'>): RpcError {
  return makeError(
    'data-missing',
    { type: 'application', message: 'the data does not exist' },
    details,
  );
}

export function operationNotSupported(
  message: string,
  details?: ErrorDetails<ProtocolOrApplication>,
): RpcError {
  return makeError('operation-not-supported', { type: 'protocol', message }, details);
}

/** A failure that no other tag describes. */
export function operationFailed(message: string, details?: ErrorDetails<NotTransport>): RpcError {
  return makeError('operation-failed', { type: 'application', message }, details);
}

/** Not well-formed, or not UTF-8. Must not be sent to a peer without base:1.1. */
export function malformedMessage(message: string): RpcError {
  return makeError('malformed-message', { type: 'rpc', message });
}
