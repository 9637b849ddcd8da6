/** Documents of ietf-yang-library (RFC 8525, RFC 7895): written from a schema, and read for one. */
import { createFileModuleRepository } from '../../../src/node/file-module-repository.ts';
import { packageYangDirectory } from '../../../src/node/package-files.ts';
import { parseDocument, printDocument, type DocumentFormat } from '../../../src/data/index.ts';
import {
  compile,
  modulesFromYangLibrary,
  type JsonObject,
  type ModuleRequest,
  type SchemaContext,
} from '../../../src/yang/index.ts';
import { printDataError } from './data-errors.ts';
import type { DataFile } from './data-files.ts';

/** A document of ietf-yang-library, given as JSON, in the encoding asked for. */
export function printLibrary(content: JsonObject, format: DocumentFormat): string {
  const file = { name: 'yang-library', text: JSON.stringify(content), format: 'json' } as const;
  return convert(file, format);
}

/** The modules that a document of ietf-yang-library says are implemented. */
export function readLibrary(file: DataFile): readonly ModuleRequest[] {
  return modulesFromYangLibrary(JSON.parse(convert(file, 'json')));
}

function convert({ name, text, format: from }: DataFile, format: DocumentFormat): string {
  // Servers leave out what is mandatory for others, and what they leave out is not missed here.
  const { document, errors } = parseDocument(librarySchema(), text, { format: from, type: 'get' });
  const [error] = errors;
  if (error || !document) throw new Error(error ? printDataError(name, error) : `${name} is empty`);
  return printDocument(document, { format, pretty: true }).text;
}

function librarySchema(): SchemaContext {
  const repository = createFileModuleRepository([packageYangDirectory()]);
  const modules = [{ name: 'ietf-yang-library' }, { name: 'ietf-datastores' }];
  const { context } = compile(repository, { modules });
  if (!context) throw new Error('the module ietf-yang-library of the package does not compile');
  return context;
}
