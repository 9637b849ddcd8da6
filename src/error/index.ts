/** Errors of the NETCONF protocol as values, and one constructor for each case. */
export {
  RpcErrorException,
  describeRpcError,
  pathText,
  printPath,
  quoteXPath,
} from './rpc-error.ts';
export type {
  ErrorInfo,
  ErrorTag,
  ErrorType,
  InfoElement,
  PathStep,
  RpcError,
} from './rpc-error.ts';
export {
  accessDenied,
  badAttribute,
  badElement,
  dataExists,
  dataMissing,
  inUse,
  invalidValue,
  lockDenied,
  malformedMessage,
  missingAttribute,
  missingElement,
  operationFailed,
  operationNotSupported,
  resourceDenied,
  rollbackFailed,
  tooBig,
  unknownAttribute,
  unknownElement,
  unknownNamespace,
} from './standard-errors.ts';
export type { ErrorDetails } from './standard-errors.ts';
export {
  dataNotUnique,
  instanceRequired,
  missingChoice,
  missingInstance,
  missingKey,
  missingMandatory,
  mustViolation,
  secondCase,
  tooFewElements,
  tooManyElements,
  typeViolation,
  whenFalse,
} from './yang-errors.ts';
export type { ConstraintText } from './yang-errors.ts';
