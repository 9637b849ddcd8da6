/** A typed value to a branch of the data tree. All that is wrong with it is reported, with its path. */
import { badElement, secondCase, typeViolation, unknownElement } from '../../error/index.ts';
import type { RpcError } from '../../error/index.ts';
import { InvalidValueError } from '../../yang/index.ts';
import type { ChoiceNode, LeafValue } from '../../yang/index.ts';
import { DataList, keysOf } from '../list.ts';
import { Branch } from '../node.ts';
import type { AnyValue, Slot } from '../node.ts';
import type { BranchFields, Field } from './fields.ts';
import { describe } from './leaf-kinds.ts';
import type { LeafConverter } from './leaf-values.ts';
import { lacksSome, missing } from './missing.ts';
import { placePath } from './place.ts';
import type { Place } from './place.ts';

/** A value with more faults than this is not looked at any further. */
const MAX_ERRORS = 100;

export class TreeBuilder {
  readonly errors: RpcError[] = [];

  /** A branch with what is right of `plain`. */
  branch(fields: BranchFields, plain: unknown, parent: Place | undefined): Branch {
    const slots: Slot[] = [];
    const place = { parent, schema: fields.schema, slots };
    /** What was there, and was wrong: it is not missing on top of that. */
    const faulty = new Set<Field>();
    if (!isPlainObject(plain)) {
      this.#wrongKind('an object', plain, { place, node: undefined });
      return new Branch(fields.schema, []);
    }
    for (const property of Object.keys(plain)) {
      const value = plain[property];
      if (value === undefined) continue;
      const field = fields.get(property);
      if (!field) {
        const message = `"${property}" is no ${fields.schema.kind === 'root' ? 'top-level ' : ''}property here`;
        this.#report(unknownElement(property, { path: placePath(place), message }));
        continue;
      }
      const before = this.errors.length;
      const slot = this.#slot(field, value, place);
      if (slot === undefined) {
        if (this.errors.length > before) faulty.add(field);
        continue;
      }
      while (slots.length <= field.node.slot) slots.push(undefined);
      slots[field.node.slot] = slot;
    }
    if (fields.hasCases) this.#checkCases(fields, place);
    if (lacksSome(fields, slots)) {
      for (const error of missing(fields, slots, place, faulty)) this.#report(error);
    }
    return new Branch(fields.schema, slots);
  }

  #slot(field: Field, value: unknown, place: Place): Slot {
    switch (field.kind) {
      case 'leaf':
        return this.#leaf(field, field.leaf, value, place);
      case 'leaf-list': {
        const items = this.#array(field, value, place);
        const values = items.map((item) => this.#leaf(field, field.leaf, item, place));
        const valid = values.filter((item) => item !== undefined);
        return valid.length > 0 ? valid : undefined;
      }
      case 'container': {
        const branch = this.branch(field.inner, value, place);
        const isPresence = field.node.kind === 'container' && field.node.presence;
        return isPresence || branch.slots.length > 0 ? branch : undefined;
      }
      case 'list':
        return this.#list(field, value, place);
      default:
        if (isAnyValue(value)) return value;
        this.#wrongKind('content of an anydata or anyxml node', value, { place, node: field });
        return undefined;
    }
  }

  #leaf(
    field: Field,
    converter: LeafConverter,
    value: unknown,
    place: Place,
  ): LeafValue | undefined {
    try {
      return converter.toLeaf(value);
    } catch (error) {
      if (!(error instanceof InvalidValueError)) throw error;
      const path = placePath(place, field.node);
      this.#report(typeViolation(path, error.message, error.appTag));
      return undefined;
    }
  }

  #list(field: Field & { readonly inner: BranchFields }, value: unknown, place: Place): Slot {
    const { schema } = field.inner;
    if (schema.kind !== 'list') return undefined;
    const rows: Branch[] = [];
    for (const entry of this.#array(field, value, place)) {
      const before = this.errors.length;
      if (before >= MAX_ERRORS) break;
      const row = this.branch(field.inner, entry, place);
      if (this.errors.length === before) rows.push(row);
    }
    if (rows.length === 0) return undefined;
    const list = DataList.from(schema, rows);
    if (list.size < rows.length) this.#reportTwins(rows, place);
    return list;
  }

  #array(field: Field, value: unknown, place: Place): readonly unknown[] {
    if (Array.isArray(value)) return value;
    this.#wrongKind('an array', value, { place, node: field });
    return [];
  }

  /** Entries with the same keys as one before them. */
  #reportTwins(rows: readonly Branch[], place: Place): void {
    const seen = new Set<string>();
    for (const { schema, slots } of rows) {
      if (schema.kind !== 'list') continue;
      const keys = keysOf(new Branch(schema, slots));
      const id = JSON.stringify(schema.keys.map(({ type }, n) => type.canonical(keys[n] ?? null)));
      if (seen.has(id)) {
        const path = placePath({ parent: place, schema, slots });
        const message = `list "${schema.name}" has two entries with these keys`;
        this.#report(badElement(schema.name, { path, message }));
      }
      seen.add(id);
    }
  }

  /** Data of two cases (RFC 7950, section 8.3.1). */
  #checkCases(fields: BranchFields, place: Place): void {
    const chosen = new Map<ChoiceNode, unknown>();
    for (const [slot, value] of place.slots.entries()) {
      if (value === undefined) continue;
      for (const { choice, case: own } of fields.casesOf(slot) ?? []) {
        const before = chosen.get(choice);
        if (before === undefined) chosen.set(choice, own);
        else if (before !== own) {
          const { name } = fields.schema.dataChildren[slot] ?? choice;
          this.#report(secondCase(placePath(place), name, choice.name));
          return;
        }
      }
    }
  }

  #wrongKind(
    expected: string,
    value: unknown,
    { place, node }: { readonly place: Place; readonly node: Field | undefined },
  ): void {
    const message = `expected ${expected}, not ${describe(value)}`;
    this.#report(typeViolation(placePath(place, node?.node), message));
  }

  #report(error: RpcError): void {
    if (this.errors.length < MAX_ERRORS) this.errors.push(error);
  }
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isAnyValue(value: unknown): value is AnyValue {
  return isPlainObject(value) && value['kind'] === 'any' && isPlainObject(value['element']);
}
