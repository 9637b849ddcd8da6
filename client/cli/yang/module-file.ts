/** What a module text says it is, found in its first words, because the compiler parses it again. */

export interface ModuleHead {
  readonly name: string;
  /** Of a submodule: the module it belongs to. */
  readonly belongsTo: string | undefined;
}

const NAME = String.raw`(?:"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<bare>[^\s;{}"']+))`;
const HEAD = new RegExp(String.raw`(?<kind>module|submodule)\s+${NAME}`, 'y');
const BELONGS_TO = new RegExp(String.raw`[\s{;]belongs-to\s+${NAME}`);
const YIN_HEAD =
  /<(?:[\w.-]+:)?(?<kind>module|submodule)\s[^<>]*?\bname\s*=\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)')/;
const YIN_BELONGS_TO =
  /<(?:[\w.-]+:)?belongs-to\s[^<>]*?\bmodule\s*=\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)')/;

/** Undefined when the text does not begin like a module; the compiler will say what is wrong with it. */
export function readModuleHead(text: string): ModuleHead | undefined {
  HEAD.lastIndex = skipBlank(text, 0);
  const head = HEAD.exec(text) ?? YIN_HEAD.exec(text);
  if (!head) return undefined;
  const isModule = head.groups?.['kind'] === 'module';
  const owner = isModule ? undefined : (BELONGS_TO.exec(text) ?? YIN_BELONGS_TO.exec(text));
  return { name: nameIn(head), belongsTo: owner ? nameIn(owner) : undefined };
}

function nameIn({ groups }: RegExpExecArray): string {
  return groups?.['double'] ?? groups?.['single'] ?? groups?.['bare'] ?? '';
}

/** Index of the first character that is neither white space nor part of a comment. */
function skipBlank(text: string, start: number): number {
  const blank = /[\s\uFEFF]*/y;
  for (let at = start; ;) {
    blank.lastIndex = at;
    blank.exec(text);
    const sign = text.slice(blank.lastIndex, blank.lastIndex + 2);
    const close = sign === '//' ? '\n' : sign === '/*' ? '*/' : undefined;
    const end = close === undefined ? -1 : text.indexOf(close, blank.lastIndex + 2);
    if (close === undefined || end < 0) return blank.lastIndex;
    at = end + close.length;
  }
}
