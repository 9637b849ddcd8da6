/** Statements as YIN text (RFC 7950, section 13). */
import { escapeAttribute, escapeText } from '../../xml/index.ts';
import { ModuleTexts } from '../output/module-texts.ts';
import type { SchemaContext } from '../schema.ts';
import { splitPrefix, type Statement } from '../syntax/statement.ts';
import {
  YIN_NAMESPACE,
  yinArgumentOf,
  yinArgumentOfExtension,
  type YinArgument,
} from './arguments.ts';

export interface YinPrintOptions {
  /**
   * A schema that has the modules which are imported: it knows their namespaces, and where the arguments of their
   * extensions are. Without it the namespace of an imported module is taken to be that of a module of the IETF, and
   * the argument of its extensions to be in an attribute, whose name is that of the extensions in RFCs.
   */
  readonly context?: SchemaContext | undefined;
}

/**
 * The YIN document of a module or submodule, indented by two blanks. Parsing it gives the same statements.
 */
export function printYin(module: Statement, { context }: YinPrintOptions = {}): string {
  const printer = new YinPrinter(module, context);
  return printer.print();
}

/** What is still to be printed: a statement, or an end tag. */
type Pending = { readonly statement: Statement; readonly indent: string } | string;

class YinPrinter {
  readonly #module: Statement;
  readonly #context: SchemaContext | undefined;
  readonly #texts: ModuleTexts | undefined;
  /** Names of modules by prefix. */
  readonly #imports: ReadonlyMap<string, string>;
  readonly #ownPrefix: string | undefined;
  readonly #arguments = new Map<string, YinArgument>();
  readonly #lines: string[] = ['<?xml version="1.0" encoding="UTF-8"?>'];

  constructor(module: Statement, context: SchemaContext | undefined) {
    this.#module = module;
    this.#context = context;
    this.#texts = context && new ModuleTexts(context);
    this.#ownPrefix = (module.find('belongs-to') ?? module).argumentOf('prefix');
    this.#imports = new Map(
      module.all('import').flatMap((it) => {
        const prefix = it.argumentOf('prefix');
        return prefix === undefined ? [] : [[prefix, it.text] as const];
      }),
    );
  }

  /** Without recursion: statements may be nested deeper than the stack is. */
  print(): string {
    const stack: Pending[] = [{ statement: this.#module, indent: '' }];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (typeof next === 'string') this.#lines.push(next);
      else
        for (const inner of this.#element(next.statement, next.indent).reverse()) stack.push(inner);
    }
    return `${this.#lines.join('\n')}\n`;
  }

  /** Prints the start tag and the argument; returns what comes after them. */
  #element({ keyword, argument, substatements }: Statement, indent: string): Pending[] {
    const place = this.#argumentOf(keyword);
    const declared = indent === '' ? this.#declarations() : '';
    const isElement = argument !== undefined && place.isElement;
    const attribute =
      argument === undefined || isElement ? '' : ` ${place.name}="${escapeAttribute(argument)}"`;
    const isEmpty = substatements.length === 0 && !isElement;
    this.#lines.push(`${indent}<${keyword}${attribute}${declared}${isEmpty ? '/' : ''}>`);
    if (isEmpty) return [];
    const inner = `${indent}  `;
    if (isElement) {
      const [prefix] = splitPrefix(keyword);
      const name = prefix === undefined ? place.name : `${prefix}:${place.name}`;
      this.#lines.push(`${inner}<${name}>${escapeText(argument)}</${name}>`);
    }
    const pending: Pending[] = substatements.map((statement) => ({ statement, indent: inner }));
    return [...pending, `${indent}</${keyword}>`];
  }

  #declarations(): string {
    const own =
      this.#module.argumentOf('namespace') ??
      this.#namespaceOf(this.#module.find('belongs-to')?.text ?? this.#module.text);
    const declared = new Map([['', YIN_NAMESPACE]]);
    if (this.#ownPrefix !== undefined) declared.set(this.#ownPrefix, own);
    for (const [prefix, name] of this.#imports) declared.set(prefix, this.#namespaceOf(name));
    return [...declared]
      .map(([prefix, uri]) => ` xmlns${prefix && `:${prefix}`}="${escapeAttribute(uri)}"`)
      .join('');
  }

  #namespaceOf(module: string): string {
    const namespace = this.#context?.modules.get(module)?.namespace ?? '';
    return namespace === '' ? `urn:ietf:params:xml:ns:yang:${module}` : namespace;
  }

  #argumentOf(keyword: string): YinArgument {
    const known = this.#arguments.get(keyword) ?? this.#findArgument(keyword);
    this.#arguments.set(keyword, known);
    return known;
  }

  #findArgument(keyword: string): YinArgument {
    const [prefix, name] = splitPrefix(keyword);
    const fallback = { name: ARGUMENT_NAMES[name] ?? 'name', isElement: false };
    if (prefix === undefined) return yinArgumentOf(keyword) ?? fallback;
    const extension = this.#unitsOf(prefix)
      .flatMap((unit) => unit.all('extension'))
      .find((definition) => definition.argument === name);
    return (extension && yinArgumentOfExtension(extension)) ?? fallback;
  }

  #unitsOf(prefix: string): readonly Statement[] {
    const imported = this.#imports.get(prefix);
    if (imported !== undefined) return this.#texts?.unitsOf(imported) ?? [];
    const own = this.#module.find('belongs-to')?.text ?? this.#module.text;
    return [this.#module, ...(this.#texts?.unitsOf(own) ?? [])];
  }
}

/** Of extensions in RFCs whose argument is not called "name" (RFC 8528, 8791). */
const ARGUMENT_NAMES: Readonly<Record<string, string>> = {
  'augment-structure': 'target',
  'mount-point': 'label',
};
