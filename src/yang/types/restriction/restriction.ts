/** What the compile phase passes to the constructors of types. */
import type { ModuleInfo } from '../../schema.ts';

/** A range, length or pattern statement (RFC 7950, sections 9.2.4, 9.4.4 and 9.4.5). */
export interface Restriction {
  readonly text: string;
  readonly errorMessage?: string | undefined;
  readonly errorAppTag?: string | undefined;
}

export interface PatternRestriction extends Restriction {
  /** `modifier invert-match` (RFC 7950, section 9.4.6). */
  readonly invert: boolean;
}

export interface TypeCommon {
  /** The typedef that names the type, if any. */
  readonly typedef?: { readonly module: string; readonly name: string } | undefined;
  resolveModule(namespace: string): ModuleInfo | undefined;
  moduleByName(name: string): ModuleInfo | undefined;
}

export interface Decimal64Base {
  readonly fractionDigits: number;
}

/** What a range restricts: an integer type, or a decimal64 type. */
export type RangeBase =
  'int8' | 'int16' | 'int32' | 'int64' | 'uint8' | 'uint16' | 'uint32' | 'uint64' | Decimal64Base;

/** What a length restricts: characters or octets, 0..18446744073709551615. */
export type LengthBase = 'length';

/** A range, length or pattern that is not valid or not within that of its base type: a fault of the module. */
export class RestrictionError extends Error {
  /** Where in the argument the fault is, in UTF-16 code units, if it is at one place. */
  readonly offset: number | undefined;

  constructor(message: string, offset?: number) {
    super(message);
    this.name = 'RestrictionError';
    this.offset = offset;
  }
}
