/** Where module texts come from: an interface, and an implementation over texts in memory. */

export interface ModuleText {
  readonly text: string;
  /** Name to show to people, usually a path. */
  readonly file: string;
  readonly revision: string | undefined;
}

export interface ModuleRepository {
  /** The module or submodule of that name; the newest revision when none is asked for. */
  find(name: string, revision?: string): ModuleText | undefined;
}

/** Name and revision in a file name such as `ietf-ip@2018-02-22.yang`. */
export function parseModuleFileName(
  fileName: string,
): { readonly name: string; readonly revision: string | undefined } | undefined {
  const match = /^([^@/\\]+?)(?:@(\d{4}-\d{2}-\d{2}))?(?:\.yang)?$/.exec(fileName);
  return match?.[1] === undefined ? undefined : { name: match[1], revision: match[2] };
}

/** Newest revision that a module text states, found without parsing it. */
export function newestRevision(text: string): string | undefined {
  let newest: string | undefined;
  for (const [, date] of text.matchAll(/(?:^|[\s;{}])revision\s+["']?(\d{4}-\d{2}-\d{2})/g)) {
    if (date !== undefined && (newest === undefined || date > newest)) newest = date;
  }
  return newest;
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
