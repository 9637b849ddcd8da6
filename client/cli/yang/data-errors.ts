/** Errors in data, for people and for programs (RFC 7950, section 15). */
import type { DocumentError } from '../../../src/data/index.ts';
import { pathText } from '../../../src/error/index.ts';
import { visibleText } from '../../../src/util/index.ts';

/** An error of a file, as `--json` prints it. */
export interface JsonDataError {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly tag: string;
  readonly appTag?: string;
  readonly path?: string;
  readonly message: string;
}

export function toJsonError(file: string, error: DocumentError): JsonDataError {
  const { position, tag, appTag, message } = error;
  const path = pathText(error);
  return {
    file,
    ...(position && { line: position.line, column: position.column }),
    tag,
    ...(appTag !== undefined && { appTag }),
    ...(path !== undefined && { path }),
    message: message ?? tag,
  };
}

/** `file:line:column: error: message [tag app-tag]`, and below it the path; both quote what is in the data. */
export function printDataError(file: string, error: DocumentError): string {
  const { line, column, tag, appTag, path, message } = toJsonError(file, error);
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  const tags = appTag === undefined ? tag : `${tag} ${appTag}`;
  const below = path === undefined ? '' : `  at ${visibleText(path)}\n`;
  return `${visibleText(`${place}: error: ${message} [${tags}]`)}\n${below}`;
}
