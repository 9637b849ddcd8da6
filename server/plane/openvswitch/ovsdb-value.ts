/** Values of columns (RFC 7047, section 5.1): a set of one is written as its element, a map as pairs. */

export type Atom = string | number | boolean | readonly ['uuid' | 'named-uuid', string];

export function setOf<T extends Atom>(values: readonly T[]): readonly ['set', readonly T[]] {
  return ['set', values];
}

export function mapOf(
  values: Readonly<Record<string, string>>,
): readonly ['map', readonly (readonly [string, string])[]] {
  return ['map', Object.entries(values)];
}

/** Elements of a column that holds a set. */
export function elements(value: unknown): readonly Atom[] {
  if (Array.isArray(value) && value[0] === 'set') return value[1] as readonly Atom[];
  return value === undefined ? [] : [value as Atom];
}

/** Identifiers of rows in a column that holds references. */
export function references(value: unknown): readonly string[] {
  return elements(value).flatMap((atom) =>
    Array.isArray(atom) && atom[0] === 'uuid' ? [atom[1] as string] : [],
  );
}

/** Content of a column that holds a map of strings. */
export function pairs(value: unknown): ReadonlyMap<string, string> {
  const list = Array.isArray(value) && value[0] === 'map' ? (value[1] as [string, string][]) : [];
  return new Map(list);
}

export function uuid(value: unknown): string {
  return references(value)[0] ?? '';
}

/** Where clause for one row. */
export function isRow(id: string): readonly unknown[] {
  return [['_uuid', '==', ['uuid', id]]];
}
