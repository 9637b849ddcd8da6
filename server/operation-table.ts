/** Every operation that the server itself carries out, by its qualified name. */
import { MONITORING_OPERATIONS } from './monitoring/operations.ts';
import { NMDA_OPERATIONS } from './nmda/operations.ts';
import { NOTIFICATION_OPERATIONS } from './notification/operations/index.ts';
import { SAMI_OPERATIONS } from './sami/check-access.ts';
import { BASE_OPERATIONS } from './operations/base.ts';
import type { Operation, OperationTable } from './operations/operation.ts';
import { PARTIAL_LOCK_OPERATIONS } from './operations/partial-lock.ts';
import { PRIVATE_CANDIDATE_OPERATIONS } from './operations/update.ts';

const TABLES: readonly OperationTable[] = [
  BASE_OPERATIONS,
  PARTIAL_LOCK_OPERATIONS,
  PRIVATE_CANDIDATE_OPERATIONS,
  MONITORING_OPERATIONS,
  NMDA_OPERATIONS,
  NOTIFICATION_OPERATIONS,
  SAMI_OPERATIONS,
];

/** By `qnameKey`. Which of them a server has is up to its schema: an operation of a module or feature it lacks is unknown. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(TABLES.flatMap((it) => [...it]));
