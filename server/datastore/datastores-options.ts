/** What the datastores are made of. */
import type { Clock } from '../../src/util/index.ts';
import type { SchemaContext } from '../../src/yang/index.ts';
import type { Logger } from '../logger.ts';
import type { DataPlane } from '../plane/plane.ts';
import type { ConfigurationParticipant } from './participant.ts';
import type { ConfigurationStore } from './store.ts';

/** Well below a second of work, in which nobody else is served. Only what differs is checked, and what depends on it. */
export const DEFAULT_MAX_VALIDATION_VISITS = 5_000_000;

export interface DatastoresOptions {
  readonly context: SchemaContext;
  readonly planes: readonly DataPlane[];
  /** Who agrees to changes of running beside the planes. */
  readonly participants: readonly ConfigurationParticipant[];
  readonly store: ConfigurationStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /**
   * Nodes that the constraints may visit in one validation for a session; more is `resource-denied`. Default
   * {@link DEFAULT_MAX_VALIDATION_VISITS}.
   */
  readonly maxValidationVisits?: number | undefined;
  /** Whether a stored configuration that does not fit the schema is set aside, instead of refusing to start. */
  readonly recover?: boolean;
}
