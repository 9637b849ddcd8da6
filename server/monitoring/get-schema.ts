/** get-schema (RFC 6022, section 3.1). */
import { RpcErrorException, invalidValue } from '../../src/error/index.ts';
import { GetSchemaInput } from '../generated/ietf-netconf-monitoring.ts';
import { MONITORING_NAMESPACE } from './netconf-state.ts';
import { smallReply } from '../session/reply-writer.ts';
import type { Operation } from '../operations/operation.ts';

const YANG = 'ietf-netconf-monitoring:yang';

export const getSchema: Operation = ({ input, server }) => {
  const { identifier, version, format = YANG } = GetSchemaInput.fromTree(input);
  const isYang = format === YANG;
  const text = isYang ? server.context.sourceOf(identifier, version || undefined) : undefined;
  if (text === undefined) {
    const named = version ? `${identifier}@${version}` : identifier;
    throw new RpcErrorException(
      invalidValue(`there is no schema "${named}" in this format`, { type: 'application' }),
    );
  }
  return smallReply((writer) => {
    writer.open(MONITORING_NAMESPACE, 'data');
    writer.text(text);
    writer.close();
  });
};
