/** What the operator says of a move: which kinds and features it must not go without, and which it may. */

export interface KindChoice {
  /** `KIND` or `KIND/FEATURE`: the move is refused when the new device lacks it. */
  readonly essential: readonly string[];
  /** `KIND`: stays behind when the new device has no place for it. `KIND/FEATURE`: its lack is no risk. */
  readonly optional: readonly string[];
}

/** Kinds that have entries are essential, and what they lack in features on the new device is a risk. */
export const NO_CHOICE: KindChoice = { essential: [], optional: [] };

/** Of the names of features that belong to `kind`. */
export function featuresOf(names: readonly string[], kind: string): readonly string[] {
  const prefix = `${kind}/`;
  return names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}

/** Names of the kinds that a choice says anything of. */
export function kindsNamed({ essential, optional }: KindChoice): readonly string[] {
  return [...new Set([...essential, ...optional].map((name) => name.split('/')[0] ?? ''))];
}
