/**
 * YIN text to statements (RFC 7950, section 13). Like the parser of YANG it knows nothing of what keywords mean, but for
 * where their arguments are. What uses an extension of another module says by its form where the argument is, since
 * that module may not have been read: one attribute without a namespace, or an element of the same namespace that
 * comes first and has text.
 */
import { DiagnosticSink } from '../diagnostic.ts';
import { notAllowed } from '../syntax/characters.ts';
import type { ParseResult } from '../syntax/parser.ts';
import { Source, type SourceRange } from '../syntax/source.ts';
import { Statement } from '../syntax/statement.ts';
import {
  YIN_NAMESPACE,
  yinArgumentOf,
  yinArgumentOfExtension,
  type YinArgument,
} from './arguments.ts';
import { readYinElements, type YinElement } from './yin-element.ts';

/** Parses one module or submodule in YIN. Faults are diagnostics with their places in the XML. */
export function parseYin(text: string, file: string): ParseResult {
  const sink = new DiagnosticSink();
  const source = new Source(file, text);
  const root = readYinElements(source, sink);
  if (!root) return { statement: undefined, diagnostics: sink.diagnostics };
  const isModule = root.local === 'module' || root.local === 'submodule';
  if (root.namespace !== YIN_NAMESPACE || !isModule) {
    const message = `expected <module> or <submodule> of the namespace "${YIN_NAMESPACE}"`;
    sink.report('not-a-module', root.at, message);
    return { statement: undefined, diagnostics: sink.diagnostics };
  }
  const statement = new YinReader(root, sink).read(root, undefined);
  return { statement, diagnostics: sink.diagnostics };
}

interface Argument {
  readonly text: string;
  readonly at: SourceRange;
  /** The child that holds it. */
  readonly element: YinElement | undefined;
}

class YinReader {
  readonly #sink: DiagnosticSink;
  readonly #namespace: string;
  /** Prefixes that the module declares: its own, and those of its imports. */
  readonly #prefixes: ReadonlySet<string>;
  readonly #ownPrefix: string | undefined;
  readonly #extensions: ReadonlyMap<string, YinArgument | undefined>;
  /** Prefixes found for namespaces; elements share their bindings while these do not change. */
  readonly #bound = new Map<YinElement['bindings'], Map<string, string | undefined>>();

