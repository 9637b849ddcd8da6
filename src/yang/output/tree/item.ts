/**
 * A line of a tree diagram before it is laid out (RFC 8340, section 2.6):
 *
 *     <status>--<flags> <name><opts> <type> <if-features>
 */
export interface TreeItem {
  /** `+` current, `x` deprecated, `o` obsolete. */
  readonly status: '+' | 'x' | 'o';
  /** Empty for a case, and where config has no meaning. */
  readonly flags: string;
  /** Name of the node alone, and the names that its module goes by: what a path is matched against. */
  readonly name: string;
  readonly qualifiers: readonly string[];
  /** As shown: with the prefix of another module, in the brackets of a choice or case. */
  readonly label: string;
  /** `?`, `!`, `*` or nothing. */
  readonly mark: string;
  /** Names of the keys of a list. */
  readonly keys: readonly string[];
  /** Empty for a node that has none. */
  readonly type: string;
  /** What depends on features, as written. */
  readonly features: readonly string[];
  /** A choice or case, which paths of data nodes leave out. */
  readonly isTransparent: boolean;
  /** Made when they are asked for, so that what a depth or path leaves out costs nothing. */
  readonly children: () => readonly TreeItem[];
}

/** A node with the same line and other children. */
export function withChildren(item: TreeItem, children: readonly TreeItem[]): TreeItem {
  return { ...item, children: () => children };
}

/**
 * Only what a path such as `/if:interfaces/interface` leads to. Prefixes and names of modules are optional, and so
 * are choices and cases.
 */
export function narrow(items: readonly TreeItem[], path: readonly string[]): readonly TreeItem[] {
  const [step, ...rest] = path;
  if (step === undefined) return items;
  return items.flatMap((item) => {
    const found = matches(item, step);
    if (found && rest.length === 0) return [item];
    if (!found && !item.isTransparent) return [];
    const children = narrow(item.children(), found ? rest : path);
    return children.length > 0 ? [withChildren(item, children)] : [];
  });
}

function matches({ name, qualifiers }: TreeItem, step: string): boolean {
  return step === name || qualifiers.some((qualifier) => step === `${qualifier}:${name}`);
}

/** Mark of a status. */
export function statusMark(status: string | undefined): '+' | 'x' | 'o' {
  if (status === 'deprecated') return 'x';
  return status === 'obsolete' ? 'o' : '+';
}

/** The name as shown: a choice is in parentheses, a case in parentheses behind a colon. */
export function labelOf(keyword: string, name: string): string {
  if (keyword === 'case') return `:(${name})`;
  return keyword === 'choice' ? `(${name})` : name;
}
