/** What `sami yang validate` does with its files. */
import {
  applyEdit,
  parseDocument,
  validateDocument,
  writeDocument,
  type Branch,
  type DataDocument,
  type DecodedTree,
  type DocumentError,
} from '../../../src/data/index.ts';
import {
  Source,
  qnameKey,
  type SchemaContext,
  type StructureNode,
} from '../../../src/yang/index.ts';
import type { CliEnvironment } from '../environment.ts';
import { describeRpcError, malformedMessage } from '../../../src/error/index.ts';
import { EXIT_CODES, UsageError } from '../exit-code.ts';
import { printJson } from '../output.ts';
import { printDataError, toJsonError } from './data-errors.ts';
import { readDataFile, splitArguments, type DataFile } from './data-files.ts';
import { requireSchemas } from './diagnostics.ts';
import type { TextFault } from './read-text.ts';
import { readLibrary } from './library-document.ts';
import { ofPresent } from './present.ts';
import { documentTypeOf, withDefaultsOf, type ValidateOptions } from './validate.ts';
import { writePieces } from './write-result.ts';

interface CheckedFile {
  readonly file: DataFile;
  readonly document: DataDocument | undefined;
  readonly errors: readonly DocumentError[];
}

export function validateFiles(
  environment: CliEnvironment,
  args: readonly string[],
  options: ValidateOptions,
): void {
  const { schemas, data } = splitArguments(args);
  if (data.length === 0)
    throw new UsageError('no data to validate; give a .xml or .json file, or "-"');
  if (options.json === true && options.format !== undefined && options.output === undefined) {
    throw new UsageError('--json and --format want --output: both print to standard output');
  }
  const { yangLibraryFile: library } = options;
  const listed = library === undefined ? [] : readLibrary(readDataFile(library, undefined));
  if (schemas.length + listed.length === 0) throw new UsageError('no schema was given');
  const set = requireSchemas(environment, schemas, options, listed);
  if (!set) return;
  const validator = new Validator(set.context, options);
  const files = data.map((path) => validator.read(path));
  const checked =
    options.merge === true
      ? validator.checkTogether(files)
      : files.map((file) => validator.check(file));
  report(environment, checked, options);
  const valid = checked.every(({ errors }) => errors.length === 0);
  if (valid && options.format !== undefined) print(environment, checked, options);
  environment.exit(valid ? EXIT_CODES.ok : EXIT_CODES.error);
}

class Validator {
  readonly #context: SchemaContext;
  readonly #options: ValidateOptions;
  readonly #operational: DataDocument | undefined;
  readonly #request: DataDocument | undefined;

  constructor(context: SchemaContext, options: ValidateOptions) {
    this.#context = context;
    this.#options = options;
    const { operational, replyRpc } = options;
    this.#operational = operational === undefined ? undefined : this.#mustRead(operational, 'get');
    this.#request = replyRpc === undefined ? undefined : this.#mustRead(replyRpc, 'nc-rpc');
  }

  read(path: string): CheckedFile {
    const file = readDataFile(path, this.#options.inputFormat);
    if (file.fault) return { file, document: undefined, errors: [faultOf(file, file.fault)] };
    const { notStrict, maxErrors } = this.#options;
    const structure = this.#structure();
    const { document, errors } = parseDocument(this.#context, file.text, {
      format: file.format,
      type: documentTypeOf(this.#options),
      allowUnknown: notStrict === true,
      maxErrors,
      ...(this.#request && { request: this.#request }),
      ...(structure && { structure }),
    });
    return { file, document, errors };
  }

  /** What is wrong with a file whose form is right. */
  check(checked: CheckedFile): CheckedFile {
    const { document, errors } = checked;
    if (!document || errors.length > 0) return checked;
    const operational = this.#operational?.root;
    const { maxErrors } = this.#options;
    const found = validateDocument(document, { maxErrors, ...(operational && { operational }) });
    return {
      ...checked,
      errors: this.#options.present === true ? ofPresent(document, found) : found,
    };
  }

  /** One document of all files, each merged into those before it; errors are told by the first file. */
  checkTogether(files: readonly CheckedFile[]): readonly CheckedFile[] {
    const [first, ...rest] = files;
    if (files.some(({ errors }) => errors.length > 0) || !first?.document) return files;
    let { root } = first.document;
    for (const { file, document } of rest) {
      if (!document) continue;
      const { tree, errors } = applyEdit(root, asEdit(document.root));
      if (errors.length > 0) return [{ file, document, errors }];
      root = tree;
    }
    return [this.check({ ...first, document: { ...first.document, root } })];
  }

  #structure(): StructureNode | undefined {
    const { structure } = this.#options;
    if (structure === undefined) return undefined;
    const [moduleName = '', name = ''] = structure.split(':');
    const namespace = this.#context.modules.get(moduleName)?.namespace ?? '';
    const found = this.#context.structures.get(qnameKey(namespace, name));
    if (!found) throw new UsageError(`--structure: no structure "${structure}"`);
    return found;
  }

  #mustRead(path: string, type: 'get' | 'nc-rpc'): DataDocument {
    const { name, text, format } = readDataFile(path, undefined);
    const { document, errors } = parseDocument(this.#context, text, { format, type });
    const [error] = errors;
    if (!document || error)
      throw new Error(error ? printDataError(name, error) : `${name} is empty`);
    return document;
  }
}

function faultOf({ text }: DataFile, { offset, message }: TextFault): DocumentError {
  return { ...malformedMessage(message), position: new Source('', text).locate(offset) };
}

/** An edit that merges `root`. */
function asEdit(root: Branch): DecodedTree {
  return { schema: root.schema, content: root, errors: [], anyContent: new Map() };
}

function report(
  { output }: CliEnvironment,
  checked: readonly CheckedFile[],
  { json }: ValidateOptions,
): void {
  if (json === true) {
    const files = checked.map(({ file, errors }) => ({
      file: file.name,
      valid: errors.length === 0,
    }));
    const errors = checked.flatMap(({ file, errors: found }) =>
      found.map((error) => toJsonError(file.name, error)),
    );
    printJson(output, { valid: errors.length === 0, files, errors });
    return;
  }
  for (const { file, errors } of checked) {
    for (const error of errors) output.err(printDataError(file.name, error));
  }
}

function print(
  environment: CliEnvironment,
  checked: readonly CheckedFile[],
  options: ValidateOptions,
): void {
  const { format = 'xml', output } = options;
  const settings = { format, withDefaults: withDefaultsOf(options), pretty: true };
  writePieces(environment, output, (write) => {
    for (const { document } of checked) {
      const errors = document ? writeDocument(document, settings, write) : [];
      for (const error of errors) environment.output.err(`sami: ${describeRpcError(error)}\n`);
    }
  });
}
