/**
 * Reads the target of a YANG Patch edit: a data resource identifier (RFC 8040, section 3.5.3), such as
 * `/sami:sami/vm=a/sami-session:sessions/session=6,10.0.0.1,…`, or the same as an instance-identifier
 * with predicates, which some servers write.
 */

export interface TargetStep {
  /** Module name; undefined when it is that of the step before. */
  readonly module: string | undefined;
  readonly name: string;
  /** Key values by position (`=a,b`), undecoded type-wise. */
  readonly values: readonly string[];
  /** Key values by name (`[k='v']`). */
  readonly named: ReadonlyMap<string, string>;
}

/** A target that cannot be read. */
export class TargetPathError extends Error {
  readonly code = 'target-path';

  constructor(path: string, offset: number) {
    super(`cannot read the target "${path}" at character ${offset}`);
    this.name = 'TargetPathError';
  }
}

const STEP = /\/(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)/y;
const VALUES = /=([^/[\]]*)/y;
const PREDICATE =
  /\[\s*(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*|\.)\s*=\s*(?:'([^']*)'|"([^"]*)")\s*\]/y;

/** Throws {@link TargetPathError}. `/` alone is the empty path. */
export function parseTargetPath(path: string): readonly TargetStep[] {
  if (path === '/') return [];
  const steps: TargetStep[] = [];
  let offset = 0;
  const read = (expression: RegExp): RegExpExecArray | null => {
    expression.lastIndex = offset;
    const match = expression.exec(path);
    if (match) offset = expression.lastIndex;
    return match;
  };
  while (offset < path.length) {
    const step = read(STEP);
    if (!step) throw new TargetPathError(path, offset);
    const listed = read(VALUES)?.[1];
    const named = new Map<string, string>();
    for (let found = read(PREDICATE); found; found = read(PREDICATE)) {
      named.set(found[1] ?? '', found[2] ?? found[3] ?? '');
    }
    const values = listed === undefined ? [] : listed.split(',').map((text) => decode(text, path));
    steps.push({ module: step[1], name: step[2] ?? '', values, named });
  }
  return steps;
}

function decode(text: string, path: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new TargetPathError(path, path.indexOf(text));
  }
}
