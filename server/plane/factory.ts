/** How `samid --plane NAME,OPTION=VALUE…` makes a data plane. Each plane has one factory. */
import type { Clock } from '../../src/util/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import type { Logger } from '../logger.ts';
import { PlaneUsageError } from './plane-argument.ts';
import type { DataPlane } from './plane.ts';

export interface PlaneSurroundings {
  readonly context: SchemaContext;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A directory that outlives the process. */
  readonly stateDirectory: string;
}

export interface PlaneOption {
  /** A name that ends in `.KIND` stands for one option per kind of state, such as `limit.session`. */
  readonly name: string;
  /** For the help text, such as 'network namespace to work in'. */
  readonly description: string;
  readonly required?: boolean;
  readonly repeatable?: boolean;
}

/**
 * Values by option, in the order given. Options that were not given are absent; the values of `kind`, and
 * what stands for KIND, are names of kinds that the factory serves and the schema has.
 */
export type PlaneOptionValues = ReadonlyMap<string, readonly string[]>;

export interface OpenPlane {
  readonly plane: DataPlane;
  /** Closes what belongs to the plane and outlives it, after the plane itself. */
  close?(): Promise<void>;
}

export interface PlaneFactory {
  /** As in `--plane NAME`; also the name under which `sami/device` reports it. */
  readonly name: string;
  /** Kinds that such a plane can serve: a device's own choice may be fewer. 'any' for whatever the schema has. */
  readonly kinds: readonly string[] | 'any';
  readonly options: readonly PlaneOption[];
  /**
   * Throws an Error whose message is for the operator: what is wrong with which option
   * ({@link PlaneUsageError} for a value that makes no sense), or what is missing on this machine. The name of
   * the plane is put before it.
   */
  open(values: PlaneOptionValues, surroundings: PlaneSurroundings): Promise<OpenPlane>;
}

/** The value of an option that is given at most once. */
export function optionValue(values: PlaneOptionValues, name: string): string | undefined {
  return values.get(name)?.[0];
}

/** Which of `served` the option `kind` asks for, in their order; all when it was not given. */
export function kindsOf<Kind extends string>(
  values: PlaneOptionValues,
  served: readonly Kind[],
): readonly Kind[] {
  const wanted = values.get('kind');
  return wanted ? served.filter((kind) => wanted.includes(kind)) : served;
}

/** Values of the options `NAME.KIND` by kind. */
export function valuesByKind(
  values: PlaneOptionValues,
  name: string,
): ReadonlyMap<string, readonly string[]> {
  const prefix = `${name}.`;
  const given = [...values].filter(([option]) => option.startsWith(prefix));
  return new Map(given.map(([option, list]) => [option.slice(prefix.length), list]));
}

/** What `--plane NAME,limit.KIND=ENTRIES` says, by kind. Throws {@link PlaneUsageError} for what is no number of entries. */
export function limitsOf(values: PlaneOptionValues): Readonly<Record<string, number>> {
  const limits = [...valuesByKind(values, 'limit')].map(([kind, [text = '']]) => {
    if (!/^\d{1,15}$/.test(text)) {
      throw new PlaneUsageError(`limit.${kind}: expected a number of entries, not "${text}"`);
    }
    return [kind, Number(text)] as const;
  });
  return Object.fromEntries(limits);
}
