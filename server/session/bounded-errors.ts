/**
 * Errors that quote what a client has sent, made short enough to send back: a name of two million characters is
 * a mistake that can be told in fewer.
 */
import type { ErrorInfo, InfoElement, PathStep, RpcError } from '../../src/error/index.ts';

/** Characters of a text; of a path, where it is a text. */
const MAX_TEXT = 2000;
/** Characters of a name or of a value in a path. */
const MAX_NAME = 500;
/** Errors in one reply. */
const MAX_ERRORS = 1000;

/** The same errors when they are short enough. */
export function boundErrors(errors: readonly RpcError[]): readonly RpcError[] {
  if (errors.length <= MAX_ERRORS) return errors.map(boundError);
  const rest = errors.length - MAX_ERRORS;
  const more: RpcError = {
    type: 'application',
    tag: 'operation-failed',
    severity: 'error',
    message: `… and ${String(rest)} more errors`,
  };
  return [...errors.slice(0, MAX_ERRORS).map(boundError), more];
}

function boundError(error: RpcError): RpcError {
  const { message, appTag, path, info } = error;
  return {
    ...error,
    ...(appTag === undefined ? {} : { appTag: shorten(appTag, MAX_NAME) }),
    ...(message === undefined ? {} : { message: shorten(message, MAX_TEXT) }),
    ...(path === undefined ? {} : { path: boundPath(path) }),
    ...(info === undefined ? {} : { info: boundInfo(info) }),
  };
}

function boundInfo(info: ErrorInfo): ErrorInfo {
  const { badAttribute, badElement, badNamespace, missingChoice, nonUnique, elements } = info;
  const names = { badAttribute, badElement, badNamespace, missingChoice };
  const bounded = Object.entries(names).flatMap(([key, name]) =>
    name === undefined ? [] : [[key, shorten(name, MAX_NAME)] as const],
  );
  return {
    ...info,
    ...Object.fromEntries(bounded),
    ...(nonUnique === undefined ? {} : { nonUnique: nonUnique.map(boundPath) }),
    ...(elements === undefined ? {} : { elements: elements.map(boundElement) }),
  };
}

function boundElement(element: InfoElement): InfoElement {
  const { content } = element;
  if (typeof content === 'string') return { ...element, content: shorten(content, MAX_TEXT) };
  const isPath = 'path' in content;
  return {
    ...element,
    content: isPath ? { path: boundSteps(content.path) } : content.map(boundElement),
  };
}

function boundPath(path: readonly PathStep[] | string): readonly PathStep[] | string {
  return typeof path === 'string' ? shorten(path, MAX_TEXT) : boundSteps(path);
}

function boundSteps(path: readonly PathStep[]): readonly PathStep[] {
  return path.map((step) => ({
    ...step,
    ...(step.value === undefined ? {} : { value: shorten(step.value, MAX_NAME) }),
    ...(step.keys === undefined
      ? {}
      : { keys: step.keys.map(([key, value]) => [key, shorten(value, MAX_NAME)] as const) }),
  }));
}

/** Cuts between characters, never within a pair of surrogates. */
function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const isSplit = /[\uD800-\uDBFF]/.test(text.charAt(length - 1));
  return `${text.slice(0, isSplit ? length - 1 : length)}…`;
}
