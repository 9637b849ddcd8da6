/** Prints XML for people while it arrives: one element per line, indented, text beside its element. */
import type { NamespaceScope, XmlAttribute, XmlSink } from '../../src/xml/index.ts';
import { escapeAttribute, escapeText } from '../../src/xml/index.ts';

interface OpenElement {
  readonly local: string;
  readonly namespace: string;
  /** Something has been printed inside on lines of its own. */
  hasChildren: boolean;
}

export class XmlPrinter implements XmlSink {
  readonly #write: (text: string) => void;
  readonly #open: OpenElement[] = [];
  #pending = false;
  #text = '';

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  open(
    namespace: string,
    local: string,
    attributes: readonly XmlAttribute[],
    scope: NamespaceScope,
  ): void {
    this.#endStartTag();
    const parent = this.#open.at(-1);
    if (parent) parent.hasChildren = true;
    const declared =
      parent?.namespace === namespace ? '' : ` xmlns="${escapeAttribute(namespace)}"`;
    const indent = '  '.repeat(this.#open.length);
    this.#write(`${indent}<${local}${declared}${printAttributes(attributes, scope)}`);
    this.#open.push({ local, namespace, hasChildren: false });
    this.#pending = true;
    this.#text = '';
  }

  text(text: string): void {
    this.#text += text;
  }

  close(scope: NamespaceScope): void {
    const element = this.#open.pop();
    if (!element) return;
    const text = element.hasChildren ? '' : this.#text;
    if (element.hasChildren) this.#write(`${'  '.repeat(this.#open.length)}</${element.local}>\n`);
    else if (text === '') this.#write('/>\n');
    else this.#write(`${prefixesIn(text, scope)}>${escapeText(text)}</${element.local}>\n`);
    this.#pending = false;
    this.#text = '';
  }

  #endStartTag(): void {
    if (this.#pending) this.#write('>\n');
    this.#pending = false;
  }
}

function printAttributes(attributes: readonly XmlAttribute[], scope: NamespaceScope): string {
  return attributes
    .map(({ namespace, local, value }) => {
      const quoted = `="${escapeAttribute(value)}"`;
      if (namespace === '') return ` ${local}${quoted}`;
      const prefix = [...scope.all()].find(([, bound]) => bound === namespace)?.[0] || 'a';
      return ` xmlns:${prefix}="${escapeAttribute(namespace)}" ${prefix}:${local}${quoted}`;
    })
    .join('');
}

/** A value such as `ds:running` means something only with its prefix. */
function prefixesIn(text: string, scope: NamespaceScope): string {
  const prefixes = new Set(
    [...text.matchAll(/([A-Za-z_][\w.-]*):[A-Za-z_*]/g)].map(([, name]) => name),
  );
  return [...prefixes]
    .map((prefix = '') => [prefix, scope.resolve(prefix)] as const)
    .filter(([prefix, namespace]) => namespace !== undefined && prefix !== '' && prefix !== 'xml')
    .map(([prefix, namespace = '']) => ` xmlns:${prefix}="${escapeAttribute(namespace)}"`)
    .join('');
}
