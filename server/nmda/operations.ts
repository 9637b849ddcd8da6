/** Operations on the datastores of NMDA (RFC 8526) and their comparison (RFC 9144). */
import type { OperationTable } from '../operations/operation.ts';

export const NMDA_OPERATIONS: OperationTable = new Map();
