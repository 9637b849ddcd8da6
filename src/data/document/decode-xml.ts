/** An XML document, whatever its type, to trees (RFC 7950, section 7). */
import { malformedMessage, unknownElement } from '../../error/index.ts';
import type { PathStep, RpcError } from '../../error/index.ts';
import { XmlError, XmlTokenizer } from '../../xml/index.ts';
import type { NamespaceScope, XmlAttribute, XmlSink } from '../../xml/index.ts';
import type { BranchSchemaNode, SchemaContext, StructureNode } from '../../yang/index.ts';
import { DataDecoder } from '../codec/xml-decode.ts';
import type { DecodeOptions } from '../codec/xml-decode.ts';
import type { DecodedDocument, DecodeTarget } from './decode-target.ts';
import { OPERATION_PARTS, directOutput, findStructure } from './decode-target.ts';
import { hasNoState } from './document.ts';
import type { ParseDocumentOptions } from './document.ts';
import { EnvelopeReader } from './envelope-reader.ts';
import { readEnvelope } from './envelope.ts';

/** Undefined when the text is not well-formed. */
export function decodeXmlDocument(
  context: SchemaContext,
  text: string,
  options: ParseDocumentOptions,
  target: DecodeTarget,
): DecodedDocument | undefined {
  return new XmlDocumentDecoder(context, text, options, target).run();
}

class XmlDocumentDecoder implements XmlSink {
  readonly #context: SchemaContext;
  readonly #text: string;
  readonly #options: ParseDocumentOptions;
  readonly #target: DecodeTarget;
  readonly #tokenizer: XmlTokenizer;
  readonly #envelope: EnvelopeReader;
  /** Made when the content begins: of a structure only its first element tells which one it is. */
  #decoder: DataDecoder | undefined;
  #structure: StructureNode | undefined;
  /** Elements open inside an element of which nothing is known. */
  #skipping = 0;

  constructor(
    context: SchemaContext,
    text: string,
    options: ParseDocumentOptions,
    target: DecodeTarget,
  ) {
    this.#context = context;
    this.#text = text;
    this.#options = options;
    this.#target = target;
    const type = options.type ?? 'data';
    this.#envelope = new EnvelopeReader(type, this, (error) => {
      this.#report(error);
    });
    this.#tokenizer = new XmlTokenizer(this.#envelope, {}, { fragment: true });
    if (type !== 'structure') this.#decoder = this.#decoderOf(context.root);
  }

  run(): DecodedDocument | undefined {
    try {
      this.#tokenizer.write(withoutDeclaration(this.#text));
      this.#tokenizer.end();
    } catch (error) {
      if (!(error instanceof XmlError)) throw error;
      const offset = Math.max(0, this.#tokenizer.offset - 1);
      this.#target.onError(malformedMessage(faultOf(error)), offset);
      return undefined;
    }
    const { operation } = this.#decoder ?? {};
    const tree = this.#decoder?.finish();
    const envelope = readEnvelope(this.#options, this.#envelope, (error) => {
      this.#target.onError(error, 0);
    });
    return {
      tree,
      structure: this.#structure,
      operation: operation && { node: operation.node, tree: operation.decoder.finish() },
      ancestors: this.#decoder?.ancestors ?? [],
      around: this.#envelope.around.map(({ local }) => local),
      envelope,
    };
  }

  open(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    this.#decoder ??= this.#structureDecoder(namespace, local);
    if (this.#decoder) this.#decoder.open(namespace, local, attributes, scope);
    else this.#skipping += 1;
  }

  text(text: string): void {
    this.#decoder?.text(text);
  }

  close(scope: NamespaceScope): void {
    if (this.#skipping > 0) this.#skipping -= 1;
    else this.#decoder?.close(scope);
  }

  #structureDecoder(namespace: string, local: string): DataDecoder | undefined {
    if (this.#skipping > 0) return undefined;
    this.#structure = findStructure(this.#context, this.#options, namespace, local);
    if (this.#structure) return this.#decoderOf(this.#structure.root);
    const message = `<${local}> of "${namespace}" is no structure that is known`;
    this.#report(unknownElement(local, { message }));
    return undefined;
  }

  #decoderOf(root: BranchSchemaNode): DataDecoder {
    const type = this.#options.type ?? 'data';
    const output = directOutput(this.#options);
    return new DataDecoder(output?.schema ?? root, {
      ...this.#decodeOptions(output?.path),
      edit: type === 'edit',
      state: !hasNoState({ type }),
      operation: output ? undefined : OPERATION_PARTS[type],
    });
  }

  #decodeOptions(path: readonly PathStep[] = []): DecodeOptions {
    const { annotations, offsets, emptyContainers } = this.#target;
    return {
      path,
      annotations,
      allowUnknown: this.#options.allowUnknown === true,
      keysFirst: this.#options.allowUnknown !== true,
      maxErrors: this.#options.maxErrors ?? 20,
      locate: () => this.#offset(),
      onError: (error, offset) => {
        this.#target.onError(error, offset);
      },
      ...(offsets ? { offsets } : {}),
      ...(emptyContainers ? { emptyContainers } : {}),
    };
  }

  /** Where the tag begins that has just been read. */
  #offset(): number {
    return Math.max(0, this.#text.lastIndexOf('<', this.#tokenizer.offset - 1));
  }

  #report(error: RpcError): void {
    this.#target.onError(error, this.#offset());
  }
}

const DECLARATION =
  /^\uFEFF?<\?xml\s+version\s*=\s*(?:"1\.\d"|'1\.\d')(?:\s+encoding\s*=\s*(?:"([\w.-]+)"|'([\w.-]+)'))?(?:\s+standalone\s*=\s*(?:"(?:yes|no)"|'(?:yes|no)'))?\s*\?>/;

/** With spaces for an XML declaration, which only a whole document may have. Offsets stay what they are. */
function withoutDeclaration(text: string): string {
  const [declaration, double, single] = DECLARATION.exec(text) ?? [];
  if (declaration === undefined) return text;
  const encoding = double ?? single ?? 'UTF-8';
  if (!/^utf-8$/i.test(encoding)) {
    const message = `the encoding must be UTF-8, not "${encoding}"`;
    throw new XmlError('encoding', message, { line: 1, column: 0 });
  }
  return ' '.repeat(declaration.length) + text.slice(declaration.length);
}

/** What is wrong, without the place. */
function faultOf({ message }: XmlError): string {
  // Between elements of a fragment the parser knows no document type to refuse (RFC 6241, section 3).
  if (message.includes('doctype')) return 'a document type declaration is not allowed';
  return message.replace(/ \(line \d+, column \d+\)$/, '');
}
