/** How `samid --plane NAME,OPTION=VALUE…` makes a data plane. Each plane has one factory. */
import type { Clock } from '../../src/util/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import type { Logger } from '../logger.ts';
import type { DataPlane } from './plane.ts';

export interface PlaneSurroundings {
  readonly context: SchemaContext;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A directory that outlives the process. */
  readonly stateDirectory: string;
}

export interface PlaneOption {
  readonly name: string;
  /** For the help text, such as 'network namespace to work in'. */
  readonly description: string;
  readonly required?: boolean;
  readonly repeatable?: boolean;
}

/** Values by option, in the order given. Options that were not given are absent. */
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
  /** Throws an Error whose message is for the operator: what is wrong with which option. */
  open(values: PlaneOptionValues, surroundings: PlaneSurroundings): Promise<OpenPlane>;
}
