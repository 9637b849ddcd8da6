/**
 * One constructor for each violation that RFC 7950, sections 8.3.1 and 15, gives a tag and an app-tag.
 */
import { printPath, quoteXPath } from './rpc-error.ts';
import type { PathStep, RpcError } from './rpc-error.ts';
import {
  badAttribute,
  badElement,
  makeError,
  missingElement,
  unknownElement,
} from './standard-errors.ts';

type Path = readonly PathStep[];

/** Leaves that a message names. */
const MAX_SHOWN = 6;

/** What a module may say about the violation of one of its constraints (`error-message`, `error-app-tag`). */
export interface ConstraintText {
  readonly message?: string | undefined;
  readonly appTag?: string | undefined;
}

/** Entries of the list at `path` agree in all leaves of a `unique`. RFC 7950, section 15.1. */
export function dataNotUnique(path: Path, nonUnique: readonly Path[]): RpcError {
  const leaves = nonUnique.slice(0, MAX_SHOWN).map(printPath).join(', ');
  const rest = nonUnique.length > MAX_SHOWN ? ', …' : '';
  const message = `entries agree in all that must be unique together: ${leaves}${rest}`;
  return makeError(
    'operation-failed',
    { type: 'application', message, appTag: 'data-not-unique', info: { nonUnique } },
    { path },
  );
}

/** RFC 7950, section 15.2. `path` is that of the list or leaf-list. */
export function tooManyElements(path: Path, limit: number): RpcError {
  const message = `there are more than ${String(limit)} entries, the most that are allowed`;
  return makeError(
    'operation-failed',
    { type: 'application', message, appTag: 'too-many-elements' },
    { path },
  );
}

/** RFC 7950, section 15.3. `path` is that of the list or leaf-list. */
export function tooFewElements(path: Path, limit: number): RpcError {
  const message = `there are fewer than ${String(limit)} entries, the least that are needed`;
  return makeError(
    'operation-failed',
    { type: 'application', message, appTag: 'too-few-elements' },
    { path },
  );
}

/** RFC 7950, section 15.4; the statement's own message and app-tag go first. */
export function mustViolation(path: Path, expression: string, text: ConstraintText = {}): RpcError {
  const message = `the condition ${quoteXPath(expression)} does not hold`;
  return makeError(
    'operation-failed',
    { type: 'application', message, appTag: 'must-violation' },
    { path, ...text },
  );
}

/** A leafref or instance-identifier whose target does not exist. RFC 7950, section 15.5. */
export function instanceRequired(
  path: Path,
  message = 'the instance referred to does not exist',
): RpcError {
  return makeError(
    'data-missing',
    { type: 'application', message, appTag: 'instance-required' },
    { path },
  );
}

/** No case of a mandatory choice is there. `path` is that of the parent. RFC 7950, section 15.6. */
export function missingChoice(path: Path, choice: string): RpcError {
  const message = `no case of the mandatory choice "${choice}" is present`;
  return makeError(
    'data-missing',
    { type: 'application', message, appTag: 'missing-choice', info: { missingChoice: choice } },
    { path },
  );
}

/** `insert` before or after an entry that does not exist. RFC 7950, section 15.7. */
export function missingInstance(path: Path, attribute: string, element: string): RpcError {
  const message = `attribute "${attribute}" names an entry that does not exist`;
  return badAttribute(attribute, element, {
    type: 'application',
    path,
    appTag: 'missing-instance',
    message,
  });
}

/** A value outside its type, range, length or pattern. RFC 7950, section 8.3.1. */
export function typeViolation(path: Path, message: string, appTag?: string): RpcError {
  return makeError('invalid-value', { type: 'application', message, appTag }, { path });
}

/** A list entry without one of its keys. RFC 7950, section 8.3.1. */
export function missingKey(path: Path, key: string): RpcError {
  return missingElement(key, { path, message: `key "${key}" is missing` });
}

/** A mandatory leaf, anydata or anyxml that is not there. RFC 7950, section 8.3.3. */
export function missingMandatory(path: Path, name: string): RpcError {
  const message = `mandatory node "${name}" is missing`;
  return makeError('data-missing', { type: 'application', message }, { path });
}

/** Data of two cases of one choice in one request. RFC 7950, section 8.3.1. */
export function secondCase(path: Path, element: string, choice: string): RpcError {
  const message = `<${element}> belongs to another case of the choice "${choice}" than what came before`;
  return badElement(element, { path, message });
}

/** A node whose `when` is false. RFC 7950, section 8.3.1 and 8.3.2. */
export function whenFalse(path: Path, element: string, expression: string): RpcError {
  const message = `<${element}> may be present only when ${quoteXPath(expression)}`;
  return unknownElement(element, { path, message });
}
