/**
 * The client's configuration of OpenSSH, as far as it says how to reach a host (ssh_config(5)): Host and
 * Match blocks, the first value of each keyword counts, Include where it stands. The npm package ssh-config leaves
 * Include to its caller and runs the commands of `Match exec`, which must not happen here.
 */

export interface SshConfigContext {
  /** As the user named it. */
  readonly host: string;
  /** Who logs in, when the user has said so; else `localUser` or what the file says. */
  readonly user?: string | undefined;
  readonly localUser: string;
  /** What `~` stands for. */
  readonly home: string;
  /** The texts of the files that a pattern of Include means; relative ones are in `~/.ssh`. */
  readonly include?: (pattern: string) => readonly string[];
}

/** Of keywords that this knows, in lower case; `identityfile` may have several values. */
export interface SshConfigResult {
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Keywords for this host that have no effect here, as written. */
  readonly ignored: readonly string[];
}

/** Keywords that have an effect here. */
const KNOWN = new Set([
  'hostname',
  'port',
  'user',
  'identityfile',
  'identitiesonly',
  'identityagent',
  'userknownhostsfile',
  'globalknownhostsfile',
  'stricthostkeychecking',
  'hostkeyalias',
  'connecttimeout',
  'serveraliveinterval',
  'proxyjump',
]);

/** Those whose values add up. */
const CUMULATIVE = new Set(['identityfile']);

/** Includes within includes; OpenSSH has the same limit. */
const MAX_DEPTH = 16;

/** Throws Error for what OpenSSH would refuse too, with the line. */
export function readSshConfig(text: string, context: SshConfigContext): SshConfigResult {
  const reader = new ConfigReader(context);
  reader.read(text, 0, true);
  return { values: reader.values, ignored: [...reader.ignored] };
}

class ConfigReader {
  readonly values = new Map<string, string[]>();
  readonly ignored = new Set<string>();
  readonly #context: SshConfigContext;

  constructor(context: SshConfigContext) {
    this.#context = context;
  }

  /** An included file is within the block where the Include stands. */
  read(text: string, depth: number, isActive: boolean): void {
    let applies = isActive;
    for (const [index, raw] of text.split(/\r?\n/).entries()) {
      const line = parseLine(raw, index + 1);
      if (!line) continue;
      const { keyword, words } = line;
      const key = keyword.toLowerCase();
      if (key === 'host') applies = isActive && this.#matchesHost(words);
      else if (key === 'match') applies = isActive && this.#matches(words, index + 1);
      else if (key === 'include') this.#include(words, depth, applies);
      else if (applies) this.#take(keyword, words, index + 1);
    }
  }

  #take(keyword: string, words: readonly string[], line: number): void {
    const key = keyword.toLowerCase();
    if (!KNOWN.has(key)) {
      this.ignored.add(keyword);
      return;
    }
    if (words.length === 0) throw new Error(`line ${String(line)}: ${keyword} has no value`);
    const before = this.values.get(key);
    if (!before) this.values.set(key, [...words]);
    else if (CUMULATIVE.has(key)) before.push(...words);
  }

  #include(words: readonly string[], depth: number, applies: boolean): void {
    if (depth >= MAX_DEPTH) throw new Error('too many Includes within each other');
    for (const pattern of words) {
      for (const text of this.#context.include?.(pattern) ?? []) {
        this.read(text, depth + 1, applies);
      }
    }
  }

  #matchesHost(patterns: readonly string[]): boolean {
    return matchesList(patterns, this.#context.host);
  }

  #matches(words: readonly string[], line: number): boolean {
    const rest = [...words];
    let applies = true;
    for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
      const isNegated = word.startsWith('!');
      const criterion = (isNegated ? word.slice(1) : word).toLowerCase();
      const holds = this.#criterion(criterion, rest, line);
      if (holds === isNegated) applies = false;
    }
    return applies;
  }

  /** Takes its argument from `rest`. */
  #criterion(criterion: string, rest: string[], line: number): boolean {
    if (criterion === 'all') return true;
    // A host name is never made canonical here, and there is one pass only.
    if (criterion === 'canonical' || criterion === 'final') return false;
    const argument = rest.shift();
    if (argument === undefined) {
      throw new Error(`line ${String(line)}: Match ${criterion} has no argument`);
    }
    const patterns = argument.split(',');
    const { host, localUser } = this.#context;
    const user = this.#context.user ?? this.values.get('user')?.[0] ?? localUser;
    switch (criterion) {
      case 'host':
        return matchesList(patterns, this.values.get('hostname')?.[0] ?? host);
      case 'originalhost':
        return matchesList(patterns, host);
      case 'user':
        return matchesList(patterns, user);
      case 'localuser':
        return matchesList(patterns, localUser);
      default:
        // `exec` above all: no command is run to find out how to connect.
        this.ignored.add(`Match ${criterion}`);
        return false;
    }
  }
}

/** Values of `%` in names of files and hosts (ssh_config(5), TOKENS), and `~` at the beginning. */
export function expandTokens(
  text: string,
  values: Readonly<Record<string, string>>,
  home: string,
): string {
  const expanded = text.replace(/%(.)/g, (whole, token: string) =>
    token === '%' ? '%' : (values[token] ?? whole),
  );
  return expanded.replace(/^~(?=\/|$)/, () => home);
}

/** Patterns with `*`, `?` and `!`; one negated match settles it. */
function matchesList(patterns: readonly string[], name: string): boolean {
  let matched = false;
  for (const pattern of patterns) {
    const isNegated = pattern.startsWith('!');
    if (!globMatches(isNegated ? pattern.slice(1) : pattern, name)) continue;
    if (isNegated) return false;
    matched = true;
  }
  return matched;
}

/** In time proportional to the product of the lengths, whatever the pattern. */
export function globMatches(pattern: string, text: string): boolean {
  const [glob, name] = [pattern.toLowerCase(), text.toLowerCase()];
  let [at, inGlob, star, mark] = [0, 0, -1, 0];
  while (at < name.length) {
    if (glob[inGlob] === '*') {
      star = inGlob++;
      mark = at;
    } else if (inGlob < glob.length && (glob[inGlob] === '?' || glob[inGlob] === name[at])) {
      at++;
      inGlob++;
    } else if (star >= 0) {
      inGlob = star + 1;
      at = ++mark;
    } else {
      return false;
    }
  }
  while (glob[inGlob] === '*') inGlob++;
  return inGlob === glob.length;
}

interface ConfigLine {
  readonly keyword: string;
  readonly words: readonly string[];
}

/** `Keyword value …` or `Keyword=value`; values may be in double quotes; `#` begins a comment. */
function parseLine(raw: string, number: number): ConfigLine | undefined {
  const line = raw.trim();
  if (line === '' || line.startsWith('#')) return undefined;
  const [, keyword, rest = ''] = /^([A-Za-z]\w*)(?:\s*=\s*|\s+|$)(.*)$/.exec(line) ?? [];
  if (keyword === undefined) throw new Error(`line ${String(number)}: no keyword`);
  const words: string[] = [];
  const word = /\s*(?:"([^"]*)"|([^\s"#][^\s"]*))/y;
  let at = 0;
  for (let match = word.exec(rest); match; match = word.exec(rest)) {
    words.push(match[1] ?? match[2] ?? '');
    at = word.lastIndex;
  }
  const left = rest.slice(at).trim();
  if (left !== '' && !left.startsWith('#')) {
    throw new Error(`line ${String(number)}: ${left} cannot be understood`);
  }
  return { keyword, words };
}
