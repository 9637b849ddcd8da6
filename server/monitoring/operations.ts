/** The operation of ietf-netconf-monitoring (RFC 6022, section 3). */
import { operationTable } from '../operations/operation.ts';
import { getSchema } from './get-schema.ts';
import { MONITORING_NAMESPACE } from './netconf-state.ts';

export const MONITORING_OPERATIONS = operationTable(MONITORING_NAMESPACE, {
  'get-schema': getSchema,
});
