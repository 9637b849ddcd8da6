/** Operations on the datastores of NMDA (RFC 8526) and their comparison (RFC 9144). */
import { NETCONF_NMDA_NS, NMDA_COMPARE_NS } from '../../src/netconf/index.ts';
import { operationTable } from '../operations/operation.ts';
import type { OperationTable } from '../operations/operation.ts';
import { compare } from './compare.ts';
import { editData } from './edit-data.ts';
import { getData } from './get-data.ts';

export const NMDA_OPERATIONS: OperationTable = new Map([
  ...operationTable(NETCONF_NMDA_NS, { 'get-data': getData, 'edit-data': editData }),
  ...operationTable(NMDA_COMPARE_NS, { compare }),
]);
