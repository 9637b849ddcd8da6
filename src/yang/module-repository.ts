/** Where module texts come from: an interface, and an implementation over texts in memory. */
import { isYin } from './yin/parse-module.ts';

export interface ModuleText {
  readonly text: string;
  /** Name to show to people, usually a path. */
  readonly file: string;
  readonly revision: string | undefined;
}

export interface ModuleRepository {
  /** The module or submodule of that name; the newest revision when none is asked for. */
  find(name: string, revision?: string): ModuleText | undefined;
  /** Names of all modules and submodules that there are, to tell what was meant by one there is not. */
  names?(): Iterable<string>;
}

/** Name and revision in a file name such as `ietf-ip@2018-02-22.yang`. */
export function parseModuleFileName(
  fileName: string,
): { readonly name: string; readonly revision: string | undefined } | undefined {
  const match = /^([^@/\\]+?)(?:@(\d{4}-\d{2}-\d{2}))?(?:\.yang|\.yin)?$/.exec(fileName);
  return match?.[1] === undefined ? undefined : { name: match[1], revision: match[2] };
}

/**
 * Newest revision that a module text states, found without parsing it. Strings and comments are passed
 * over; the search ends where the body of the module begins (RFC 7950, section 14).
 */
export function newestRevision(text: string): string | undefined {
  let newest: string | undefined;
  if (isYin(text)) {
    for (const [, date = ''] of text.matchAll(YIN_REVISION))
      if (date > (newest ?? '')) newest = date;
    return newest;
  }
  const token = /["']|\/\/|\/\*|[^\s"';{}/]+|\//g;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [word] = match;
    const end = endOf(text, word, match.index);
    if (end !== undefined) token.lastIndex = end;
    if (BODY.has(word)) break;
    if (word !== 'revision') continue;
    const [, date] =
      /^\s+["']?(\d{4}-\d{2}-\d{2})/.exec(text.slice(token.lastIndex, token.lastIndex + 200)) ?? [];
    if (date !== undefined && (newest === undefined || date > newest)) newest = date;
  }
  return newest;
}

/** A revision in YIN (section 13). */
const YIN_REVISION = /<(?:[\w.-]+:)?revision\s[^<>]*?\bdate\s*=\s*["'](\d{4}-\d{2}-\d{2})["']/g;

/** Keywords that no revision may follow and that are no words of the statements before it. */
const BODY: ReadonlySet<string> = new Set([
  'augment',
  'container',
  'deviation',
  'grouping',
  'leaf',
  'list',
  'typedef',
]);

/** Where a string or comment that begins with `sign` ends; undefined for other words. */
function endOf(text: string, sign: string, start: number): number | undefined {
  if (sign === '//') return after(text, '\n', start + 2);
  if (sign === '/*') return after(text, '*/', start + 2);
  if (sign !== '"' && sign !== "'") return undefined;
  let end = after(text, sign, start + 1);
  while (sign === '"' && isEscaped(text, end - 1) && end < text.length)
    end = after(text, sign, end);
  return end;
}

function after(text: string, sign: string, from: number): number {
  const found = text.indexOf(sign, from);
  return found < 0 ? text.length : found + sign.length;
}

/** Whether an odd number of backslashes precedes the character. */
function isEscaped(text: string, at: number): boolean {
  let start = at;
  while (text[start - 1] === '\\') start -= 1;
  return (at - start) % 2 === 1;
}

/** Modules by file name (`a@2026-01-01.yang`, `a.yang`) or bare name. */
export function createMapRepository(texts: ReadonlyMap<string, string>): ModuleRepository {
  const modules = new Map<string, ModuleText[]>();
  for (const [file, text] of texts) {
    const parsed = parseModuleFileName(file);
    if (!parsed) continue;
    const revision = parsed.revision ?? newestRevision(text);
    const list = modules.get(parsed.name);
    if (list) list.push({ text, file, revision });
    else modules.set(parsed.name, [{ text, file, revision }]);
  }
  return {
    find: (name, revision) => selectRevision(modules.get(name) ?? [], revision),
    names: () => modules.keys(),
  };
}

/** The text with that revision, or the newest one when none is asked for. */
export function selectRevision<T extends { readonly revision: string | undefined }>(
  candidates: readonly T[],
  revision: string | undefined,
): T | undefined {
  if (revision !== undefined) return candidates.find((text) => text.revision === revision);
  let newest: T | undefined;
  for (const candidate of candidates) {
    if (!newest || (candidate.revision ?? '') > (newest.revision ?? '')) newest = candidate;
  }
  return newest;
}
