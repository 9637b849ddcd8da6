/**
 * Paths to instances as people type them: `/sami:sami/vm[id='vm1']/mode`. The form of RFC 7950, section 9.13,
 * with less to type: a prefix where the module changes is enough, a value without space needs no quotes, and a
 * predicate without a value selects (netconf-console2 has them so).
 */
import { UsageError } from '../../exit-code.ts';

export interface PathName {
  /** `''` for none. */
  readonly prefix: string;
  readonly name: string;
}

export interface PathPredicate extends PathName {
  /** `.` has the name `.` and no prefix. */
  readonly value: string | undefined;
}

export interface PathPart extends PathName {
  readonly predicates: readonly PathPredicate[];
}

export interface ParsedPath {
  readonly parts: readonly PathPart[];
  /** What stands after `=`; undefined when there is no `=`. */
  readonly value: string | undefined;
  readonly text: string;
}

const NAME = '[A-Za-z_][\\w.-]*';
const STEP = new RegExp(`/(?:(${NAME}):)?(${NAME})`, 'y');
const PREDICATE = new RegExp(
  `\\[\\s*(?:(?:(${NAME}):)?(${NAME})|(\\.))\\s*(?:=\\s*(?:'([^']*)'|"([^"]*)"|([^\\]]*?))\\s*)?\\]`,
  'y',
);

/** Throws {@link UsageError} that says where the text stops making sense. */
export function parsePath(text: string): ParsedPath {
  const parts: PathPart[] = [];
  let at = 0;
  while (text[at] === '/') {
    const step = matchAt(STEP, text, at);
    if (!step) throw wrong(text, at, 'a name');
    at += step[0].length;
    const predicates: PathPredicate[] = [];
    while (text[at] === '[') {
      const match = matchAt(PREDICATE, text, at);
      if (!match) throw wrong(text, at, "[name='value'] or [.='value']");
      const [whole, prefix = '', name = '.', , single, double, bare] = match;
      predicates.push({ prefix, name, value: single ?? double ?? bare });
      at += whole.length;
    }
    parts.push({ prefix: step[1] ?? '', name: step[2] ?? '', predicates });
  }
  if (parts.length === 0) throw wrong(text, at, '"/"');
  if (at < text.length && text[at] !== '=') throw wrong(text, at, '"/", "[" or "="');
  return { parts, value: at < text.length ? text.slice(at + 1) : undefined, text };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function wrong(text: string, at: number, expected: string): UsageError {
  return new UsageError(`"${text}" is not a path: expected ${expected} at offset ${at}`);
}
