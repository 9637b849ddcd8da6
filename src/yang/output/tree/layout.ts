/**
 * Lines of a tree diagram (RFC 8340, sections 2.4, 2.6 and 3.1). Types of siblings stand in one column. A line that
 * is too long is broken before the keys, the type or the features, and goes on below the name.
 */
import type { TreeItem } from './item.ts';

export interface LayoutOptions {
  /** Levels of nodes to show; what is below is shown as `...`. */
  readonly depth: number;
  /** Characters that a line should not exceed. */
  readonly lineLength: number;
  /** Characters beyond which the rest is left out: nobody reads it, and the indentation of deep trees is long. */
  readonly maxLength: number;
}

/** Blanks between the longest name of siblings and the types; the mark takes one of them. */
const GAP = 4;
/** A continuation line starts below the name, and that far to the right. */
const OFFSET = 2;

interface Pending {
  readonly item: TreeItem;
  readonly indent: string;
  readonly isLast: boolean;
  readonly column: number;
  readonly level: number;
}

export class TreeLayout {
  readonly #options: LayoutOptions;
  readonly #lines: string[] = [];
  #length = 0;

  constructor(options: LayoutOptions) {
    this.#options = options;
  }

  get text(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  line(text: string): void {
    this.#lines.push(text);
    this.#length += text.length;
  }

  /** A title such as `augment /a:b:`, whose path is broken at a slash when it is too long. */
  title(keyword: string, argument: string): void {
    const indent = ' '.repeat(2 + keyword.length + 1 + OFFSET);
    let line = `  ${keyword} `;
    let isEmpty = true;
    for (const step of `${argument}:`.split(/(?=\/)/)) {
      if (!isEmpty && line.length + step.length > this.#options.lineLength) {
        this.line(line);
        line = indent;
      }
      line += step;
      isEmpty = false;
    }
    this.line(line);
  }

  /** Siblings and all below them. Without recursion: a schema may be deeper than the stack. */
  nodes(items: readonly TreeItem[], indent: string): void {
    const stack = this.#pend(items, indent, 1);
    for (let next = stack.pop(); next; next = stack.pop()) {
      if (this.#length > this.#options.maxLength) {
        this.line(`${next.indent}...`);
        return;
      }
      const { item, isLast, level } = next;
      const inner = `${next.indent}${isLast ? '   ' : '|  '}`;
      this.#node(next, inner);
      const children = item.children();
      for (const child of this.#pend(children, inner, level + 1)) stack.push(child);
    }
  }

  /** The siblings with the first on top. */
  #pend(items: readonly TreeItem[], indent: string, level: number): Pending[] {
    if (level > this.#options.depth) {
      if (items.length > 0) this.line(`${indent}...`);
      return [];
    }
    const column = items.reduce((longest, { label }) => Math.max(longest, label.length), 0) + GAP;
    const isLast = items.length - 1;
    return items
      .map((item, index) => ({ item, indent, isLast: index === isLast, column, level }))
      .reverse();
  }

  /** `inner` is the indentation of the children, which continuation lines share. */
  #node({ item, indent, column }: Pending, inner: string): void {
    const { lineLength } = this.#options;
    const head = `${item.status}--${item.flags}`;
    const start = item.label.startsWith(':') ? head : `${head} `;
    const continued = `${inner}${' '.repeat(start.length + OFFSET - 3)}`;
    let line = `${indent}${start}${item.label}${item.mark}`;
    const append = (separator: string, text: string): void => {
      if (line.length + separator.length + text.length <= lineLength) {
        line += separator + text;
        return;
      }
      this.line(line);
      line = continued + text;
    };
    if (item.keys.length > 0) append(' ', `[${item.keys.join(' ')}]`);
    if (item.type !== '') {
      const used = item.label.length + item.mark.length;
      const fits = continued.length + item.type.length <= lineLength;
      const type = fits || !item.type.startsWith('-> ') ? item.type : 'leafref';
      append(' '.repeat(Math.max(1, column - used)), type);
    }
    if (item.features.length > 0) append(' ', `{${item.features.join(',')}}?`);
    this.line(line);
  }
}
