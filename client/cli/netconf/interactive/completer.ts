/** What TAB offers: operations, options, datastores, files, modules, paths. */
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { XmlElement } from '../../../../src/xml/index.ts';
import { childElements, textContent } from '../../../../src/xml/index.ts';
import type { LeafNode } from '../../../../src/yang/index.ts';
import type { Parameters } from '../parameters.ts';
import { parsePath } from '../paths/parse-path.ts';
import { PathTree } from '../paths/path-tree.ts';
import { isOption } from '../parse-words.ts';
import { LINE_TABLE } from '../plan.ts';
import type { LineRow } from '../plan.ts';
import type { Names } from '../schema/names.ts';
import type { ConsoleSession } from '../session.ts';
import { scanWords } from '../words.ts';
import { completePath } from './path-completion.ts';

/** What may stand at the point, and the text before it that it takes the place of. */
export type Completion = readonly [hits: readonly string[], replaced: string];

/** Words of the console beside its operations. */
const CONSOLE_WORDS = ['help', 'quit', 'exit'] as const;
const DATASTORES = ['running', 'candidate', 'startup', 'intended', 'operational'];
/** People who press a key do not wait for a device that is slow. */
const KEY_TIMEOUT_MS = 2000;
const MAX_HITS = 200;

export class Completer {
  readonly #session: ConsoleSession;
  readonly #parameters: () => Parameters;

  constructor(session: ConsoleSession, parameters: () => Parameters) {
    this.#session = session;
    this.#parameters = parameters;
  }

  /** `line` up to the cursor. Never rejects. */
  async complete(line: string): Promise<Completion> {
    const words = scanWords(line);
    const last = words.at(-1);
    const isNew =
      last === undefined || (/\s$/.test(line) && scanWords(`${line}x`).length > words.length);
    const replaced = isNew ? '' : line.slice(last.start);
    const before = (isNew ? words : words.slice(0, -1)).map(({ text }) => text);
    const hits = await this.#hits(before, replaced).catch((): readonly string[] => []);
    const fitting = [...new Set(hits)].filter((hit) => hit.startsWith(replaced)).sort();
    return [fitting.slice(0, MAX_HITS), replaced];
  }

  #hits(before: readonly string[], text: string): Promise<readonly string[]> {
    const [first] = before;
    if (first === undefined) return Promise.resolve(firstWords(text));
    if (first === 'help') return Promise.resolve(LINE_TABLE.rows.map((row) => bare(row)));
    const rows = rowsIn(before);
    if (isOption(text) || text === '-') return Promise.resolve(optionsFor(rows));
    const row = rows.at(-1);
    return row ? this.#values(row, text) : Promise.resolve([]);
  }

  async #values(row: LineRow, text: string): Promise<readonly string[]> {
    if (row.choices) return row.choices;
    const kinds = row.value.split('|');
    const found: string[] = [];
    if (kinds.includes('datastore')) found.push(...DATASTORES);
    if (kinds.includes('file')) found.push(...filesAt(text));
    if (row.value.startsWith('name[')) {
      found.push(...(await this.#session.schema.modules()).map(({ name }) => name));
    }
    if (row.value.startsWith('prefix=')) {
      const modules = await this.#session.schema.modules();
      found.push(...modules.map(({ name, namespace }) => `${name}=${namespace}`));
    }
    if (/path|expression/.test(row.value) && (text === '' || text.startsWith('/'))) {
      found.push(...(await this.#paths(row, text)));
    }
    return found;
  }

  async #paths(row: LineRow, text: string): Promise<readonly string[]> {
    const names = await this.#session.names(this.#parameters(), true);
    const isEdit = /^--(set|create|delete|remove)$/.test(row.name);
    return completePath(text, {
      names,
      forEdit: isEdit,
      withValue: isEdit,
      withOperations: row.name === '--action' || row.name === '--run-rpc',
      keyValues: (path, key) => this.#keyValues(names, path, key),
    });
  }

  /** Asks the device for the keys of the entries there are. */
  async #keyValues(names: Names, path: string, key: LeafNode): Promise<readonly string[]> {
    const tree = new PathTree(names, 'filter');
    const target = tree.add(parsePath(`${path}[${key.name}]`));
    const { client, clock } = this.#session;
    const late = new AbortController();
    const timer = clock.setTimer(KEY_TIMEOUT_MS, () => {
      late.abort(new Error('too slow'));
    });
    try {
      const filter = { type: 'subtree', content: tree.xml() } as const;
      const data = await client.get({ filter, signal: late.signal });
      return [...leavesOf(data, target, key)];
    } finally {
      timer.cancel();
    }
  }
}

/** The filter has seen to it that no other entries are there. */
function* leavesOf(
  element: XmlElement,
  list: { readonly namespace: string; readonly name: string },
  key: LeafNode,
): Generator<string> {
  for (const child of childElements(element)) {
    if (child.local === list.name && child.namespace === list.namespace) {
      const leaf = childElements(child).find(
        ({ local, namespace }) => local === key.name && namespace === key.module.namespace,
      );
      if (leaf) yield textContent(leaf);
    }
    yield* leavesOf(child, list, key);
  }
}

function bare({ name }: LineRow): string {
  return name.slice(2);
}

function firstWords(text: string): readonly string[] {
  if (isOption(text) || text === '-') return LINE_TABLE.rows.map(({ name }) => `${name} `);
  return [...LINE_TABLE.rows.map((row) => `${bare(row)} `), ...CONSOLE_WORDS];
}

function rowsIn(words: readonly string[]): readonly LineRow[] {
  return words.flatMap((word, at) => {
    const row = LINE_TABLE.find(at === 0 && !isOption(word) ? `--${word}` : word);
    return row && (at === 0 || isOption(word)) ? [row] : [];
  });
}

/** Parameters of the operations on the line; of all when there is none. */
function optionsFor(rows: readonly LineRow[]): readonly string[] {
  const commands = rows.filter((row) => row.kind === 'command');
  return LINE_TABLE.rows.flatMap((row) => {
    if (row.kind !== 'parameter') return [];
    const fits =
      commands.length === 0 || commands.some((command) => command.uses.includes(row.parameter));
    return fits ? [`${row.name} `] : [];
  });
}

function filesAt(text: string): readonly string[] {
  const folder = text.endsWith('/') ? text : dirname(text);
  const shown = text.includes('/') ? folder : '';
  return readdirSync(folder === '' ? '.' : folder, { withFileTypes: true }).map(
    (entry) => `${join(shown, entry.name)}${entry.isDirectory() ? '/' : ''}`,
  );
}
