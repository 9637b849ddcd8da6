/** What case files say about data: edits with what they lead to, documents with their errors. */
import assert from 'node:assert/strict';
import {
  applyEdit,
  diffToEdit,
  emptyRoot,
  parseDocument,
  sameTree,
  validate,
  validateDocument,
  validateFull,
  type Branch,
  type DataDocument,
  type DocumentFormat,
  type DocumentType,
  type ParsedDocument,
} from '../../src/data/index.ts';
import type { RpcError } from '../../src/error/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import { checkSection, type CaseFile } from './case-file.ts';
import { compileTexts, dataOf, decodeRoot, errorText, treeText } from './data-text.ts';

/** The schema of all modules of a case. */
export function schemaOf(file: CaseFile): SchemaContext {
  return compileTexts(new Map([...file.sections].filter(([name]) => name.endsWith('.yang'))));
}

export interface NamedSection {
  readonly title: string;
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Sections `kind name` or `kind name [option=value …]`. */
export function sectionsOf(file: CaseFile, kind: string): readonly NamedSection[] {
  return [...file.sections].flatMap(([title, text]) => {
    const match = new RegExp(`^${kind} ([^\\[]+?)(?: \\[(.*)\\])?$`).exec(title);
    if (!match) return [];
    const pairs = (match[2] ?? '').split(' ').filter((pair) => pair !== '');
    const options: Record<string, string> = {};
    for (const pair of pairs)
      options[pair.slice(0, pair.indexOf('='))] = pair.slice(pair.indexOf('=') + 1);
    return [{ title, name: match[1] ?? '', options, text }];
  });
}

/** Sections `before`, `edit NAME` and `after NAME`: what comes out, and that the opposite edit leads back. */
export function checkEdits(file: CaseFile, context: SchemaContext): void {
  const before = dataOf(context, file.sections.get('before') ?? '');
  for (const { title, name, options, text } of sectionsOf(file, 'edit')) {
    it(name, () => {
      const decoded = decodeRoot(context, text, { edit: true, state: false });
      const { tree, errors } =
        decoded.errors.length > 0
          ? { tree: before, errors: decoded.errors }
          : applyEdit(before, decoded, options);
      const isKept = tree === before && errors.length > 0;
      const result = errorText(errors) + (isKept ? '' : treeText(tree));
      checkSection(file, `after ${name}`, result, title);
      const undone = applyEdit(tree, diffToEdit(tree, before), { defaultOperation: 'none' });
      assert.deepEqual(undone.errors, [], 'the opposite edit is possible');
      assert.ok(sameTree(undone.tree, before), 'the opposite edit leads back');
    });
  }
}

interface Checked {
  readonly name: string;
  readonly title: string;
  /** Undefined when the document could not be decoded. */
  readonly tree: Branch | undefined;
  readonly errors: string;
}

/**
 * Sections `data NAME` and `errors NAME`: errors of the whole, and the same errors after every change. With options
 * (`[type=rpc format=json in=NAME]`) the section is a document of its own, as `parseDocument` takes it; `in` names the
 * section with the datastore that it is about, `request` the one with the rpc that a reply answers.
 */
export function checkData(file: CaseFile, context: SchemaContext): void {
  const sections = sectionsOf(file, 'data');
  const isPlain = ({ options }: NamedSection): boolean => Object.keys(options).length === 0;
  const documents = sections.filter(isPlain).map((section) => checkDocument(context, section));
  for (const section of sections.filter((each) => !isPlain(each))) {
    it(section.name, () => {
      const operational = documents.find(({ name }) => name === section.options['in'])?.tree;
      const request = sections.find(({ name }) => name === section.options['request']);
      const errors = errorsOfDocument(context, section, { operational, request });
      checkSection(file, `errors ${section.name}`, errorText(errors), section.title);
    });
  }
  for (const { title, name, errors } of documents) {
    it(name, () => {
      checkSection(file, `errors ${name}`, errors, title);
    });
  }
  if (documents.length < 2) return;
  it('finds after a change what it finds in the whole', () => {
    for (const from of documents) {
      if (!from.tree || from.errors !== '') continue;
      for (const to of documents) {
        if (!to.tree) continue;
        const found = errorText(validate(from.tree, to.tree, context));
        const sort = (text: string): readonly string[] => text.split('\n').toSorted();
        assert.deepEqual(sort(found), sort(to.errors), `from "${from.name}" to "${to.name}"`);
      }
    }
  });
}

function checkDocument(context: SchemaContext, { title, name, text }: NamedSection): Checked {
  if (text.trim() === '') {
    const tree = emptyRoot(context);
    return { name, title, tree, errors: errorText(validateFull(tree, context)) };
  }
  const { content, errors } = decodeRoot(context, text);
  if (errors.length > 0) return { name, title, tree: undefined, errors: errorText(errors) };
  assert.ok(!('operation' in content));
  const found = errorText(validateFull(content, context));
  return { name, title, tree: content, errors: found };
}

function errorsOfDocument(
  context: SchemaContext,
  section: NamedSection,
  around: { readonly operational: Branch | undefined; readonly request: NamedSection | undefined },
): readonly RpcError[] {
  const { operational } = around;
  const request = around.request && parseSection(context, around.request, undefined).document;
  const { document, errors } = parseSection(context, section, request);
  if (!document || errors.length > 0) return errors;
  return validateDocument(document, operational ? { operational } : {});
}

function parseSection(
  context: SchemaContext,
  { text, options }: NamedSection,
  request: DataDocument | undefined,
): ParsedDocument {
  const { type, format = 'xml' } = options;
  return parseDocument(context, text, {
    format: format as DocumentFormat,
    type: (type ?? 'data') as DocumentType,
    request,
  });
}
