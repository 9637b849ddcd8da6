/** get-schema (RFC 6022, section 3.1). */
import { childValue } from '../../src/data/index.ts';
import { RpcErrorException, invalidValue } from '../../src/error/index.ts';
import type { IdentityValue } from '../../src/yang/index.ts';
import { MONITORING_NAMESPACE } from '../monitoring/netconf-state.ts';
import { smallReply } from '../session/reply-writer.ts';
import type { Operation } from './operation.ts';
import { textParameter } from './parameters.ts';

export const getSchema: Operation = ({ input, server }) => {
  const identifier = textParameter(input, 'identifier') ?? '';
  const version = textParameter(input, 'version');
  const format = childValue(input, 'format') as IdentityValue | undefined;
  const isYang = format === undefined || format.identity.name === 'yang';
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