  constructor(root: YinElement, sink: DiagnosticSink) {
    this.#sink = sink;
    const header = yinChildren(root, 'belongs-to')[0] ?? root;
    this.#ownPrefix = prefixIn(header);
    this.#namespace = attributeOf(yinChildren(root, 'namespace')[0], 'uri') ?? '';
    const imported = yinChildren(root, 'import').map(prefixIn);
    this.#prefixes = new Set([this.#ownPrefix, ...imported].filter((it) => it !== undefined));
    this.#extensions = new Map(
      yinChildren(root, 'extension').map((element) => {
        const definition = new Statement({
          keyword: 'extension',
          substatements: yinChildren(element, 'argument').map((argument) => argumentOf(argument)),
          at: element.at,
        });
        return [attributeOf(element, 'name') ?? '', yinArgumentOfExtension(definition)];
      }),
    );
  }

  read(element: YinElement, parent: Statement | undefined): Statement {
    const argument = this.#argumentOf(element);
    if (argument) this.#checkCharacters(argument);
    const substatements: Statement[] = [];
    const statement = new Statement({
      keyword: this.#keywordOf(element),
      argument: argument?.text,
      parent,
      at: element.at,
      argumentAt: argument?.at,
    });
    this.#checkText(element);
    for (const child of element.children) {
      if (child !== argument?.element) substatements.push(this.read(child, statement));
    }
    if (substatements.length > 0) statement.complete(substatements);
    return statement;
  }

  /** The prefix of an extension is the one that the module has for it, whatever it is in the XML. */
  #keywordOf(element: YinElement): string {
    const { namespace, local, prefix } = element;
    if (namespace === YIN_NAMESPACE) return local;
    if (namespace === this.#namespace && this.#ownPrefix !== undefined) {
      return `${this.#ownPrefix}:${local}`;
    }
    if (prefix !== undefined && this.#prefixes.has(prefix)) return `${prefix}:${local}`;
    const known = this.#prefixOf(element) ?? prefix;
    if (known !== undefined) return `${known}:${local}`;
    const message = `no import has the namespace "${namespace}" of <${local}>`;
    this.#sink.report('invalid-yin', element.at, message);
    return `_:${local}`;
  }

  /** A prefix of an import that is bound to the namespace of the element, else any prefix that is. */
  #prefixOf({ namespace, bindings }: YinElement): string | undefined {
    const found = this.#bound.get(bindings) ?? new Map<string, string | undefined>();
    this.#bound.set(bindings, found);
    if (!found.has(namespace)) {
      const bound = [...bindings].flatMap(([name, uri]) => (uri === namespace ? [name] : []));
      const named = bound.filter((name) => name !== '');
      found.set(namespace, named.find((name) => this.#prefixes.has(name)) ?? named[0]);
    }
    return found.get(namespace);
  }

  #argumentOf(element: YinElement): Argument | undefined {
    if (element.namespace === YIN_NAMESPACE) {
      return this.#expected(element, yinArgumentOf(element.local));
    }
    if (element.namespace === this.#namespace && this.#extensions.has(element.local)) {
      return this.#expected(element, this.#extensions.get(element.local));
    }
    return this.#guessed(element);
  }

  #expected(element: YinElement, expected: YinArgument | undefined): Argument | undefined {
    const isAttribute = expected !== undefined && !expected.isElement;
    this.#checkAttributes(element, isAttribute ? expected.name : undefined);
    if (!expected) return undefined;
    if (!expected.isElement) return attributeArgument(element, expected.name);
    const { name } = expected;
    const index = element.children.findIndex((child) => isArgumentElement(element, child, name));
    const found = element.children[index];
    if (!found) return undefined;
    if (index > 0) {
      const message = `<${name}> must be the first element in <${element.local}>`;
      this.#sink.report('invalid-yin', found.at, message);
    }
    return this.#elementArgument(found);
  }

  #guessed(element: YinElement): Argument | undefined {
    const [attribute, ...others] = element.attributes.filter(({ namespace }) => namespace === '');
    if (attribute) {
      this.#checkAttributes(element, attribute.local);
      if (others.length === 0) return attributeArgument(element, attribute.local);
    }
    const [first] = element.children;
    const isArgument =
      first?.namespace === element.namespace &&
      first.attributes.length === 0 &&
      first.children.length === 0 &&
      first.text !== '';
    return isArgument ? this.#elementArgument(first) : undefined;
  }

  #elementArgument(element: YinElement): Argument {
    this.#checkAttributes(element, undefined);
    const [child] = element.children;
    if (child) {
      const message = `<${element.local}> can contain only text`;
      this.#sink.report('invalid-yin', child.at, message);
    }
    return { text: element.text, at: element.at, element };
  }

  /** Attributes with a namespace, such as xml:lang, are none of YIN's. */
  #checkAttributes(element: YinElement, allowed: string | undefined): void {
    for (const { namespace, local } of element.attributes) {
      if (namespace !== '' || local === allowed) continue;
      const expected = allowed === undefined ? '' : `; its argument is "${allowed}"`;
      const message = `<${element.local}> has no attribute "${local}"${expected}`;
      this.#sink.report('invalid-yin', attributeRange(element, local), message);
    }
  }

  /** Section 14, yang-char: XML has all other characters that YANG does not have forbidden already. */
  #checkCharacters({ text, at }: Argument): void {
    const [character] = /\p{Noncharacter_Code_Point}/u.exec(text) ?? [];
    if (character === undefined) return;
    this.#sink.report('invalid-character', at, notAllowed(character));
  }

  #checkText(element: YinElement): void {
    if (/^[ \t\r\n]*$/.test(element.text)) return;
    this.#sink.report('invalid-yin', element.at, `<${element.local}> cannot contain text`);
  }
}

function yinChildren(element: YinElement, local: string): readonly YinElement[] {
  return element.children.filter(
    (child) => child.local === local && child.namespace === YIN_NAMESPACE,
  );
}

function prefixIn(element: YinElement): string | undefined {
  return attributeOf(yinChildren(element, 'prefix')[0], 'value');
}

/** An `argument` statement, as far as it says how an extension is used. */
function argumentOf(element: YinElement): Statement {
  const yinElement = attributeOf(yinChildren(element, 'yin-element')[0], 'value');
  const { at } = element;
  return new Statement({
    keyword: 'argument',
    argument: attributeOf(element, 'name'),
    substatements: [
      new Statement({ keyword: 'yin-element', argument: yinElement, substatements: [], at }),
    ],
    at,
  });
}

function isArgumentElement(parent: YinElement, child: YinElement, name: string): boolean {
  return child.local === name && child.namespace === parent.namespace;
}

function attributeOf(element: YinElement | undefined, name: string): string | undefined {
  return element?.attributes.find(({ namespace, local }) => namespace === '' && local === name)
    ?.value;
}

function attributeArgument(element: YinElement, name: string): Argument | undefined {
  const text = attributeOf(element, name);
  if (text === undefined) return undefined;
  return { text, at: attributeRange(element, name), element: undefined };
}

/** Where an attribute is in its start tag. */
function attributeRange({ at }: YinElement, name: string): SourceRange {
  const { source } = at;
  const tag = source.text.slice(at.start, at.end);
  const attribute = /\s+([^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')/y;
  // The name of the element is passed over, then one attribute after the other.
  attribute.lastIndex = tag.search(/[\s/>]/);
  for (let match = attribute.exec(tag); match; match = attribute.exec(tag)) {
    const [whole, qualified = ''] = match;
    if (qualified !== name) continue;
    const end = at.start + attribute.lastIndex;
    return { source, start: end - whole.trimStart().length, end };
  }
  return at;
}
