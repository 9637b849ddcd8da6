/** A JSON document, whatever its type, to trees (RFC 7951). */
import {
  badElement,
  malformedMessage,
  operationNotSupported,
  unknownElement,
} from '../../error/index.ts';
import type { RpcError } from '../../error/index.ts';
import type { SchemaContext, StructureNode } from '../../yang/index.ts';
import { JsonDecoder } from '../codec/json-decode.ts';
import type { JsonDecodeOptions } from '../codec/json-decode.ts';
import { namespaceOf, parseMemberName } from '../codec/json-names.ts';
import { JsonError, JsonReader } from '../codec/json-reader.ts';
import type { DecodedDocument, DecodeTarget } from './decode-target.ts';
import { OPERATION_PARTS, directOutput, findStructure } from './decode-target.ts';
import { hasNoState } from './document.ts';
import type { DocumentType, ParseDocumentOptions } from './document.ts';

/** Messages of NETCONF are XML (RFC 6241, section 3). */
const XML_ONLY: ReadonlySet<DocumentType> = new Set(['nc-rpc', 'nc-reply', 'nc-notification']);

/** The members that RESTCONF puts around data (RFC 8040, sections 3.3.1 and 4.3). */
const AROUND: ReadonlySet<string> = new Set(['ietf-restconf:data', 'ietf-netconf:data']);
const MAY_HAVE_AROUND: ReadonlySet<DocumentType> = new Set([
  'data',
  'config',
  'get',
  'get-config',
  'edit',
]);

/** Undefined when the text is not well-formed. */
export function decodeJsonDocument(
  context: SchemaContext,
  text: string,
  options: ParseDocumentOptions,
  target: DecodeTarget,
): DecodedDocument | undefined {
  const { type = 'data' } = options;
  if (XML_ONLY.has(type)) {
    const message = `messages of NETCONF are XML: there is no "${type}" in JSON`;
    target.onError(operationNotSupported(message), 0);
    return undefined;
  }
  try {
    return decode(context, text, options, target);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    target.onError(malformedMessage(error.message), error.offset);
    return undefined;
  }
}

function decode(
  context: SchemaContext,
  text: string,
  options: ParseDocumentOptions,
  target: DecodeTarget,
): DecodedDocument | undefined {
  const { type = 'data' } = options;
  const reader = new JsonReader(text);
  if (reader.kind() !== 'object') {
    const message = 'a document is an object, with a member for each node at the top';
    target.onError(badElement('', { message }), reader.start);
    return undefined;
  }
  const wrapper = MAY_HAVE_AROUND.has(type) ? enterAround(text, reader) : undefined;
  const structure =
    type === 'structure' ? structureOf(context, text, options, target.onError) : undefined;
  if (type === 'structure' && !structure) return noTree;
  const output = directOutput(options);
  const decoder = new JsonDecoder(
    context,
    reader,
    output?.schema ?? structure?.root ?? context.root,
    decodeOptions(options, target, output),
  );
  decoder.object(output?.schema.module);
  if (wrapper) {
    while (reader.nextName() !== undefined) {
      const message = `nothing stands beside "${wrapper}"`;
      target.onError(badElement(wrapper, { message }), reader.start);
      reader.skip();
    }
  }
  reader.end();
  const { operation } = decoder;
  return {
    tree: decoder.finish(),
    structure,
    operation: operation && { node: operation.node, tree: operation.decoder.finish() },
    ancestors: decoder.ancestors,
    around: [],
    envelope: undefined,
  };
}

const noTree: DecodedDocument = {
  tree: undefined,
  structure: undefined,
  operation: undefined,
  ancestors: [],
  around: [],
  envelope: undefined,
};

function decodeOptions(
  { type = 'data', allowUnknown = false, maxErrors = 20 }: ParseDocumentOptions,
  { annotations, onError, offsets, emptyContainers }: DecodeTarget,
  output: ReturnType<typeof directOutput>,
): JsonDecodeOptions {
  return {
    path: output?.path ?? [],
    annotations,
    allowUnknown,
    maxErrors,
    onError,
    edit: type === 'edit',
    state: !hasNoState({ type }),
    operation: output ? undefined : OPERATION_PARTS[type],
    ...(offsets ? { offsets } : {}),
    ...(emptyContainers ? { emptyContainers } : {}),
  };
}

/** Goes into the member around the data, if the first one is that. */
function enterAround(text: string, reader: JsonReader): string | undefined {
  const name = firstName(text);
  if (name === undefined || !AROUND.has(name)) return undefined;
  reader.openObject();
  reader.nextName();
  return name;
}

/** The name of the first member that is no metadata. */
function firstName(text: string): string | undefined {
  const reader = new JsonReader(text);
  reader.openObject();
  let name = reader.nextName();
  while (name?.startsWith('@') === true) {
    reader.skip();
    name = reader.nextName();
  }
  return name;
}

function structureOf(
  context: SchemaContext,
  text: string,
  options: ParseDocumentOptions,
  onError: (error: RpcError, offset: number) => void,
): StructureNode | undefined {
  const first = firstName(text);
  const name = first === undefined ? undefined : parseMemberName(first);
  const namespace = name && namespaceOf(context, name, undefined);
  if (name && namespace !== undefined) {
    const found = findStructure(context, options, namespace, name.name);
    if (found) return found;
  }
  if (first !== undefined) {
    const message = `"${first}" is no structure that is known`;
    onError(unknownElement(first, { message }), 0);
  }
  return undefined;
}
